import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { probeProgram } from '../../src/boot/elf.ts';
import { withTempDir } from '../support/temp.ts';

/** How programs of an architecture are run here: by the processor, or by the emulator named. */
const RUNNERS = [
  ['amd64', 'x64', 'qemu-x86_64-static'],
  ['arm64', 'arm64', 'qemu-aarch64-static'],
  ['armhf', 'arm', 'qemu-arm-static'],
] as const;

test.each(RUNNERS)(
  '%s: starts a shell, or says why not',
  async (architecture, native, emulator) => {
    await withTempDir(async (folder) => {
      const program = join(folder, 'probe');
      await writeFile(program, probeProgram(architecture), { mode: 0o755 });
      const runner = native === process.arch ? [] : [emulator];
      const probe = (...words: string[]) => {
        const [command = '', ...args] = [...runner, program, ...words];
        return spawnSync(command, args, { env: { ...process.env, SEEN: 'yes' }, encoding: 'utf8' });
      };
      const shell = probe('/bin/sh', '-c', 'echo "$0 $1 $SEEN"; exit 3', 'zero', 'one');
      expect(shell).toMatchObject({ status: 3, signal: null, stdout: 'zero one yes\n' });
      expect(probe(join(folder, 'none'))).toMatchObject({ status: 202, signal: null, stdout: '' });
      expect(probe(folder)).toMatchObject({ status: 213, signal: null });
      const foreign = join(folder, 'foreign');
      await writeFile(foreign, 'no program', { mode: 0o755 });
      expect(probe(foreign)).toMatchObject({ status: 208, signal: null });
    });
  },
);
