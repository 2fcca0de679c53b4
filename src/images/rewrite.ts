import { chmod, chown, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { failure } from '../errors.ts';

/** A piece of a text, and what to write in its place. Offsets count UTF-16 units. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with all edits made; the same edit twice is made once. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...new Map(edits.map((edit) => [edit.start, edit])).values()].sort(
    (one, other) => one.start - other.start,
  );
  let result = '';
  let at = 0;
  for (const edit of sorted) {
    if (edit.start < at) throw new Error(`edits overlap at ${edit.start}`);
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

const MARK = '\uFEFF';

/**
 * Makes edits in a UTF-8 file: all else stays byte for byte, its mode, its owner and a byte order mark
 * too. The new file appears by rename; where the path is a link, what it links to is replaced.
 *
 * @param expected the text that the edits were made for, without a byte order mark
 * @throws UserError (failure) where the file was changed since
 */
export async function rewriteFile(
  path: string,
  expected: string,
  edits: readonly Edit[],
): Promise<void> {
  const target = await realpath(path);
  const found = (await readFile(target)).toString();
  const mark = found.startsWith(MARK) ? MARK : '';
  if (found.slice(mark.length) !== expected) {
    throw failure(`${path} was changed while it was worked on`, { hint: 'try again' });
  }
  const temporary = `${target}.container-preload-${process.pid}`;
  try {
    const { mode, uid, gid } = await stat(target);
    await writeFile(temporary, mark + applyEdits(expected, edits), { flag: 'wx', flush: true });
    // Who may write a file need not own it.
    await chown(temporary, uid, gid).catch(() => undefined);
    await chmod(temporary, mode & 0o7777);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
