import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pruneStore } from '../../src/store/prune.ts';
import { openStore } from '../../src/store/store.ts';
import { tempDirs } from '../support/temp.ts';

const temp = tempDirs();
let root: string;
beforeEach(async () => {
  root = await temp.make('prune');
});
afterAll(() => temp.remove());

describe('pruning', () => {
  beforeEach(async () => {
    await entry('blobs/sha256/oldest', 100, 40);
    await entry('layers/9/old.zst', 200, 30);
    await entry('layers/9/old.zst.json', 10, 30);
    await entry('images/9/young.zst', 50, 20);
    await entry('images/9/young.zst.json', 5, 10);
    await entry('layers/original/facts.json', 7, 5);
  });

  test.each([
    [
      1000,
      ['oldest', 'old.zst', 'old.zst.json', 'young.zst', 'young.zst.json', 'facts.json'],
      0,
      0,
    ],
    [372, ['oldest', 'old.zst', 'old.zst.json', 'young.zst', 'young.zst.json', 'facts.json'], 0, 0],
    [371, ['old.zst', 'old.zst.json', 'young.zst', 'young.zst.json', 'facts.json'], 1, 100],
    [271, ['young.zst', 'young.zst.json', 'facts.json'], 2, 310],
    // What is older than something that went goes too, though it would fit.
    [170, ['young.zst', 'young.zst.json', 'facts.json'], 2, 310],
    [10, ['facts.json'], 3, 365],
    [0, [], 4, 372],
  ])('to %i bytes keeps what was used last', async (max, kept, removedEntries, removedBytes) => {
    expect(await pruneStore(root, max)).toEqual({
      removedEntries,
      removedBytes,
      keptBytes: 372 - removedBytes,
    });
    expect((await files()).sort()).toEqual([...kept].sort());
  });
});

test('an absent store is empty', async () => {
  const none = { removedEntries: 0, removedBytes: 0, keptBytes: 0 };
  expect(await pruneStore(join(root, 'nowhere'), 10)).toEqual(none);
  await expect(stat(join(root, 'nowhere'))).rejects.toThrow('ENOENT');
});

test('what a running build has taken stays with it', async () => {
  const store = await openStore(root, () => undefined);
  const made = join(store.workDir, 'made');
  await writeFile(made, 'content');
  const sha256 = 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73';
  await store.putEntry('layers/9/abc.zst', made, { size: 7, sha256 });
  const taken = await store.takeEntry('layers/9/abc.zst');
  expect(await pruneStore(root, 0)).toMatchObject({ removedEntries: 1 });
  expect(await store.takeEntry('layers/9/abc.zst')).toBeUndefined();
  expect((await stat(taken?.path ?? '')).size).toBe(7);
  expect(await readdir(join(root, 'work'))).toHaveLength(1);
  await store.close();
});

/** A file in the store that was used so many days ago. */
async function entry(name: string, bytes: number, days: number): Promise<void> {
  const path = join(root, 'v1', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.alloc(bytes));
  const used = new Date(Date.now() - days * 24 * 3600 * 1000);
  await utimes(path, used, used);
}

async function files(): Promise<string[]> {
  const found = await readdir(join(root, 'v1'), { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map(({ name }) => name);
}
