import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { BuildResult } from '../src/report/result.ts';

export const ROOT = join(import.meta.dirname, '..');
export const CLI = join(ROOT, 'dist/cli.js');

/** How a run of the bundle ended. */
export interface Ended {
  /** 128 + n where a signal ended it, as in a shell. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
  /** Runs in a process group of its own, as a shell does it. */
  readonly detached?: boolean;
  /** Instead of the one that runs the tests. */
  readonly node?: string;
}

/** Runs the committed bundle of the command, as users do. */
export async function cli(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return end(startCli(args, options));
}

export function startCli(args: readonly string[], options: RunOptions = {}): ChildProcess {
  return startBundle([CLI, ...args], options);
}

export function startBundle(
  args: readonly string[],
  { env, cwd, uid, detached = false, node = process.execPath }: RunOptions = {},
): ChildProcess {
  return spawn(node, [...args], {
    // What the tests run with is not what the program runs with.
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    cwd: cwd ?? ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
}

export async function end(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr] = await Promise.all([
    child.stdout && buffer(child.stdout),
    child.stderr && buffer(child.stderr),
    once(child, 'close'),
  ]);
  return { code: child.exitCode, stdout: String(stdout), stderr: String(stderr) };
}

/** Builds, which must succeed, and reads the result. */
export async function build(
  args: readonly string[],
  options: RunOptions = {},
): Promise<BuildResult> {
  const { code, stdout, stderr } = await cli(['build', '--json', ...args], options);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as BuildResult;
}

/** A build's folders, and the arguments that every build needs. */
export interface Workplace {
  readonly cache: string;
  readonly output: string;
  readonly args: readonly string[];
}

export function workplace(folder: string, more: Readonly<Record<string, string>> = {}): Workplace {
  const inputs = buildInputs(folder);
  const options = { ...inputs, 'digest-policy': 'ignore', level: '3', ...more };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return { cache: inputs['cache-dir'], output: inputs['output-dir'], args };
}

/** Of a build that works in a folder: all but the images. */
export function buildInputs(folder: string) {
  return {
    arch: 'amd64',
    package: 'app-images',
    version: '1.0',
    maintainer: 'Test <test@example.org>',
    'tls-verify': 'false',
    'cache-dir': join(folder, 'cache'),
    'output-dir': join(folder, 'out'),
  };
}

/** The names in a folder; none where it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
