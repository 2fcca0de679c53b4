import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

const WEEK_MS = 7 * 24 * 3600 * 1000;

/** The start of the name of what this process will remove again: who owns it can be told by the name. */
export function ownerPrefix(): string {
  return `${processSpace()}.${process.pid}.${startTime(process.pid)}.`;
}

const OWNED = /^([0-9a-f]{16})\.(\d+)\.(\d*)\./;

/**
 * Removes from a folder what processes that are gone have left there.
 *
 * @param prefix what stands before `ownerPrefix` in the names of it
 */
export async function removeLeftOvers(folder: string, prefix = ''): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Another user's cannot be removed, and harms nobody.
    if (name.startsWith(prefix) && (await isLeftOver(path, name.slice(prefix.length)))) {
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

/**
 * Whether the process is gone that has made a file or folder and would have removed it. Processes of other
 * machines and containers cannot be asked, though they may share a folder: theirs counts as left after
 * a week.
 *
 * @param name what began with `ownerPrefix`; anything else belongs to somebody else
 */
async function isLeftOver(path: string, name: string): Promise<boolean> {
  const [, space, pid, start] = OWNED.exec(name) ?? [];
  if (space === undefined) return false;
  return space === processSpace() ? !isAlive(Number(pid), start) : isOlderThan(path, WEEK_MS);
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
