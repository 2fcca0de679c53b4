import { soonAfter } from './concurrency.ts';

/** The signals that end a build in order, and the exit codes that a shell has for them. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

type EndingSignal = keyof typeof EXIT_CODES;

/** What a build is aborted with when a signal ends it. */
export class Interruption extends Error {
  readonly signal: EndingSignal;
  constructor(signal: EndingSignal) {
    super(`ended by ${signal}`);
    this.name = 'Interruption';
    this.signal = signal;
  }
}

/** Milliseconds after which another signal is a second one: ctrl-C under npm arrives twice at once. */
const REPEAT_MS = 300;

/**
 * Aborts with an `Interruption` when ctrl-C, a closed terminal or a cancelled job wants this process to end; whoever asks
 * a second time is not kept waiting.
 */
export function untilInterrupted(): AbortSignal {
  const stop = new AbortController();
  let abortedAt = 0;
  for (const name of Object.keys(EXIT_CODES) as EndingSignal[]) {
    process.on(name, () => {
      if (!stop.signal.aborted) {
        abortedAt = performance.now();
        stop.abort(new Interruption(name));
      } else if (performance.now() - abortedAt > REPEAT_MS) {
        endNow(name);
      }
    });
  }
  return stop.signal;
}

/**
 * Milliseconds from the signal until work that has not ended by itself is left alone: longer than
 * programs have that are to end, and shorter than the 7.5 seconds that GitHub gives to a job.
 */
const PATIENCE_MS = 6000;

/** Waits for work, but not for ever once the signal is given: some calls of the system never return. */
export function unlessStuck<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return soonAfter(signal, PATIENCE_MS, work);
}

/** Milliseconds for what ends by itself. */
const GRACE_MS = 500;

/**
 * Ends this process once everything is cleared away. A frame of a high level takes up to a minute, and
 * Node waits for its thread, even in `process.exit`; only the signal itself does not. A shell tells
 * both ends by the same code.
 */
export function endInterrupted({ signal }: Interruption): void {
  process.exitCode = EXIT_CODES[signal];
  setTimeout(() => endNow(signal), GRACE_MS).unref();
}

/** As `process.exit`, with its event, but without waiting for threads. */
function endNow(signal: EndingSignal): void {
  process.emit('exit', EXIT_CODES[signal]);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
