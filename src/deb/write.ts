import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { failure, refusalOf } from '../errors.ts';
import { type FileRange, readChunks } from '../read-chunks.ts';
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
    else if ('file' in piece) await writer.copy(piece);
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
    await writer.copy({ file, start: 0, size }, hash);
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

/** Writes the .deb from its start to its end, and knows its sha256. Bytes are hashed while they are written. */
class DebWriter {
  written = 0;
  readonly #file: FileHandle;
  readonly #total: number;
  readonly #options: WriteOptions;
  readonly #hash = createHash('sha256');

  constructor(file: FileHandle, total: number, options: WriteOptions) {
    this.#file = file;
    this.#total = total;
    this.#options = options;
  }

  /** Waits until all is on the disk. Returns the sha256, in hex. */
  async finish(): Promise<string> {
    await this.#file.sync();
    return this.#hash.digest('hex');
  }

  /** @param also is fed with the same bytes */
  async write(bytes: Uint8Array, also?: Hash): Promise<void> {
    this.#options.signal?.throwIfAborted();
    // A write may take fewer bytes than it is given: writeFile goes on until all are there.
    const writing = this.#file.writeFile(bytes);
    this.#hash.update(bytes);
    also?.update(bytes);
    await writing;
    this.written += bytes.length;
    this.#options.onProgress?.(this.written, this.#total);
  }

  /** Copies a part of another file. @param also is fed with the same bytes */
  async copy(range: FileRange, also?: Hash): Promise<void> {
    const copied = await readChunks(range, (chunk) => this.write(chunk, also));
    if (copied < range.size) throw failure('a file became shorter while it was packed');
  }
}
