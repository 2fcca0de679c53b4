import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { baseFiles, baseFolder, keepBase, readBase, sealBase } from '../../src/boot/base/cache.ts';
import { prepareBase } from '../../src/boot/base/prepare.ts';
import { baseIngredients, baseKey } from '../../src/boot/base/recipe.ts';
import type { BaseOptions, BaseSystem, RemoteBases } from '../../src/boot/base/types.ts';
import { tempDirs } from '../support/temp.ts';

const temp = tempDirs();
afterAll(() => temp.remove());

const facts = {
  suite: 'trixie',
  architecture: 'arm64',
  key: 'k',
  packages: [{ name: 'a', version: '1' }],
} as const;

/** A sealed base whose files hold `content`, beside where it is kept. */
async function made(content: string, key: string = facts.key): Promise<BaseSystem> {
  const folder = await temp.make('made');
  return seal(folder, content, key);
}

async function seal(folder: string, content: string, key: string): Promise<BaseSystem> {
  for (const path of Object.values(baseFiles(folder))) await writeFile(path, content);
  return sealBase(folder, { ...facts, key });
}

/** Collects warnings. */
function listener() {
  const warnings: string[] = [];
  return { warnings, warn: (message: string) => void warnings.push(message) };
}

async function keep(cacheDir: string, content: string, key: string = facts.key) {
  const { warnings, warn } = listener();
  const base = await keepBase(cacheDir, await made(content, key), warn);
  expect(warnings).toEqual([]);
  return base;
}

async function read(cacheDir: string, key: string = facts.key) {
  const { warnings, warn } = listener();
  return { base: await readBase(baseFolder(cacheDir, key), key, warn), warnings };
}

describe('the cache of base systems', () => {
  test('what was kept is read, with the files in place', async () => {
    const cacheDir = await temp.make();
    expect(await read(cacheDir)).toEqual({ base: undefined, warnings: [] });
    const kept = await keep(cacheDir, 'one');
    expect(await read(cacheDir)).toEqual({ base: kept, warnings: [] });
    expect(kept).toMatchObject(facts);
    expect(await readFile(kept.disk, 'utf8')).toBe('one');
    expect(await readdir(join(cacheDir, 'bases'))).toEqual(['k']);
  });

  test.each(['disk', 'kernel', 'initrd'] as const)(
    'a damaged %s is seen, said once, and gives way',
    async (name) => {
      const cacheDir = await temp.make();
      const first = await keep(cacheDir, 'one');
      await writeFile(first[name], 'onf');
      expect(await read(cacheDir)).toEqual({
        base: undefined,
        warnings: [`a kept base system is damaged, and made anew: ${first[name]}`],
      });
      const second = await keep(cacheDir, 'two');
      expect(await readFile(second[name], 'utf8')).toBe('two');
      expect(await read(cacheDir)).toEqual({ base: second, warnings: [] });
      expect(await readdir(join(cacheDir, 'bases'))).toEqual(['k']);
    },
  );

  test.each(['', '{', '"text"', '{"sha256":{}}'])('its facts are %j', async (text) => {
    const cacheDir = await temp.make();
    const { disk } = await keep(cacheDir, 'one');
    await writeFile(join(dirname(disk), 'base.json'), text);
    const { base, warnings } = await read(cacheDir);
    expect([base, warnings]).toEqual([undefined, [expect.stringMatching(/made anew: /)]]);
  });

  test('one under the key of another is no base', async () => {
    const cacheDir = await temp.make();
    const folder = baseFolder(cacheDir, 'k');
    await mkdir(folder, { recursive: true });
    await seal(folder, 'one', '../other');
    expect(await read(cacheDir)).toEqual({
      base: undefined,
      warnings: [expect.stringContaining('it is another one')],
    });
  });

  test('of two that keep the same at once, both have one', async () => {
    const cacheDir = await temp.make();
    const both = await Promise.all([keep(cacheDir, 'one'), keep(cacheDir, 'two')]);
    const there = await readFile(both[0].disk, 'utf8');
    expect(await readFile(both[1].disk, 'utf8')).toBe(there);
    expect((await read(cacheDir)).base).toBeDefined();
  });

  test('from another file system it is copied, and appears whole', async () => {
    const cacheDir = await temp.make();
    const folder = await mkdtemp('/dev/shm/base-');
    try {
      const base = await keepBase(cacheDir, await seal(folder, 'far', 'k'), listener().warn);
      expect(await read(cacheDir)).toEqual({ base, warnings: [] });
      expect(await readdir(join(cacheDir, 'bases'))).toEqual(['k']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('where it cannot be kept, it is used where it was made', async () => {
    const cacheDir = await temp.make();
    await writeFile(join(cacheDir, 'bases'), 'a file in the way');
    const base = await made('one');
    const { warnings, warn } = listener();
    expect(await keepBase(cacheDir, base, warn)).toEqual(base);
    expect(warnings).toEqual([expect.stringMatching(/^the base system cannot be kept .*EEXIST/)]);
  });

  test('what two weeks old is, goes when another one comes', async () => {
    const cacheDir = await temp.make();
    const daysAgo = (days: number) => Date.now() / 1000 - days * 24 * 3600;
    for (const [key, days] of [
      ['last-week', 13],
      ['older', 15],
      ['.killed', 15],
    ] as const) {
      await keep(cacheDir, 'x', key);
      await utimes(baseFolder(cacheDir, key), daysAgo(days), daysAgo(days));
    }
    await keep(cacheDir, 'one');
    expect((await readdir(join(cacheDir, 'bases'))).sort()).toEqual(['k', 'last-week']);
  });
});

describe('preparing', () => {
  const wanted = { architecture: 'arm64', suite: 'trixie', engine: 'docker' } as const;
  const key = baseKey(baseIngredients(wanted));

  /** No folder guest/: whatever would be made would fail. */
  async function options(more: Partial<BaseOptions> = {}): Promise<BaseOptions> {
    const workDir = await temp.make();
    const { signal } = new AbortController();
    const guestDir = join(workDir, 'none');
    return { ...wanted, guestDir, cacheDir: await temp.make(), workDir, signal, ...more };
  }

  test('a base from the cache is made of nothing else, and its key is told', async () => {
    const cacheDir = await temp.make();
    const kept = await keep(cacheDir, 'one', key);
    const lines: string[] = [];
    const given = await options({ cacheDir, onProgress: (line) => lines.push(line) });
    expect(await prepareBase(given)).toEqual(kept);
    expect(await readdir(given.workDir)).toEqual([]);
    expect(lines).toEqual([
      ...Object.entries(baseIngredients(wanted)).map(([name, value]) => `${name}: ${value}`),
      `${key} is here already`,
    ]);
  });

  test('one from elsewhere is kept here, and not put there again', async () => {
    const remote: RemoteBases = {
      async get(_key, folder) {
        await seal(folder, 'brought', key);
        return true;
      },
      async put() {
        throw new Error('it is there');
      },
    };
    const given = await options({ remote });
    const base = await prepareBase(given);
    expect(await read(given.cacheDir, key)).toEqual({ base, warnings: [] });
    expect(await readdir(given.workDir)).toEqual([]);
  });

  test('one from elsewhere that is damaged is said, and made anew', async () => {
    const { warnings, warn } = listener();
    const remote: RemoteBases = {
      async get(_key, folder) {
        const { disk } = await seal(folder, 'brought', key);
        await writeFile(disk, 'damaged');
        return true;
      },
      put: async () => undefined,
    };
    const given = await options({ remote, onWarning: warn, mirror: 'file:///none' });
    await expect(prepareBase(given)).rejects.toMatchObject({ kind: 'failure' });
    expect(warnings).toEqual([expect.stringMatching(/^a kept base system is damaged/)]);
    expect(await readdir(given.workDir)).toEqual([]);
  });

  test('what cannot be made leaves nothing behind', async () => {
    const mirror = await temp.make();
    await mkdir(join(mirror, 'dists'));
    const given = await options({ suite: 'nosuch', mirror: `file://${mirror}` });
    await expect(prepareBase(given)).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringContaining('nosuch'),
      hint: expect.stringContaining('mirror'),
    });
    expect(await readdir(given.workDir)).toEqual([]);
    expect(await readdir(given.cacheDir)).toEqual([]);
  });
});
