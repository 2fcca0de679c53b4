import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun } from './exec.ts';

/**
 * Reads what a program writes, all of it into one buffer: of the pipes that Node makes each 64 KiB come in
 * a buffer of their own, and collecting these costs as much as hashing what is in them.
 *
 * @param use is done with a chunk's bytes when it returns; what it throws closes the FIFO
 * @param run starts the program with a file descriptor to write to, and resolves when it has succeeded
 */
export async function readThroughFifo(
  use: (chunk: Buffer) => void,
  run: (output: number) => Promise<void>,
): Promise<void> {
  const { reading, writing } = await openFifo();
  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  const callback = (length: number) => {
    try {
      use(buffer.subarray(0, length));
    } catch (error) {
      socket.destroy(error as Error);
    }
    return true;
  };
  const options = { fd: reading, readable: true, writable: false, onread: { buffer, callback } };
  const socket = new Socket(options).resume();
  try {
    const emptied = once(socket, 'close');
    const succeeded = run(writing);
    closeSync(writing);
    await Promise.all([emptied, succeeded]);
  } finally {
    socket.destroy();
  }
}

/** Both ends of a FIFO, which has no name any more. */
async function openFifo(): Promise<{ reading: number; writing: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'container-preload-'));
  try {
    const path = join(folder, 'fifo');
    await mustRun(['mkfifo', path]);
    // In this order neither waits for the other.
    const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return { reading, writing: openSync(path, 'w') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const CHUNK = 256 * 1024;
