import { failure } from '../errors.ts';

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
