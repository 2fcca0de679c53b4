import type { FileHandle } from 'node:fs/promises';
import { BLOCK, paddingOf, readSize } from '../tar.ts';

/** GNU tar fills its archives up to records of 20 blocks, and so does dpkg-deb by way of it. */
const RECORD = 20 * BLOCK;

/** The two zero blocks after the last entry, filled up to a record. @param length bytes before them */
export function tarEnd(length: number): number {
  const end = length + 2 * BLOCK;
  return Math.ceil(end / RECORD) * RECORD - length;
}

/**
 * Where the entries of a tar end and its zero blocks begin.
 *
 * @param start offset of the tar in the file
 * @param length bytes of the tar, at most
 * @throws Error for what is no tar
 */
export async function endOfEntries(
  file: FileHandle,
  start: number,
  length: number,
): Promise<number> {
  const header = Buffer.alloc(BLOCK);
  let offset = start;
  while (offset + BLOCK <= start + length) {
    await file.read(header, 0, BLOCK, offset);
    if (header.every((byte) => byte === 0)) return offset;
    const size = readSize(header);
    offset += BLOCK + size + paddingOf(size);
  }
  throw new Error('a tar without its end');
}
