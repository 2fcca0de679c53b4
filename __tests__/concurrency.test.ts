import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { soonAfter, together } from '../src/concurrency.ts';

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

describe('work that cannot be stopped', () => {
  test('comes to what it comes to where nobody stops it', async () => {
    expect(await soonAfter(never, 0, Promise.resolve(1))).toBe(1);
    const failed = new Error('failed');
    await expect(soonAfter(never, 0, Promise.reject(failed))).rejects.toBe(failed);
  });

  test('has its grace after the signal, and its own answer counts in it', async () => {
    const stop = new AbortController();
    const failed = new Error('stopped in order');
    const work = sleep(30).then(() => {
      throw failed;
    });
    const running = soonAfter(stop.signal, 10_000, work);
    stop.abort(new Error('ctrl-C'));
    await expect(running).rejects.toBe(failed);
  });

  test('is left alone after its grace, and what it then comes to hurts nobody', async () => {
    const stop = new AbortController();
    const reason = new Error('ctrl-C');
    const work = sleep(60).then(() => {
      throw new Error('too late');
    });
    const running = soonAfter(stop.signal, 10, work);
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
    await sleep(80);
  });
});

/** Never ends but by the signal, with its reason. */
function waitFor(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
