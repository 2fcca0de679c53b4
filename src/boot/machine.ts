import { open, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { failure } from '../errors.ts';
import { ended, lastLines, start } from '../exec.ts';
import { type Guest, listenToGuest, type Reply, STOPPED } from './guest.ts';
import { type MachineSpec, qemuArgv } from './qemu.ts';

/** A machine that runs. */
export interface Machine {
  readonly consoleLog: string;
  /** False once it has ended or does not answer any more. */
  readonly alive: boolean;
  /** Near its deadline: what is left of its time is for asking it why. */
  readonly overdue: boolean;
  /**
   * Runs a program in the machine, 60 seconds at most by default.
   *
   * @throws UserError (failure) when the machine does not answer, or the program is not done when the
   *   machine is overdue
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

/** What a disk of this machine must have left, in bytes: qemu stops a machine that it cannot write for. */
const ROOM_BYTES = 32 * 1024 * 1024;

const LEAVE_SECONDS = 180;

/** Of a machine's time, for asking it why something hangs: all of that by then, and each question. */
const LAST_SECONDS = 60;
const LAST_QUESTION_SECONDS = 10;

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
  const watch = setInterval(async () => {
    const harm = await findHarm(spec, context.consoleLimit ?? CONSOLE_BYTES);
    if (harm !== undefined) breakDown(new Error(harm));
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
    clearInterval(watch);
    alive = false;
  });

  const overdueAt = performance.now() + 1000 * (context.deadline - lastSeconds(context.deadline));
  const secondsLeft = () => Math.ceil((overdueAt - performance.now()) / 1000);

  const machine: Machine = {
    consoleLog: spec.consoleLog,
    get alive() {
      return alive;
    },
    get overdue() {
      return secondsLeft() <= 0;
    },
    async run(words, seconds = 60) {
      const limit = Math.min(seconds, Math.max(LAST_QUESTION_SECONDS, secondsLeft()));
      const reply = await guest.run(words, limit).catch(async (error: Error) => {
        breakDown(error);
        await over;
        throw await explainEnd(spec, error, undefined);
      });
      if (reply.code !== STOPPED || limit === seconds) return reply;
      throw await explainEnd(spec, stoppedEarly(words, limit, context), undefined);
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

/** What a diagnosis asks near the deadline is stopped, too: then something else has failed before. */
function stoppedEarly(words: readonly string[], seconds: number, { deadline }: MachineContext) {
  return new Error(
    `the deadline of ${deadline} s is near: ${words.join(' ')} was stopped after ${seconds} s`,
  );
}

/** A quarter of a short deadline. */
function lastSeconds(deadline: number): number {
  return Math.min(LAST_SECONDS, deadline / 4);
}

/** What a machine does to the one that it runs on, where it must not go on. */
async function findHarm(spec: MachineSpec, consoleLimit: number): Promise<string | undefined> {
  const { size } = await stat(spec.consoleLog).catch(() => ({ size: 0 }));
  if (size > consoleLimit) return `its console was flooded with ${size} bytes`;
  const folder = dirname(spec.disk);
  const room = await statfs(folder).catch(() => undefined);
  if (room === undefined || room.bavail * room.bsize >= ROOM_BYTES) return undefined;
  return `no space is left for its disk in ${folder}`;
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
