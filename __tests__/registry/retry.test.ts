import { describe, expect, test } from '@jest/globals';
import { failure } from '../../src/errors.ts';
import { TransientError } from '../../src/registry/failure.ts';
import { defaultPatience, delayBefore, withRetries } from '../../src/registry/retry.ts';
import type { Patience, Retry } from '../../src/registry/types.ts';
import { imageOf } from './setup.ts';

const image = imageOf('registry.example/app:1');
const busy = (retryAfterMs?: number) =>
  new TransientError(image, 'busy', { hint: 'wait', retryAfterMs });

/** Runs attempts that fail as told and then succeed; tells what was waited for and reported. */
async function attempts(failures: readonly Error[], patience: Partial<Patience> = {}) {
  const left = [...failures];
  const waits: number[] = [];
  const retries: Retry[] = [];
  let calls = 0;
  const result = withRetries(
    async () => {
      calls += 1;
      const error = left.shift();
      if (error !== undefined) throw error;
      return 'done';
    },
    {
      image: 'app:1',
      signal: new AbortController().signal,
      onRetry: (retry) => retries.push(retry),
      patience: {
        sleep: async (milliseconds) => void waits.push(milliseconds),
        random: () => 1,
        ...patience,
      },
    },
  );
  const settled = await result.catch((error: unknown) => error);
  return { settled, calls, waits, retries };
}

describe('withRetries', () => {
  test('does not wait for a success', async () => {
    expect(await attempts([])).toEqual({ settled: 'done', calls: 1, waits: [], retries: [] });
  });

  test('tries again with growing waits, and reports each', async () => {
    const { settled, waits, retries } = await attempts([busy(), busy(), busy(), busy()]);
    expect(settled).toBe('done');
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
    expect(retries[1]).toEqual({
      image: 'app:1',
      why: 'busy',
      attempt: 2,
      tries: 5,
      delayMs: 2000,
    });
  });

  test('gives up after five', async () => {
    const { settled, calls, waits } = await attempts(Array.from({ length: 9 }, () => busy()));
    expect(settled).toMatchObject({
      message: 'registry.example/app:1: busy, 5 times in a row',
      hint: 'wait',
    });
    expect(calls).toBe(5);
    expect(waits).toHaveLength(4);
  });

  test('says nothing of times when there is one try', async () => {
    const { settled } = await attempts([busy()], { tries: 1 });
    expect(settled).toMatchObject({ message: 'registry.example/app:1: busy' });
  });

  test.each([failure('for good'), new Error('a bug')])('does not repeat %s', async (error) => {
    const { settled, calls } = await attempts([error]);
    expect(settled).toBe(error);
    expect(calls).toBe(1);
  });

  test('waits as the registry asks', async () => {
    const { waits } = await attempts([busy(7000), busy(500), busy(10_000_000)]);
    expect(waits).toEqual([7000, 2000, 120_000]);
  });

  test('ends with the reason of the signal', async () => {
    const stop = new AbortController();
    const reason = new Error('ctrl-C');
    const waiting = withRetries(() => Promise.reject(busy()), {
      image: 'app:1',
      signal: stop.signal,
      onRetry: () => setTimeout(() => stop.abort(reason), 10),
      patience: { random: () => 1 },
    });
    await expect(waiting).rejects.toBe(reason);
  });
});

test.each([
  [1, 0, 500],
  [1, 0.5, 750],
  [3, 1, 4000],
  [9, 0, 15_000],
  [9, 1, 30_000],
])('the wait after try %i with the random number %d', (attempt, random, expected) => {
  expect(delayBefore(attempt, undefined, { ...defaultPatience, random: () => random })).toBe(
    expected,
  );
});
