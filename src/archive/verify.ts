import { createHash } from 'node:crypto';
import { together } from '../concurrency.ts';
import { unzstdFile } from '../decompress.ts';
import { UserError } from '../errors.ts';
import { algorithmOf, type Digest } from '../images/digest.ts';
import { readFileChunks } from '../read-chunks.ts';
import { BLOCK, readSize } from '../tar.ts';
import { blobName, fileHashes, type LayerFacts } from './fragment.ts';
import { scanLayer } from './scan.ts';
import { archiveHeader, tarPadding } from './tar.ts';

/**
 * Reads a layer's fragment of which nothing is known, and finds out all that is known of one that was
 * just made: it must unpack to the tar header, the layer of that diff ID, and the padding, and to
 * nothing else.
 *
 * @returns undefined where it is not that layer's fragment
 * @throws what says nothing of its bytes: UserError for a program that is missing, fails or was killed; errors of
 *   the file system
 */
export async function verifyLayerFragment(
  path: string,
  { diffId, level, signal }: { diffId: Digest; level: number; signal: AbortSignal },
): Promise<LayerFacts | undefined> {
  const compressed = fileHashes();
  const content = readContent(diffId);
  const window = largestWindow(level);
  const unpack = (either: AbortSignal) =>
    unzstdFile(path, content.write, { window, signal: either });
  const hash = (either: AbortSignal) => readFileChunks(path, compressed.update, either);
  try {
    await together(signal, (either) => [unpack(either), hash(either)]);
    return { ...compressed.facts(), ...content.end() };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError || (error as NodeJS.ErrnoException).syscall !== undefined) {
      throw error;
    }
    return undefined;
  }
}

/** MiB of memory that zstd needs on the device at a level; nobody must be able to ask for more. */
function largestWindow(level: number): number {
  return level < 20 ? 8 : 32 << (level - 20);
}

/** Takes what a fragment unpacks to. Both functions throw an Error where it is not what it should be. */
function readContent(diffId: Digest) {
  const hash = createHash(algorithmOf(diffId));
  const scan = scanLayer();
  const longest = archiveHeader(blobName(diffId), 0).length;
  let start: Buffer = Buffer.alloc(0);
  let unpackedSize = 0;
  let left: number | undefined;
  let padding: Buffer = Buffer.alloc(0);

  const readHeader = () => {
    // The size stands in the last block of the header, whose length goes by the name alone.
    unpackedSize = readSize(start.subarray(longest - BLOCK, longest));
    const header = archiveHeader(blobName(diffId), unpackedSize);
    if (!start.subarray(0, longest).equals(header)) throw new Error('another header');
    padding = tarPadding(unpackedSize);
    left = unpackedSize;
    const rest = start.subarray(longest);
    start = Buffer.alloc(0);
    write(rest);
  };
  const write = (chunk: Buffer) => {
    if (left === undefined) {
      start = Buffer.concat([start, chunk]);
      if (start.length >= longest) readHeader();
      return;
    }
    const own = chunk.subarray(0, left);
    hash.update(own);
    scan.write(own);
    left -= own.length;
    const after = chunk.subarray(own.length);
    if (!padding.subarray(0, after.length).equals(after)) throw new Error('more than the layer');
    padding = padding.subarray(after.length);
  };
  return {
    write,
    end() {
      const notes = scan.end();
      const whole = left === 0 && padding.length === 0;
      if (!whole || `${algorithmOf(diffId)}:${hash.digest('hex')}` !== diffId) {
        throw new Error('another layer');
      }
      return { unpackedSize, notes };
    },
  };
}
