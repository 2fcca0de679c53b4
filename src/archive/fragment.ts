import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type Digest, hexOf } from '../images/digest.ts';
import { readFileChunks } from '../read-chunks.ts';
import { type LayerBlob, promisedSize, readLayer } from './blob.ts';
import { type Frame, type FramePool, FrameWriter } from './frames.ts';
import type { LayerNotes } from './scan.ts';
import { archiveHeader, tarPadding } from './tar.ts';
import { skippableFrame } from './zstd.ts';

/** What is known of a fragment's file. All hashes are hexadecimal and over the file's bytes. */
export interface FragmentFacts {
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly md5: string;
}

/** What is known of a layer once its bytes have been read. */
export interface LayerFacts extends FragmentFacts {
  /** Bytes of the uncompressed tar. */
  readonly unpackedSize: number;
  readonly notes: LayerNotes;
}

/** A fragment: the pieces of its bytes in order, each in memory or a file. */
export type FragmentParts = readonly (Uint8Array | string)[];

/**
 * The tar header of a layer stands before its bytes, but names their size, which is known for sure
 * after them. So this much is left free at the start, and filled at the end by the header's own frame
 * and a skippable frame. A header, of which 32 bytes are random, takes some 150 bytes.
 */
const HEAD_SIZE = 256;

/** What a layer is called inside the archive: by its diff ID, or by its blob if that is kept. */
export function blobName(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/**
 * Writes a layer's fragment: zstd( tar header + uncompressed layer + padding ), in frames that
 * can be made side by side. Checks blob and diff ID on the way (`readLayer`).
 *
 * @param output is created; on an error it is the caller's to remove
 * @param onBytes is told of uncompressed bytes as they are read
 */
export async function writeLayerFragment(
  layer: LayerBlob,
  output: string,
  pool: FramePool,
  { signal, onBytes }: { signal?: AbortSignal | undefined; onBytes?: (bytes: number) => void } = {},
): Promise<LayerFacts> {
  const promised = await promisedSize(layer.path);
  const headOf = async (size: number) => {
    const frames: Frame[] = [];
    await pool.compress(archiveHeader(blobName(layer.diffId), size), (frame) => {
      frames.push(frame);
      pool.forget(frame);
    });
    return fragmentHead(frames.flat());
  };
  const file = await open(output, 'wx');
  try {
    const hashes = fileHashes();
    if (promised !== undefined) hashes.update(await headOf(promised));
    const frames = new FrameWriter(file, pool, {
      position: HEAD_SIZE,
      contentSize: promised,
      onWritten: hashes.update,
    });
    try {
      const sink = async (chunk: Buffer) => {
        onBytes?.(chunk.length);
        await frames.write(chunk);
      };
      const { unpackedSize, notes } = await readLayer(layer, sink, signal);
      await frames.write(tarPadding(unpackedSize));
      await frames.end();
      await file.write(await headOf(unpackedSize), 0, HEAD_SIZE, 0);
      await file.sync();
      const facts = unpackedSize === promised ? hashes.facts() : await fragmentFacts([output]);
      return { ...facts, unpackedSize, notes };
    } finally {
      await frames.abandon();
    }
  } finally {
    await file.close();
  }
}

/**
 * The fragment of a layer that keeps the registry's own blob, never compressed again: tar header,
 * blob, padding. Nothing is written: the blob stays where it is.
 *
 * @param size bytes of the blob
 */
export function originalLayerParts(blob: Digest, path: string, size: number): FragmentParts {
  return [archiveHeader(blobName(blob), size), path, tarPadding(size)];
}

/** Size and hashes of a fragment's bytes. */
export async function fragmentFacts(parts: FragmentParts): Promise<FragmentFacts> {
  const hashes = fileHashes();
  for (const part of parts) {
    if (typeof part === 'string') await readFileChunks(part, hashes.update);
    else hashes.update(part);
  }
  return hashes.facts();
}

/** Takes a file's bytes as they pass. */
export function fileHashes() {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let size = 0;
  return {
    update(bytes: Uint8Array): void {
      sha256.update(bytes);
      md5.update(bytes);
      size += bytes.length;
    },
    facts: (): FragmentFacts => ({ size, sha256: sha256.digest('hex'), md5: md5.digest('hex') }),
  };
}

/** `layers/HEX.zst`, as it is called in the package. */
export function layerFragmentName(digest: Digest, compression: 'zstd' | 'original'): string {
  return `layers/${hexOf(digest)}.${compression === 'zstd' ? 'zst' : 'tar'}`;
}

function fragmentHead(frame: Frame): Buffer {
  const bytes = Buffer.concat(frame);
  return Buffer.concat([bytes, skippableFrame(HEAD_SIZE - bytes.length)]);
}
