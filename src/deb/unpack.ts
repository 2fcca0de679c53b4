import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { ended, lastLines, start } from '../exec.ts';

export type Unpacker = (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/** The unpacker for a layer, by its first four bytes: gzip, zstd, or a tar as it is (an empty one too). */
export function unpackerOf(head: Buffer, signal: AbortSignal | undefined): Unpacker {
  if (head.length < 4) return (chunks) => chunks;
  if (head.readUInt16BE(0) === 0x1f8b) return gunzip;
  if (head.readUInt32LE(0) === 0xfd2fb528) {
    return (chunks) => unzstd(chunks, signal);
  }
  return (chunks) => chunks;
}

/**
 * Unpacks zstd by its own program, frame after frame. The input is always read to its end, also
 * when it is damaged.
 *
 * @throws Error with what zstd said
 */
export async function* unzstd(
  chunks: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const argv = ['zstd', '-dcq'];
  const child = start(argv, { signal });
  if (!child.stdin || !child.stdout || !child.stderr) throw new Error('zstd without its streams');
  const end = Promise.all([ended(child, argv), text(child.stderr), feed(chunks, child.stdin)]);
  // Waited for below; a program that is missing must not be an unhandled rejection until then.
  end.catch(() => undefined);
  yield* child.stdout;
  const [code, stderr] = await end;
  if (code !== 0) throw new Error(lastLines(stderr));
}

async function* gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = createGunzip();
  const fed = feed(chunks, stream);
  fed.catch(() => undefined);
  yield* stream;
  await fed;
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
    into.destroy();
    throw error;
  }
}
