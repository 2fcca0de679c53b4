import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAction } from './action-file.ts';
import { type Ended, end, ROOT, startBundle } from './program.ts';
import type { tempDirs } from './support/temp.ts';

/** A step of a job, as the runner prepares it. */
export interface Job {
  readonly folder: string;
  readonly workspace: string;
  readonly output: string;
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * What the runner gives to a step: every input that its action names, as it was given, or its default,
 * or empty; the files for outputs and summary.
 */
export async function startJob(
  temp: ReturnType<typeof tempDirs>,
  actionFile: string,
  inputs: (folder: string) => Readonly<Record<string, string>>,
): Promise<Job> {
  const folder = await temp.make('job');
  const at = (name: string) => join(folder, name);
  await Promise.all(['workspace', 'temp'].map((name) => mkdir(at(name))));
  for (const name of ['output', 'summary']) await writeFile(at(name), '');
  const defaults = Object.entries(readAction(actionFile).inputs).map(([name, info]) => [
    name,
    info.default ?? '',
  ]);
  const given = { ...Object.fromEntries(defaults), ...inputs(folder) };
  return {
    folder,
    workspace: at('workspace'),
    output: at('out'),
    cache: at('cache'),
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: at('workspace'),
      GITHUB_OUTPUT: at('output'),
      GITHUB_STEP_SUMMARY: at('summary'),
      RUNNER_TEMP: at('temp'),
      ...Object.fromEntries(
        Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
    },
  };
}

/** @param bundle its path in this repository */
export async function runJob(
  bundle: string,
  { env, workspace }: Job,
  more: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return end(startBundle([join(ROOT, bundle)], { env: { ...env, ...more }, cwd: workspace }));
}

/** The outputs of a step, as the runner reads them from its file: the last one of a name counts. */
export async function outputs({ env }: Job): Promise<Record<string, string>> {
  const text = await readFile(env.GITHUB_OUTPUT ?? '', 'utf8');
  const found = text.matchAll(/^(\S+)<<(ghadelimiter_\S+)\n(.*?)\n\2$/gms);
  return Object.fromEntries([...found].map(([, name, , value]) => [name, value]));
}

/** Lines of a log that are commands to the runner, by the command's name. */
export function commands({ stdout }: Ended, name: string): string[] {
  return stdout.split('\n').filter((line) => line.startsWith(`::${name}`));
}
