import { createHash, type Hash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { type FileRange, readChunks } from '../read-chunks.ts';
import type { DebLayout, Piece } from './layout.ts';

/** What stands where a package is to be written. */
export interface PresentDeb {
  readonly exists: boolean;
  /** Hex, of a package of just the bytes that are to be written; undefined for any other. */
  readonly sha256: string | undefined;
}

/**
 * Reads a package that is there already and compares the digest of every piece, until one is another.
 * The fragments are not read: what they must be is known.
 *
 * @throws the reason of `signal`
 */
export async function findDeb(
  path: string,
  { pieces, size }: DebLayout,
  signal: AbortSignal | undefined,
): Promise<PresentDeb> {
  const found = await stat(path).catch(() => undefined);
  const another = { exists: found !== undefined, sha256: undefined };
  // A FIFO has no size, and would never end.
  if (!found?.isFile() || found.size !== size) return another;
  const deb = await open(path).catch(() => undefined);
  if (deb === undefined) return another;
  try {
    const whole = createHash('sha256');
    let start = 0;
    for (const piece of pieces) {
      const range = { file: deb, start, size: piece.size };
      if ((await hashRange(range, signal, whole)) !== (await sha256Of(piece, signal))) {
        return another;
      }
      start += piece.size;
    }
    return { exists: true, sha256: whole.digest('hex') };
  } finally {
    await deb.close();
  }
}

async function sha256Of(piece: Piece, signal: AbortSignal | undefined): Promise<string> {
  if ('fragment' in piece) return piece.fragment.sha256;
  if ('file' in piece) return hashRange(piece, signal);
  return createHash('sha256').update(piece.bytes).digest('hex');
}

/** The sha256 of a part of a file, in hex. @param also is fed with the same bytes */
async function hashRange(
  range: FileRange,
  signal: AbortSignal | undefined,
  also?: Hash,
): Promise<string> {
  const hash = createHash('sha256');
  // What became shorter is another file.
  await readChunks(
    range,
    (chunk) => {
      hash.update(chunk);
      also?.update(chunk);
    },
    signal,
  );
  return hash.digest('hex');
}
