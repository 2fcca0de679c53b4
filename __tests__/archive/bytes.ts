import { readFileSync } from 'node:fs';
import type { FragmentParts } from '../../src/archive/fragment.ts';

/** Words in no order: a higher level finds more in them than a low one. The same at each call. */
export function text(bytes: number): Buffer {
  const random = randomNumbers();
  const words = Array.from({ length: 2000 }, () => random().toString(36).slice(0, 7));
  const parts: string[] = [];
  for (let length = 0; length < bytes; length += 8) {
    parts.push(`${words[random() % words.length]} `.padEnd(8));
  }
  return Buffer.from(parts.join('').slice(0, bytes));
}

/** Bytes that no level makes smaller. The same at each call. */
export function noise(bytes: number): Buffer {
  const random = randomNumbers();
  return Buffer.from(Uint32Array.from({ length: Math.ceil(bytes / 4) }, random).buffer).subarray(
    0,
    bytes,
  );
}

/** Xorshift (Marsaglia 2003): 32 bits at each call, in a fixed order. */
function randomNumbers(): () => number {
  let state = 2_463_534_242;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

/** The start of a program for that machine (System V ABI, ELF header). */
export function elf(machine: number, order: 'little' | 'big' = 'little'): Buffer {
  const header = Buffer.alloc(64);
  header.writeUInt32BE(0x7f454c46, 0);
  header[4] = 2;
  header[5] = order === 'big' ? 2 : 1;
  if (order === 'big') header.writeUInt16BE(machine, 18);
  else header.writeUInt16LE(machine, 18);
  return header;
}

/** The bytes of a fragment. */
export function bytesOf(parts: FragmentParts): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? readFileSync(part) : part)));
}
