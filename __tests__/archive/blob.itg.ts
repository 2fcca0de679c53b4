import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { DamagedBlobError, promisedSize, readLayer } from '../../src/archive/blob.ts';
import { formatError, UserError } from '../../src/errors.ts';
import { type BuiltLayer, buildLayer, digestOf } from '../support/images.ts';
import { tempDirs } from '../support/temp.ts';
import { noise } from './bytes.ts';

const temp = tempDirs();
afterAll(() => temp.remove());

const layer = await buildLayer([{ path: 'etc/noise', content: noise(5000) }], 'gzip');
const { length } = layer.blob;

describe('the size that the manifest says', () => {
  test.each([undefined, length])('%s', async (size) => {
    expect(await read(layer, size)).toMatchObject({ unpackedSize: layer.tar.length });
  });

  test.each([0, length - 1, length + 1])('%i, which is wrong', async (size) => {
    expect(await refused(layer, size)).toContain(
      `layer ${layer.digest} is not valid: manifest says ${size} bytes, blob has ${length} (`,
    );
  });

  test('right, but the blob is cut: that is to be fetched again', async () => {
    const cut = { ...layer, blob: layer.blob.subarray(0, -1) };
    await expect(read(cut, length)).rejects.toBeInstanceOf(DamagedBlobError);
  });
});

test.each(['gzip', 'zstd'] as const)('%s with bytes that follow it', async (compression) => {
  const built = await buildLayer([{ path: 'etc/noise', content: noise(5000) }], compression);
  const blob = Buffer.concat([built.blob, Buffer.alloc(512)]);
  expect(await refused({ ...built, blob, digest: digestOf(blob) })).toMatch(
    compression === 'gzip' ? /is not valid: its gzip is followed by/ : /is not valid: zstd: /,
  );
});

test('a zstd that is killed is no word about the layer', async () => {
  const built = await buildLayer([{ path: 'etc/noise', content: noise(5000) }], 'zstd');
  const folder = await temp.make('bin');
  await writeFile(join(folder, 'zstd'), '#!/bin/sh\nkill -KILL $$\n');
  await chmod(join(folder, 'zstd'), 0o755);
  const { PATH } = process.env;
  process.env.PATH = folder + delimiter + PATH;
  try {
    expect(await refused(built)).toBe('zstd was killed by SIGKILL (out of memory?)');
  } finally {
    process.env.PATH = PATH;
  }
});

describe('the size that a blob promises', () => {
  test.each([
    ['a tar: its own', 'none', (blob: Buffer) => blob, layer.tar.length],
    ['gzip: that of its last member', 'gzip', (blob: Buffer) => blob, layer.tar.length],
    ['two members: only the last', 'gzip', twice, layer.tar.length],
    ['zstd: none', 'zstd', (blob: Buffer) => blob, undefined],
    ['cut gzip: none', 'gzip', (blob: Buffer) => blob.subarray(0, 17), undefined],
    ['nothing', 'none', (blob: Buffer) => blob.subarray(0, 0), 0],
  ] as const)('%s', async (_title, compression, change, size) => {
    const path = join(await temp.make('promised'), 'blob');
    const entries = [{ path: 'etc/noise', content: noise(5000) }];
    await writeFile(path, change((await buildLayer(entries, compression)).blob));
    expect(await promisedSize(path)).toBe(size);
  });
});

function twice(blob: Buffer): Buffer {
  return Buffer.concat([blob, blob]);
}

async function refused(built: BuiltLayer, size?: number): Promise<string> {
  const error = await read(built, size).then(
    () => new Error('no failure'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw error;
  return formatError(error);
}

async function read({ blob: bytes, digest: blob, diffId }: BuiltLayer, size?: number) {
  const path = join(await temp.make('blob'), 'blob');
  await writeFile(path, bytes);
  const given = { path, blob, diffId, ...(size !== undefined && { size }) };
  return readLayer(given, async () => undefined, undefined);
}
