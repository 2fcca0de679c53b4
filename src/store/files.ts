import { constants } from 'node:fs';
import { copyFile, link, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../folder.ts';

/**
 * Writes a file that other processes see whole or not at all, also after a power cut.
 *
 * @param workDir where it lies until it is whole: of this process alone, on the same file system
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array | string,
  workDir: string,
): Promise<void> {
  await replace(path, workDir, async (temporary) => {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/**
 * Gives a finished file a second name, whole or not at all; an existing file of that name is
 * replaced. On file systems without hard links it becomes a copy.
 */
export async function linkAtomically(source: string, path: string, workDir: string): Promise<void> {
  await replace(path, workDir, (temporary) => linkOrCopy(source, temporary));
}

/** A second name for a file that does not exist yet. */
export async function linkOrCopy(source: string, path: string): Promise<void> {
  try {
    await link(source, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!code || !['EPERM', 'EXDEV', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP'].includes(code)) throw error;
    await copyFile(source, path, constants.COPYFILE_EXCL);
  }
}

async function replace(
  path: string,
  workDir: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  await makeFolderInStore(dirname(path));
  const temporary = join(workDir, `${Math.random().toString(36).slice(2)}.part`);
  try {
    await write(temporary);
    await rename(temporary, path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EISDIR') throw error;
      await rm(path, { recursive: true, force: true });
      await rename(temporary, path);
    });
  } finally {
    // Still there after an error, and after a rename between two names of one file (rename(2)).
    await rm(temporary, { force: true });
  }
}

/** The store is a cache: what has got into the way of its folders goes. */
async function makeFolderInStore(path: string): Promise<void> {
  try {
    await makeFolder(path);
  } catch (error) {
    const { code, path: obstacle } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' || obstacle === undefined) throw error;
    await rm(obstacle, { force: true });
    await makeFolder(path);
  }
}
