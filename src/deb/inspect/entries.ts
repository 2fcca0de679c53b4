import { BLOCK, headerSum, paddingOf, readSize } from '../../tar.ts';
import { ByteReader } from './bytes.ts';

/** An entry of a package's tar, as dpkg takes it. */
export interface Entry {
  /** As it is written: `./usr/lib/NAME/load`. */
  readonly name: string;
  /** `file`, `folder`, or another kind in words. */
  readonly type: string;
  /** Permission bits. */
  readonly mode: number;
  /** Owner and group are root, by number and by name. */
  readonly ofRoot: boolean;
  /** Bytes. */
  readonly size: number;
}

/**
 * Hands every entry of a tar to `visit`, which reads its content to its end.
 *
 * Strict, since dpkg is not: every checksum, zero padding, nothing but zeros after the end.
 *
 * @returns what is wrong with the tar, undefined for a whole one
 * @throws what `visit` throws
 */
export async function readEntries(
  chunks: AsyncIterable<Buffer>,
  visit: (entry: Entry, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<string | undefined> {
  const bytes = new ByteReader(chunks);
  try {
    for (let count = 0; ; count++) {
      const header = await nextHeader(bytes);
      if (header === undefined) return undefined;
      if (count === MAX_ENTRIES) throw new Damage(`more than ${MAX_ENTRIES} entries`);
      const entry = parseEntry(header);
      await readContent(bytes, entry, visit);
    }
  } catch (error) {
    if (error instanceof Damage) return error.message;
    throw error;
  }
}

/** What cannot be a tar of a package; what else is thrown comes from `visit`. */
class Damage extends Error {}

/** Far more than the images and extra files of a package; all of their names are kept in memory. */
const MAX_ENTRIES = 100_000;
/** Of a name: PATH_MAX of Linux. */
const MAX_NAME = 4096;

interface Header {
  readonly block: Buffer;
  /** Of the GNU entry before it. */
  readonly longName: string | undefined;
}

/** Undefined at the end of the tar. */
async function nextHeader(bytes: ByteReader): Promise<Header | undefined> {
  const block = await nextBlock(bytes);
  if (block === undefined) return undefined;
  if (typeOf(block) !== 'L') return { block, longName: undefined };
  const size = sizeOf(block);
  if (size > MAX_NAME) throw new Damage(`a name of ${size} bytes`);
  const name = await bytes.take(size);
  await skipPadding(bytes, size);
  const next = await nextBlock(bytes);
  if (next === undefined || typeOf(next) === 'L') throw new Damage('a long name of no entry');
  return { block: next, longName: name.toString().replace(/\0$/, '') };
}

async function nextBlock(bytes: ByteReader): Promise<Buffer | undefined> {
  const block = await bytes.take(BLOCK);
  if (block.length < BLOCK) throw new Damage('it ends without the end of a tar');
  if (isZero(block)) {
    await checkEnd(bytes);
    return undefined;
  }
  const sum = headerSum(block).toString(8).padStart(6, '0');
  if (block.toString('latin1', 148, 156) !== `${sum}\0 `) {
    throw new Damage('a tar header with a wrong checksum');
  }
  return block;
}

/** A second block of zeros, and no more than zeros after it. */
async function checkEnd(bytes: ByteReader): Promise<void> {
  for (let count = 0; ; count++) {
    const block = await bytes.take(BLOCK);
    if (block.length === 0 && count > 0) return;
    if (block.length === 0) throw new Damage('one zero block at its end, not two');
    if (!isZero(block)) throw new Damage('bytes after the end of its tar');
  }
}

const TYPES: Readonly<Record<string, string>> = {
  '0': 'file',
  '\0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character device',
  '4': 'block device',
  '5': 'folder',
  '6': 'FIFO',
};

function parseEntry({ block, longName }: Header): Entry {
  const type = typeOf(block);
  return {
    name: longName ?? shortName(block),
    type: TYPES[type] ?? `tar entry of type ${JSON.stringify(type)}`,
    mode: octalOf(block, 100),
    ofRoot:
      octalOf(block, 108) === 0 &&
      octalOf(block, 116) === 0 &&
      // dpkg takes the names before the numbers.
      [265, 297].every((at) => ['root', ''].includes(textOf(block, at, 32))),
    size: sizeOf(block),
  };
}

/** POSIX keeps the front of a long name in another field; GNU has no such field. */
function shortName(block: Buffer): string {
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? textOf(block, 345, 155) : '';
  return prefix === '' ? textOf(block, 0, 100) : `${prefix}/${textOf(block, 0, 100)}`;
}

async function readContent(
  bytes: ByteReader,
  entry: Entry,
  visit: (entry: Entry, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  let left = entry.size;
  async function* content(): AsyncGenerator<Buffer> {
    for await (const chunk of bytes.part(entry.size)) {
      left -= chunk.length;
      yield chunk;
    }
  }
  await visit(entry, content());
  if (left > 0) throw new Damage('it ends within a file');
  await skipPadding(bytes, entry.size);
}

async function skipPadding(bytes: ByteReader, size: number): Promise<void> {
  const padding = await bytes.take(paddingOf(size));
  if (padding.length < paddingOf(size)) throw new Damage('it ends within a file');
  if (!isZero(padding)) throw new Damage('the padding of a file is not zero');
}

function typeOf(block: Buffer): string {
  return block.toString('latin1', 156, 157);
}

function sizeOf(block: Buffer): number {
  try {
    return readSize(block);
  } catch (error) {
    throw new Damage((error as Error).message);
  }
}

function octalOf(block: Buffer, at: number): number {
  const digits = textOf(block, at, 8).trim();
  if (!/^[0-7]+$/.test(digits)) throw new Damage('a tar header whose mode or owner is no number');
  return Number.parseInt(digits, 8);
}

function textOf(block: Buffer, at: number, length: number): string {
  return block.toString('utf8', at, at + length).replace(/\0.*$/s, '');
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}
