import { expect, test } from '@jest/globals';
import { unzstd } from '../src/decompress.ts';

const CHUNK = Buffer.alloc(64 * 1024, 'no zstd');
const CHUNKS = 100;

test('what is damaged at its start is read to its end all the same', async () => {
  let read = 0;
  async function* chunks() {
    for (; read < CHUNKS; read += 1) {
      // As a pipe: zstd has ended long before this has.
      await new Promise((resolve) => setTimeout(resolve, 1));
      yield CHUNK;
    }
  }
  const unpack = async () => {
    for await (const _ of unzstd(chunks(), undefined));
  };
  await expect(unpack()).rejects.toThrow('zstd: ');
  expect(read).toBe(CHUNKS);
});
