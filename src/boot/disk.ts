import { chmod, copyFile, link, mkdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from '../exec.ts';
import { PAYLOAD_LABEL } from './qemu.ts';

/** Makes a disk that takes what a machine writes; what lies under it is never written. */
export async function makeOverlay(
  below: { file: string; format: 'raw' | 'qcow2' },
  overlay: string,
  size: number,
  signal: AbortSignal,
): Promise<void> {
  await mustRun(overlayArgv(below, overlay, size), { signal });
}

/** @param size bytes that the machine sees; no less than those of the disk below */
export function overlayArgv(
  below: { file: string; format: 'raw' | 'qcow2' },
  overlay: string,
  size: number,
): string[] {
  return [
    ...['qemu-img', 'create', '-q', '-f', 'qcow2', '-b', below.file, '-F', below.format],
    ...[overlay, String(size)],
  ];
}

/** Puts what lies below an overlay into it: it outlives the base then. */
export async function makeIndependent(overlay: string, signal: AbortSignal): Promise<void> {
  await mustRun(independentArgv(overlay), { signal });
}

export function independentArgv(overlay: string): string[] {
  return ['qemu-img', 'rebase', '-f', 'qcow2', '-b', '', overlay];
}

/** A file of the payload disk: another file, or its content. */
export interface PayloadFile {
  readonly name: string;
  readonly from: string | Uint8Array;
}

/** Makes the disk from which a machine reads the agent and the packages. */
export async function makePayload(
  files: readonly PayloadFile[],
  disk: string,
  signal: AbortSignal,
): Promise<void> {
  const folder = `${disk}.d`;
  await mkdir(folder);
  try {
    for (const { name, from } of files) await place(from, join(folder, name));
    await writeFile(disk, '');
    await truncate(disk, await diskSize(folder, files));
    await mustRun(payloadArgv(folder, disk), { signal });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function payloadArgv(folder: string, disk: string): string[] {
  return [
    ...['/sbin/mke2fs', '-q', '-F', '-t', 'ext4', '-O', '^has_journal', '-m', '0'],
    ...['-L', PAYLOAD_LABEL, '-d', folder, disk],
  ];
}

async function place(from: PayloadFile['from'], path: string): Promise<void> {
  if (typeof from !== 'string') {
    await writeFile(path, from);
    // Whatever the umask: any user of a container starts the probe.
    return chmod(path, 0o755);
  }
  await link(from, path).catch(() => copyFile(from, path));
}

/** Content, and generous room for what the file system needs itself. */
async function diskSize(folder: string, files: readonly PayloadFile[]): Promise<number> {
  const sizes = await Promise.all(files.map(({ name }) => stat(join(folder, name))));
  const content = sizes.reduce((sum, { size }) => sum + Math.ceil(size / 4096) * 4096, 0);
  return Math.ceil((content * 1.05 + 16 * 1024 * 1024) / 4096) * 4096;
}
