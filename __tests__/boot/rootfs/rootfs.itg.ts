import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { cpio } from '../../../src/boot/base/cpio.ts';
import { fileSystemArgv } from '../../../src/boot/rootfs/disk.ts';
import { initrdPaths } from '../../../src/boot/rootfs/initrd.ts';
import { readRootfs } from '../../../src/boot/rootfs/rootfs.ts';
import { mustRun } from '../../../src/exec.ts';
import { tempDirs } from '../../support/temp.ts';

const temp = tempDirs();
afterAll(() => temp.remove());

const signal = new AbortController().signal;
const VERSION = '6.12.9-amd64';
const MODULES = ['virtio_blk', 'virtio_pci', 'ext4'];

function initrd(modules: readonly string[], more: readonly string[] = []): Buffer {
  const paths = modules.map((name) => `usr/lib/modules/${VERSION}/kernel/${name}.ko.xz`);
  return cpio(
    [...paths, ...more].map((path) => ({ path, mode: 0o100644, content: Buffer.from('x') })),
  );
}

/** A folder that has of a system just what is looked at. */
async function system(change: (root: string) => Promise<void> = async () => {}): Promise<string> {
  const root = join(await temp.make('system'), 'root');
  const files: Record<string, string | Buffer> = {
    [`boot/vmlinuz-${VERSION}`]: 'kernel',
    [`boot/initrd.img-${VERSION}`]: gzipSync(initrd(MODULES)),
    'usr/lib/os-release': 'ID=debian\nVERSION_CODENAME=trixie\n',
    'usr/lib/systemd/system-generators/systemd-run-generator': '',
    [`usr/lib/modules/${VERSION}/modules.dep`]: 'kernel/virtio_console.ko.xz:\n',
    'var/lib/dpkg/status': ['dpkg', 'podman']
      .map(
        (name) =>
          `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n`,
      )
      .join('\n'),
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  }
  await symlink('usr/lib', join(root, 'lib'));
  await change(root);
  return root;
}

async function read(path: string, change: { architecture?: 'arm64'; engine?: 'docker' } = {}) {
  const workDir = await temp.make('work');
  return readRootfs({ path, architecture: 'amd64', engine: 'podman', workDir, signal, ...change });
}

async function tarball(root: string, name: string): Promise<string> {
  const path = join(root, '..', name);
  await mustRun([
    'tar',
    '--create',
    '--auto-compress',
    `--file=${path}`,
    `--directory=${root}`,
    '.',
  ]);
  return path;
}

describe('a system', () => {
  test.each(['folder', 'root.tar', 'root.tar.gz', 'root.tar.xz', 'root.tar.zst'])(
    'as %s',
    async (name) => {
      const root = await system();
      const base = await read(name === 'folder' ? root : await tarball(root, name));
      expect(base).toMatchObject({
        suite: 'trixie',
        architecture: 'amd64',
        kernelOptions: ['fstab=no'],
      });
      expect(base.packages).toEqual([
        { name: 'dpkg', version: '1' },
        { name: 'podman', version: '1' },
      ]);
      expect(await readFile(base.kernel, 'utf8')).toBe('kernel');
      expect(await initrdPaths(base.initrd, signal)).toHaveLength(MODULES.length);
    },
  );

  test('as an image of ext4, which is taken as it is', async () => {
    const root = await system();
    const disk = join(root, '../disk.ext4');
    await mustRun(['truncate', '-s', '32M', disk]);
    const [program = '', ...args] = fileSystemArgv(root, disk);
    await mustRun([`/sbin/${program}`, ...args]);
    const before = await readFile(disk);
    const base = await read(disk);
    expect(base.disk).toBe(disk);
    expect((await readFile(disk)).equals(before)).toBe(true);
  });

  test('given as a folder is not touched', async () => {
    const root = await system();
    const before = (await readdir(root, { recursive: true })).toSorted();
    await read(root);
    expect((await readdir(root, { recursive: true })).toSorted()).toEqual(before);
  });
});

describe('what cannot be booted is said', () => {
  const without = (path: string) => (root: string) => rm(join(root, path), { recursive: true });
  test.each([
    ['no kernel', without(`boot/vmlinuz-${VERSION}`), /has no kernel/],
    ['no initrd', without(`boot/initrd.img-${VERSION}`), /has no initrd for its kernel/],
    ['no dpkg', without('var/lib/dpkg/status'), /has no \/var\/lib\/dpkg\/status/],
    ['no systemd', without('usr/lib/systemd'), /its init is not systemd/],
    [
      'an initrd for other hardware',
      (root: string) =>
        writeFile(join(root, `boot/initrd.img-${VERSION}`), gzipSync(initrd(['nvme', 'ext4']))),
      /has no module virtio_blk, virtio_pci/,
    ],
    [
      'an initrd that is none',
      (root: string) => writeFile(join(root, `boot/initrd.img-${VERSION}`), 'no initrd'),
      /is no initrd: it begins with 6e6f20696e69/,
    ],
  ])('%s', async (_, change, message) => {
    const root = await system(change);
    await expect(read(root)).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringMatching(message),
    });
  });

  test('another architecture', async () => {
    const root = await system();
    await expect(read(root, { architecture: 'arm64' })).rejects.toMatchObject({
      message: `${root} is a system for amd64, and the package for arm64`,
    });
  });

  test('no engine', async () => {
    const root = await system();
    await expect(read(root, { engine: 'docker' })).rejects.toMatchObject({
      message: `${root} has no docker, and machines have no network to get it from`,
    });
  });

  test.each([
    ['a whole disk', 512, 'EFI PART', /an image of a whole disk with partitions/],
    ['a whole disk of the old kind', 510, '\x55\xaa', /an image of a whole disk with partitions/],
    ['qcow2', 0, 'QFI\xfb', /a qcow2 image/],
    ['something else', 0, 'x', /neither a folder nor a tarball nor an ext4 image/],
  ])('%s', async (_, at, magic, message) => {
    const path = join(await temp.make('image'), 'image');
    const content = Buffer.alloc(4096);
    content.write(magic, at, 'latin1');
    await writeFile(path, content);
    await expect(read(path)).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('without partitions'),
    });
  });

  test('nothing at all', async () => {
    await expect(read('/nowhere')).rejects.toMatchObject({ message: '/nowhere does not exist' });
  });
});

describe('paths in an initrd', () => {
  const early = cpio([
    { path: 'kernel/x86/microcode', mode: 0o100644, content: Buffer.alloc(5000) },
  ]);
  const main = initrd(MODULES, ['init']);
  const expected = [
    'kernel/x86/microcode',
    ...MODULES.map((name) => expect.stringContaining(name)),
    'init',
  ];

  test.each(['cat', 'gzip', 'zstd', 'xz', 'bzip2', 'lz4 -l'])('by %s', async (packer) => {
    const folder = await temp.make('initrd');
    await writeFile(join(folder, 'main'), main);
    const packed = await mustRun(['sh', '-c', `${packer} <"$1"`, 'sh', join(folder, 'main')]);
    await writeFile(
      join(folder, 'initrd'),
      Buffer.concat([early, Buffer.alloc(500), packed.stdout]),
    );
    expect(await initrdPaths(join(folder, 'initrd'), signal)).toEqual(expected);
  });
});
