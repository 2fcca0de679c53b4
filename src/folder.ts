import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failure } from './errors.ts';

/**
 * Makes a folder and those above it, where they are not there. Node's own `recursive` does not say
 * that a file system is read-only, and never ends where nothing can be made, as in /proc.
 *
 * @throws UserError (failure) where the file system has no folders of ours; EEXIST with the path of
 *   what is in the way
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  await makeFolder(dirname(path));
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await isFolder(path))) return;
    if (code !== 'ENOENT') throw error;
    throw failure(`no folder can be made here: ${path}`, {
      hint: 'choose one in another file system',
      cause: error,
    });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
