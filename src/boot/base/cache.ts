import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hashFile } from '../../hash-file.ts';
import type { BaseSystem } from './types.ts';

const FILES = ['disk', 'kernel', 'initrd'] as const;
type FileName = (typeof FILES)[number];

const FACTS = 'base.json';

/** The file `FACTS`: what `BaseSystem` says, but for the paths, and what the files must hold. */
interface Entry extends Omit<BaseSystem, FileName> {
  readonly sha256: Readonly<Record<FileName, string>>;
}

/** Where a base's files are in its folder. */
export function baseFiles(folder: string): Record<FileName, string> {
  return {
    disk: join(folder, 'disk.ext4'),
    kernel: join(folder, 'vmlinuz'),
    initrd: join(folder, 'initrd'),
  };
}

/** Told what a cache cannot do: it never keeps anybody from a base. */
export type Warn = (message: string) => void;

/** @returns `undefined` when there is none, or when a file is not what it was when it was made */
export async function readBase(
  folder: string,
  key: string,
  warn: Warn,
): Promise<BaseSystem | undefined> {
  const files = baseFiles(folder);
  try {
    const text = await readFile(join(folder, FACTS), 'utf8');
    const { sha256, ...facts } = JSON.parse(text) as Entry;
    const sums = await hashFiles(files);
    const damaged = FILES.find((name) => sums[name] !== sha256[name]);
    if (damaged === undefined && facts.key === key) return { ...facts, ...files };
    const what = damaged === undefined ? `it is another one: ${folder}` : files[damaged];
    warn(`a kept base system is damaged, and made anew: ${what}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    warn(`a kept base system cannot be read, and is made anew: ${(error as Error).message}`);
  }
  return undefined;
}

/** Writes down what a finished base is, and what its files hold. @param folder with `baseFiles` */
export async function sealBase(
  folder: string,
  facts: Omit<BaseSystem, FileName>,
): Promise<BaseSystem> {
  const files = baseFiles(folder);
  const entry: Entry = { ...facts, sha256: await hashFiles(files) };
  await writeFile(join(folder, FACTS), `${JSON.stringify(entry, null, 2)}\n`);
  return { ...facts, ...files };
}

/**
 * Moves a sealed base into the cache, whole or not at all. Whoever comes second, of two that made the
 * same one at the same time, takes the first one's; a damaged one gives way. Where the cache cannot
 * take it, the base stays where it is.
 */
export async function keepBase(
  cacheDir: string,
  base: BaseSystem,
  warn: Warn,
): Promise<BaseSystem> {
  const folder = dirname(base.disk);
  const target = baseFolder(cacheDir, base.key);
  try {
    await mkdir(dirname(target), { recursive: true });
    await removeOutdated(dirname(target));
    if (!(await moved(folder, target))) {
      const other = await readBase(target, base.key, () => undefined);
      if (other !== undefined) return other;
      // Aside first: a folder is removed file by file, and nobody may meet it half removed.
      const aside = unfinished(target);
      await rename(target, aside);
      await rm(aside, { recursive: true });
      await moved(folder, target);
    }
    return { ...base, ...baseFiles(target) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    warn(`the base system cannot be kept for the next time: ${message}`);
    return base;
  }
}

/** Where a base of that key is kept. */
export function baseFolder(cacheDir: string, key: string): string {
  return join(cacheDir, 'bases', key);
}

/** Beside its later place, so that a rename brings it there. */
function unfinished(target: string): string {
  return join(dirname(target), `.${basename(target)}.${randomUUID()}`);
}

/**
 * By a rename, or by a copy and a rename from another file system.
 *
 * @returns `false` when something is there already
 */
async function moved(from: string, target: string): Promise<boolean> {
  try {
    await rename(from, target);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    if (code !== 'EXDEV') throw error;
  }
  const copy = unfinished(target);
  try {
    await cp(from, copy, { recursive: true });
    return await moved(copy, target);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

const OUTDATED_MS = 14 * 24 * 3600 * 1000;

/**
 * Removes what nobody asks for any more: a key holds for one week, and a test that began on last
 * week's base may still run. What a killed process left unfinished comes to that age, too.
 */
async function removeOutdated(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > OUTDATED_MS) await rm(path, { recursive: true, force: true });
  }
}

async function hashFiles(files: Record<FileName, string>): Promise<Record<FileName, string>> {
  const sums = await Promise.all(
    FILES.map(async (name) => [name, await hashFile(files[name], 'sha256')]),
  );
  return Object.fromEntries(sums) as Record<FileName, string>;
}
