import type { FileHandle } from 'node:fs/promises';
import pLimit from 'p-limit';
import { garbageCollector } from '../garbage.ts';
import { type CompressFrame, createCompressor } from './zstd.ts';

/**
 * Compresses frames for any number of layers at once, in bounded memory: frames are compressed on so
 * many threads, and there are so many buffers, as the level and `jobs` allow; and no buffer is given
 * out while too much waits to be written.
 */
export interface FramePool {
  readonly level: number;
  /** Most bytes of content in a frame. A function of the level alone, since it decides about the
   * bytes of a fragment. */
  readonly frameSize: number;
  /** @param left bytes of the layer that are still to be compressed: where there is more goes first */
  acquire(left: number): Promise<Buffer>;
  release(buffer: Buffer): void;
  /** @param take is given one frame or several, in their order, each as soon as it is ready */
  compress(bytes: Uint8Array, take: (frame: Frame) => void): Promise<void>;
  /** To be called for each frame that was taken, when it is needed no more. */
  forget(frame: Frame): void;
  /** To be called for other bytes that are needed no more. */
  discard(bytes: number): void;
}

/** A zstd frame in pieces. */
export type Frame = readonly Uint8Array[];

const MiB = 1 << 20;

/** Up to here zstd looks back 2 MiB at most, and compresses about as fast as one thread decompresses. */
const LOW_LEVEL = 7;

/** From here on zstd's tables, 40 to 90 MB a frame, are what costs memory. */
const HIGH_LEVEL = 10;

/**
 * Frames lose the matches that reach over their borders, and cost memory: their content and, while
 * they are compressed, the result. Small ones let the first begin and the last end sooner.
 */
export function frameSizeOf(level: number): number {
  if (level <= LOW_LEVEL) return 8 * MiB;
  return (level < HIGH_LEVEL ? 32 : 22) * MiB;
}

/** Bytes. */
const MOST_GARBAGE = 4 * MiB;

/**
 * Threads of libuv's pool: those that compress, and some for files and gzip. Where compression is what a
 * build waits for one of these is enough, and every thread that has compressed a hard frame keeps up to 40 MB
 * that malloc does not give back.
 */
export function threadsFor(level: number, jobs: number): number {
  return jobs + (level < HIGH_LEVEL ? 4 : 1);
}

/** Frames that are filled while others are compressed. */
function framesAhead(level: number, jobs: number): number {
  if (level <= LOW_LEVEL) return jobs;
  return level < HIGH_LEVEL ? 1 : 0;
}

/** @param jobs frames compressed at once; libuv's thread pool must have as many threads */
export async function createFramePool(
  level: number,
  jobs: number,
  compressor?: CompressFrame,
): Promise<FramePool> {
  const compressFrame = compressor ?? (await createCompressor());
  const compressing = pLimit(jobs);
  const isHigh = level >= HIGH_LEVEL;
  const compressParts = (isHigh ? hardCompressor : wholeCompressor)(level, compressFrame);
  // At low levels garbage is made, and collected, often enough.
  const discard = isHigh ? garbageCollector(MOST_GARBAGE) : () => undefined;
  const frameSize = frameSizeOf(level);
  let unborn = jobs + framesAhead(level, jobs);
  let unwritten = 0;
  const idle: Buffer[] = [];
  // Those with most left first: a large layer that comes to its end alone keeps one processor busy.
  const waiting: { left: number; take: (buffer: Buffer) => void }[] = [];
  const newBuffer = () => {
    unborn -= 1;
    return Buffer.allocUnsafeSlow(frameSize);
  };
  const giveOut = () => {
    while (waiting.length > 0 && idle.length + unborn > 0 && unwritten <= (jobs * frameSize) / 2) {
      waiting.shift()?.take(idle.pop() ?? newBuffer());
    }
  };
  return {
    level,
    frameSize,
    acquire: (left) =>
      new Promise((take) => {
        waiting.push({ left, take });
        waiting.sort((one, other) => other.left - one.left);
        giveOut();
      }),
    release(buffer) {
      idle.push(buffer);
      giveOut();
    },
    compress: (bytes, take) =>
      compressing(() =>
        compressParts(bytes, (frame) => {
          unwritten += sizeOf(frame);
          take(frame);
        }),
      ),
    forget(frame) {
      const size = sizeOf(frame);
      unwritten -= size;
      discard(size);
      giveOut();
    },
    discard,
  };
}

function sizeOf(frame: Frame): number {
  return frame.reduce((sum, piece) => sum + piece.length, 0);
}

type Compress = FramePool['compress'];

function wholeCompressor(level: number, compressFrame: CompressFrame): Compress {
  return async (bytes, take) => {
    take(await compressFrame(bytes, level));
  };
}

function hardCompressor(level: number, compressFrame: CompressFrame): Compress {
  return async (bytes, take) => {
    const share = await shrunkShare(bytes, compressFrame);
    const compress = wholeCompressor(share > INCOMPRESSIBLE ? 1 : level, compressFrame);
    const parts = share > COMPRESSIBLE && share <= INCOMPRESSIBLE ? PARTS : 1;
    const size = Math.ceil(bytes.length / parts);
    for (let at = 0; at < bytes.length; at += size) {
      await compress(bytes.subarray(at, at + size), take);
    }
  };
}

/** Samples of a frame, spread evenly over it, tell whether it is compressed or encrypted already. */
const SAMPLES = 16;
const SAMPLE_SIZE = 64 * 1024;
const INCOMPRESSIBLE = 0.97;

/** The share of its size to which level 1 brings a frame that a high level still makes much smaller. */
const COMPRESSIBLE = 0.6;
const PARTS = 4;

/**
 * The share of its size to which level 1 brings a frame. Results as large as their content cost memory. What
 * level 1 cannot shrink no level can: such content is left to it, and costs no time either. What it can
 * hardly shrink has few matches that reach far: it becomes several frames, one after the other.
 */
async function shrunkShare(bytes: Uint8Array, compressFrame: CompressFrame): Promise<number> {
  const sample = sampleOf(bytes);
  return sizeOf(await compressFrame(sample, 1)) / sample.length;
}

function sampleOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= SAMPLES * SAMPLE_SIZE) return bytes;
  const stride = Math.floor(bytes.length / SAMPLES);
  const starts = Array.from({ length: SAMPLES }, (_, index) => index * stride);
  return Buffer.concat(starts.map((start) => bytes.subarray(start, start + SAMPLE_SIZE)));
}

export interface FrameWriterOptions {
  /** Bytes of the file that are left free at its start. */
  readonly position: number;
  /** Bytes that will be written, where they are known: they are cut evenly, so that no core is left
   * with a last large frame. */
  readonly contentSize?: number | undefined;
  /** Is given the bytes of the file, in their order. */
  readonly onWritten?: (piece: Uint8Array) => void;
}

/**
 * Writes a stream of bytes as consecutive frames into a file. Frames are compressed side by side and
 * written in order.
 */
export class FrameWriter {
  readonly #file: FileHandle;
  readonly #pool: FramePool;
  readonly #frameSize: number;
  readonly #onWritten: ((piece: Uint8Array) => void) | undefined;
  #position: number;
  #left: number;
  #buffer: Buffer | undefined;
  #filled = 0;
  #written: Promise<void> = Promise.resolve();

  constructor(file: FileHandle, pool: FramePool, options: FrameWriterOptions) {
    this.#file = file;
    this.#pool = pool;
    this.#frameSize = evenFrames(pool.frameSize, options.contentSize);
    this.#position = options.position;
    this.#left = options.contentSize ?? Number.MAX_SAFE_INTEGER;
    this.#onWritten = options.onWritten;
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      this.#buffer ??= await this.#pool.acquire(this.#left);
      const part = chunk.subarray(at, at + this.#frameSize - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      this.#left -= part.length;
      at += part.length;
      this.#pool.discard(part.length);
      if (this.#filled === this.#frameSize) this.#flush();
    }
  }

  /** Gives the size of the file in bytes; rejects with whatever went wrong in between. */
  async end(): Promise<number> {
    if (this.#filled > 0) this.#flush();
    await this.#written;
    return this.#position;
  }

  /** Gives the buffers back, after an error; whatever is being compressed is waited for. */
  async abandon(): Promise<void> {
    await this.#written.catch(() => undefined);
    if (this.#buffer) this.#pool.release(this.#buffer);
    this.#buffer = undefined;
  }

  #flush(): void {
    const buffer = this.#buffer as Buffer;
    let written = this.#written;
    const compressed = this.#pool
      .compress(buffer.subarray(0, this.#filled), (frame) => {
        written = written.then(() => this.#append(frame)).finally(() => this.#pool.forget(frame));
        // Looked at in `end`; until then a failure must not count as unhandled.
        written.catch(() => undefined);
      })
      .finally(() => this.#pool.release(buffer));
    this.#written = compressed.then(() => written);
    this.#written.catch(() => undefined);
    this.#buffer = undefined;
    this.#filled = 0;
  }

  async #append(frame: Frame): Promise<void> {
    for (const piece of frame) {
      await this.#file.write(piece, 0, piece.length, this.#position);
      this.#position += piece.length;
      this.#onWritten?.(piece);
    }
  }
}

/** @returns the size of each of the fewest frames that are all about as large */
function evenFrames(largest: number, contentSize = largest): number {
  const frames = Math.ceil(contentSize / largest);
  return frames < 2 ? largest : Math.ceil(contentSize / frames);
}
