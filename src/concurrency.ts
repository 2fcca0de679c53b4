/**
 * Waits for promises that belong together: the first failure ends the others through the signal that
 * `start` is given, and is thrown once all of them have ended, so that nothing goes on behind an error.
 *
 * @throws what failed first
 */
export async function together<T>(
  signal: AbortSignal,
  start: (signal: AbortSignal) => readonly Promise<T>[],
): Promise<T[]> {
  const stop = new AbortController();
  const failures: unknown[] = [];
  const promises = start(AbortSignal.any([signal, stop.signal]));
  const results = await Promise.allSettled(
    promises.map((promise) =>
      promise.catch((error: unknown) => {
        failures.push(error);
        stop.abort(error);
        throw error;
      }),
    ),
  );
  if (failures.length > 0) throw failures[0];
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}
