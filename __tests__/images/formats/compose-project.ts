import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TempDirs } from '../../support/temp.ts';
import type { ComposeCase } from './compose-cases.ts';

/** A case on disk: the environment and the files that are given, with their whole paths. */
export interface Laid {
  readonly folder: string;
  readonly paths: readonly string[];
  readonly envFiles: readonly string[];
}

/** Lays the files of a case in a folder called `test`, which gives the project its name. */
export async function layProject(
  temp: TempDirs,
  { files, overrides = [], env = {} }: Omit<ComposeCase, 'name'>,
): Promise<Laid> {
  const folder = join(await temp.make('compose'), 'test');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const envFiles = env.COMPOSE_ENV_FILES?.split(',') ?? [];
  const inFolder = (name: string) => join(folder, name);
  return {
    folder,
    paths: [...Object.keys(files).slice(0, 1), ...overrides].map(inFolder),
    envFiles: envFiles.map(inFolder),
  };
}
