import { mkdir } from 'node:fs/promises';

/** Makes a folder and those above it, where they are not there. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const { code, path: first } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || first === undefined) throw error;
    // So Node says it of a read-only file system; without `recursive` it says what it is.
    await mkdir(first);
  }
}
