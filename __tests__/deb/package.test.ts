import { describe, expect, test } from '@jest/globals';
import { debFileName } from '../../src/deb/check-fields.ts';
import { checkDebSize } from '../../src/deb/layout.ts';
import { buildPackage } from '../../src/deb/package.ts';
import { endOfEntries, tarEnd } from '../../src/deb/tar.ts';
import { headerSum, paddingOf, readSize, tarHeader } from '../../src/tar.ts';
import { packageSpec, paperImage } from './fixture.ts';

const entry = { path: './usr/x', size: 5, mode: 0o644, mtime: 1 };

describe('checkDebSize', () => {
  test('takes what fits', () => {
    expect(() => checkDebSize([9_999_980_000])).not.toThrow();
    expect(() => checkDebSize([], 9_999_999_999)).not.toThrow();
  });
  test.each([[[9_999_999_999]], [[5_000_000_000, 5_000_000_000]]])('refuses %j', (sizes) => {
    expect(() => checkDebSize(sizes)).toThrow(
      expect.objectContaining({
        kind: 'failure',
        message: expect.stringMatching(/cannot hold more than 9999999999/),
      }),
    );
  });
});

describe('debFileName', () => {
  test('has no epoch', () => {
    expect(debFileName(packageSpec([], { version: '1:2-3' }))).toBe('edge-images_2-3_amd64.deb');
  });
  test('has an end', () => {
    expect(() => debFileName(packageSpec([], { version: '1'.repeat(240) }))).toThrow(
      /more than 255/,
    );
  });
});

describe('buildPackage refuses before it writes', () => {
  const image = paperImage('a:1');
  const nowhere = {
    deviceDir: '/nowhere',
    workDir: '/nowhere',
    outputDir: '/nowhere',
    generator: '',
  };
  test.each([
    ['no images', { images: [] }, /without images/],
    ['a name', { name: 'X' }, /package name/],
    ['a version', { version: 'x' }, /version/],
    ['a maintainer', { maintainer: 'x' }, /maintainer/],
    ['a description', { description: '' }, /description/],
    ['a section', { section: '' }, /section/],
    ['depends', { depends: 'x' }, /depends/],
    ['an extra file', { files: [{ source: '/dev/null', destination: '/x' }] }, /destination/],
    [
      'too much',
      { images: [{ ...image, imageFragment: { ...image.imageFragment, size: 1e10 } }] },
      /cannot hold more/,
    ],
    ['a time', { epoch: 2 ** 33 }, /SOURCE_DATE_EPOCH 8589934592 is no time/],
    ['a time before 1970', { epoch: -1 }, /SOURCE_DATE_EPOCH/],
    ['an image twice', { images: [image, image] }, /two images of one reference/],
  ])('%s', async (_, given, message) => {
    await expect(buildPackage(packageSpec([image], given), nowhere)).rejects.toThrow(message);
  });
});

describe('tarHeader', () => {
  test('writes sizes beyond 8 GiB in base 256', () => {
    const header = tarHeader({ ...entry, size: 2 ** 33 });
    expect(header.subarray(124, 136).toString('hex')).toBe('800000000000000200000000');
    expect(readSize(header)).toBe(2 ** 33);
    expect(readSize(tarHeader({ ...entry, size: 2 ** 33 - 1 }))).toBe(2 ** 33 - 1);
  });
  test.each([
    [99, 512],
    [100, 512],
    [101, 1536],
    [511, 1536],
    [512, 2048],
  ])('of a path of %i bytes has %i bytes', (length, size) => {
    expect(tarHeader({ ...entry, path: 'x'.repeat(length) })).toHaveLength(size);
  });
  test('has its sum', () => {
    const header = tarHeader(entry);
    expect(header.toString('latin1', 148, 156)).toBe(
      `${headerSum(header).toString(8).padStart(6, '0')}\0 `,
    );
  });
});

test.each([
  [0, 0],
  [1, 511],
  [512, 0],
  [513, 511],
])('paddingOf %i is %i', (size, padding) => {
  expect(paddingOf(size)).toBe(padding);
});

test.each([
  [0, 10_240],
  [9216, 1024],
  [9728, 10_752],
  [10_240, 10_240],
])('tarEnd of %i is %i', (length, end) => {
  expect(tarEnd(length)).toBe(end);
});

test('endOfEntries refuses a tar without its end', async () => {
  const tar = tarHeader({ ...entry, size: 0 });
  const file = {
    read: async (into: Buffer, offset: number, length: number, at: number) => ({
      bytesRead: tar.copy(into, offset, at, at + length),
    }),
  };
  await expect(endOfEntries(file as never, 0, tar.length)).rejects.toThrow('a tar without its end');
});
