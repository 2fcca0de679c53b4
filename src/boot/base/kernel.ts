import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { mustRun } from '../../exec.ts';
import { type CpioMember, cpio } from './cpio.ts';

const DIRECTORY = 0o040755;
const PROGRAM = 0o100755;
const FILE = 0o100644;
const CHARACTER_DEVICE = 0o020600;

/** To find the root file system: a disk on virtio, over PCI or MMIO, with ext4 on it. */
const MODULES = ['virtio_pci', 'virtio_mmio', 'virtio_blk', 'ext4'];

/**
 * Unpacks a kernel beside dpkg: its modules into `root`, itself and a small initrd into `out`.
 * update-initramfs would have to run in the machine, and would take most of the time that all this takes.
 */
export async function addKernel(options: {
  readonly root: string;
  readonly kernelDebs: readonly string[];
  readonly busyboxDeb: string;
  readonly guestDir: string;
  readonly work: string;
  readonly out: { readonly kernel: string; readonly initrd: string };
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { root, work, out, env, signal } = options;
  const unpacked = join(work, 'kernel');
  for (const deb of options.kernelDebs) {
    await mustRun(['dpkg-deb', '-x', deb, unpacked], { signal });
  }
  const modules = await modulesFolder(unpacked);
  const version = basename(modules);
  await copyFile(kernelIn(unpacked, modules), out.kernel);
  await mkdir(join(root, 'usr/lib/modules'), { recursive: true });
  await rename(modules, join(root, 'usr/lib/modules', version));
  await mustRun(['depmod', '-b', root, version], { env, signal });

  await mustRun(['dpkg-deb', '-x', options.busyboxDeb, join(work, 'busybox')], { signal });
  const needed = await neededModules(root, version, { env, signal });
  const members = initrdMembers({
    init: await readFile(join(options.guestDir, 'base/init')),
    busybox: await readFile(await busyboxIn(join(work, 'busybox'))),
    modules: await Promise.all(
      needed.map(async (path) => [moduleName(path), await plainModule(path, signal)] as const),
    ),
  });
  await writeFile(out.initrd, await promisify(gzip)(cpio(members), { level: 1 }));
}

/** @param modules by file name, in the order in which they must be loaded */
export function initrdMembers(files: {
  readonly init: Buffer;
  readonly busybox: Buffer;
  readonly modules: readonly (readonly [name: string, content: Buffer])[];
}): CpioMember[] {
  const folders = ['bin', 'dev', 'modules', 'proc', 'sys', 'root'];
  return [
    ...folders.map((path) => ({ path, mode: DIRECTORY })),
    { path: 'dev/console', mode: CHARACTER_DEVICE, device: [5, 1] },
    { path: 'init', mode: PROGRAM, content: files.init },
    { path: 'bin/busybox', mode: PROGRAM, content: files.busybox },
    ...files.modules.map(([name, content], index) => ({
      path: `modules/${String(index).padStart(3, '0')}-${name}`,
      mode: FILE,
      content,
    })),
  ];
}

/** The files that `modprobe --show-depends` would insert, each once, dependencies first. */
export function parseShowDepends(text: string): string[] {
  const paths = [...text.matchAll(/^insmod (\S+)/gm)].map(([, path]) => path ?? '');
  return [...new Set(paths)];
}

async function neededModules(
  root: string,
  version: string,
  options: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<string[]> {
  const argv = ['modprobe', '--dirname', root, '--set-version', version, '--show-depends'];
  const outputs: string[] = [];
  // One by one: with `--all`, modprobe stops at the first module that is built in.
  for (const name of MODULES) {
    outputs.push((await mustRun([...argv, name], options)).stdout.toString());
  }
  return parseShowDepends(outputs.join(''));
}

/** Uncompressed: not every insmod can do that by itself. */
async function plainModule(path: string, signal: AbortSignal): Promise<Buffer> {
  if (path.endsWith('.xz')) return (await mustRun(['xz', '-dc', path], { signal })).stdout;
  if (path.endsWith('.zst')) return (await mustRun(['zstd', '-qdc', path], { signal })).stdout;
  return readFile(path);
}

function moduleName(path: string): string {
  return basename(path).replace(/\.(xz|zst)$/, '');
}

/** The folder of one kernel's modules: newer kernels have /usr/lib/modules, bookworm's /lib/modules. */
async function modulesFolder(unpacked: string): Promise<string> {
  const places = ['usr/lib/modules', 'lib/modules'].map((path) => join(unpacked, path));
  const folder = places.find((path) => existsSync(path));
  const [version] = folder === undefined ? [] : await readdir(folder);
  if (folder === undefined || version === undefined) throw new Error('a kernel without modules');
  return join(folder, version);
}

/** Since forky the kernel lies beside its modules. */
function kernelIn(unpacked: string, modules: string): string {
  const inBoot = join(unpacked, 'boot', `vmlinuz-${basename(modules)}`);
  return existsSync(inBoot) ? inBoot : join(modules, 'vmlinuz');
}

async function busyboxIn(unpacked: string): Promise<string> {
  const places = await readdir(unpacked);
  return join(unpacked, places.includes('bin') ? 'bin/busybox' : 'usr/bin/busybox');
}
