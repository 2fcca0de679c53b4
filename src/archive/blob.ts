import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { isNativeError } from 'node:util/types';
import { compressionOf, decompress, MAGIC_BYTES } from '../decompress.ts';
import { UserError } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import { algorithmOf, type Digest, hexOf } from '../images/digest.ts';
import { type LayerNotes, scanLayer } from './scan.ts';

/** A layer whose blob lies in a file. */
export interface LayerBlob {
  readonly path: string;
  /** Digest of the file's bytes. */
  readonly blob: Digest;
  /** Bytes, as the manifest says; not compared where it is left out. */
  readonly size?: number;
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest;
}

/** The blob's bytes are not those of its digest: to be thrown away and fetched again. */
export class DamagedBlobError extends Error {
  readonly blob: Digest;
  constructor(blob: Digest) {
    super(`the bytes of blob ${blob} do not match its digest`);
    this.name = 'DamagedBlobError';
    this.blob = blob;
  }
}

/** The blob is what the manifest names, and still no layer of that image. */
export class InvalidLayerError extends UserError {
  override readonly name = 'InvalidLayerError';
}

/** Takes the uncompressed bytes of a layer; resolves when more may come. */
export type LayerSink = (chunk: Buffer) => Promise<void>;

/**
 * Streams a layer's blob once: decompresses it, hashes both sides, checks that it is a tar.
 *
 * @param sink gets every uncompressed byte, before the digests are known to be right
 * @returns the uncompressed size in bytes and what the layer says about programs
 * @throws DamagedBlobError; InvalidLayerError
 */
export async function readLayer(
  layer: LayerBlob,
  sink: LayerSink,
  signal: AbortSignal | undefined,
): Promise<{ unpackedSize: number; notes: LayerNotes }> {
  const blobHash = createHash(algorithmOf(layer.blob));
  const diffHash = createHash(algorithmOf(layer.diffId));
  const scan = scanLayer();
  let unpackedSize = 0;
  try {
    await checkSize(layer);
    const compression = compressionOf(await firstBytes(layer.path));
    const bytes = hashed(layer.path, blobHash);
    for await (const chunk of decompress(bytes, compression, signal)) {
      signal?.throwIfAborted();
      diffHash.update(chunk);
      unpackedSize += chunk.length;
      scan.write(chunk);
      await sink(chunk);
    }
    const notes = scan.end();
    if (`${algorithmOf(layer.blob)}:${blobHash.digest('hex')}` !== layer.blob) {
      throw new DamagedBlobError(layer.blob);
    }
    const diffId = `${algorithmOf(layer.diffId)}:${diffHash.digest('hex')}`;
    if (diffId !== layer.diffId) {
      throw new Error(`its uncompressed bytes are ${diffId}, but its config says ${layer.diffId}`);
    }
    return { unpackedSize, notes };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isContentError(error)) throw error;
    // Damaged bytes mostly show as a broken stream first: the digest of the whole file decides.
    if (!(await hashesTo(layer.path, layer.blob))) throw new DamagedBlobError(layer.blob);
    throw new InvalidLayerError(
      'failure',
      `layer ${layer.blob} is not valid: ${(error as Error).message}`,
      {
        hint: 'its bytes are those that the manifest promises: the image itself must be built again',
        cause: error,
      },
    );
  }
}

/**
 * The uncompressed size that a blob tells before it is read: right for most blobs, and not to be relied
 * on. Undefined where it tells none.
 */
export async function promisedSize(path: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = await readAt(file, 0, MAGIC_BYTES);
    const compression = compressionOf(head);
    if (compression === 'none') return size;
    // RFC 1952, 2.3.1: the last member's size modulo 2^32.
    return compression === 'gzip' && size >= GZIP_LEAST
      ? (await readAt(file, size - 4, 4)).readUInt32LE()
      : undefined;
  } finally {
    await file.close();
  }
}

/** Bytes of header and trailer. */
const GZIP_LEAST = 18;

/** skopeo compares digests alone; archives and engines go by the size. */
async function checkSize({ path, size: promised }: LayerBlob): Promise<void> {
  if (promised === undefined) return;
  const { size } = await stat(path);
  if (size !== promised) throw new Error(`manifest says ${promised} bytes, blob has ${size}`);
}

/** Whether a file has the bytes of a digest. */
async function hashesTo(path: string, digest: Digest): Promise<boolean> {
  return (await hashFile(path, algorithmOf(digest))) === hexOf(digest);
}

const CHUNK = 1024 * 1024;

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    return await readAt(file, 0, MAGIC_BYTES);
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function* hashed(path: string, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Anything but an error of the operating system or one that was made for people already. */
function isContentError(error: unknown): boolean {
  if (!isNativeError(error) || error.name !== 'Error') return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined && (code === undefined || code.startsWith('Z_'));
}
