import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createCompressor, skippableFrame } from '../../src/archive/zstd.ts';
import { tempDirs } from '../support/temp.ts';
import { noise, text } from './bytes.ts';

const compress = await createCompressor();
const temp = tempDirs();
afterAll(() => temp.remove());

const KiB = 1024;
const sizes: [string, Buffer][] = [
  ['a byte', Buffer.from('x')],
  ['255 bytes', noise(255)],
  ['256 bytes', noise(256)],
  ['65 792 bytes', noise(65_792)],
  ['bytes that cannot be compressed', noise(300 * KiB)],
  ['zeros', Buffer.alloc(1024 * KiB)],
  ['text', text(300 * KiB)],
];

describe.each([1, 9, 22])('level %i', (level) => {
  test.each(sizes)(
    '%s comes back, and its frame says size and checksum',
    async (_name, content) => {
      const frame = await frameOf(content, level);
      expect(unpack(frame).equals(content)).toBe(true);
      expect(await describeFrame(frame)).toEqual({ size: content.length, check: 'XXH64' });
    },
  );
});

test('a slice of a larger buffer is compressed alone', async () => {
  const large = noise(1000);
  expect(unpack(await frameOf(large.subarray(100, 350), 3)).equals(large.subarray(100, 350))).toBe(
    true,
  );
});

test('the level counts', async () => {
  const content = text(1000 * KiB);
  const [low, high] = await Promise.all([frameOf(content, 1), frameOf(content, 19)]);
  expect(high.length).toBeLessThan(0.9 * low.length);
});

test.each([
  ['in the middle', (frame: Buffer) => frame.length >> 1],
  ['in the checksum', (frame: Buffer) => frame.length - 1],
  ['in the content size', () => 7],
])('a flipped bit %s is refused', async (_where, position) => {
  const frame = await frameOf(noise(10 * KiB), 3);
  const at = position(frame);
  frame.writeUInt8(frame.readUInt8(at) ^ 1, at);
  const { status, stderr } = spawnSync('zstd', ['-dc'], { input: frame });
  expect(status).not.toBe(0);
  expect(String(stderr)).not.toBe('');
});

test('a frame that was cut off is refused', async () => {
  const frame = await frameOf(text(10 * KiB), 3);
  expect(spawnSync('zstd', ['-dc'], { input: frame.subarray(0, -1) }).status).not.toBe(0);
});

test('frames one after the other decompress to their contents one after the other', async () => {
  const frames = await Promise.all(['a', 'b', 'c'].map((word) => frameOf(Buffer.from(word), 3)));
  expect(unpack(Buffer.concat(frames)).toString()).toBe('abc');
});

test.each([8, 9, 100, 256])(
  'a skippable frame of %i bytes decompresses to nothing',
  async (size) => {
    const skippable = skippableFrame(size);
    expect(skippable).toHaveLength(size);
    const between = [
      await frameOf(Buffer.from('a'), 3),
      skippable,
      await frameOf(Buffer.from('b'), 3),
    ];
    expect(unpack(Buffer.concat(between)).toString()).toBe('ab');
  },
);

async function frameOf(bytes: Buffer, level: number): Promise<Buffer> {
  return Buffer.concat(await compress(bytes, level));
}

function unpack(frame: Buffer): Buffer {
  return execFileSync('zstd', ['-dc'], { input: frame, maxBuffer: 1 << 26 });
}

/** What `zstd -lv` reads out of the frame's header. */
async function describeFrame(frame: Buffer): Promise<{ size: number; check: string }> {
  const path = join(await temp.make('zstd'), 'frame.zst');
  writeFileSync(path, frame);
  const told = execFileSync('zstd', ['-lv', path], { encoding: 'utf8', stdio: 'pipe' });
  const size = /Decompressed Size: .*\((\d+) B\)/.exec(told)?.[1];
  const check = /Check: (\S+)/.exec(told)?.[1];
  if (size === undefined || check === undefined) throw new Error(told);
  return { size: Number(size), check };
}
