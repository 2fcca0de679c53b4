import { expect, test } from '@jest/globals';
import { independentArgv, overlayArgv, payloadArgv } from '../../src/boot/disk.ts';
import { diskSize } from '../../src/boot/run.ts';
import type { PackageUnderTest } from '../../src/boot/types.ts';

const GIB = 1024 ** 3;

test('an overlay names what lies below, and how that is to be read', () => {
  expect(overlayArgv({ file: '/base', format: 'raw' }, '/over', 7).join(' ')).toBe(
    'qemu-img create -q -f qcow2 -b /base -F raw /over 7',
  );
});

test('what is kept of an overlay needs nothing below it', () => {
  expect(independentArgv('/over')).toEqual([
    ...['qemu-img', 'rebase', '-f', 'qcow2', '-b', '', '/over'],
  ]);
});

test('the payload disk has a label that fits', () => {
  const argv = payloadArgv('/folder', '/disk');
  expect(argv.slice(argv.indexOf('-L'))).toEqual([
    '-L',
    'preload-payload',
    '-d',
    '/folder',
    '/disk',
  ]);
  expect('preload-payload'.length).toBeLessThanOrEqual(16);
});

test.each([
  [0, 0, 2 * GIB],
  [GIB, GIB, 10 * GIB],
])('a package of %s bytes with images of %s', (size, unpackedSize, expected) => {
  const pkg = { size, images: [{ unpackedSize }] } as unknown as PackageUnderTest;
  expect(diskSize([pkg])).toBe(expected);
});
