import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { baseFiles, publishBase, readBase, stagingFolder } from '../../src/boot/base/cache.ts';
import { prepareBase } from '../../src/boot/base/prepare.ts';
import { baseKey } from '../../src/boot/base/recipe.ts';
import { tempDirs } from '../support/temp.ts';

const temp = tempDirs();
afterAll(() => temp.remove());

const facts = {
  suite: 'trixie',
  architecture: 'arm64',
  key: 'k',
  packages: [{ name: 'a', version: '1' }],
} as const;

/** Publishes a base whose files hold `content`. */
async function publish(cacheDir: string, content: string, id: string, key: string = facts.key) {
  const staging = await stagingFolder(cacheDir, key, id);
  for (const path of Object.values(baseFiles(staging))) await writeFile(path, content);
  return publishBase(cacheDir, staging, { ...facts, key });
}

describe('the cache of base systems', () => {
  test('what was published is read, with the files in place', async () => {
    const cacheDir = await temp.make();
    expect(await readBase(cacheDir, 'k')).toBeUndefined();
    const published = await publish(cacheDir, 'one', '1');
    expect(await readBase(cacheDir, 'k')).toEqual(published);
    expect(published).toMatchObject(facts);
    expect(await readFile(published.disk, 'utf8')).toBe('one');
    expect(await readdir(join(cacheDir, 'bases'))).toEqual(['k']);
  });

  test.each(['disk', 'kernel', 'initrd'] as const)(
    'a damaged %s is seen and gives way',
    async (name) => {
      const cacheDir = await temp.make();
      const first = await publish(cacheDir, 'one', '1');
      await writeFile(first[name], 'onf');
      expect(await readBase(cacheDir, 'k')).toBeUndefined();
      const second = await publish(cacheDir, 'two', '2');
      expect(await readFile(second[name], 'utf8')).toBe('two');
      expect(await readBase(cacheDir, 'k')).toEqual(second);
      expect(await readdir(join(cacheDir, 'bases'))).toEqual(['k']);
    },
  );

  test('of two that publish the same at once, both have one', async () => {
    const cacheDir = await temp.make();
    const both = await Promise.all([publish(cacheDir, 'one', '1'), publish(cacheDir, 'two', '2')]);
    const there = await readFile(both[0].disk, 'utf8');
    expect(await readFile(both[1].disk, 'utf8')).toBe(there);
    expect(await readBase(cacheDir, 'k')).toBeDefined();
  });

  test('a base from the cache is made of nothing else', async () => {
    const cacheDir = await temp.make();
    const options = { architecture: 'arm64', suite: 'trixie', engine: 'docker' } as const;
    const published = await publish(cacheDir, 'one', '1', baseKey(options));
    const workDir = await temp.make();
    // No folder guest/ and no mirror: whatever would be made would fail.
    const base = await prepareBase({
      ...options,
      guestDir: join(workDir, 'none'),
      cacheDir,
      workDir,
      signal: new AbortController().signal,
    });
    expect(base).toEqual(published);
    expect(await readdir(workDir)).toEqual([]);
  });

  test('what cannot be made leaves nothing behind', async () => {
    const [cacheDir, workDir, mirror] = [await temp.make(), await temp.make(), await temp.make()];
    await mkdir(join(mirror, 'dists'));
    const making = prepareBase({
      architecture: 'amd64',
      suite: 'nosuch',
      engine: 'podman',
      mirror: `file://${mirror}`,
      guestDir: join(workDir, 'none'),
      cacheDir,
      workDir,
      signal: new AbortController().signal,
    });
    await expect(making).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringContaining('nosuch'),
      hint: expect.stringContaining('mirror'),
    });
    expect(await readdir(workDir)).toEqual([]);
    expect(await readdir(join(cacheDir, 'bases'))).toEqual([]);
  });
});
