import { setTimeout as sleepFor } from 'node:timers/promises';
import { failure } from '../errors.ts';
import { TransientError } from './failure.ts';
import type { Patience, Retry } from './types.ts';

/**
 * skopeo's own `--retry-times` stays off: its waits are fixed, it tells nobody, and it counts per
 * command. What it does in any case is to wait as a 429's Retry-After says, up to 60 s at a time and
 * five requests in all (containers/image, docker_client.go, in 1.9 and in 1.18); the header's value
 * does not reach its error message. So a 429 that arrives here has been waited for already: by skopeo, or
 * until `inspectMs` or `stallMs` ended it (`silenceError`). The waits here come on top.
 */
export const defaultPatience: Patience = {
  tries: 5,
  firstDelayMs: 1000,
  longestDelayMs: 30_000,
  longestRetryAfterMs: 120_000,
  inspectMs: 60_000,
  stallMs: 120_000,
  sleep: async (milliseconds, signal) => sleepFor(milliseconds, undefined, { signal }),
  random: Math.random,
};

interface RetryOptions {
  /** What is tried, for the report: the image as it was written. */
  readonly image: string;
  readonly signal: AbortSignal;
  readonly onRetry?: ((retry: Retry) => void) | undefined;
  readonly patience?: Partial<Patience> | undefined;
}

/**
 * Calls `attempt` until it succeeds, fails for good, or has failed in passing too often.
 *
 * @throws UserError of the last try; the reason of `signal`; whatever else `attempt` throws
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { image, signal, onRetry, patience: given }: RetryOptions,
): Promise<T> {
  const patience = { ...defaultPatience, ...given };
  const { tries } = patience;
  for (let number = 1; ; number += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      if (number >= tries) throw afterAll(error, tries);
      const delayMs = delayBefore(number, error.retryAfterMs, patience);
      onRetry?.({ image, why: error.why, attempt: number, tries, delayMs });
      await pause(delayMs, patience, signal);
    }
  }
}

/**
 * Between half and the whole of a time that doubles with each try, so that many jobs that failed
 * together do not come back together. A registry that says when to come back is not asked earlier.
 */
export function delayBefore(
  attempt: number,
  retryAfterMs: number | undefined,
  { firstDelayMs, longestDelayMs, longestRetryAfterMs, random }: Patience,
): number {
  const whole = Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs);
  const backOff = Math.round(whole / 2 + (random() * whole) / 2);
  return Math.max(backOff, Math.min(retryAfterMs ?? 0, longestRetryAfterMs));
}

async function pause(milliseconds: number, { sleep }: Patience, signal: AbortSignal) {
  try {
    await sleep(milliseconds, signal);
  } finally {
    // The reason of the signal says more than the AbortError of a timer.
    signal.throwIfAborted();
  }
}

function afterAll({ error }: TransientError, tries: number): Error {
  if (tries === 1) return error;
  const { origin, hint } = error;
  return failure(`${error.message}, ${tries} times in a row`, { origin, hint, cause: error });
}
