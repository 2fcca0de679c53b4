import { randomBytes } from 'node:crypto';
import { chmod, chown, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure, refusalOf } from '../errors.ts';
import { ownerPrefix, removeLeftOvers } from '../owner.ts';

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

/** What is to be written of a file. */
export interface Rewrite {
  readonly file: string;
  /** The text that the edits were made for, without a byte order mark. */
  readonly text: string;
  readonly edits: readonly Edit[];
}

/**
 * Makes edits in UTF-8 files: in all or, where one cannot be written, in none. All else stays byte for
 * byte, mode, owner and a byte order mark too. New files appear by rename once all are written; where a
 * path is a link, what it links to is replaced.
 *
 * @throws UserError (failure) where a file was changed since, or cannot be replaced
 */
export async function rewriteFiles(rewrites: readonly Rewrite[]): Promise<void> {
  const replacements: Replacement[] = [];
  let replaced = 0;
  try {
    for (const rewrite of rewrites) replacements.push(await replacing(rewrite, prepare));
    for (const replacement of replacements) {
      await replacing(replacement, ({ temporary, target }) => rename(temporary, target));
      replaced += 1;
    }
  } catch (error) {
    for (const { temporary } of replacements) await rm(temporary, { force: true });
    for (const { target, before } of replacements.slice(0, replaced)) {
      await rename(await writeBeside(target, before), target);
    }
    throw error;
  }
}

/**
 * Tries whether files could be replaced, which is better known before any work is done for it.
 *
 * @throws UserError (failure)
 */
export async function checkRewritable(files: Iterable<string>): Promise<void> {
  for (const file of files) {
    await replacing({ file }, async () => {
      if ((await stat(file)).isFile()) return rm(await writeBeside(await realpath(file), ''));
      throw failure(`cannot replace ${file}: it is a pipe or a device`, {
        hint: 'only a file can be written anew',
      });
    });
  }
}

/** A file whose new content lies beside it. */
interface Replacement {
  readonly file: string;
  /** Its real path. */
  readonly target: string;
  readonly temporary: string;
  readonly before: Buffer;
}

async function replacing<T extends { readonly file: string }, R>(
  about: T,
  work: (about: T) => Promise<R>,
): Promise<R> {
  try {
    return await work(about);
  } catch (error) {
    const why = refusalOf(error);
    if (why === undefined) throw error;
    const hint = 'the file and its folder must be writable; no list is changed';
    throw failure(`cannot replace ${about.file}: ${why}`, { hint, cause: error });
  }
}

const MARK = '\uFEFF';

async function prepare({ file, text, edits }: Rewrite): Promise<Replacement> {
  const target = await realpath(file);
  const before = await readFile(target);
  const found = before.toString();
  const mark = found.startsWith(MARK) ? MARK : '';
  if (found.slice(mark.length) !== text) {
    throw failure(`${file} was changed while it was worked on`, { hint: 'try again' });
  }
  // What a process that was killed has left; who may write a file need not see its folder.
  await removeLeftOvers(dirname(target), PREFIX).catch(() => undefined);
  const temporary = await writeBeside(target, mark + applyEdits(text, edits));
  return { file, target, temporary, before };
}

/** Of a hidden name, which no pattern takes for a list. */
const PREFIX = '.container-preload-';

/** A new file with the mode and the owner of another; its path. */
async function writeBeside(target: string, content: string | Buffer): Promise<string> {
  const name = `${PREFIX}${ownerPrefix()}${randomBytes(6).toString('hex')}`;
  const temporary = join(dirname(target), name);
  try {
    const { mode, uid, gid } = await stat(target);
    await writeFile(temporary, content, { flag: 'wx', flush: true });
    // Who may write a file need not own it.
    await chown(temporary, uid, gid).catch(() => undefined);
    await chmod(temporary, mode & 0o7777);
    return temporary;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
