import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { trueProgram } from '../../src/boot/elf.ts';
import { withTempDir } from '../support/temp.ts';

const NATIVE = { x64: 'amd64', arm64: 'arm64', arm: 'armhf' } as const;

test("this machine's program runs and succeeds", async () => {
  const architecture = NATIVE[process.arch as keyof typeof NATIVE];
  await withTempDir(async (folder) => {
    const program = join(folder, 'true');
    await writeFile(program, trueProgram(architecture), { mode: 0o755 });
    expect(spawnSync(program)).toMatchObject({ status: 0, signal: null });
  });
});

/** Class, machine, entry and program header offset, as elf(5) has them. */
test.each([
  ['amd64', 2, 62, 0x400000 + 120, 132],
  ['arm64', 2, 183, 0x400000 + 120, 132],
  ['armhf', 1, 40, 0x400000 + 84, 96],
] as const)('%s', (architecture, elfClass, machine, entry, size) => {
  const file = trueProgram(architecture);
  expect(file.toString('latin1', 0, 4)).toBe('\x7fELF');
  expect(file[4]).toBe(elfClass);
  expect(file.readUInt16LE(18)).toBe(machine);
  expect(file.readUInt32LE(24)).toBe(entry);
  expect(file.length).toBe(architecture === 'amd64' ? 129 : size);
});
