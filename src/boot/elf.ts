import type { BaseArchitecture } from './base/types.ts';

/**
 * A static program that becomes the program named by its first argument, with the arguments from
 * there on and the same environment. Where that cannot be started it ends with the error's number
 * (errno(3)) beyond `PROBE_FAILED`: then it has itself shown that a container of the image runs, on the
 * architecture that it is made for, with a shell in the image or without one.
 * (ELF-64 and ELF-32 as in elf(5): one header, one segment, and a few instructions.)
 */
export function probeProgram(architecture: BaseArchitecture): Buffer {
  const { bits, machine, flags, code } = PROGRAMS[architecture];
  const { header, segment } = bits === 64 ? LAYOUT_64 : LAYOUT_32;
  const start = header + segment;
  const file = Buffer.alloc(start + code.length);
  file.write('\x7fELF', 'latin1');
  file.set([bits / 32, 1, 1], 4);
  file.writeUInt16LE(EXECUTABLE, 16);
  file.writeUInt16LE(machine, 18);
  file.writeUInt32LE(1, 20);
  if (bits === 64) writeHeaders64(file, start);
  else writeHeaders32(file, start, flags);
  file.set(code, start);
  return file;
}

/** An engine that crashes, or cannot start the probe, ends with lower codes: 2, 125, 126, 137. */
export const PROBE_FAILED = 200;

const EXECUTABLE = 2;
const LOADED_SEGMENT = 1;
const READ_AND_EXECUTE = 5;
const PAGE = 0x10000;
const ADDRESS = 0x400000;

const LAYOUT_64 = { header: 64, segment: 56 } as const;
const LAYOUT_32 = { header: 52, segment: 32 } as const;

/** They find the number of arguments, the arguments, a zero and the environment on the stack. */
const PROGRAMS = {
  amd64: {
    ...{ bits: 64, machine: 62, flags: 0 },
    code: hex(
      // mov rax, [rsp]; lea rsi, [rsp+16]; mov rdi, [rsi]; lea rdx, [rsi+rax*8]
      '488b0424 488d742410 488b3e 488d14c6',
      // mov eax, 59 (execve); syscall
      'b83b000000 0f05',
      // mov edi, 200; sub edi, eax; mov eax, 60 (exit); syscall
      'bfc8000000 29c7 b83c000000 0f05',
    ),
  },
  arm64: {
    ...{ bits: 64, machine: 183, flags: 0 },
    code: hex(
      // ldr x3, [sp]; add x1, sp, 16; ldr x0, [x1]; add x2, x1, x3, lsl 3
      'e30340f9 e1430091 200040f9 220c038b',
      // mov x8, 221 (execve); svc 0
      'a81b80d2 010000d4',
      // mov x1, 200; sub x0, x1, x0; mov x8, 93 (exit); svc 0
      '011980d2 200000cb a80b80d2 010000d4',
    ),
  },
  armhf: {
    // EABI 5
    ...{ bits: 32, machine: 40, flags: 0x05000000 },
    code: hex(
      // ldr r3, [sp]; add r1, sp, 8; ldr r0, [r1]; add r2, r1, r3, lsl 2
      '00309de5 08108de2 000091e5 032181e0',
      // mov r7, 11 (execve); svc 0
      '0b70a0e3 000000ef',
      // rsb r0, r0, 200; mov r7, 1 (exit); svc 0
      'c80060e2 0170a0e3 000000ef',
    ),
  },
} as const;

function hex(...words: string[]): Buffer {
  return Buffer.from(words.join('').replaceAll(' ', ''), 'hex');
}

function writeHeaders64(file: Buffer, start: number): void {
  const { header, segment } = LAYOUT_64;
  file.writeBigUInt64LE(BigInt(ADDRESS + start), 24);
  file.writeBigUInt64LE(BigInt(header), 32);
  file.writeUInt16LE(header, 52);
  file.writeUInt16LE(segment, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(LOADED_SEGMENT, header);
  file.writeUInt32LE(READ_AND_EXECUTE, header + 4);
  const size = BigInt(file.length);
  [0n, BigInt(ADDRESS), BigInt(ADDRESS), size, size, BigInt(PAGE)].forEach((value, n) => {
    file.writeBigUInt64LE(value, header + 8 + 8 * n);
  });
}

function writeHeaders32(file: Buffer, start: number, flags: number): void {
  const { header, segment } = LAYOUT_32;
  [ADDRESS + start, header, 0, flags].forEach((value, n) => {
    file.writeUInt32LE(value, 24 + 4 * n);
  });
  file.writeUInt16LE(header, 40);
  file.writeUInt16LE(segment, 42);
  file.writeUInt16LE(1, 44);
  const size = file.length;
  [LOADED_SEGMENT, 0, ADDRESS, ADDRESS, size, size, READ_AND_EXECUTE, PAGE].forEach((value, n) => {
    file.writeUInt32LE(value, header + 4 * n);
  });
}
