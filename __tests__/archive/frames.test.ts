import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createFramePool,
  type Frame,
  type FramePool,
  FrameWriter,
  frameSizeOf,
  threadsFor,
} from '../../src/archive/frames.ts';
import { tempDirs } from '../support/temp.ts';

const temp = tempDirs();
let file: FileHandle;
let path: string;
beforeEach(async () => {
  path = join(await temp.make('frames'), 'frames');
  file = await open(path, 'wx');
});
afterEach(() => file.close());
afterAll(() => temp.remove());

describe('frames', () => {
  test.each([
    ['nothing', [], ''],
    ['less than a frame', ['abc'], '[abc]'],
    ['a frame exactly', ['abcd'], '[abcd]'],
    ['a frame and a byte', ['abcde'], '[abcd][e]'],
    ['chunks that fall between two frames', ['abc', 'def', '', 'ghi'], '[abcd][efgh][i]'],
    ['a chunk of several frames', ['abcdefghijklm'], '[abcd][efgh][ijkl][m]'],
  ])('%s', async (_name, chunks, expected) => {
    const frames = new FrameWriter(file, fakePool(), { position: 3 });
    for (const chunk of chunks) await frames.write(Buffer.from(chunk));
    expect(await frames.end()).toBe(3 + expected.length);
    const written = await readFile(path, 'latin1');
    expect(written.slice(0, 3)).toBe(expected === '' ? '' : '\0\0\0');
    expect(written.slice(3)).toBe(expected);
  });

  test.each([
    ['abcd', '[abcd]'],
    ['abcde', '[abc][de]'],
    ['abcdefghi', '[abc][def][ghi]'],
    ['abcdefghij', '[abcd][efgh][ij]'],
  ])('of content whose size is known are even: %s', async (content, expected) => {
    const options = { position: 0, contentSize: content.length };
    const frames = new FrameWriter(file, fakePool(), options);
    await frames.write(Buffer.from(content));
    await frames.end();
    expect(await readFile(path, 'latin1')).toBe(expected);
  });

  test('of content that is larger than it was said to be all have that size', async () => {
    const frames = new FrameWriter(file, fakePool(), { position: 0, contentSize: 6 });
    await frames.write(Buffer.from('abcdefghij'));
    await frames.end();
    expect(await readFile(path, 'latin1')).toBe('[abc][def][ghi][j]');
  });

  test('are told of in the order of the file', async () => {
    const pool = fakePool({ byHand: true });
    const told: Buffer[] = [];
    const onWritten = (piece: Uint8Array) => void told.push(Buffer.from(piece));
    const frames = new FrameWriter(file, pool, { position: 0, onWritten });
    await frames.write(Buffer.from('aaaabbbbc'));
    const end = frames.end();
    for (const number of [2, 0, 1]) {
      pool.finish(number);
      await turn();
    }
    await end;
    expect(Buffer.concat(told)).toEqual(await readFile(path));
  });

  test('stand in their order, whichever is ready first', async () => {
    const pool = fakePool({ byHand: true });
    const frames = new FrameWriter(file, pool, { position: 0 });
    await frames.write(Buffer.from('aaaabbbbcccc'));
    const end = frames.end();
    for (const number of [2, 1, 0]) {
      pool.finish(number);
      await turn();
    }
    await end;
    expect(await readFile(path, 'latin1')).toBe('[aaaa][bbbb][cccc]');
  });

  test('are written and forgotten as soon as it is their turn', async () => {
    const pool = fakePool({ byHand: true });
    const told: string[] = [];
    const onWritten = (piece: Uint8Array) => void told.push(Buffer.from(piece).toString());
    const frames = new FrameWriter(file, pool, { position: 0, onWritten });
    await frames.write(Buffer.from('aaaabbbbcccc'));
    const end = frames.end();
    await until(() => told.length > 0);
    expect(told).toEqual(['[']);
    pool.finish(0);
    await until(() => told.length > 3);
    expect(told).toEqual(['[', 'aaaa', ']', '[']);
    await until(() => pool.forgotten() === 3);
    for (const number of [1, 2]) pool.finish(number);
    await end;
  });

  test('of several writers share the buffers', async () => {
    const pool = fakePool();
    const other = await open(`${path}-2`, 'wx');
    try {
      const writers = [
        new FrameWriter(file, pool, { position: 0 }),
        new FrameWriter(other, pool, { position: 0 }),
      ];
      await Promise.all(
        writers.map(async (frames, number) => {
          for (let i = 0; i < 10; i += 1) await frames.write(Buffer.from(`${number}${number}`));
          await frames.end();
        }),
      );
    } finally {
      await other.close();
    }
    expect(await readFile(path, 'latin1')).toBe('[0000]'.repeat(5));
    expect(await readFile(`${path}-2`, 'latin1')).toBe('[1111]'.repeat(5));
  });
});

test('writing waits when every buffer is in use', async () => {
  const pool = fakePool({ byHand: true, buffers: 2 });
  const frames = new FrameWriter(file, pool, { position: 0 });
  await frames.write(Buffer.from('aaaabbbb'));
  let went = false;
  const more = frames.write(Buffer.from('c')).then(() => {
    went = true;
  });
  await turn();
  expect(went).toBe(false);
  pool.finish(0);
  await more;
  pool.finish(1);
  const end = frames.end();
  pool.finish(2);
  await end;
  expect(await readFile(path, 'latin1')).toBe('[aaaa][bbbb][c]');
});

describe('after an error', () => {
  test('of the compressor, the end tells, and every buffer comes back', async () => {
    const pool = fakePool({ byHand: true });
    const frames = new FrameWriter(file, pool, { position: 0 });
    await frames.write(Buffer.from('aaaabbbbc'));
    pool.fail(0, new Error('out of memory'));
    pool.finish(1);
    const end = frames.end();
    pool.finish(2);
    await expect(end).rejects.toThrow('out of memory');
    await frames.abandon();
    expect(pool.out()).toBe(0);
  });

  test('of the file, the end tells', async () => {
    const readOnly = await open(path, 'r');
    try {
      const pool = fakePool();
      const frames = new FrameWriter(readOnly, pool, { position: 0 });
      await frames.write(Buffer.from('aaaab'));
      await expect(frames.end()).rejects.toMatchObject({ code: 'EBADF' });
      await frames.abandon();
      expect(pool.out()).toBe(0);
    } finally {
      await readOnly.close();
    }
  });

  test('abandoning waits for what is being compressed and gives every buffer back', async () => {
    const pool = fakePool({ byHand: true });
    const frames = new FrameWriter(file, pool, { position: 0 });
    await frames.write(Buffer.from('aaaab'));
    expect(pool.out()).toBe(2);
    let abandoned = false;
    const abandoning = frames.abandon().then(() => {
      abandoned = true;
    });
    await turn();
    expect(abandoned).toBe(false);
    pool.finish(0);
    await abandoning;
    expect(pool.out()).toBe(0);
  });
});

describe('the pool', () => {
  test.each([
    [1, 8],
    [7, 8],
    [8, 32],
    [9, 32],
    [10, 22],
    [22, 22],
  ])('has frames of a size that goes by the level alone: %i, %i MiB', async (level, size) => {
    expect(frameSizeOf(level)).toBe(size * 2 ** 20);
    for (const jobs of [1, 4]) {
      expect((await createFramePool(level, jobs, asItIs)).frameSize).toBe(frameSizeOf(level));
    }
  });

  test.each([
    [7, 1, 2],
    [7, 3, 6],
    [8, 1, 2],
    [9, 3, 4],
    [10, 1, 1],
    [22, 3, 3],
  ])('of level %i for %i jobs has %i buffers', async (level, jobs, buffers) => {
    const pool = await createFramePool(level, jobs, asItIs);
    const taken: Buffer[] = [];
    for (let i = 0; i < buffers; i += 1) taken.push(await pool.acquire(0));
    expect(new Set(taken.map(({ buffer }) => buffer)).size).toBe(buffers);
    let more: Buffer | undefined;
    const waiting = pool.acquire(0).then((buffer) => {
      more = buffer;
    });
    await turn();
    expect(more).toBeUndefined();
    pool.release(taken[0] as Buffer);
    await waiting;
    expect(more).toBe(taken[0]);
    pool.release(taken[0] as Buffer);
    expect(await pool.acquire(0)).toBe(taken[0]);
  });
});

test('the layer with most left gets the next buffer', async () => {
  const pool = await createFramePool(22, 1, asItIs);
  const given: string[] = [];
  const writer = async (name: string, contentSize: number | undefined) => {
    const frames = new FrameWriter(file, pool, { position: 0, contentSize });
    await frames.write(Buffer.from(name));
    given.push(name);
    await frames.end();
  };
  const first = await pool.acquire(0);
  const writers = [writer('small', 5), writer('large', 30), writer('unknown', undefined)];
  writers.push(writer('middle', 10));
  pool.release(first);
  await Promise.all(writers);
  expect(given).toEqual(['unknown', 'large', 'middle', 'small']);
});

test('the pool gives no buffer out while too much waits to be written', async () => {
  const pool = await createFramePool(10, 1, async () => [Buffer.alloc(pool.frameSize / 4 + 1)]);
  const taken: Frame[] = [];
  const take = (frame: Frame) => void taken.push(frame);
  const buffer = await pool.acquire(0);
  for (const bytes of ['a', 'b']) await pool.compress(Buffer.from(bytes), take);
  pool.release(buffer);
  let more: Buffer | undefined;
  const waiting = pool.acquire(0).then((given) => {
    more = given;
  });
  await turn();
  expect(more).toBeUndefined();
  pool.forget(taken[0] as Frame);
  await waiting;
  expect(more).toBe(buffer);
});

describe('compression in the pool', () => {
  test.each([9, 19])(
    'at level %i goes on for no more than as many frames as jobs',
    async (level) => {
      let now = 0;
      let most = 0;
      const pool = await createFramePool(level, 2, async (bytes) => {
        now += 1;
        most = Math.max(most, now);
        await turn();
        now -= 1;
        return [bytes.subarray(0, bytes.length / 2)];
      });
      await Promise.all(
        Array.from({ length: 6 }, () => pool.compress(Buffer.alloc(8), () => undefined)),
      );
      expect(most).toBe(2);
    },
  );

  test.each([
    [9, 97, [9]],
    [10, 60, [1, 10]],
    [10, 61, [1, 10, 10, 10, 10]],
    [10, 97, [1, 10, 10, 10, 10]],
    [10, 98, [1, 1]],
    [22, 10, [1, 22]],
  ])('at level %i of what level 1 makes %i % of: levels %j', async (level, percent, levels) => {
    const asked: number[] = [];
    const pool = await createFramePool(level, 1, async (bytes, wanted) => {
      asked.push(wanted);
      return [Buffer.alloc((bytes.length * percent) / 100 - 4), Buffer.alloc(4)];
    });
    await pool.compress(Buffer.alloc(100), () => undefined);
    expect(asked).toEqual(levels);
  });

  test('at a high level makes four frames of what it can hardly shrink, in order', async () => {
    const pool = await createFramePool(19, 1, async (bytes, wanted) =>
      wanted === 1 ? [Buffer.alloc(9)] : [Buffer.from(`[${Buffer.from(bytes)}]`)],
    );
    const frames: string[] = [];
    await pool.compress(Buffer.from('abcdefghij'), ([frame]) => frames.push(`${frame}`));
    expect(frames).toEqual(['[abc]', '[def]', '[ghi]', '[j]']);
  });

  test('at a high level samples the whole frame', async () => {
    const frame = Buffer.concat([Buffer.alloc(2 << 20, 'a'), Buffer.alloc(2 << 20, 'b')]);
    const seen: Buffer[] = [];
    const pool = await createFramePool(19, 1, async (bytes) => {
      seen.push(Buffer.from(bytes));
      return [Buffer.alloc(1)];
    });
    await pool.compress(frame, () => undefined);
    const sample = Buffer.concat([Buffer.alloc(1 << 19, 'a'), Buffer.alloc(1 << 19, 'b')]);
    // toEqual would look at every byte of its own.
    expect([seen[0]?.compare(sample), seen[1]?.compare(frame)]).toEqual([0, 0]);
  });
});

async function asItIs(bytes: Uint8Array): Promise<Uint8Array[]> {
  return [bytes];
}

interface FakePool extends FramePool {
  /** Lets the compression of a frame end, now or as soon as it begins. */
  finish(frame: number): void;
  fail(frame: number, error: Error): void;
  /** How many frames. */
  forgotten(): number;
  /** Buffers that have not come back. */
  out(): number;
}

/** Frames of four bytes, "compressed" to [bytes]; by hand: after the [ only when `finish` was called. */
function fakePool({ byHand = false, buffers = 100 } = {}): FakePool {
  const idle: Buffer[] = Array.from({ length: buffers }, () => Buffer.alloc(4));
  const waiting: ((buffer: Buffer) => void)[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const gate = (frame: number) => {
    gates[frame] ??= withResolvers();
    return gates[frame] as PromiseWithResolvers<void>;
  };
  let begun = 0;
  let forgotten = 0;
  return {
    level: 3,
    frameSize: 4,
    async acquire() {
      return idle.pop() ?? new Promise((resolve) => waiting.push(resolve));
    },
    release(buffer) {
      const next = waiting.shift();
      if (next) next(buffer);
      else idle.push(buffer);
    },
    async compress(bytes, take) {
      const frame = begun;
      begun += 1;
      take([Buffer.from('[')]);
      if (byHand) await gate(frame).promise;
      take([Buffer.from(bytes), Buffer.from(']')]);
    },
    forget() {
      forgotten += 1;
    },
    discard() {},
    finish: (frame) => gate(frame).resolve(),
    fail: (frame, error) => gate(frame).reject(error),
    forgotten: () => forgotten,
    out: () => buffers - idle.length,
  };
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await turn();
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

/** As Promise.withResolvers, which Node 20 does not have. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

test.each([
  [3, 2, 6],
  [9, 2, 6],
  [10, 2, 3],
  [19, 8, 9],
])('level %i with %i jobs has %i threads', (level, jobs, threads) => {
  expect(threadsFor(level, jobs)).toBe(threads);
});
