import createXxhash from 'xxhash-wasm';
import { failure } from '../errors.ts';

/** Compresses one buffer into one complete zstd frame; resolves to the frame's bytes in pieces. */
export type CompressFrame = (bytes: Uint8Array, level: number) => Promise<Uint8Array[]>;

export const MIN_LEVEL = 1;
export const MAX_LEVEL = 22;

/**
 * A compressor whose frames carry the content size and the content checksum (RFC 8878, 3.1.1): the
 * library writes neither, and a device must notice a damaged fragment before an engine reads it.
 *
 * The work runs in libuv's thread pool. The bytes must not change until the promise settles.
 */
export async function createCompressor(): Promise<CompressFrame> {
  const { compress } = await loadZstd();
  const { create64 } = await createXxhash();
  return async (bytes, level) => {
    const frame = await compress(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), level);
    return withSizeAndChecksum(frame, bytes.length, contentChecksum(create64(), bytes));
  };
}

/**
 * A skippable frame of exactly `size` bytes (RFC 8878, 3.1.2), which decompresses to nothing.
 *
 * @param size at least 8
 */
export function skippableFrame(size: number): Buffer {
  const frame = Buffer.alloc(size);
  frame.writeUInt32LE(0x184d2a50, 0);
  frame.writeUInt32LE(size - 8, 4);
  return frame;
}

/** The library is native code: loaded when it is needed, so that its absence can be explained. */
async function loadZstd(): Promise<typeof import('@mongodb-js/zstd')> {
  try {
    return await import('@mongodb-js/zstd');
  } catch (cause) {
    throw failure(`zstd's native library does not load here: ${(cause as Error).message}`, {
      hint: 'it is there for Linux with glibc on amd64 and arm64',
      cause,
    });
  }
}

const CHECKSUM_FLAG = 0x04;
const CONTENT_SIZE_4_BYTES = 0x80;

/** Both fields are optional in a frame's header; adding them moves nothing but what follows. */
function withSizeAndChecksum(frame: Buffer, contentSize: number, checksum: Buffer): Uint8Array[] {
  // Descriptor 0: a window descriptor follows, no dictionary, no size, no checksum.
  if (frame.readUInt32LE(0) !== 0xfd2fb528 || frame[4] !== 0) {
    throw new Error('@mongodb-js/zstd writes another frame header than the one this code extends');
  }
  const header = Buffer.alloc(10);
  frame.copy(header, 0, 0, 6);
  header[4] = CONTENT_SIZE_4_BYTES | CHECKSUM_FLAG;
  header.writeUInt32LE(contentSize, 6);
  return [header, frame.subarray(6), checksum];
}

/** The low four bytes of XXH64, little-endian, read in slices so that no second copy is made. */
function contentChecksum(hash: ReturnType<XXHash['create64']>, bytes: Uint8Array): Buffer {
  const slice = 1 << 20;
  for (let at = 0; at < bytes.length; at += slice) hash.update(bytes.subarray(at, at + slice));
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(Number(hash.digest() & 0xffffffffn));
  return checksum;
}

type XXHash = Awaited<ReturnType<typeof createXxhash>>;
