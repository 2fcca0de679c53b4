import { describe, expect, test } from '@jest/globals';
import type { FileSystem, Member } from '../../../src/boot/rootfs/file-system.ts';
import { parseListing } from '../../../src/boot/rootfs/file-system.ts';
import { chooseKernel, findKernel } from '../../../src/boot/rootfs/kernel.ts';
import { checkModules, moduleNames, versionsIn } from '../../../src/boot/rootfs/modules.ts';

const VERSION = '6.12.9-amd64';

function system(
  folders: Readonly<Record<string, readonly string[]>>,
  texts: Readonly<Record<string, string>> = {},
): FileSystem {
  return {
    list: async (folder) => (folders[folder] ?? []).map((name): Member => ({ name, type: 'file' })),
    read: async (path) => texts[path],
    copy: async () => undefined,
  };
}

describe('the kernel', () => {
  test.each([
    ['Debian', ['vmlinuz-6.1.0-9', 'initrd.img-6.1.0-9'], 'vmlinuz-6.1.0-9'],
    [
      'the newest with an initrd',
      ['vmlinuz-6.1.0-9', 'initrd.img-6.1.0-9', 'vmlinuz-6.1.0-10', 'initrd.img-6.1.0-10'],
      'vmlinuz-6.1.0-10',
    ],
    [
      'not one without an initrd',
      ['vmlinuz-6.1', 'initrd.img-6.1', 'vmlinuz-6.12', 'System.map-6.12'],
      'vmlinuz-6.1',
    ],
    ['kiwi', ['Image-6.4.0-default', 'initrd-6.4.0-default'], 'Image-6.4.0-default'],
    ['dracut', ['vmlinuz-6.4', 'initramfs-6.4.img'], 'vmlinuz-6.4'],
    ['without versions', ['vmlinuz', 'initrd.img'], 'vmlinuz'],
    ['none', ['config-6.1', 'initrd.img-6.1'], undefined],
  ])('%s', (_, names, kernel) => {
    expect(chooseKernel(names)?.kernel).toBe(kernel);
  });

  test('is looked for in /boot, and then in /', async () => {
    const inRoot = system({ '/boot': ['grub'], '/': ['vmlinuz', 'initrd.img'] });
    expect(await findKernel(inRoot, 'x')).toEqual({ kernel: '/vmlinuz', initrd: '/initrd.img' });
    const inBoot = system({ '/boot': ['vmlinuz-6', 'initrd.img-6'], '/': ['vmlinuz'] });
    expect(await findKernel(inBoot, 'x')).toEqual({
      kernel: '/boot/vmlinuz-6',
      initrd: '/boot/initrd.img-6',
    });
  });

  test.each([
    ['no kernel', {}, 'image.ext4 has no kernel: neither /boot/vmlinuz* nor /vmlinuz'],
    ['no initrd', { '/boot': ['vmlinuz-6'] }, 'image.ext4 has no initrd for its kernel vmlinuz-6'],
  ])('%s is said', async (_, folders, message) => {
    await expect(findKernel(system(folders), 'image.ext4')).rejects.toMatchObject({
      kind: 'failure',
      message,
    });
  });
});

describe('modules', () => {
  const initrd = ['virtio_blk.ko.xz', 'virtio_pci.ko', 'ext4.ko.zst'].map(
    (name) => `usr/lib/modules/${VERSION}/kernel/x/${name}`,
  );
  const agent = { [`/usr/lib/modules/${VERSION}/modules.dep`]: 'kernel/c/virtio_console.ko.xz: a' };

  test('that are there', async () => {
    await checkModules(system({}, agent), initrd, 'x');
  });

  test('that are built in', async () => {
    const builtIn = { [`/lib/modules/${VERSION}/modules.builtin`]: 'kernel/d/virtio_blk.ko\n' };
    await checkModules(system({}, { ...agent, ...builtIn }), initrd.slice(1), 'x');
  });

  test('that the initrd lacks are named', async () => {
    await expect(checkModules(system({}, agent), initrd.slice(1), 'x')).rejects.toMatchObject({
      kind: 'failure',
      message: 'the initrd of x has no module virtio_blk: it cannot find its disk in a machine',
    });
  });

  test('without which no result comes out are named', async () => {
    await expect(checkModules(system({}), initrd, 'x')).rejects.toMatchObject({
      message: 'x has no kernel module virtio_console: no result would come out of the machine',
    });
  });

  test('are named as the kernel names them', () => {
    expect([...moduleNames(['a/virtio-blk.ko.xz', 'b/ext4.ko', 'c/README', ''])]).toEqual([
      'virtio_blk',
      'ext4',
    ]);
    expect(versionsIn(['lib/modules/1/a', 'usr/lib/modules/1/b', 'bin/sh'])).toEqual(['1']);
  });
});

test('a folder as debugfs lists it', () => {
  const text =
    '/2/040755/0/0/.//\n/2/040755/0/0/..//\n/12/100644/0/0/vmlinuz-6.1/8/\n' +
    '/13/120777/0/0/initrd.img/11/\n/14/040755/0/0/grub//\n';
  expect(parseListing(text)).toEqual([
    { name: 'vmlinuz-6.1', type: 'file' },
    { name: 'initrd.img', type: 'link' },
    { name: 'grub', type: 'folder' },
  ]);
});
