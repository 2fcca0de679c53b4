import { chmod, lstat, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { applyEdits, rewriteFile } from '../../src/images/rewrite.ts';
import { tempDirs } from '../support/temp.ts';

const temp = tempDirs();
afterAll(temp.remove);

test('edits are made in their places, in any order, each once', () => {
  const edits = [
    { start: 8, end: 9, text: 'IX' },
    { start: 0, end: 1, text: 'zero' },
    { start: 8, end: 9, text: 'IX' },
    { start: 4, end: 4, text: '!' },
  ];
  expect(applyEdits('012345678', edits)).toBe('zero123!4567IX');
  expect(applyEdits('abc', [])).toBe('abc');
});

test('edits that overlap are a bug', () => {
  const edits = [
    { start: 0, end: 3, text: '' },
    { start: 2, end: 4, text: '' },
  ];
  expect(() => applyEdits('01234', edits)).toThrow('overlap');
});

async function file(text: string): Promise<{ folder: string; path: string }> {
  const folder = await temp.make('rewrite');
  const path = join(folder, 'list');
  await writeFile(path, text);
  return { folder, path };
}

test('a byte order mark, line ends, the mode and links stay', async () => {
  const { folder, path } = await file('\uFEFFone\r\ntwo\r\n');
  await chmod(path, 0o604);
  await symlink('list', join(folder, 'link'));
  await rewriteFile(join(folder, 'link'), 'one\r\ntwo\r\n', [{ start: 5, end: 8, text: 'Zwei' }]);
  expect(await readFile(path, 'utf8')).toBe('\uFEFFone\r\nZwei\r\n');
  expect((await stat(path)).mode & 0o777).toBe(0o604);
  expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
  expect(await readdir(folder)).toEqual(['link', 'list']);
});

test('a file that was changed since stays as it is', async () => {
  const { folder, path } = await file('two\n');
  const rewritten = rewriteFile(path, 'one\n', [{ start: 0, end: 3, text: 'x' }]);
  await expect(rewritten).rejects.toThrow('was changed while it was worked on');
  expect(await readFile(path, 'utf8')).toBe('two\n');
  expect(await readdir(folder)).toEqual(['list']);
});
