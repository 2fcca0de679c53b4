import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readBundle, writeBundle } from '../../src/store/bundle.ts';
import { tempDirs } from '../support/temp.ts';

const temp = tempDirs();
afterAll(() => temp.remove());

async function reread(bytes: Buffer | string) {
  const folder = await temp.make('bundle');
  await writeFile(join(folder, 'bundle'), bytes);
  const parts = join(folder, 'parts');
  await mkdir(parts);
  const found = await readBundle(join(folder, 'bundle'), parts);
  const contents = await Promise.all(
    [...(found ?? [])].map(async ([name, path]) => [name, (await readFile(path)).toString()]),
  );
  return { found: found && Object.fromEntries(contents), names: await readdir(parts), folder };
}

test('parts come out as they went in: of memory, of files, and of no bytes', async () => {
  const folder = await temp.make('bundle');
  await writeFile(join(folder, 'file'), 'of a file');
  const path = join(folder, 'bundle');
  await writeBundle(path, [
    { name: 'one', content: Buffer.from('of memory\n[]') },
    { name: 'none', content: Buffer.alloc(0) },
    { name: 'two', content: join(folder, 'file') },
  ]);
  const { found } = await reread(await readFile(path));
  expect(found).toEqual({ one: 'of memory\n[]', none: '', two: 'of a file' });
});

test('a name is no path', async () => {
  const { found, names, folder } = await reread('[["../../evil",2],["/etc/passwd",2]]\nabcd');
  expect(found).toEqual({ '../../evil': 'ab', '/etc/passwd': 'cd' });
  expect(names).toEqual(['0', '1']);
  expect((await readdir(folder)).sort()).toEqual(['bundle', 'parts']);
});

test.each([
  ['nothing', ''],
  ['no line', '[]'],
  ['no JSON', 'abc\n'],
  ['no list', '{}\n'],
  ['no pair', '[["a"]]\n'],
  ['a size below 0', '[["a",-1],["b",2]]\na'],
  ['a size that is no number', '[["a","1"]]\na'],
  ['too few bytes', '[["a",9]]\nabc'],
  ['too many bytes', '[["a",1]]\nabc'],
])('is none: %s', async (_name, bytes) => {
  const { found, names } = await reread(bytes);
  expect([found, names]).toEqual([undefined, []]);
});
