import { execFileSync } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { extract, type Header } from 'tar-stream';
import { archiveEntry, archiveHeader, TAR_END, tarPadding } from '../../src/archive/tar.ts';
import { BLOCK } from '../../src/tar.ts';
import { withTempDir } from '../support/temp.ts';

const GiB = 2 ** 30;
const name = `blobs/sha256/${'0123456789abcdef'.repeat(4)}`;

describe('a header is read back', () => {
  test.each([
    ['an empty file', 0],
    ['a byte', 1],
    ['the last size that fits into octal digits', 8 * GiB - 1],
    ['the first that does not', 8 * GiB],
    ['more than 32 bits of blocks', 3 * 1024 * GiB + 511],
  ])('%s, by tar-stream', async (_title, size) => {
    expect(await firstHeader(archiveHeader(name, size))).toMatchObject({
      name,
      size,
      type: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      mtime: new Date(0),
    });
  });

  test.each([
    ['an empty file', 0],
    ['a byte', 1],
    ['8 GiB - 1', 8 * GiB - 1],
    ['8 GiB', 8 * GiB],
    ['100 GiB and a bit', 100 * GiB + 511],
  ])('%s, by tar, with what follows it', async (_title, size) => {
    await withTempDir(async (folder) => {
      // A file with a hole: the content takes no space, and tar seeks over it.
      const path = join(folder, 'archive.tar');
      const end = BLOCK + size + tarPadding(size).length;
      await writeFile(path, archiveHeader(name, size));
      await truncate(path, end);
      await writeFile(path, Buffer.concat([archiveEntry('next', Buffer.from('n')), TAR_END]), {
        flag: 'a',
      });
      const list = execFileSync('tar', ['--utc', '--numeric-owner', '-tvf', path], {
        encoding: 'utf8',
      });
      const rows = list.trim().split('\n');
      expect(rows.map((row) => row.split(/\s+/))).toEqual([
        ['-rw-r--r--', '0/0', String(size), '1970-01-01', '00:00', name],
        ['-rw-r--r--', '0/0', '1', '1970-01-01', '00:00', 'next'],
      ]);
    });
  });
});

test.each([
  [0, 0],
  [1, 511],
  [511, 1],
  [512, 0],
  [513, 511],
])('%i bytes are padded by %i', (size, padding) => {
  expect(tarPadding(size)).toHaveLength(padding);
  expect(archiveEntry('x', Buffer.alloc(size, 'x'))).toHaveLength(BLOCK + size + padding);
});

test('an entry keeps its content', () => {
  const tar = Buffer.concat([archiveEntry('greeting', Buffer.from('hello')), TAR_END]);
  const content = execFileSync('tar', ['-xOf', '-', 'greeting'], { input: tar });
  expect(content.toString()).toBe('hello');
});

test.each([99, 100, 101, 300])('a name of %i bytes is read back', async (length) => {
  const name = 'n'.repeat(length);
  expect(await firstHeader(archiveHeader(name, 0))).toMatchObject({ name });
});

function firstHeader(bytes: Buffer): Promise<Header> {
  return new Promise((resolve, reject) => {
    const reader = extract();
    reader.once('entry', resolve);
    reader.once('error', reject);
    reader.write(bytes);
  });
}
