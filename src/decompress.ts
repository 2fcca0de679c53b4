import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { ended, killed, lastLines, start } from './exec.ts';
import { readThroughFifo } from './fifo.ts';

/** What layers are compressed with; `none` is a tar as it is. */
export type LayerCompression = 'gzip' | 'zstd' | 'none';

/** Enough of a layer to tell its compression. */
export const MAGIC_BYTES = 4;

/** By the first bytes, not by the media type: registries hold layers whose media type is wrong. */
export function compressionOf(head: Buffer): LayerCompression {
  if (head.length >= 2 && head.readUInt16BE(0) === 0x1f8b) return 'gzip';
  if (head.length < MAGIC_BYTES) return 'none';
  const magic = head.readUInt32LE(0);
  const skippable = (magic & 0xfffffff0) >>> 0 === 0x184d2a50;
  return magic === 0xfd2fb528 || skippable ? 'zstd' : 'none';
}

/**
 * @throws Error with what is wrong with the bytes, also with those that follow the last gzip member or
 *   zstd frame
 */
export function decompress(
  chunks: AsyncIterable<Buffer>,
  compression: LayerCompression,
  signal: AbortSignal | undefined,
): AsyncIterable<Buffer> {
  if (compression === 'gzip') return gunzip(chunks);
  return compression === 'zstd' ? unzstd(chunks, signal) : chunks;
}

/**
 * Unpacks zstd by its own program, frame after frame: Node 20 has no zstd, and the library knows whole
 * buffers only. The input is always read to its end, also when it is damaged.
 *
 * @throws Error with what zstd said; UserError (failure) where a signal ended it
 */
export async function* unzstd(
  chunks: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const argv = unzstdArgv(ALL_MEMORY);
  const child = start(argv, { signal });
  if (!child.stdin) throw new Error('zstd without its standard input');
  yield* outputOf(child, argv, feed(chunks, child.stdin));
}

/**
 * The same of a file.
 *
 * @param use is done with a chunk's bytes when it returns; what it throws ends the program
 * @param window MiB of memory that the content may ask for
 */
export async function unzstdFile(
  path: string,
  use: (chunk: Buffer) => void,
  { window, signal }: { readonly window: number; readonly signal: AbortSignal },
): Promise<void> {
  const argv = unzstdArgv(window);
  const file = await open(path);
  try {
    await readThroughFifo(use, async (output) =>
      success(start(argv, { signal, stdin: file.fd, stdout: output }), argv),
    );
  } finally {
    await file.close();
  }
}

/** MiB: the most that zstd takes. */
const ALL_MEMORY = 2048;

function unzstdArgv(window: number): string[] {
  return ['zstd', '-dcq', `--memory=${window}MB`];
}

/** @param fed ends when the program has its input */
async function* outputOf(
  child: ChildProcess,
  argv: readonly string[],
  fed: Promise<void>,
): AsyncGenerator<Buffer> {
  if (!child.stdout) throw new Error('zstd without its standard output');
  // Of both: also what fails has read its input to the end, since another reader goes on from there.
  const end = Promise.allSettled([fed, success(child, argv)]);
  try {
    yield* child.stdout;
    for (const result of await end) if (result.status === 'rejected') throw result.reason;
  } finally {
    child.kill();
  }
}

async function success(child: ChildProcess, argv: readonly string[]): Promise<void> {
  if (!child.stderr) throw new Error('zstd without its standard error');
  const [code, stderr] = await Promise.all([ended(child, argv), text(child.stderr)]);
  if (code !== 0) throw killed(argv, code) ?? new Error(`zstd: ${lastLines(stderr, 1)}`);
}

const CHUNK = 1024 * 1024;

async function* gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: CHUNK });
  let length = 0;
  const fed = feed(
    counted(chunks, (bytes) => {
      length += bytes;
    }),
    stream,
  );
  fed.catch(() => undefined);
  try {
    yield* stream;
  } catch (error) {
    // The first header was seen before gzip was chosen: this is about what follows a member.
    if ((error as Error).message === 'incorrect header check') throw trailingBytes(error);
    throw error;
  }
  await fed;
  // Node passes over zeros, and all that follows them; Go, in which engines are written, does not.
  if (stream.bytesWritten !== length) throw trailingBytes();
}

function trailingBytes(cause?: unknown): Error {
  return new Error('its gzip is followed by bytes that are no gzip', { cause });
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}

async function feed(chunks: AsyncIterable<Buffer>, into: Writable): Promise<void> {
  const closed = once(into, 'close').catch(() => undefined);
  try {
    for await (const chunk of chunks) {
      if (into.writable && !into.write(chunk)) {
        await Promise.race([once(into, 'drain').catch(() => undefined), closed]);
      }
    }
    if (into.writable) into.end();
  } catch (error) {
    // Without this, whoever reads the other side would wait for ever.
    into.destroy(error as Error);
    throw error;
  }
}
