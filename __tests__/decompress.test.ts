import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { decompress } from '../src/decompress.ts';

const content = Buffer.alloc(1000, 'content');
const member = gzipSync(content);
/** Where the bytes that follow begin, and around it. */
const CUTS = [[], [5], [member.length - 1], [member.length], [member.length + 1]];

describe.each(CUTS.map((cuts) => ({ cuts })))(
  'gzip that comes in pieces, cut at $cuts',
  ({ cuts }) => {
    test.each([
      ['one member', member, content],
      ['two members', Buffer.concat([member, member]), Buffer.concat([content, content])],
    ])('%s', async (_name, bytes, expected) => {
      expect((await unpacked(bytes, cuts)).equals(expected)).toBe(true);
    });

    test.each([
      ['a zero byte', Buffer.alloc(1)],
      ['a block of zeros', Buffer.alloc(512)],
      ['more zeros than a pipe holds', Buffer.alloc(2_000_000)],
      ['zeros and a member', Buffer.concat([Buffer.alloc(8), member])],
      ['text', Buffer.from('more to come')],
    ])('is refused when %s follows', async (_name, more) => {
      await expect(unpacked(Buffer.concat([member, more]), cuts)).rejects.toThrow(
        'its gzip is followed by bytes that are no gzip',
      );
    });

    test('is refused when half a member follows', async () => {
      const bytes = Buffer.concat([member, member.subarray(0, -9)]);
      await expect(unpacked(bytes, cuts)).rejects.toThrow('unexpected end of file');
    });
  },
);

async function unpacked(bytes: Buffer, cuts: readonly number[]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of decompress(pieces(bytes, cuts), 'gzip', undefined)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* pieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const ends = [...cuts, bytes.length];
  for (const [index, end] of ends.entries()) yield bytes.subarray(ends[index - 1] ?? 0, end);
}
