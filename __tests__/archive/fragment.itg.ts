import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DamagedBlobError, type LayerBlob } from '../../src/archive/blob.ts';
import {
  blobName,
  fragmentFacts,
  layerFragmentName,
  originalLayerParts,
  writeLayerFragment,
} from '../../src/archive/fragment.ts';
import { createFramePool, type FramePool } from '../../src/archive/frames.ts';
import { archiveHeader, tarPadding } from '../../src/archive/tar.ts';
import { createCompressor } from '../../src/archive/zstd.ts';
import { formatError, UserError } from '../../src/errors.ts';
import {
  type BuiltLayer,
  buildLayer,
  type Compression,
  digestOf,
  layerOfTar,
  tarOf,
} from '../support/images.ts';
import { tempDirs } from '../support/temp.ts';
import { bytesOf, noise, text } from './bytes.ts';

const KiB = 1024;
const FRAME = 64 * KiB;

const temp = tempDirs();
let folder: string;
let pool: FramePool;
beforeAll(async () => {
  folder = await temp.make('fragment');
  pool = await smallFrames(FRAME, 4);
});
afterAll(() => temp.remove());

describe('a fragment decompresses to header, layer and padding', () => {
  test.each<[string, number]>([
    ['nothing at all', 0],
    ['one block', 512],
    ['a whole number of records', 20 * 512],
    ['a frame exactly', FRAME],
    ['a frame and a block', FRAME + 512],
    ['several frames', 7 * FRAME + 3 * 512],
  ])('of %s', async (_name, size) => {
    const { output, layer } = await written(await layerOfTar(tarOfSize(size), 'none'));
    expect(unpack(output).equals(archived(layer))).toBe(true);
  });

  test.each<[Compression]>([['none'], ['gzip'], ['gzip-members'], ['zstd']])(
    'of a blob that is packed as %s',
    async (compression) => {
      const { output, layer, facts } = await written(
        await buildLayer([{ path: 'etc/words', content: text(5 * FRAME) }], compression),
      );
      expect(unpack(output).equals(archived(layer))).toBe(true);
      expect(facts.unpackedSize).toBe(layer.tar.length);
    },
  );

  test('of zstd frames with skippable ones between and in front', async () => {
    const tar = await tarOf([{ path: 'a', content: text(10 * KiB) }]);
    const halves = [tar.subarray(0, 5000), tar.subarray(5000)].map((half) =>
      execFileSync('zstd', ['-c'], { input: half, stdio: ['pipe', 'pipe', 'ignore'] }),
    );
    // As eStargz' relatives and zstd:chunked write them: magic 0x184D2A50 to 0x184D2A5F.
    const skippable = Buffer.concat([Buffer.from('5e2a4d1805000000', 'hex'), Buffer.from('noted')]);
    const blob = Buffer.concat([skippable, halves[0] as Buffer, skippable, halves[1] as Buffer]);
    const { output, layer } = await written({
      ...(await layerOfTar(tar, 'none')),
      blob,
      digest: digestOf(blob),
    });
    expect(unpack(output).equals(archived(layer))).toBe(true);
  });

  test('with frames as large as they are in use', async () => {
    const real = await createFramePool(1, 2);
    const tar = tarOfSize(2 * real.frameSize + 512);
    const { output, layer } = await written(await layerOfTar(tar, 'none'), real);
    expect(unpack(output).equals(archived(layer))).toBe(true);
    // The header, a skippable frame, three frames of the layer.
    expect(listed(output)).toMatchObject({ frames: 4, skippable: 1, check: 'XXH64' });
  });
});

test('the bytes are the same for any number of jobs and at every time', async () => {
  const layer = await layerOfTar(tarOfSize(9 * FRAME + 512), 'gzip');
  const [alone, four, again] = await Promise.all(
    [await smallFrames(FRAME, 1), pool, pool].map(async (frames) => written(layer, frames)),
  );
  const bytes = await readFile(alone?.output ?? '');
  expect(bytes.equals(await readFile(four?.output ?? ''))).toBe(true);
  expect(bytes.equals(await readFile(again?.output ?? ''))).toBe(true);
});

test('the facts are those of the file', async () => {
  const layer = await buildLayer([{ path: 'etc/words', content: text(2 * FRAME) }]);
  const heard: number[] = [];
  const { output, facts } = await written(layer, pool, (bytes) => heard.push(bytes));
  const bytes = await readFile(output);
  expect(facts).toEqual({
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    md5: createHash('md5').update(bytes).digest('hex'),
    unpackedSize: layer.tar.length,
    notes: {},
  });
  expect(heard.reduce((sum, bytes) => sum + bytes, 0)).toBe(layer.tar.length);
});

test('every frame has its checksum, and a flipped byte of any part is refused', async () => {
  const { output } = await written(await layerOfTar(tarOfSize(3 * FRAME), 'none'));
  expect(listed(output)).toMatchObject({ check: 'XXH64', skippable: 1 });
  const bytes = await readFile(output);
  for (const at of [150 + FRAME, bytes.length >> 1, bytes.length - 1]) {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
    expect(() => unpackBytes(damaged)).toThrow();
  }
});

describe('refused, and the reason told', () => {
  test.each<[Compression]>([['none'], ['gzip'], ['gzip-members'], ['zstd']])(
    'a blob (%s) with a wrong byte is damaged',
    async (compression) => {
      const layer = await layerOfTar(tarOfSize(2 * FRAME), compression);
      for (const at of [0, 20, layer.blob.length >> 1, layer.blob.length - 1]) {
        const blob = Buffer.from(layer.blob);
        blob.writeUInt8(blob.readUInt8(at) ^ 1, at);
        const error = await failureOf(written({ ...layer, blob }));
        expect(error).toBeInstanceOf(DamagedBlobError);
        expect((error as DamagedBlobError).blob).toBe(layer.digest);
      }
    },
  );

  test.each<[string, (blob: Buffer) => Buffer]>([
    ['cut off', (blob) => blob.subarray(0, -10)],
    ['empty', () => Buffer.alloc(0)],
    ['too long', (blob) => Buffer.concat([blob, Buffer.from('more')])],
  ])('a blob that is %s is damaged', async (_name, spoil) => {
    const layer = await buildLayer([{ path: 'a', content: text(FRAME) }]);
    const error = await failureOf(written({ ...layer, blob: spoil(layer.blob) }));
    expect(error).toBeInstanceOf(DamagedBlobError);
  });

  test('a blob of other bytes is damaged, even if it unpacks to the same layer', async () => {
    const layer = await buildLayer([{ path: 'a', content: text(FRAME) }]);
    const blob = gzipSync(layer.tar, { level: 1 });
    expect(blob.equals(layer.blob)).toBe(false);
    expect(await failureOf(written({ ...layer, blob }))).toBeInstanceOf(DamagedBlobError);
  });

  const wrong = digestOf(Buffer.from('another'));
  const tar = tarOfSize(FRAME);
  const asBlob = (layer: BuiltLayer, blob: Buffer) => ({ ...layer, blob, digest: digestOf(blob) });

  test.each<[string, () => Promise<BuiltLayer>, RegExp]>([
    [
      'another diff ID than the config says',
      async () => ({ ...(await layerOfTar(tar)), diffId: wrong }),
      new RegExp(`its uncompressed bytes are ${digestOf(tar)}, but its config says ${wrong}`),
    ],
    [
      'gzip that was cut off before it was pushed',
      async () => {
        const layer = await layerOfTar(tar);
        return asBlob(layer, layer.blob.subarray(0, -20));
      },
      /is not valid: unexpected end of file/,
    ],
    [
      'gzip with a wrong checksum of its own',
      async () => {
        const layer = await layerOfTar(tar);
        const blob = Buffer.from(layer.blob);
        blob.writeUInt8(blob.readUInt8(blob.length - 6) ^ 1, blob.length - 6);
        return asBlob(layer, blob);
      },
      /is not valid: incorrect data check/,
    ],
    [
      'zstd that was cut off before it was pushed',
      async () => {
        const layer = await layerOfTar(tar, 'zstd');
        return asBlob(layer, layer.blob.subarray(0, -20));
      },
      /is not valid: zstd: .*/,
    ],
    [
      'what is no tar',
      () => layerOfTar(Buffer.from('<!DOCTYPE html>'.repeat(100)), 'none'),
      /is not valid: Invalid tar header/,
    ],
    ['gzip of what is no tar', () => layerOfTar(noise(2000)), /is not valid: Invalid tar header/],
    ['a single byte', () => layerOfTar(Buffer.from('x')), /is not valid: Unexpected end of data/],
    ['half a block', () => layerOfTar(noise(511), 'none'), /is not valid: Unexpected end of data/],
    [
      'a tar that ends within a member',
      () => layerOfTar(tar.subarray(0, 1000), 'gzip'),
      /is not valid: Unexpected end of data/,
    ],
  ])('%s', async (_name, build, message) => {
    const error = await failureOf(written(await build()));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).kind).toBe('failure');
    expect(formatError(error as UserError)).toMatch(message);
    expect(formatError(error as UserError)).not.toMatch(/\n/);
  });

  test('a missing blob file, with what the system says', async () => {
    const layer = await layerOfTar(tar);
    const gone = { path: join(folder, 'nowhere'), blob: layer.digest, diffId: layer.diffId };
    const output = join(folder, 'never');
    expect(await failureOf(writeLayerFragment(gone, output, pool))).toMatchObject({
      code: 'ENOENT',
    });
  });

  test('an abort, with its reason, and zstd ends', async () => {
    for (const compression of ['zstd', 'gzip'] as const) {
      const layer = await layerOfTar(tarOfSize(100 * FRAME), compression);
      const stop = new AbortController();
      const reason = new Error('stopped');
      const onBytes = () => stop.abort(reason);
      expect(await failureOf(written(layer, pool, onBytes, stop.signal))).toBe(reason);
    }
    const children = execFileSync('ps', ['-o', 'comm=', '--ppid', String(process.pid)], {
      encoding: 'utf8',
    });
    expect(children).not.toMatch(/zstd/);
  });
});

test('after errors the pool still has all its buffers', async () => {
  const own = await smallFrames(FRAME, 1);
  const bad = { ...(await layerOfTar(tarOfSize(5 * FRAME))), diffId: digestOf(noise(1)) };
  for (let i = 0; i < 5; i += 1) await failureOf(written(bad, own));
  const { output, layer } = await written(await layerOfTar(tarOfSize(5 * FRAME)), own);
  expect(unpack(output).equals(archived(layer))).toBe(true);
});

describe('original', () => {
  test.each([0, 1, 512, 70_000])('%i bytes: header, blob as it is, padding', async (size) => {
    const blob = noise(size);
    const path = join(folder, `original-${size}`);
    await writeFile(path, blob);
    const parts = originalLayerParts(digestOf(blob), path, size);
    const bytes = bytesOf(parts);
    const header = archiveHeader(`blobs/${digestOf(blob).replace(':', '/')}`, size);
    expect(bytes.equals(Buffer.concat([header, blob, tarPadding(size)]))).toBe(true);
    expect(await fragmentFacts(parts)).toEqual({
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      md5: createHash('md5').update(bytes).digest('hex'),
    });
  });
});

test('names', () => {
  const sha256 = `sha256:${'ab'.repeat(32)}` as const;
  const sha512 = `sha512:${'cd'.repeat(64)}` as const;
  expect(blobName(sha256)).toBe(`blobs/sha256/${'ab'.repeat(32)}`);
  expect(layerFragmentName(sha256, 'zstd')).toBe(`layers/${'ab'.repeat(32)}.zst`);
  expect(layerFragmentName(sha512, 'original')).toBe(`layers/${'cd'.repeat(64)}.tar`);
});

/** Writes a layer's blob to a file and a fragment from it. */
async function written(
  layer: BuiltLayer,
  frames = pool,
  onBytes: (bytes: number) => void = () => undefined,
  signal?: AbortSignal,
) {
  const work = await temp.make('written');
  const blob: LayerBlob = { path: join(work, 'blob'), blob: layer.digest, diffId: layer.diffId };
  await writeFile(blob.path, layer.blob);
  const output = join(work, 'fragment.zst');
  const facts = await writeLayerFragment(blob, output, frames, { signal, onBytes });
  expect((await readdir(work)).sort()).toEqual(['blob', 'fragment.zst']);
  expect(facts).toMatchObject(await fragmentFacts([output]));
  return { output, facts, layer };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

/** What the fragment of a layer stands for in an archive. */
function archived({ diffId, tar }: BuiltLayer): Buffer {
  const header = archiveHeader(`blobs/${diffId.replace(':', '/')}`, tar.length);
  return Buffer.concat([header, tar, tarPadding(tar.length)]);
}

function unpack(path: string): Buffer {
  return execFileSync('zstd', ['-dc', path], { maxBuffer: 1 << 27 });
}

function unpackBytes(bytes: Buffer): Buffer {
  return execFileSync('zstd', ['-dc'], { input: bytes, maxBuffer: 1 << 27, stdio: 'pipe' });
}

function listed(path: string) {
  const told = execFileSync('zstd', ['-lv', path], { encoding: 'utf8', stdio: 'pipe' });
  return {
    frames: Number(/Zstandard Frames: (\d+)/.exec(told)?.[1]),
    skippable: Number(/Skippable Frames: (\d+)/.exec(told)?.[1] ?? 0),
    check: /Check: (\S+)/.exec(told)?.[1],
  };
}

/** A tar of that size, a multiple of 512: of one member as far as there is room for one. */
function tarOfSize(size: number): Buffer {
  const end = Buffer.alloc(Math.min(size, 1024));
  const content = size - end.length - 512;
  if (content < 0) return end;
  return Buffer.concat([archiveHeader('member', content), text(content), end]);
}

/** A pool as `createFramePool` makes it, with frames that a test can fill quickly. */
async function smallFrames(frameSize: number, jobs: number): Promise<FramePool> {
  const compress = await createCompressor();
  const real = await createFramePool(3, jobs);
  return {
    ...real,
    frameSize,
    async compress(bytes, take) {
      take(await compress(bytes, 3));
    },
  };
}
