import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { endInterrupted, Interruption, unlessStuck, untilInterrupted } from '../src/interrupt.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  process.removeAllListeners('SIGHUP');
  process.removeAllListeners('SIGINT');
  process.removeAllListeners('SIGTERM');
  process.exitCode = undefined;
});

test.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s aborts with its name, and ends the process at the latest by itself',
  (name, code) => {
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    const signal = untilInterrupted();
    expect(signal.aborted).toBe(false);
    process.emit(name);
    process.emit(name === 'SIGINT' ? 'SIGTERM' : 'SIGINT');
    expect(signal.reason).toEqual(new Interruption(name));
    expect(signal.reason.message).toBe(`ended by ${name}`);

    endInterrupted(signal.reason);
    const given = process.exitCode;
    process.exitCode = undefined;
    expect(given).toBe(code);
    expect(kill).not.toHaveBeenCalled();
    jest.advanceTimersByTime(500);
    expect(kill).toHaveBeenCalledWith(process.pid, name);
    expect(process.listenerCount(name)).toBe(0);
  },
);

test('a second signal ends it at once, though not one that comes with the first', () => {
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  const atExit = jest.fn();
  process.once('exit', atExit);
  untilInterrupted();
  process.emit('SIGINT');
  jest.advanceTimersByTime(200);
  process.emit('SIGINT');
  expect(kill).not.toHaveBeenCalled();
  jest.advanceTimersByTime(200);
  process.emit('SIGTERM');
  expect(atExit).toHaveBeenCalledWith(143);
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGTERM');
});

test('work that never ends is left alone after some seconds', async () => {
  const signal = untilInterrupted();
  const never = unlessStuck(signal, new Promise(() => undefined));
  process.emit('SIGINT');
  const seen = never.catch((error: unknown) => error);
  let ended = false;
  void seen.then(() => {
    ended = true;
  });
  await jest.advanceTimersByTimeAsync(5900);
  expect(ended).toBe(false);
  await jest.advanceTimersByTimeAsync(200);
  expect(await seen).toEqual(new Interruption('SIGINT'));
});
