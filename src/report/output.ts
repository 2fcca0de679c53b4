import { open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failure, refusalOf, usageError } from '../errors.ts';
import { makeFolder } from '../folder.ts';

/** Lets the work go on, and clear away behind itself, when nobody reads what it says of it. */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/**
 * Prints a result and a line's end. Who has stopped reading, as `head` does, wants no more of it.
 *
 * @throws UserError (failure) where it cannot be written
 */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => {
      if (!error || (error as NodeJS.ErrnoException).code === 'EPIPE') resolve();
      else reject(failure(`cannot print the result: ${error.message}`, { cause: error }));
    });
  });
}

/**
 * Makes room for a report, before the work that it tells of: it were a pity to find out afterwards that
 * it cannot be written.
 *
 * @param option by which it was asked for
 * @throws UserError
 */
export async function prepareFile(option: string, path: string): Promise<void> {
  await makeFolder(dirname(path));
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw usageError(`${option}: ${path} is a folder`);
  try {
    await (await open(path, 'a')).close();
  } catch (error) {
    const why = refusalOf(error);
    if (why === undefined) throw error;
    throw usageError(`${option}: ${path} cannot be written: ${why}`);
  }
  if (!found) await rm(path);
}
