import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Raised whenever the layout, or the bytes of a fragment of the same layer and level, change. */
export const LAYOUT_VERSION = 1;

const WEEK_MS = 7 * 24 * 3600 * 1000;

export function entriesRoot(root: string): string {
  return join(root, `v${LAYOUT_VERSION}`);
}

/** The start of the name of this process's work folder: who owns it can be told by the name. */
export function workPrefix(): string {
  return `${processSpace()}.${process.pid}.${startTime(process.pid)}.`;
}

/**
 * Removes work folders whose process is gone. Processes of other machines and containers cannot be
 * asked, though they may share the store: their folders go after a week.
 */
export async function removeDeadWork(root: string): Promise<void> {
  const here = processSpace();
  for (const name of await readdir(join(root, 'work'))) {
    const path = join(root, 'work', name);
    const [space, pid, start] = name.split('.');
    const dead = space === here ? !isAlive(Number(pid), start) : await isOlderThan(path, WEEK_MS);
    // Another user's cannot be removed, and harms nobody.
    if (dead) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * Where a process number means the same process: this boot of this machine, this PID namespace.
 * Neither a host name nor the namespace tells alone: containers on the host's network share the
 * name, and the first namespace has the same number on every machine.
 */
function processSpace(): string {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  const text = [hostname(), boot, namespace].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** A process number is given again; together with the time of its start it is not (proc(5), stat). */
function startTime(pid: number): string {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? '';
  // The second field, the program's name in parentheses, may hold spaces; the 22nd is wanted.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[22 - 3] ?? '';
}

/** Whatever cannot be asked lives. */
function isAlive(pid: number, start: string | undefined): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startTime(pid);
  return now === '' || now === start;
}

function attempt(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

async function isOlderThan(path: string, ms: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ms;
}
