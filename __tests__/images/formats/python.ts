import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from '../../../src/exec.ts';

/** A program whose own reading of files ours is compared with. */
export interface Oracle {
  /** What pip installs: `kiwi==11.1`. */
  readonly requirement: string;
  /** A script beside this file: it gets the path of a JSON array and prints an answer for each item. */
  readonly script: string;
}

/** @param folder an empty one */
export async function askOracle<Answer>(
  { requirement, script }: Oracle,
  cases: readonly unknown[],
  folder: string,
): Promise<Answer[]> {
  const path = join(folder, 'cases.json');
  await writeFile(path, JSON.stringify(cases));
  const environment = join(folder, 'python');
  await mustRun(['python3', '-m', 'venv', environment]);
  const python = join(environment, 'bin', 'python');
  await mustRun([python, '-m', 'pip', 'install', '--quiet', requirement]);
  const { stdout } = await mustRun([python, join(import.meta.dirname, script), path]);
  return JSON.parse(stdout.toString()) as Answer[];
}
