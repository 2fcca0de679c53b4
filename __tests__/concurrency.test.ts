import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { together } from '../src/concurrency.ts';

const never = new AbortController().signal;

test('the values come in their order', async () => {
  const late = async (milliseconds: number) => sleep(milliseconds, milliseconds);
  expect(await together(never, () => [late(5), late(1), late(3)])).toEqual([5, 1, 3]);
  expect(await together(never, () => [])).toEqual([]);
});

test('the first failure ends the others, and is thrown when they have ended', async () => {
  const ended: string[] = [];
  const failed = new Error('first');
  const running = together(never, (signal) => [
    sleep(60_000, undefined, { signal }).finally(() => ended.push('a')),
    Promise.reject(failed),
    sleep(60_000, undefined, { signal })
      .catch(() => sleep(20))
      .then(() => {
        ended.push('b');
        throw new Error('second');
      }),
  ]);
  await expect(running).rejects.toBe(failed);
  expect(ended.sort()).toEqual(['a', 'b']);
});

test('a signal from outside reaches all, and its reason comes out', async () => {
  const stop = new AbortController();
  const reason = new Error('ctrl-C');
  const running = together(stop.signal, (signal) => [waitFor(signal), waitFor(signal)]);
  stop.abort(reason);
  await expect(running).rejects.toBe(reason);
});

/** Never ends but by the signal, with its reason. */
function waitFor(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
