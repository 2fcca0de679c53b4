import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { ended, start } from '../src/exec.ts';
import { readThroughFifo } from '../src/fifo.ts';
import { tempDirs } from './support/temp.ts';

const temp = tempDirs();
afterAll(() => temp.remove());

let folder: string;
beforeEach(async () => {
  folder = await temp.make('tmpdir');
  process.env.TMPDIR = folder;
});

const openFiles = () => readdirSync('/proc/self/fd').length;

/** Succeeds as the script does. */
async function run(script: string, output: number): Promise<void> {
  const argv = ['sh', '-c', script];
  const code = await ended(start(argv, { stdout: output }), argv);
  if (code !== 0) throw new Error(`exit code ${code}`);
}

async function read(script: string, use: (chunk: Buffer) => void): Promise<void> {
  try {
    await readThroughFifo(use, (output) => run(script, output));
  } finally {
    expect(readdirSync(folder)).toEqual([]);
  }
}

test.each([0, 1, 300_000, 10_000_000])('%i bytes come whole and in order', async (size) => {
  const before = openFiles();
  const hash = createHash('sha256');
  await read(`seq 2000000 | head -c ${size}`, (chunk) => hash.update(chunk));
  const numbers = Array.from({ length: 2_000_000 }, (_, index) => `${index + 1}\n`).join('');
  const expected = createHash('sha256').update(numbers.slice(0, size));
  expect(hash.digest('hex')).toBe(expected.digest('hex'));
  expect(openFiles()).toBe(before);
});

test('what its reader throws ends a program that would write for ever', async () => {
  const refuse = () => {
    throw new Error('no more');
  };
  await expect(read('exec cat /dev/zero', refuse)).rejects.toThrow('no more');
});

test('a program that fails is told', async () => {
  await expect(read('echo 1; exit 3', () => undefined)).rejects.toThrow('exit code 3');
});
