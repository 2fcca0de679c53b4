import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { failure, refusalOf } from '../errors.ts';
import type { DebLayout } from './layout.ts';
import type { Fragment } from './types.ts';

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the .deb that are written, of all. */
  readonly onProgress?: ((written: number, total: number) => void) | undefined;
}

/**
 * Writes a package, and waits until it is on the disk.
 *
 * @returns its sha256, in hex
 * @throws UserError (failure) for a fragment that is not what its digest says
 */
export async function writeDeb(
  { pieces, size }: DebLayout,
  deb: FileHandle,
  options: WriteOptions,
): Promise<string> {
  const writer = new DebWriter(deb, size, options);
  for (const piece of pieces) {
    if ('fragment' in piece) await copyFragment(piece.fragment, writer);
    else if ('file' in piece) await writer.copy(piece.file, piece.start, piece.size);
    else await writer.write(piece.bytes);
  }
  return writer.finish();
}

/** Copies a fragment, whose size and digest must be what they were when it was made. */
async function copyFragment(fragment: Fragment, writer: DebWriter): Promise<void> {
  const hash = createHash('sha256');
  const start = writer.written;
  for (const piece of typeof fragment.path === 'string' ? [fragment.path] : fragment.path) {
    const left = fragment.size - (writer.written - start);
    if (typeof piece === 'string') await copyFile(fragment, piece, left, hash, writer);
    else await writer.write(piece, hash);
  }
  if (writer.written - start !== fragment.size) throw damaged(fragment, 'its size is another');
  if (hash.digest('hex') !== fragment.sha256) throw damaged(fragment, 'its sha256 is another');
}

/** @param left bytes of the fragment that are still missing: a longer file is not copied */
async function copyFile(
  fragment: Fragment,
  path: string,
  left: number,
  hash: Hash,
  writer: DebWriter,
): Promise<void> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw failure(`${path} of ${fragment.name} cannot be read: ${refusalOf(cause)}`, { cause });
  });
  try {
    const { size } = await file.stat();
    if (size > left) throw damaged(fragment, `${path} has ${size} bytes instead of ${left}`);
    await writer.copy(file, 0, size, hash);
  } finally {
    await file.close();
  }
}

function damaged(fragment: Fragment, why: string): Error {
  const from = typeof fragment.path === 'string' ? ` (${fragment.path})` : '';
  return failure(`fragment ${fragment.name}${from} is damaged: ${why}`, {
    hint: 'empty the cache and build again',
  });
}

const CHUNK = 1024 * 1024;

/**
 * Writes the .deb from its start to its end, and knows its sha256. A chunk is hashed and the next one
 * read while it is being written.
 */
class DebWriter {
  written = 0;
  readonly #file: FileHandle;
  readonly #total: number;
  readonly #options: WriteOptions;
  readonly #hash = createHash('sha256');
  // Two, since one is filled while the other is written.
  #free = Buffer.allocUnsafe(CHUNK);
  #busy = Buffer.allocUnsafe(CHUNK);
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle, total: number, options: WriteOptions) {
    this.#file = file;
    this.#total = total;
    this.#options = options;
  }

  /** Waits until all is written and on the disk. Returns the sha256, in hex. */
  async finish(): Promise<string> {
    await this.#writing;
    await this.#file.sync();
    return this.#hash.digest('hex');
  }

  /**
   * Writes bytes, which must stay as they are until the next write has begun.
   *
   * @param also is fed with the same bytes
   */
  async write(bytes: Uint8Array, also?: Hash): Promise<void> {
    await this.#writing;
    this.#options.signal?.throwIfAborted();
    // A write may take fewer bytes than it is given: writeFile goes on until all are there.
    this.#writing = this.#file.writeFile(bytes);
    // Waited for at the next write; nobody may wait for it when something else fails before.
    this.#writing.catch(() => undefined);
    this.#hash.update(bytes);
    also?.update(bytes);
    this.written += bytes.length;
    this.#options.onProgress?.(this.written, this.#total);
  }

  /** Copies a part of another file. @param also is fed with the same bytes */
  async copy(from: FileHandle, start: number, length: number, also?: Hash): Promise<void> {
    for (let done = 0; done < length; ) {
      const buffer = this.#free;
      const wanted = Math.min(CHUNK, length - done);
      const { bytesRead } = await from.read(buffer, 0, wanted, start + done);
      if (bytesRead === 0) throw failure('a file became shorter while it was packed');
      await this.write(buffer.subarray(0, bytesRead), also);
      this.#free = this.#busy;
      this.#busy = buffer;
      done += bytesRead;
    }
  }
}
