import { describe, expect, test } from '@jest/globals';
import { type Entry, readEntries } from '../../src/deb/inspect/entries.ts';
import { BLOCK, headerSum, paddingOf, tarHeader } from '../../src/tar.ts';

const END = Buffer.alloc(2 * BLOCK);

/** A file's header, with other bytes in it and the sum that they need. */
function header(path = './usr/x', size = 0, changes: Record<number, string> = {}): Buffer {
  const bytes = tarHeader({ path, size, mode: 0o644, mtime: 1 });
  for (const [at, text] of Object.entries(changes)) bytes.write(text, Number(at), 'latin1');
  const last = bytes.subarray(-BLOCK);
  last.write(`${headerSum(last).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

function content(text: string): Buffer {
  return Buffer.concat([Buffer.from(text), Buffer.alloc(paddingOf(text.length))]);
}

/** Reads a tar in chunks that fit to no block. */
async function read(...parts: Buffer[]) {
  const bytes = Buffer.concat(parts);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
  }
  const entries: (Entry & { text: string })[] = [];
  const damage = await readEntries(chunks(), async (entry, from) => {
    let text = '';
    for await (const chunk of from) text += chunk;
    entries.push({ ...entry, text });
  });
  return { damage, entries };
}

describe('readEntries', () => {
  const long = `./usr/${'x'.repeat(200)}`;
  test('reads names of every length', async () => {
    const { damage, entries } = await read(
      header('./usr/x', 5),
      content('hello'),
      header(long, 600),
      content('a'.repeat(600)),
      header('y', 0, { 257: 'ustar\x0000', 345: './usr' }),
      END,
      END,
    );
    expect(damage).toBeUndefined();
    const file = { type: 'file', mode: 0o644, ofRoot: true };
    expect(entries).toEqual([
      { ...file, name: './usr/x', size: 5, text: 'hello' },
      { ...file, name: long, size: 600, text: 'a'.repeat(600) },
      { ...file, name: './usr/y', size: 0, text: '' },
    ]);
  });

  test.each([
    ['a number', { 108: '0000001\0' }],
    ['a group', { 116: '0000001\0' }],
    ['a name', { 265: 'lp' + '\0\0' }],
    ['the name of a group', { 297: 'adm\0' }],
  ])('tells what belongs to others by %s', async (_, changes) => {
    const { entries } = await read(header('./usr/x', 0, changes), END);
    expect(entries.map(({ ofRoot }) => ofRoot)).toEqual([false]);
  });

  test.each([
    ['2', 'symlink'],
    ['5', 'folder'],
    ['6', 'FIFO'],
    ['x', 'tar entry of type "x"'],
  ])('type %s is a %s', async (letter, type) => {
    const { entries } = await read(header('./usr/x', 0, { 156: letter }), END);
    expect(entries.map((entry) => entry.type)).toEqual([type]);
  });

  const many = Array<Buffer>(100_001).fill(header());
  test.each<[string, Buffer[], RegExp]>([
    ['nothing', [], /without the end of a tar/],
    ['no end', [header()], /without the end of a tar/],
    ['half an end', [header(), Buffer.alloc(BLOCK)], /one zero block/],
    ['other bytes as second block', [Buffer.alloc(BLOCK), header()], /bytes after the end/],
    ['bytes after its end', [END, header()], /bytes after the end/],
    ['a cut content', [header('x', 5), Buffer.from('he')], /ends within a file/],
    ['a cut padding', [header('x', 5), Buffer.from('hello\0')], /ends within a file/],
    ['padding', [header('x', 5), content('hello!'), END], /padding of a file is not zero/],
    ['a sum', [Buffer.from('a'), header().subarray(1), END], /wrong checksum/],
    ['a size', [header('x', 0, { 124: '9' }), END], /size is no number/],
    ['a mode', [header('x', 0, { 100: 'rwx' }), END], /mode or owner is no number/],
    ['a very long name', [header('x'.repeat(4096)), END], /a name of 4097 bytes/],
    ['a long name of nothing', [header(long).subarray(0, -BLOCK), END], /long name of no entry/],
    ['too many entries', [...many, END], /more than 100000 entries/],
  ])('refuses %s', async (_, parts, message) => {
    expect((await read(...parts)).damage).toMatch(message);
  });

  test('throws what its visitor throws', async () => {
    async function* chunks() {
      yield header();
    }
    const failing = readEntries(chunks(), async () => {
      throw new Error('mine');
    });
    await expect(failing).rejects.toThrow('mine');
  });
});
