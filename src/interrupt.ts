/** The signals that end a build in order, and the exit codes that a shell has for them. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

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

/** Aborts with an `Interruption` when ctrl-C or a cancelled job wants this process to end. */
export function untilInterrupted(): AbortSignal {
  const stop = new AbortController();
  for (const name of Object.keys(EXIT_CODES) as EndingSignal[]) {
    process.on(name, () => stop.abort(new Interruption(name)));
  }
  return stop.signal;
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
  setTimeout(() => {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }, GRACE_MS).unref();
}
