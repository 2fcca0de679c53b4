import {
  type BigIntStats,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Watches what a program lays on the disk while it runs: all files below some folders, and the files
 * that it has open for writing elsewhere or that have no name any more. A file with several names
 * counts once.
 */
export interface DiskWatch {
  sample(pids: readonly number[]): void;
  /**
   * The most bytes that lay there at one moment in files other than those that are below `kept` now.
   */
  peakBeside(kept: readonly string[]): number;
}

/** Bytes by file, at one moment. A file is its device, inode and time of birth. */
type Moment = ReadonlyMap<string, number>;

export function watchDisk(folders: readonly string[]): DiskWatch {
  const moments: Moment[] = [];
  const look = (pids: readonly number[]): Moment => {
    const files = new Map<string, number>();
    for (const folder of folders) addFolder(folder, files);
    for (const pid of pids) addOpenFiles(pid, files);
    return files;
  };
  return {
    sample(pids) {
      moments.push(look(pids));
    },
    peakBeside(kept) {
      const final = new Map<string, number>();
      for (const folder of kept) addFolder(folder, final);
      return Math.max(
        0,
        ...moments.map((moment) =>
          [...moment].reduce((sum, [file, size]) => (final.has(file) ? sum : sum + size), 0),
        ),
      );
    },
  };
}

function addFolder(folder: string, files: Map<string, number>): void {
  const entries = orNothing(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addFolder(path, files);
    else if (entry.isFile()) addFile(() => lstatSync(path, { bigint: true }), files);
  }
}

/** /proc/PID/fd leads to a file even when its name is gone (proc(5)). */
function addOpenFiles(pid: number, files: Map<string, number>): void {
  for (const fd of orNothing(() => readdirSync(`/proc/${pid}/fd`)) ?? []) {
    const path = `/proc/${pid}/fd/${fd}`;
    const target = orNothing(() => readlinkSync(path)) ?? '';
    if (!target.startsWith('/') || target.startsWith('/dev/')) continue;
    if (target.endsWith(' (deleted)') || isOpenForWriting(pid, fd)) {
      addFile(() => statSync(path, { bigint: true }), files);
    }
  }
}

/** The lowest two bits of the flags are the access mode; 0 is O_RDONLY. */
function isOpenForWriting(pid: number, fd: string): boolean {
  const info = orNothing(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')) ?? '';
  const flags = Number.parseInt(/^flags:\s+([0-7]+)/m.exec(info)?.[1] ?? '0', 8);
  return (flags & 3) !== 0;
}

function addFile(stat: () => BigIntStats, files: Map<string, number>): void {
  const found = orNothing(stat);
  if (!found?.isFile()) return;
  files.set(`${found.dev}:${found.ino}:${found.birthtimeNs}`, Number(found.size));
}

/** Files come and go while they are looked at. */
function orNothing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
