import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { makeFolder } from '../src/folder.ts';
import { tempDirs } from './support/temp.ts';

const temp = tempDirs();
let root: string;
beforeEach(async () => {
  root = await temp.make('folder');
});
afterAll(() => temp.remove());

const at = (name: string) => join(root, name);

test('a folder, those above it, and again, by many at once', async () => {
  await Promise.all(Array.from({ length: 10 }, () => makeFolder(at('a/b/c'))));
  await makeFolder(at('a/b/c'));
  expect((await stat(at('a/b/c'))).isDirectory()).toBe(true);
});

test('through a link to a folder', async () => {
  await mkdir(at('real'));
  await symlink(at('real'), at('link'));
  await makeFolder(at('link/below'));
  expect((await stat(at('real/below'))).isDirectory()).toBe(true);
});

describe('what is in the way is named', () => {
  test.each<[string, (path: string) => Promise<void>]>([
    ['a file', (path) => writeFile(path, '')],
    ['a link to nothing', (path) => symlink('/nowhere/at/all', path)],
    ['a link to itself', (path) => symlink(path, path)],
  ])('%s', async (_name, make) => {
    await make(at('way'));
    for (const path of [at('way'), at('way/a/b')]) {
      await expect(makeFolder(path)).rejects.toMatchObject({ code: 'EEXIST', path: at('way') });
    }
  });
});

test('where nothing can be made it ends, and says so', async () => {
  // Without root it is not even allowed to try.
  await expect(makeFolder('/proc/not/there')).rejects.toThrow(
    /^(no folder can be made here: \/proc\/not$|EACCES)/,
  );
});
