import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Raised whenever the layout, or the bytes of a fragment of the same layer and level, change. */
const LAYOUT_VERSION = 1;

const WEEK_MS = 7 * 24 * 3600 * 1000;

export function entriesRoot(root: string): string {
  return join(root, `v${LAYOUT_VERSION}`);
}

/** The start of the name of this process's work folder: who owns it can be told by the name. */
export function workPrefix(): string {
  return `${safeHostname()}.${process.pid}.`;
}

/**
 * Removes work folders whose process is gone. Processes of other hosts (and containers, which share
 * a store but no process numbers) cannot be asked: their folders go after a week.
 */
export async function removeDeadWork(root: string): Promise<void> {
  for (const name of await readdir(join(root, 'work'))) {
    const path = join(root, 'work', name);
    const [host, pid] = name.split('.');
    const dead = host === safeHostname() ? !isAlive(Number(pid)) : await isOlderThan(path, WEEK_MS);
    if (dead) await rm(path, { recursive: true, force: true });
  }
}

function safeHostname(): string {
  return hostname().replaceAll(/[^A-Za-z0-9-]/g, '-') || 'localhost';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isOlderThan(path: string, ms: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ms;
}
