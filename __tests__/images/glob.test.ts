import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expandGlob } from '../../src/images/glob.ts';
import { tempDirs } from '../support/temp.ts';

const temp = tempDirs();
let folder: string;
beforeAll(async () => {
  folder = await temp.make('glob');
  const files = [
    ...[
      'a.container',
      'b.container',
      'c.image',
      '.hidden.container',
      '[x].txt',
      'x.txt',
      'a+b.txt',
    ],
    ...['units/d.container', 'units/deep/e.container', 'units/.git/f.container', 'ä.txt'],
  ];
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), '');
  }
});
afterAll(temp.remove);

test.each<[string, string[] | undefined]>([
  ['*.container', ['a.container', 'b.container']],
  ['?.container', ['a.container', 'b.container']],
  ['[ac].*', ['a.container', 'c.image']],
  ['[!a].container', ['b.container']],
  ['[b-z].*', ['b.container', 'c.image', 'x.txt']],
  ['.*', ['.hidden.container']],
  ['units/*.container', ['units/d.container']],
  ['*/*/*.container', ['units/deep/e.container']],
  ['**/*.container', ['a.container', 'b.container', 'units/d.container', 'units/deep/e.container']],
  ['**/deep/**/*.container', ['units/deep/e.container']],
  ['units/**', ['units/d.container', 'units/deep/e.container']],
  ['u*/d*', ['units/d.container']],
  // what is there by that very name is meant, whatever is in it
  ['[x].txt', undefined],
  ['a+b.tx?', ['a+b.txt']],
  ['?.txt', ['x.txt', 'ä.txt']],
  ['*.none', []],
  ['nowhere/*', []],
  ['x.txt/*', []],
  ['[', []],
  ['a.container', undefined],
  ['missing', undefined],
])('%s', async (pattern, expected) => {
  const found = await expandGlob(join(folder, pattern));
  expect(found?.map((path) => relative(folder, path))).toEqual(expected);
});

test.each(['[z-a]*', '[!z-a]', '[a-\\d]*', '**/x[9-0]', 'none/*/x[9-0]'])(
  '%s is refused',
  async (pattern) => {
    const segment = JSON.stringify(pattern.split('/').at(-1));
    await expect(expandGlob(join(folder, pattern))).rejects.toMatchObject({
      kind: 'usage',
      message: `invalid pattern ${segment}: a range in [ ] ends before it begins`,
    });
  },
);

test.each([
  '[]',
  '[!]',
  '[]-a]',
  '[a-]x',
  '[-a]x',
  '[a-b-c]x',
  '[^a]x',
  '[[:alpha:]]x',
  '[&&&]x',
  '{[}]x',
])('%s is no mistake', async (pattern) => {
  expect(await expandGlob(join(folder, pattern))).toEqual(expect.any(Array));
});

test('a relative pattern gives relative paths', async () => {
  const pattern = relative(process.cwd(), join(folder, 'units/*.container'));
  expect(await expandGlob(pattern)).toEqual([pattern.replace('*', 'd')]);
  expect(await expandGlob('pack*.jso[n]')).toEqual(['package-lock.json', 'package.json']);
});
