import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../errors.ts';
import { quote } from './quote.ts';

/**
 * The files that a pattern names, sorted: `*`, `?` and `[a-z]` within a name, `**` for folders of any
 * depth. As in a shell, a hidden name is matched only by a pattern that starts with a dot.
 *
 * @returns undefined where the text is the path of something, or has no such character
 * @throws UserError (usage) for a range that ends before it begins
 */
export async function expandGlob(pattern: string): Promise<string[] | undefined> {
  if (!/[*?[]/.test(pattern) || (await exists(pattern))) return undefined;
  const segments = segmentsOf(pattern);
  // A mistake is told whatever folders there are.
  segments.forEach(segmentPattern);
  const found = await expand(pattern.startsWith('/') ? '/' : '', segments);
  return [...new Set(found)].sort();
}

function segmentsOf(pattern: string): string[] {
  const segments = pattern.split('/').filter((segment) => segment !== '');
  return segments.at(-1) === '**' ? [...segments, '*'] : segments;
}

async function expand(folder: string, [segment, ...rest]: readonly string[]): Promise<string[]> {
  if (segment === undefined) return [];
  if (segment === '**') {
    const deeper = (await entriesOf(folder))
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => expand(join(folder, entry.name), [segment, ...rest]));
    return [...(await expand(folder, rest)), ...(await Promise.all(deeper)).flat()];
  }
  const names = /[*?[]/.test(segment) ? await matching(folder, segment) : [segment];
  const paths = names.map((name) => join(folder, name));
  if (rest.length > 0) {
    return (await Promise.all(paths.map((path) => expand(path, rest)))).flat();
  }
  const files = await Promise.all(paths.map(async (path) => ((await isFile(path)) ? [path] : [])));
  return files.flat();
}

async function matching(folder: string, segment: string): Promise<string[]> {
  const pattern = segmentPattern(segment);
  const names = (await entriesOf(folder)).map(({ name }) => name);
  return names.filter((name) => pattern.test(name) && (segment[0] === '.' || name[0] !== '.'));
}

/** One name of a path as a regular expression. */
function segmentPattern(segment: string): RegExp {
  const source = segment.replaceAll(/\[!?\]?[^\]]*\]|[\s\S]/g, (piece) => {
    if (piece === '*') return '[^/]*';
    if (piece === '?') return '[^/]';
    if (piece.length === 1) return piece.replace(/[\\^$.|+()[\]{}]/, '\\$&');
    const [, not, set = ''] = /^\[(!?)([\s\S]*)\]$/.exec(piece) ?? [];
    return `[${not ? '^' : ''}${set.replaceAll(/[\\[\]^]/g, '\\$&')}]`;
  });
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch (cause) {
    throw usageError(`invalid pattern ${quote(segment)}: a range in [ ] ends before it begins`, {
      hint: 'write the lower character first, as in [a-z]',
      cause,
    });
  }
}

/** A folder that cannot be read has nothing that matches, as in a shell. */
async function entriesOf(folder: string) {
  return readdir(folder || '.', { withFileTypes: true }).catch(() => []);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
