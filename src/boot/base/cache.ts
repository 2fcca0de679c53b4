import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BaseSystem } from './types.ts';

const FILES = ['disk', 'kernel', 'initrd'] as const;
type FileName = (typeof FILES)[number];

/** The file base.json: what `BaseSystem` says, but for the paths, and what the files must hold. */
interface Entry extends Omit<BaseSystem, FileName> {
  readonly sha256: Readonly<Record<FileName, string>>;
}

/** Where a base's files are, in the cache or before they come there. */
export function baseFiles(folder: string): Record<FileName, string> {
  return {
    disk: join(folder, 'disk.ext4'),
    kernel: join(folder, 'vmlinuz'),
    initrd: join(folder, 'initrd'),
  };
}

/** @returns `undefined` when there is none, or when a file is not what it was when it was made */
export async function readBase(cacheDir: string, key: string): Promise<BaseSystem | undefined> {
  const folder = entryFolder(cacheDir, key);
  try {
    const { sha256, ...facts } = JSON.parse(
      await readFile(join(folder, 'base.json'), 'utf8'),
    ) as Entry;
    const files = baseFiles(folder);
    const sums = await hashFiles(files);
    if (FILES.some((name) => sums[name] !== sha256[name])) return undefined;
    return { ...facts, ...files };
  } catch {
    return undefined;
  }
}

/**
 * Puts a finished base into the cache, whole or not at all. Whoever comes second, of two that made the
 * same one at the same time, takes the first one's; a damaged one gives way.
 *
 * @param folder a folder on the cache's file system, with the files of `baseFiles`
 */
export async function publishBase(
  cacheDir: string,
  folder: string,
  facts: Omit<BaseSystem, FileName>,
): Promise<BaseSystem> {
  const entry: Entry = { ...facts, sha256: await hashFiles(baseFiles(folder)) };
  await writeFile(join(folder, 'base.json'), `${JSON.stringify(entry, null, 2)}\n`);
  const target = entryFolder(cacheDir, facts.key);
  if (!(await renamed(folder, target))) {
    const other = await readBase(cacheDir, facts.key);
    if (other !== undefined) return other;
    // Aside first: a folder is removed file by file, and nobody may meet it half removed.
    const aside = `${folder}.damaged`;
    await rename(target, aside);
    await rm(aside, { recursive: true });
    await rename(folder, target);
  }
  return { ...facts, ...baseFiles(target) };
}

/** A folder for the making of a base, beside its later place so that a rename brings it there. */
export async function stagingFolder(cacheDir: string, key: string, id: string): Promise<string> {
  const folder = join(cacheDir, 'bases', `.${key}.${id}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

function entryFolder(cacheDir: string, key: string): string {
  return join(cacheDir, 'bases', key);
}

/** @returns `false` when something is there already */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

async function hashFiles(files: Record<FileName, string>): Promise<Record<FileName, string>> {
  const sums = await Promise.all(FILES.map(async (name) => [name, await hashFile(files[name])]));
  return Object.fromEntries(sums) as Record<FileName, string>;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}
