import { type FileHandle, open } from 'node:fs/promises';

/** A part of a file. Sizes in bytes. */
export interface FileRange {
  readonly file: FileHandle;
  readonly start: number;
  readonly size: number;
}

/**
 * Gives the bytes of a part of a file, chunk after chunk, while the next one is read already. Two buffers
 * take turns: a new one for each chunk would cost more than hashing it.
 *
 * @param use is done with a chunk's bytes when it returns, or its promise resolves
 * @returns how many bytes there were: fewer than wanted where the file ends before
 * @throws the reason of `signal`; what `use` throws
 */
export async function readChunks(
  { file, start, size }: FileRange,
  use: (chunk: Buffer) => unknown,
  signal?: AbortSignal,
): Promise<number> {
  const length = Math.min(CHUNK, size);
  const buffers = [Buffer.allocUnsafeSlow(length), Buffer.allocUnsafeSlow(length)] as const;
  const read = async (at: number, turn: 0 | 1) => {
    const { bytesRead } = await file.read(
      buffers[turn],
      0,
      Math.min(length, size - at),
      start + at,
    );
    return buffers[turn].subarray(0, bytesRead);
  };
  let done = 0;
  for (let turn: 0 | 1 = 0, next = read(done, turn); ; ) {
    const chunk = await next;
    signal?.throwIfAborted();
    if (chunk.length === 0) return done;
    done += chunk.length;
    turn = turn === 0 ? 1 : 0;
    next = read(done, turn);
    // Waited for when the chunk is used; after an error nobody does.
    next.catch(() => undefined);
    await use(chunk);
  }
}

/** The same of a whole file. */
export async function readFileChunks(
  path: string,
  use: (chunk: Buffer) => unknown,
  signal?: AbortSignal,
): Promise<void> {
  const file = await open(path);
  try {
    await readChunks({ file, start: 0, size: Number.POSITIVE_INFINITY }, use, signal);
  } finally {
    await file.close();
  }
}

const CHUNK = 1024 * 1024;
