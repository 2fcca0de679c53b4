import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { isNativeError } from 'node:util/types';
import { createGunzip } from 'node:zlib';
import { failure } from '../errors.ts';
import { ended, lastLines, start } from '../exec.ts';
import { algorithmOf, type Digest } from '../images/digest.ts';
import { type LayerNotes, scanLayer } from './scan.ts';

/** A layer whose blob lies in a file. */
export interface LayerBlob {
  readonly path: string;
  /** Digest of the file's bytes. */
  readonly blob: Digest;
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

/** Takes the uncompressed bytes of a layer; resolves when more may come. */
export type LayerSink = (chunk: Buffer) => Promise<void>;

/**
 * Streams a layer's blob once: decompresses it, hashes both sides, checks that it is a tar.
 *
 * @param sink gets every uncompressed byte, before the digests are known to be right
 * @returns the uncompressed size in bytes and what the layer says about programs
 * @throws DamagedBlobError; UserError (failure) when the blob is what the registry promised and
 *   still no valid layer
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
    const compression = compressionOf(await firstBytes(layer.path));
    for await (const chunk of decompressed(layer.path, compression, blobHash, signal)) {
      signal?.throwIfAborted();
      diffHash.update(chunk);
      unpackedSize += chunk.length;
      await scan.write(chunk);
      await sink(chunk);
    }
    const notes = await scan.end();
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
    throw failure(`layer ${layer.blob} is not valid: ${(error as Error).message}`, {
      hint: 'its bytes are those that the manifest promises: the image itself must be built again',
      cause: error,
    });
  }
}

/** Whether a file has the bytes of a digest. */
export async function hashesTo(path: string, digest: Digest): Promise<boolean> {
  const hash = createHash(algorithmOf(digest));
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) hash.update(chunk);
  return `${algorithmOf(digest)}:${hash.digest('hex')}` === digest;
}

type Compression = 'gzip' | 'zstd' | 'none';

const CHUNK = 256 * 1024;
const MAGIC_BYTES = 6;

/** By the bytes, not by the media type: registries hold layers whose media type is wrong. */
export function compressionOf(start: Buffer): Compression {
  if (start.length >= 2 && start.readUInt16BE(0) === 0x1f8b) return 'gzip';
  if (start.length >= 4) {
    const magic = start.readUInt32LE(0);
    if (magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50) return 'zstd';
  }
  return 'none';
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function* decompressed(
  path: string,
  compression: Compression,
  hash: Hash,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK });
  try {
    const bytes = hashed(file, hash);
    if (compression === 'gzip') yield* gunzipped(Readable.from(bytes));
    else if (compression === 'zstd') yield* unzstded(Readable.from(bytes), signal);
    else yield* bytes;
  } finally {
    file.destroy();
  }
}

async function* hashed(source: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* gunzipped(source: Readable): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK });
  source.once('error', (error) => gunzip.destroy(error));
  yield* source.pipe(gunzip);
}

/** By the zstd program: Node 20 has no zstd, and the library knows whole buffers only. */
async function* unzstded(
  source: Readable,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const argv = ['zstd', '--decompress', '--stdout', '--quiet', '--memory=2048MB'];
  const child = start(argv, { signal });
  const finished = ended(child, argv);
  finished.catch(() => undefined);
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-1000);
  });
  let unreadable: Error | undefined;
  source.once('error', (error) => {
    unreadable = error;
    child.kill();
  });
  try {
    if (child.stdin && child.stdout) {
      source.pipe(child.stdin);
      yield* child.stdout;
    }
    const code = await finished;
    if (unreadable) throw unreadable;
    if (code !== 0) throw new Error(`zstd: ${lastLines(stderr, 1)}`);
  } finally {
    child.kill();
  }
}

/** Anything but an error of the operating system or one that was made for people already. */
function isContentError(error: unknown): boolean {
  if (!isNativeError(error) || error.name !== 'Error') return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined && (code === undefined || code.startsWith('Z_'));
}
