import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { failure, type UserError } from './errors.ts';

/** What a finished program said. */
export interface Output {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the program: SIGTERM, and SIGKILL five seconds later. */
  readonly signal?: AbortSignal | undefined;
  /** A file that is its standard input; by default a pipe. */
  readonly stdin?: number;
  /** A file that is its standard output; by default a pipe. */
  readonly stdout?: number;
  /** Is told what it writes to stderr as soon as that is there. */
  readonly onStderr?: (text: string) => void;
  /** The signal ends all that the program has started, too: for scripts, and for what waits for others. */
  readonly withChildren?: boolean;
}

const KILL_AFTER_MS = 5000;

/** The Debian package that has a program, for programs whose package is called otherwise. */
const PACKAGE_OF: Readonly<Record<string, string>> = { 'dpkg-deb': 'dpkg', mkfifo: 'coreutils' };

/**
 * Runs a program to its end, with both streams captured and nothing on its standard input.
 *
 * @throws UserError (failure) when the program is not installed, with the package that has it;
 *   the reason of `signal` when that ended it
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Output> {
  const child = start(argv, options);
  const { onStderr } = options;
  if (onStderr) child.stderr?.on('data', (chunk: Buffer) => onStderr(chunk.toString()));
  const [stdout, stderr, code] = await Promise.all([
    child.stdout ? buffer(child.stdout) : Buffer.alloc(0),
    child.stderr ? buffer(child.stderr) : Buffer.alloc(0),
    ended(child, argv),
  ]);
  options.signal?.throwIfAborted();
  return { code, stdout, stderr: stderr.toString() };
}

/** As `run`, for programs that must succeed. @throws UserError (failure) with the end of stderr */
export async function mustRun(argv: readonly string[], options: RunOptions = {}): Promise<Output> {
  const output = await run(argv, options);
  if (output.code !== 0) {
    const why = `failed with exit code ${output.code}: ${lastLines(output.stderr)}`;
    throw killed(argv, output.code) ?? failure(`${argv[0]} ${why}`);
  }
  return output;
}

/** Starts a program whose streams the caller reads; `ended` tells how it went. */
export function start(argv: readonly string[], options: RunOptions = {}): ChildProcess {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error('empty argv');
  options.signal?.throwIfAborted();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: [options.stdin ?? 'pipe', options.stdout ?? 'pipe', 'pipe'],
    // A process group of its own.
    detached: options.withChildren ?? false,
  });
  // A program that ends without reading its input is no error of ours: its exit code tells.
  child.stdin?.on('error', () => undefined);
  const kill = (signal: NodeJS.Signals) =>
    options.withChildren ? killGroup(child.pid, signal) : child.kill(signal);
  const stop = () => {
    kill('SIGTERM');
    const timer = setTimeout(() => kill('SIGKILL'), KILL_AFTER_MS).unref();
    child.once('close', () => clearTimeout(timer));
  };
  options.signal?.addEventListener('abort', stop, { once: true });
  child.once('close', () => options.signal?.removeEventListener('abort', stop));
  return child;
}

function killGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (leader !== undefined) process.kill(-leader, signal);
  } catch (error) {
    // All of them have ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The exit code of a started program, 128 + n for a signal as in a shell. */
export function ended(child: ChildProcess, argv: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(argv[0] ?? '', error)));
    child.once('close', (code, signal) => resolve(code ?? 128 + signalNumber(signal)));
  });
}

/**
 * The error for a program that a signal ended, which says nothing of its input; undefined where it ended
 * by itself. SIGKILL is mostly the kernel's, when memory is used up.
 */
export function killed([program]: readonly string[], code: number): UserError | undefined {
  const [name] = Object.entries(constants.signals).find(([, n]) => 128 + n === code) ?? [];
  if (name === undefined) return undefined;
  return failure(
    `${program} was killed by ${name}`,
    name === 'SIGKILL' ? { hint: 'out of memory?' } : {},
  );
}

/** The last lines of what a program wrote to stderr, as one line. */
export function lastLines(text: string, count = 3): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-count).join(' | ') || 'it said nothing';
}

function notStarted(program: string, error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ENOENT') return error;
  return failure(`${program} is not installed`, {
    hint: `apt-get install ${PACKAGE_OF[program] ?? program}`,
    cause: error,
  });
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 1 : constants.signals[signal];
}
