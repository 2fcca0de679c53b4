import { open, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { failure } from '../errors.ts';
import { ended, lastLines, start } from '../exec.ts';
import { type Guest, listenToGuest, type Reply } from './guest.ts';
import { type MachineSpec, qemuArgv } from './qemu.ts';

/** A machine that runs. */
export interface Machine {
  readonly consoleLog: string;
  /** False once it has ended or does not answer any more. */
  readonly alive: boolean;
  /**
   * Runs a program in the machine, 60 seconds at most by default.
   *
   * @throws UserError (failure) when the machine does not answer
   */
  run(argv: readonly string[], seconds?: number): Promise<Reply>;
  /** Shuts the system down in order, and waits for its end; a restart ends the machine as well. */
  leave(how: 'poweroff' | 'reboot'): Promise<void>;
  /** Cuts the power, and waits until it is gone. Nothing happens to a machine that has ended. */
  cut(): Promise<void>;
}

export interface MachineContext {
  /** What the agent of this machine's payload says with every message. */
  readonly nonce: string;
  /** Seconds from its start until it must have ended. */
  readonly deadline: number;
  /** Bytes that the console may get; by default more than any system writes in a day. */
  readonly consoleLimit?: number;
  readonly signal: AbortSignal;
}

/** Lines of the console that an error shows. */
const CONSOLE_LINES = 40;

/** A flood would fill this machine's disk. */
const CONSOLE_BYTES = 32 * 1024 * 1024;

const LEAVE_SECONDS = 180;

/**
 * Starts a machine and waits for its agent. It ends with its signal, at its deadline, when this
 * process ends in whatever way, and when `leave` or `cut` is called: one of the two must be.
 *
 * @throws UserError (failure) with the end of the console; the reason of `signal`
 */
export async function startMachine(spec: MachineSpec, context: MachineContext): Promise<Machine> {
  // No process of ours stays, not even when this one is killed.
  const argv = ['setpriv', '--pdeathsig', 'KILL', '--', ...qemuArgv(spec)];
  const stop = new AbortController();
  const child = start(argv, { signal: AbortSignal.any([context.signal, stop.signal]) });
  if (!child.stdout || !child.stdin || !child.stderr) throw new Error('qemu without its streams');
  const complaints = text(child.stderr);
  let alive = true;
  let leaving = false;
  let fault: Error | undefined;

  const guest: Guest = listenToGuest(child.stdout, child.stdin, context.nonce, (error) =>
    breakDown(error),
  );
  const breakDown = (error: Error) => {
    fault ??= error;
    alive = false;
    stop.abort(error);
  };
  const deadline = setTimeout(
    () => breakDown(new Error(`the deadline of ${context.deadline} s was reached`)),
    context.deadline * 1000,
  );
  const flood = setInterval(async () => {
    const { size } = await stat(spec.consoleLog).catch(() => ({ size: 0 }));
    if (size <= (context.consoleLimit ?? CONSOLE_BYTES)) return;
    breakDown(new Error(`its console was flooded with ${size} bytes`));
  }, 1000);
  const end = ended(child, argv).then(
    async (code) => {
      const untimely = leaving ? undefined : { code, complaints: await complaints };
      const reason = await explainEnd(spec, fault, untimely);
      guest.giveUp(context.signal.aborted ? context.signal.reason : reason);
    },
    (error: Error) => guest.giveUp(error),
  );
  const over = end.finally(() => {
    clearTimeout(deadline);
    clearInterval(flood);
    alive = false;
  });

  const machine: Machine = {
    consoleLog: spec.consoleLog,
    get alive() {
      return alive;
    },
    async run(words, seconds = 60) {
      try {
        return await guest.run(words, seconds);
      } catch (error) {
        breakDown(error as Error);
        await over;
        throw await explainEnd(spec, error as Error, undefined);
      }
    },
    async leave(how) {
      leaving = true;
      const late = setTimeout(
        () => breakDown(new Error(`no ${how} within ${LEAVE_SECONDS} s`)),
        LEAVE_SECONDS * 1000,
      );
      // The answer may come after the end.
      guest.run(['systemctl', '--no-block', how], 30).catch(() => undefined);
      await over.finally(() => clearTimeout(late));
      context.signal.throwIfAborted();
      if (fault) throw await explainEnd(spec, fault, undefined);
    },
    async cut() {
      leaving = true;
      child.kill('SIGKILL');
      await over;
    },
  };
  await guest.hello;
  return machine;
}

/** What ended a machine before its time, with the end of its console. */
async function explainEnd(
  { consoleLog }: MachineSpec,
  fault: Error | undefined,
  end: { code: number; complaints: string } | undefined,
): Promise<Error> {
  if (fault && 'kind' in fault) return fault;
  const console = lastConsoleLines(await readEnd(consoleLog));
  const what = fault?.message ?? (end ? whyEnded(end, console) : 'it has ended');
  return failure(`the machine: ${what}`, { hint: `its console: ${consoleLog}`, cause: console });
}

/** The end of a file that may be large; of one that cannot be read, nothing. */
export async function readEnd(path: string, bytes = 256 * 1024): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - bytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), { position: start });
    return buffer.subarray(0, bytesRead).toString();
  } finally {
    await file.close();
  }
}

function whyEnded({ code, complaints }: { code: number; complaints: string }, console: string) {
  const panic = /Kernel panic[^\n]*/.exec(console)?.[0];
  if (panic) return panic;
  if (code !== 0) return `qemu ended with exit code ${code}: ${lastLines(complaints)}`;
  return 'it turned itself off before all was done';
}

/** The last lines of a console, without what moves cursors and sets colours. */
export function lastConsoleLines(console: string, count = CONSOLE_LINES): string {
  const lines = console
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of a terminal
    .replaceAll(/\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[A-Z=>])/g, '')
    .split(/\r?\n/)
    .map((line) => line.replaceAll('\r', '').trimEnd())
    .filter((line) => line !== '');
  return lines.slice(-count).join('\n');
}
