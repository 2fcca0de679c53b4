import { access, constants, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { refusalOf, usageError } from '../errors.ts';
import type { ExtraFile } from './types.ts';

/** An extra file that is there and can be packaged. */
export interface FoundFile {
  /** On this machine. */
  readonly source: string;
  /** Path in the package, without a leading slash. */
  readonly path: string;
  readonly mode: 0o644 | 0o755;
}

/**
 * `SOURCE:DESTINATION`. The destination is absolute and holds no colon, so the source may hold one.
 *
 * @throws UserError (usage)
 */
export function parseExtraFile(text: string): ExtraFile {
  const [, source, destination] = /^(.+):(\/[^:]*)$/s.exec(text) ?? [];
  if (source === undefined || destination === undefined) {
    throw usageError(`file ${JSON.stringify(text)} is not of the form SOURCE:/DESTINATION`, {
      hint: 'for example config/app.conf:/etc/app/app.conf',
    });
  }
  return { source, destination };
}

/**
 * Looks at the files on this machine; they stay executable when they are.
 *
 * @throws UserError (usage) for a source that is no readable regular file, and for a destination
 *   that a package must not have
 */
export async function findExtraFiles(
  files: readonly ExtraFile[],
  name: string,
): Promise<FoundFile[]> {
  return Promise.all(
    files.map(async ({ source, destination }) => ({
      source,
      path: extraPath(destination, name),
      mode: (await isExecutable(source)) ? 0o755 : 0o644,
    })),
  );
}

/** The destination as a path in the package. @throws UserError (usage) */
export function extraPath(destination: string, name: string): string {
  const path = posix.normalize(destination).slice(1);
  const fault = faultOf(destination) ?? faultOfPath(path, name);
  if (fault !== undefined) {
    throw usageError(`file destination ${JSON.stringify(destination)}: ${fault}`);
  }
  return path;
}

/** Folders that are links since /usr was merged: dpkg would lose files there (policy, 10.1). */
const MERGED = new Set(['bin', 'lib', 'lib32', 'lib64', 'libx32', 'sbin']);
/** What a running system makes anew, and the folder that dpkg-deb takes for itself. */
const NOT_PACKAGED = new Set(['DEBIAN', 'dev', 'proc', 'run', 'sys', 'tmp']);

/** File systems take 255, of which dpkg needs ten for the `.dpkg-dist` that it adds. */
const MAX_NAME = 245;
/** Half of PATH_MAX, which leaves room for the folder in which the package is put together. */
const MAX_PATH = 2048;

function faultOf(destination: string): string | undefined {
  if (!destination.startsWith('/')) return 'it is not absolute';
  if (destination.endsWith('/')) return 'it names a folder: add the name of the file';
  if (destination.split('/').some((part) => part === '..' || part === '.')) {
    return 'it holds . or .. as a folder';
  }
  // conffiles and md5sums know no quoting.
  if (!/^[\x21-\x7e]+$/.test(destination) || /[\\:]/.test(destination)) {
    return 'only ASCII without spaces, backslashes and colons is possible';
  }
  return undefined;
}

function faultOfPath(path: string, name: string): string | undefined {
  const top = path.split('/')[0] ?? '';
  if (path === top) return 'a package has no files in the root folder';
  if (path.length > MAX_PATH) return `more than ${MAX_PATH} characters are not possible`;
  if (path.split('/').some((part) => part.length > MAX_NAME)) {
    return `a name in it has more than ${MAX_NAME} characters`;
  }
  if (MERGED.has(top)) return `/${top} is a link to /usr/${top}: use that`;
  if (NOT_PACKAGED.has(top)) return `a package has no files in /${top}`;
  const own = ownFolders(name).find((folder) => `${path}/`.startsWith(`${folder}/`));
  if (own !== undefined) return `/${own} belongs to the loader`;
  if (path === 'usr/lib/systemd/system/container-preload.target') return 'it belongs to the loader';
  return undefined;
}

function ownFolders(name: string): string[] {
  return [
    'etc/container-preload',
    ...['lib', 'share', 'share/doc'].map((folder) => `usr/${folder}/${name}`),
    `var/lib/${name}`,
  ];
}

async function isExecutable(source: string): Promise<boolean> {
  const found = await readable(source).catch((cause: unknown) => {
    throw usageError(`file ${JSON.stringify(source)} cannot be read: ${refusalOf(cause)}`, {
      cause,
    });
  });
  if (!found.isFile()) throw usageError(`file ${JSON.stringify(source)} is no regular file`);
  return (found.mode & 0o111) !== 0;
}

async function readable(source: string) {
  await access(source, constants.R_OK);
  return stat(source);
}
