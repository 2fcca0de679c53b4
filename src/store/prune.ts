import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { entriesRoot, removeDeadWork } from './layout.ts';

export interface PruneResult {
  readonly removedEntries: number;
  /** Bytes. */
  readonly removedBytes: number;
  /** Bytes. */
  readonly keptBytes: number;
}

interface Entry {
  readonly paths: readonly string[];
  readonly bytes: number;
  readonly usedAt: number;
}

/**
 * Removes the entries that were used longest ago until the store is no larger than `maxBytes`, and
 * what killed runs have left. Safe beside running builds: those have their own links.
 */
export async function pruneStore(root: string, maxBytes: number): Promise<PruneResult> {
  await removeDeadWork(root).catch(ignoreAbsent);
  const entries = await readEntries(entriesRoot(root));
  entries.sort((a, b) => b.usedAt - a.usedAt);
  let keptBytes = 0;
  const removed: Entry[] = [];
  for (const entry of entries) {
    if (keptBytes + entry.bytes <= maxBytes && removed.length === 0) keptBytes += entry.bytes;
    else removed.push(entry);
  }
  for (const path of removed.flatMap((entry) => entry.paths)) await rm(path, { force: true });
  return {
    removedEntries: removed.length,
    removedBytes: removed.reduce((total, entry) => total + entry.bytes, 0),
    keptBytes,
  };
}

/** A file and the facts beside it are one entry. */
async function readEntries(root: string): Promise<Entry[]> {
  const names = await readdir(root, { recursive: true, withFileTypes: true }).catch(ignoreAbsent);
  const groups = new Map<string, string[]>();
  for (const name of names ?? []) {
    if (!name.isFile()) continue;
    const path = join(name.parentPath, name.name);
    const entry = path.replace(/\.json$/, '');
    groups.set(entry, [...(groups.get(entry) ?? []), path]);
  }
  return Promise.all(
    [...groups.values()].map(async (group) => {
      const stats = await Promise.all(group.map((path) => stat(path).catch(ignoreAbsent)));
      const found = stats.filter((one) => one !== undefined);
      return {
        paths: group,
        bytes: found.reduce((total, one) => total + one.size, 0),
        usedAt: Math.max(0, ...found.map((one) => one.mtimeMs)),
      };
    }),
  );
}

function ignoreAbsent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  return undefined;
}
