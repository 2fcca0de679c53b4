import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { writeLayerFragment } from '../../src/archive/fragment.ts';
import { createFramePool } from '../../src/archive/frames.ts';
import { verifyLayerFragment } from '../../src/archive/verify.ts';
import { buildLayer } from '../support/images.ts';
import { tempDirs } from '../support/temp.ts';

const temp = tempDirs();
afterAll(() => temp.remove());

/** Larger than the windows of all but the highest levels, and quickly compressed. */
const zeros = Buffer.alloc(9 << 20);
const elf = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(57)]);
elf.writeUInt16LE(183, 18);
const layer = await buildLayer([
  { path: 'bin/app', content: elf, mode: 0o755 },
  { path: 'zeros', content: zeros },
  { path: 'noise', content: randomBytes(100_000) },
]);
const signal = new AbortController().signal;
const { diffId } = layer;

async function write(level: number) {
  const folder = await temp.make('verify');
  const path = join(folder, 'blob');
  const output = join(folder, 'fragment');
  await writeFile(path, layer.blob);
  const blob = { path, blob: layer.digest, size: layer.blob.length, diffId };
  const facts = await writeLayerFragment(blob, output, await createFramePool(level, 1));
  return { output, facts };
}

test.each([1, 3, 9, 15, 19, 20, 22])(
  'level %i: what is found out is what its writer knew',
  async (level) => {
    const { output, facts } = await write(level);
    expect(facts.notes).toEqual({ 'bin/app': { machine: 183 } });
    expect(await verifyLayerFragment(output, { diffId, level, signal })).toEqual(facts);
  },
);

describe('is no fragment of the layer', () => {
  const other = { diffId: `sha256:${'0'.repeat(64)}`, level: 3, signal } as const;

  test('by another diff ID', async () => {
    const { output } = await write(3);
    expect(await verifyLayerFragment(output, other)).toBeUndefined();
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut', (bytes) => bytes.subarray(0, -1)],
    ['without its last frame', (bytes) => bytes.subarray(0, 256)],
    ['twice', (bytes) => Buffer.concat([bytes, bytes])],
    ['with bytes after it', (bytes) => Buffer.concat([bytes, Buffer.from('x')])],
    ['empty', () => Buffer.alloc(0)],
  ])('%s', async (_name, change) => {
    const { output } = await write(3);
    await writeFile(output, change(await readFile(output)));
    expect(await verifyLayerFragment(output, { diffId, level: 3, signal })).toBeUndefined();
  });

  test('with a window that its level does not have', async () => {
    const { output } = await write(22);
    expect(await verifyLayerFragment(output, { diffId, level: 22, signal })).toBeDefined();
    expect(await verifyLayerFragment(output, { diffId, level: 3, signal })).toBeUndefined();
  });
});

test('a signal ends it', async () => {
  const { output } = await write(3);
  const reason = new Error('ended');
  const aborted = AbortSignal.abort(reason);
  await expect(verifyLayerFragment(output, { diffId, level: 3, signal: aborted })).rejects.toBe(
    reason,
  );
});

test('a program that is missing is no word about the fragment', async () => {
  const { output } = await write(3);
  const { PATH } = process.env;
  process.env.PATH = '';
  try {
    const verified = verifyLayerFragment(output, { diffId, level: 3, signal });
    await expect(verified).rejects.toThrow('mkfifo is not installed');
  } finally {
    process.env.PATH = PATH;
  }
});
