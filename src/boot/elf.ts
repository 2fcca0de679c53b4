import type { BaseArchitecture } from './base/types.ts';

/**
 * A static program that ends with exit code 0 and does nothing else, for images that have no
 * `true`: that it runs shows that the container does, on the architecture that it is made for.
 * (ELF-64 and ELF-32 as in elf(5): one header, one segment, three instructions.)
 */
export function trueProgram(architecture: BaseArchitecture): Buffer {
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

const EXECUTABLE = 2;
const LOADED_SEGMENT = 1;
const READ_AND_EXECUTE = 5;
const PAGE = 0x10000;
const ADDRESS = 0x400000;

const LAYOUT_64 = { header: 64, segment: 56 } as const;
const LAYOUT_32 = { header: 52, segment: 32 } as const;

const PROGRAMS = {
  // mov eax, 60 (exit); xor edi, edi; syscall
  amd64: { bits: 64, machine: 62, flags: 0, code: hex('b83c000000 31ff 0f05') },
  // mov x8, 93 (exit); mov x0, 0; svc 0
  arm64: { bits: 64, machine: 183, flags: 0, code: hex('a80b80d2 000080d2 010000d4') },
  // mov r7, 1 (exit); mov r0, 0; svc 0; flags: EABI 5
  armhf: { bits: 32, machine: 40, flags: 0x05000000, code: hex('0170a0e3 0000a0e3 000000ef') },
} as const;

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
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
