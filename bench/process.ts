import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { ended, lastLines } from '../src/exec.ts';

/** What a program took. */
export interface Taken {
  /** Wall time from start to exit. */
  readonly seconds: number;
  /** Bytes: the high-water mark of the program's own resident set (VmHWM of proc(5)). */
  readonly peakOwn: number;
  /** Bytes: the most that it and all that it started held at one moment, as sampled. */
  readonly peakTogether: number;
  readonly stdout: Buffer;
}

export interface TakeOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Is called at every sample with the processes that live. */
  readonly onSample?: (pids: readonly number[]) => void;
  readonly sampleMs?: number;
}

/** Runs a program to its end and measures it from outside. @throws Error when it fails */
export async function take(argv: readonly string[], options: TakeOptions = {}): Promise<Taken> {
  const [program = '', ...args] = argv;
  const began = performance.now();
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  let peakOwn = 0;
  let peakTogether = 0;
  const sample = () => {
    if (child.pid === undefined) return;
    const pids = [child.pid, ...descendants(child.pid)];
    peakOwn = Math.max(peakOwn, statusBytes(child.pid, 'VmHWM'));
    peakTogether = Math.max(
      peakTogether,
      pids.reduce((sum, pid) => sum + statusBytes(pid, 'VmRSS'), 0),
    );
    options.onSample?.(pids);
  };
  const timer = setInterval(sample, options.sampleMs ?? 100);
  try {
    const [stdout, stderr, code] = await Promise.all([
      buffer(child.stdout),
      buffer(child.stderr),
      ended(child, argv),
    ]);
    if (code !== 0) throw new Error(`${argv.join(' ')}: ${code}: ${lastLines(stderr.toString())}`);
    return { seconds: (performance.now() - began) / 1000, peakOwn, peakTogether, stdout };
  } finally {
    clearInterval(timer);
  }
}

/** Bytes of a line such as `VmHWM:  1234 kB` of /proc/PID/status; 0 once the process is gone. */
function statusBytes(pid: number, field: string): number {
  const text = readProc(`${pid}/status`);
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

function descendants(pid: number): number[] {
  const children = tasks(pid)
    .flatMap((task) => readProc(`${pid}/task/${task}/children`).split(' '))
    .filter((text) => /^\d+$/.test(text))
    .map(Number);
  return [...children, ...children.flatMap(descendants)];
}

function tasks(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
}
