import { createHash } from 'node:crypto';
import { compressionOf, decompress } from '../../decompress.ts';
import type { Digest } from '../../images/digest.ts';
import { BLOCK, headerSum, paddingOf, readSize } from '../../tar.ts';
import { ByteReader } from './bytes.ts';

/** A tar entry of a fragment. */
export interface PieceEntry {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Of the content, in the algorithm that the name has (sha256 for other names). */
  readonly digest: Digest;
  /** Of a layer's uncompressed content. */
  readonly diffId: Digest | undefined;
  /** Only of entries that describe an image. */
  readonly content: Buffer | undefined;
}

/** A piece of an archive, as a fragment holds one. */
export interface Piece {
  readonly entries: readonly PieceEntry[];
  /** The two zero blocks that end a tar stood at its end. */
  readonly ended: boolean;
}

/** What is read of a fragment: `layer` content is unpacked, `image` content is kept. */
export type PieceKind = 'layer' | 'image';

/**
 * Reads a fragment's uncompressed bytes, strictly: plain files, checksums, zero padding, nothing
 * after the end.
 *
 * @throws Error that says what is wrong
 */
export async function readPiece(
  chunks: AsyncIterable<Buffer>,
  kind: PieceKind,
  signal: AbortSignal | undefined,
): Promise<Piece> {
  const bytes = new ByteReader(chunks);
  try {
    const entries: PieceEntry[] = [];
    for (;;) {
      const header = await bytes.take(BLOCK);
      if (header.length === 0) return { entries, ended: false };
      if (isZero(header)) {
        await checkEnd(bytes);
        return { entries, ended: true };
      }
      if (entries.length === MAX_ENTRIES) throw new Error(`more than ${MAX_ENTRIES} tar entries`);
      entries.push(await readEntry(header, bytes, kind, signal));
    }
  } finally {
    await bytes.drain();
  }
}

/** One more than an image fragment has: whoever reads the piece says what is too much. */
const MAX_ENTRIES = 6;
/** Configs and manifests are far smaller; registries take no manifest beyond 4 MiB. */
const MAX_CONTENT = 64 * 1024 * 1024;

async function readEntry(
  header: Buffer,
  bytes: ByteReader,
  kind: PieceKind,
  signal: AbortSignal | undefined,
): Promise<PieceEntry> {
  const { name, size } = parseHeader(header);
  const algorithm = name.startsWith('blobs/sha512/') ? 'sha512' : 'sha256';
  const hash = createHash(algorithm);
  let left = size;
  const content = tapped(bytes.part(size), (chunk) => {
    hash.update(chunk);
    left -= chunk.length;
  });
  const read = await readContent(content, size, kind, await bytes.peek(Math.min(size, 4)), signal);
  if (left > 0) throw new Error(`it ends within ${name}`);
  const padding = await bytes.take(paddingOf(size));
  if (padding.length !== paddingOf(size)) throw new Error(`${name} is not padded to a whole block`);
  if (!isZero(padding)) throw new Error(`the padding of ${name} is not zero`);
  return { name, size, digest: `${algorithm}:${hash.digest('hex')}`, ...read };
}

async function readContent(
  content: AsyncIterable<Buffer>,
  size: number,
  kind: PieceKind,
  head: Buffer,
  signal: AbortSignal | undefined,
): Promise<Pick<PieceEntry, 'diffId' | 'content'>> {
  if (kind === 'image') {
    if (size > MAX_CONTENT) throw new Error(`an entry of ${size} bytes that describes an image`);
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk);
    return { diffId: undefined, content: Buffer.concat(chunks) };
  }
  const hash = createHash('sha256');
  for await (const chunk of decompress(content, compressionOf(head), signal)) hash.update(chunk);
  return { diffId: `sha256:${hash.digest('hex')}`, content: undefined };
}

async function checkEnd(bytes: ByteReader): Promise<void> {
  const second = await bytes.take(BLOCK);
  if (second.length !== BLOCK || !isZero(second))
    throw new Error('one zero block at its end, not two');
  if ((await bytes.peek(1)).length > 0) throw new Error('bytes after its end');
}

function parseHeader(header: Buffer): { name: string; size: number } {
  if (header.length < BLOCK) throw new Error('it ends within a tar header');
  const sum = Number.parseInt(header.toString('latin1', 148, 156), 8);
  if (sum !== headerSum(header)) throw new Error('a tar header with a wrong checksum');
  if (header.toString('latin1', 156, 157) !== '0') throw new Error('a tar entry that is no file');
  return { name: header.toString('utf8', 0, 100).replace(/\0.*$/s, ''), size: readSize(header) };
}

export async function* tapped(
  chunks: AsyncIterable<Buffer>,
  onChunk: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onChunk(chunk);
    yield chunk;
  }
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}
