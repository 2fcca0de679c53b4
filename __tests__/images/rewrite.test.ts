import { spawnSync } from 'node:child_process';
import { chmod, lstat, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { applyEdits, rewriteFiles } from '../../src/images/rewrite.ts';
import { ownerPrefix } from '../../src/owner.ts';
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
  await rewriteFiles([
    {
      file: join(folder, 'link'),
      text: 'one\r\ntwo\r\n',
      edits: [{ start: 5, end: 8, text: 'Zwei' }],
    },
  ]);
  expect(await readFile(path, 'utf8')).toBe('\uFEFFone\r\nZwei\r\n');
  expect((await stat(path)).mode & 0o777).toBe(0o604);
  expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
  expect(await readdir(folder)).toEqual(['link', 'list']);
});

const EDITS = [{ start: 0, end: 3, text: 'x' }];

test('a file that was changed since stays as it is, and so do the others', async () => {
  const { folder, path } = await file('two\n');
  const other = join(folder, 'other');
  await writeFile(other, 'one\n');
  const rewritten = rewriteFiles(
    [other, path].map((name) => ({ file: name, text: 'one\n', edits: EDITS })),
  );
  await expect(rewritten).rejects.toThrow('was changed while it was worked on');
  expect(await readFile(path, 'utf8')).toBe('two\n');
  expect(await readFile(other, 'utf8')).toBe('one\n');
  expect(await readdir(folder)).toEqual(['list', 'other']);
});

test('what has been replaced already is put back when another file cannot be', async () => {
  const { folder, path } = await file('\uFEFFone\n');
  await chmod(path, 0o604);
  const bound = join(folder, 'mounted');
  await writeFile(bound, 'one\n');
  // Can be written, and its folder as well, but not be replaced: as a file that a container is given.
  const rewrites = [path, bound].map((name) => ({ file: name, text: 'one\n', edits: EDITS }));
  const script = `
    import { rewriteFiles } from '${new URL('../../src/images/rewrite.ts', import.meta.url)}';
    await rewriteFiles(${JSON.stringify(rewrites)}).catch(({ message }) => console.log(message));`;
  const line = 'mount --bind "$1" "$1" && shift && exec "$@"';
  const node = [process.execPath, '--input-type=module', '--eval', script];
  const { stdout } = spawnSync('unshare', ['-rm', 'sh', '-c', line, 'sh', bound, ...node], {
    encoding: 'utf8',
  });
  expect(stdout).toBe(`cannot replace ${bound}: resource busy or locked\n`);
  expect(await readFile(path, 'utf8')).toBe('\uFEFFone\n');
  expect((await stat(path)).mode & 0o777).toBe(0o604);
  expect(await readFile(bound, 'utf8')).toBe('one\n');
  expect(await readdir(folder)).toEqual(['list', 'mounted']);
});

test('a name of any length', async () => {
  const { folder } = await file('');
  const path = join(folder, 'ü'.repeat(127));
  await writeFile(path, 'one\n');
  await rewriteFiles([{ file: path, text: 'one\n', edits: EDITS }]);
  expect(await readFile(path, 'utf8')).toBe('x\n');
});

test('what a killed process left is removed, and what a living one needs is not', async () => {
  const { folder, path } = await file('one\n');
  // No process has a number as high.
  const dead = `.container-preload-${ownerPrefix().replace(/\.\d+\./, '.99999999.')}new`;
  const others = [`.container-preload-${ownerPrefix()}old`, '.container-preload-x'];
  for (const name of [dead, ...others]) await writeFile(join(folder, name), '');
  await rewriteFiles([{ file: path, text: 'one\n', edits: EDITS }]);
  expect(await readFile(path, 'utf8')).toBe('x\n');
  expect(await readdir(folder)).toEqual(['list', ...others].sort());
});
