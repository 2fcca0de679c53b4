import { describe, expect, test } from '@jest/globals';
import { readMembers, type TarMember } from '../../src/archive/tar-members.ts';
import { BLOCK, headerSum, paddingOf, tarHeader } from '../../src/tar.ts';
import { tarOf } from '../support/images.ts';
import { text } from './bytes.ts';

const END = Buffer.alloc(2 * BLOCK);

describe('the content of members, by tar-stream', () => {
  const contents = [0, 1, 255, 256, 257, 511, 512, 513, 1024, 5000].map((size) => text(size));

  test.each([1, 3, 255, 512, 700, 100_000])('in chunks of %i bytes', async (chunkSize) => {
    const tar = await tarOf(contents.map((content, index) => ({ path: `file-${index}`, content })));
    expect(read(tar, chunkSize)).toEqual(
      contents.map((content, index) => ({
        name: `file-${index}`,
        type: '0',
        linkname: '',
        mode: 0o644,
        size: content.length,
        start: content.subarray(0, 256).toString(),
      })),
    );
  });
});

describe('what engines take', () => {
  test.each<[string, Buffer, object[]]>([
    ['no bytes', Buffer.alloc(0), []],
    ['one zero block', Buffer.alloc(BLOCK), []],
    ['no end', member(), [{ name: 'app' }]],
    ['no padding at the end', member({ content: 'x' }).subarray(0, BLOCK + 1), [{ size: 1 }]],
    ['a record of zeros', Buffer.concat([member(), Buffer.alloc(20 * BLOCK)]), [{ name: 'app' }]],
    ['text behind the end', Buffer.concat([member(), END, text(700)]), [{ name: 'app' }]],
    ['a member behind the end', Buffer.concat([member(), END, member()]), [{ name: 'app' }]],
    ['v7, without magic', member({ magic: '', type: '\0' }), [{ name: 'app', type: '0' }]],
    [
      'v7, a directory',
      Buffer.concat([member({ magic: '', type: '\0', path: 'etc/', size: 9 }), member()]),
      [{ name: 'etc/', type: '5', size: 0 }, { name: 'app' }],
    ],
    [
      'a prefix',
      member({ magic: 'ustar\x0000', fields: { 345: 'usr/bin' } }),
      [{ name: 'usr/bin/app' }],
    ],
    [
      "GNU's times where others have a prefix",
      member({ fields: { 345: '14' } }),
      [{ name: 'app' }],
    ],
    ['a name of 100 bytes', member({ path: 'a'.repeat(100) }), [{ name: 'a'.repeat(100) }]],
    [
      'a hard link with the size of its target',
      Buffer.concat([member({ type: '1', size: 900 }), member()]),
      [{ type: '1', size: 0 }, { name: 'app' }],
    ],
    ['numbers between spaces', member({ fields: { 100: '   755 \0' } }), [{ mode: 0o755 }]],
    ['no numbers', member({ fields: { 100: '\0'.repeat(8), 108: ' '.repeat(8) } }), [{ mode: 0 }]],
    ['a negative time', member({ fields: { 136: '\xff'.repeat(12) } }), [{ name: 'app' }]],
    [
      'a size in base 256',
      member({ content: 'abc', fields: { 124: `\x80${'\0'.repeat(10)}\x03` } }),
      [{ size: 3, start: 'abc' }],
    ],
    ['a checksum of signed bytes', signedMember('caf\xe9'), [{ type: '0' }]],
    [
      'a pax header',
      Buffer.concat([
        extended('x', `${record('path', 'é/ü')}${record('size', '3')}${record('comment', 'a=b')}`),
        member({ content: 'abc', size: 0 }),
        member(),
      ]),
      [{ name: 'é/ü', size: 3, start: 'abc' }, { name: 'app' }],
    ],
    [
      'an empty path in a pax header',
      Buffer.concat([extended('x', record('path', '')), member()]),
      [{ name: 'app' }],
    ],
    [
      'a global pax header, which counts for none',
      Buffer.concat([extended('g', record('path', 'other')), member()]),
      [{ name: 'app' }],
    ],
    [
      "GNU's long names",
      Buffer.concat([extended('L', 'long\0'), extended('K', 'target\0'), member({ type: '2' })]),
      [{ name: 'long', linkname: 'target' }],
    ],
  ])('%s', (_name, tar, members) => {
    const found = read(tar);
    expect(found).toHaveLength(members.length);
    expect(found).toMatchObject(members);
  });

  test.each(['0', '1', '2', '3', '4', '5', '6'])('type %s', (type) => {
    expect(read(Buffer.concat([member({ type }), END]))).toMatchObject([{ type }]);
  });
});

describe('what engines refuse', () => {
  test.each<[string, Buffer, RegExp | string]>([
    ['text', text(2000), /^Invalid tar header: /],
    ['less than a block', text(511), 'Unexpected end of data'],
    ['a header that is cut', member().subarray(0, 500), 'Unexpected end of data'],
    [
      'a content that is cut',
      member({ content: text(900) }).subarray(0, -200),
      'Unexpected end of data',
    ],
    ['a long name that is cut', extended('L', 'name').subarray(0, 514), 'Unexpected end of data'],
    [
      'a zero block between members',
      Buffer.concat([member(), Buffer.alloc(BLOCK), member()]),
      'Invalid tar header: one block of zeros, and then more',
    ],
    ['a flipped bit', flipped(member()), 'Invalid tar header: its checksum is wrong'],
    ['a mode that is none', member({ fields: { 100: 'rwxr-xr-' } }), 'the number "rwxr-xr-"'],
    ['an owner that is none', member({ fields: { 108: 'root\0\0\0\0' } }), 'the number "root'],
    ['a negative size', member({ fields: { 124: '\xff'.repeat(12) } }), 'a size of -1 bytes'],
    ["GNU's sparse file", member({ type: 'S' }), `"app" has the type "S" (GNU's sparse file`],
    ["GNU's directory", member({ type: 'D' }), '"app" has the type "D"'],
    ['a contiguous file', member({ type: '7' }), 'has the type "7" (a contiguous file), which'],
    ['an unknown type', member({ type: 'Z' }), '"app" has the type "Z", which container engines'],
    ['a huge name', extended('L', 'a'.repeat(1024 * 1024 + 1)), 'header of 1048577 bytes'],
    ['a pax size that is none', extended('x', record('size', '-3')), 'a size of "-3" bytes'],
    ['a pax record without length', extended('x', 'path=a\n'), 'a pax record that is none'],
    ['a pax record that is too long', extended('x', '99 path=a\n'), 'a pax record that is none'],
    ['a pax record without newline', extended('x', '9 path=a '), 'a pax record that is none'],
    ['a pax record without key', extended('x', '5 =a\n'), 'a pax record that is none'],
  ])('%s', (_name, tar, message) => {
    expect(() => read(tar)).toThrow(message);
    expect(() => read(tar, 100)).toThrow(message);
  });
});

interface Parts {
  readonly path?: string;
  readonly type?: string;
  readonly content?: string | Buffer;
  /** What the header says; the content's size if it is not given. */
  readonly size?: number;
  readonly magic?: string;
  /** What to write where, in Latin-1. */
  readonly fields?: Readonly<Record<number, string>>;
}

/** A member in GNU's format, with fields of its header changed and the checksum right. */
function member({ path = 'app', type = '0', content = '', ...parts }: Parts = {}): Buffer {
  const bytes = Buffer.from(content);
  const { size = bytes.length, magic, fields = {} } = parts;
  const header = tarHeader({ path, size, mode: 0o644, mtime: 0 });
  header.write(type, 156);
  if (magic !== undefined) header.fill(0, 257, BLOCK).write(magic, 257, 'latin1');
  for (const [at, value] of Object.entries(fields)) header.write(value, Number(at), 'latin1');
  writeSum(header, headerSum(header));
  return Buffer.concat([header, bytes, Buffer.alloc(paddingOf(bytes.length))]);
}

function extended(type: string, content: string): Buffer {
  return member({ path: 'extended', type, content });
}

function record(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  const length = rest + String(rest + String(rest).length).length;
  return `${length} ${key}=${value}\n`;
}

/** @param name has one byte above 127 in Latin-1 */
function signedMember(name: string): Buffer {
  const header = member({ fields: { 0: name } });
  writeSum(header, headerSum(header) - 256);
  return header;
}

function writeSum(header: Buffer, sum: number): void {
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}

function flipped(header: Buffer): Buffer {
  header.writeUInt8(header.readUInt8(2) ^ 1, 2);
  return header;
}

function read(tar: Buffer, chunkSize = tar.length || 1): (TarMember & { start: string })[] {
  const found: (TarMember & { start: string })[] = [];
  const reader = readMembers((entry, start) => found.push({ ...entry, start: start.toString() }));
  for (let at = 0; at < tar.length; at += chunkSize) {
    const chunk = Buffer.from(tar.subarray(at, at + chunkSize));
    reader.write(chunk);
    // As a buffer that is used for the next chunk.
    chunk.fill(0xff);
  }
  reader.end();
  return found;
}
