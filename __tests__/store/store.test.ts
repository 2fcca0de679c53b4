import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hexOf } from '../../src/images/digest.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { digestOf } from '../support/images.ts';
import { tempDirs } from '../support/temp.ts';

const temp = tempDirs();
let root: string;
let store: Store;
let damaged: string[];
beforeEach(async () => {
  root = await temp.make('store');
  damaged = [];
  store = await openStore(root, (name) => damaged.push(name));
});
afterEach(() => store.close());
afterAll(() => temp.remove());

const bytes = Buffer.from('{"some": "document"}');
const digest = digestOf(bytes);
const blobPath = () => join(root, 'v1/blobs/sha256', hexOf(digest));

describe('documents', () => {
  test('are found again, by any run', async () => {
    expect(await store.getDocument(digest)).toBeUndefined();
    await store.putDocument(digest, bytes);
    expect(await store.getDocument(digest)).toEqual(bytes);
    const other = await openStore(root, () => undefined);
    expect(await other.getDocument(digest)).toEqual(bytes);
    await other.close();
  });

  test('of both algorithms lie apart', async () => {
    const hex = createHash('sha512').update(bytes).digest('hex');
    await store.putDocument(`sha512:${hex}`, bytes);
    expect(await store.getDocument(`sha512:${hex}`)).toEqual(bytes);
    expect(await readdir(join(root, 'v1/blobs'))).toEqual(['sha512']);
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['another byte', (path) => writeFile(path, `x${bytes.toString().slice(1)}`)],
    ['an end that is missing', (path) => truncate(path, 5)],
    ['nothing in it', (path) => truncate(path, 0)],
    ['more than it should', (path) => writeFile(path, `${bytes} `)],
  ])('with %s are absent, said to be damaged, and can be put again', async (_name, spoil) => {
    await store.putDocument(digest, bytes);
    await spoil(blobPath());
    expect(await store.getDocument(digest)).toBeUndefined();
    expect(damaged).toEqual([`blobs/sha256/${hexOf(digest)}`]);
    await expect(stat(blobPath())).rejects.toThrow('ENOENT');
    await store.putDocument(digest, bytes);
    expect(await store.getDocument(digest)).toEqual(bytes);
    expect(damaged).toHaveLength(1);
  });
});

describe('blobs', () => {
  const put = async () => {
    const path = join(store.workDir, 'download');
    await writeFile(path, bytes);
    await store.putBlob(digest, path);
  };

  test('are taken under a name of this run', async () => {
    expect(await store.takeBlob(digest, bytes.length)).toBeUndefined();
    await put();
    const path = await store.takeBlob(digest, bytes.length);
    expect(dirname(path ?? '')).toBe(store.workDir);
    await rm(blobPath());
    expect(await readFile(path ?? '')).toEqual(bytes);
  });

  test('of another size are damaged', async () => {
    await put();
    await truncate(blobPath(), bytes.length - 1);
    expect(await store.takeBlob(digest, bytes.length)).toBeUndefined();
    expect(damaged).toEqual([`blobs/sha256/${hexOf(digest)}`]);
    await put();
    expect(await store.takeBlob(digest, bytes.length)).toBeDefined();
  });

  test('stay where only the size that is asked for is wrong', async () => {
    await put();
    expect(await readFile((await store.takeBlob(digest, 0)) ?? '')).toEqual(bytes);
    expect(damaged).toEqual([]);
  });

  test('that turned out to be wrong are dropped', async () => {
    await put();
    await store.dropBlob(digest);
    expect(await store.takeBlob(digest, bytes.length)).toBeUndefined();
    expect(damaged).toEqual([`blobs/sha256/${hexOf(digest)}`]);
  });
});

describe('entries', () => {
  const name = 'layers/9/abc.zst';
  const facts = { size: bytes.length, sha256: sha256(bytes), unpackedSize: 7 };
  const put = async () => {
    const path = join(store.workDir, 'made');
    await writeFile(path, bytes);
    await store.putEntry(name, path, facts);
  };
  const path = () => join(root, 'v1', name);

  test('come back with their facts', async () => {
    expect(await store.takeEntry(name)).toBeUndefined();
    await put();
    const taken = await store.takeEntry<typeof facts>(name);
    expect(taken?.facts).toEqual(facts);
    expect(await readFile(taken?.path ?? '')).toEqual(bytes);
    expect(dirname(taken?.path ?? '')).toBe(store.workDir);
  });

  test('of another level are others', async () => {
    await put();
    expect(await store.takeEntry('layers/10/abc.zst')).toBeUndefined();
  });

  test('may be put again, and while they are in use', async () => {
    await put();
    const taken = await store.takeEntry(name);
    await put();
    expect(await readFile(taken?.path ?? '')).toEqual(bytes);
    expect(await store.takeEntry(name)).toBeDefined();
    expect((await readdir(dirname(path()))).sort()).toEqual(['abc.zst', 'abc.zst.json']);
  });

  test.each<[string, () => Promise<void>]>([
    ['another byte', () => writeFile(path(), `x${bytes.toString().slice(1)}`)],
    ['an end that is missing', () => truncate(path(), 3)],
    ['nothing in it', () => truncate(path(), 0)],
    ['facts that are no JSON', () => writeFile(`${path()}.json`, '{"size": 2')],
    ['empty facts', () => truncate(`${path()}.json`, 0)],
    ['facts in which a digit is another', () => replaceIn(`${path()}.json`, ':7', ':8')],
    [
      'facts without their digest',
      () => writeFile(`${path()}.json`, '{"size": 20, "sha256": "00"}'),
    ],
  ])('with %s are damaged, dropped and made anew', async (_name, spoil) => {
    await put();
    await spoil();
    expect(await store.takeEntry(name)).toBeUndefined();
    expect(damaged).toEqual([name]);
    expect(await readdir(dirname(path()))).toEqual([]);
    await put();
    expect(await store.takeEntry(name)).toBeDefined();
    expect(damaged).toEqual([name]);
  });

  test('without their facts, or without their file, are absent', async () => {
    await put();
    await rm(`${path()}.json`);
    expect(await store.takeEntry(name)).toBeUndefined();
    await put();
    await rm(path());
    expect(await store.takeEntry(name)).toBeUndefined();
    expect(damaged).toEqual([]);
  });
});

describe('what is no file of the store', () => {
  const name = 'layers/9/abc.zst';
  const other = 'layers/original/facts';
  const facts = { size: bytes.length, sha256: sha256(bytes) };
  const at = (path: string) => join(root, 'v1', path);
  const blob = `blobs/sha256/${hexOf(digest)}`;
  const putAll = async () => {
    const path = join(store.workDir, 'made');
    await writeFile(path, bytes);
    await store.putEntry(name, path, facts);
    await store.putDocument(digest, bytes);
    await store.putFacts(other, facts);
  };
  const takeAll = async () => [
    (await store.takeEntry(name)) !== undefined,
    (await store.getDocument(digest)) !== undefined,
    (await store.takeBlob(digest, bytes.length)) !== undefined,
    (await store.getFacts(other)) !== undefined,
  ];
  const kinds: [string, (path: string) => Promise<unknown>][] = [
    ['a folder', (path) => mkdir(join(path, 'with/more'), { recursive: true })],
    ['a link to nothing', (path) => symlink('/nowhere/at/all', path)],
    ['a link to itself', (path) => symlink(path, path)],
    ['a pipe', async (path) => execFileSync('mkfifo', [path])],
  ];
  const cases = kinds.flatMap(([kind, make]) =>
    [name, `${name}.json`, blob, `${other}.json`].map((place) => [kind, place, make] as const),
  );

  test.each(cases)('%s as %s is dropped, and made anew', async (_kind, place, make) => {
    await putAll();
    await rm(at(place));
    await make(at(place));
    expect(await takeAll()).toContain(false);
    expect(damaged).toContain(place.replace('.json', ''));
    await putAll();
    expect(await takeAll()).toEqual([true, true, true, true]);
  });

  test.each(cases)('%s as %s is replaced', async (_kind, place, make) => {
    await mkdir(dirname(at(place)), { recursive: true });
    await make(at(place));
    await putAll();
    expect(await takeAll()).toEqual([true, true, true, true]);
    expect(damaged).toEqual([]);
  });

  test.each(['', 'layers', 'layers/9', 'layers/original', 'blobs', 'blobs/sha256'])(
    'a file as the folder v1/%s',
    async (folder) => {
      await putAll();
      await rm(at(folder), { recursive: true });
      await writeFile(at(folder), '');
      expect(await takeAll()).toContain(false);
      await putAll();
      expect(await takeAll()).toEqual([true, true, true, true]);
    },
  );
});

test('facts alone', async () => {
  expect(await store.getFacts('layers/original/abc')).toBeUndefined();
  await store.putFacts('layers/original/abc', { size: 1 });
  expect(await store.getFacts('layers/original/abc')).toEqual({ size: 1 });
});

test('what is taken counts as used', async () => {
  await store.putDocument(digest, bytes);
  const old = new Date('2020-01-01');
  await utimes(blobPath(), old, old);
  await store.getDocument(digest);
  expect((await stat(blobPath())).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
});

test('facts are as young as their last use, too', async () => {
  await store.putFacts('contents/abc', { size: 1 });
  const path = join(root, 'v1/contents/abc.json');
  await utimes(path, new Date(0), new Date(0));
  await store.getFacts('contents/abc');
  expect((await stat(path)).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
});

describe('the work folder', () => {
  test('is one of the run, and goes with it', async () => {
    const other = await openStore(root, () => undefined);
    expect(other.workDir).not.toBe(store.workDir);
    await writeFile(join(other.workDir, 'file'), 'x');
    await other.close();
    expect(await readdir(join(root, 'work'))).toEqual([store.workDir.split('/').at(-1)]);
  });

  test('in a folder that is not there yet', async () => {
    const deep = await openStore(join(root, 'not/there yet'), () => undefined);
    await deep.putDocument(digest, bytes);
    expect(await deep.getDocument(digest)).toEqual(bytes);
    await deep.close();
  });

  test('holds nothing half-written outside itself after an error', async () => {
    await mkdir(join(root, 'v1/layers/9'), { recursive: true });
    await expect(
      store.putEntry('layers/9/abc', join(root, 'not there'), { size: 1, sha256: '' }),
    ).rejects.toThrow('ENOENT');
    expect(await readdir(join(root, 'v1/layers/9'))).toEqual([]);
  });
});

test('a store that may only be read still gives what it has', async () => {
  await store.putDocument(digest, bytes);
  const files = await readdir(join(root, 'v1/blobs/sha256'));
  await chmod(join(root, 'v1/blobs/sha256', files[0] ?? ''), 0o444);
  expect(await store.getDocument(digest)).toEqual(bytes);
});

async function replaceIn(path: string, old: string, replacement: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  if (!text.includes(old)) throw new Error(`${old} is not in ${text}`);
  await writeFile(path, text.replace(old, replacement));
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
