import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import pLimit from 'p-limit';
import { frameSizeOf } from '../src/archive/frames.ts';
import { createCompressor } from '../src/archive/zstd.ts';
import type { Compressor } from './zstd.ts';

/** Since Node 22.15; the types here are those of the oldest Node that the product runs on. */
const { zstdCompress, constants } = zlib as unknown as {
  readonly zstdCompress: (
    bytes: Buffer,
    options: { readonly params: object; readonly pledgedSrcSize: number },
    done: (error: Error | null, frame: Buffer) => void,
  ) => void;
  readonly constants: Readonly<Record<string, number>>;
};

/**
 * `node zstd-frames.ts COMPRESSOR LEVEL FILE`: compresses a file in frames, as many at once as there are
 * processors, and prints how many bytes they come to. A program of its own, so that its memory can be
 * measured.
 */
async function main([compressor, level, path]: readonly string[]): Promise<void> {
  const compress = await compressorOf(compressor as Compressor, Number(level));
  const size = frameSizeOf(Number(level));
  const limit = pLimit(availableParallelism());
  const file = await open(path ?? '');
  const count = Math.ceil((await file.stat()).size / size);
  const frames = Array.from({ length: count }, (_, index) =>
    limit(async () => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, index * size);
      return compress(buffer.subarray(0, bytesRead));
    }),
  );
  const sizes = await Promise.all(frames);
  await file.close();
  console.log(sizes.reduce((sum, bytes) => sum + bytes, 0));
}

/** Resolves to the bytes of a frame with its content's size and checksum. */
async function compressorOf(
  compressor: Compressor,
  level: number,
): Promise<(bytes: Buffer) => Promise<number>> {
  if (compressor === '@mongodb-js/zstd') {
    const compress = await createCompressor();
    return async (bytes) =>
      (await compress(bytes, level)).reduce((sum, piece) => sum + piece.length, 0);
  }
  const far = compressor === 'node, long-distance';
  const params = {
    [Number(constants.ZSTD_c_compressionLevel)]: level,
    [Number(constants.ZSTD_c_checksumFlag)]: 1,
    // 32 MiB: more than a frame has.
    ...(far ? { [Number(constants.ZSTD_c_enableLongDistanceMatching)]: 1 } : {}),
    ...(far ? { [Number(constants.ZSTD_c_windowLog)]: 25 } : {}),
  };
  const compress = promisify(zstdCompress);
  return async (bytes) => (await compress(bytes, { params, pledgedSrcSize: bytes.length })).length;
}

await main(process.argv.slice(2));
