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

/**
 * Waits for work that cannot be stopped at any instant: once the signal is given, it has `grace`
 * milliseconds more to end by itself.
 *
 * @throws what the work throws; the reason of the signal
 */
export async function soonAfter<T>(
  signal: AbortSignal,
  grace: number,
  work: Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let giveUp = () => {};
  const stopped = new Promise<never>((_, reject) => {
    giveUp = () => {
      timer = setTimeout(() => reject(signal.reason), grace);
    };
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    // Whatever it still comes to, nobody waits for it any more.
    work.catch(() => undefined);
  }
}
