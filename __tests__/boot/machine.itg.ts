import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { makeOverlay, makePayload } from '../../src/boot/disk.ts';
import { STOPPED } from '../../src/boot/guest.ts';
import { startMachine } from '../../src/boot/machine.ts';
import type { MachineSpec } from '../../src/boot/qemu.ts';
import { mustRun } from '../../src/exec.ts';
import { tempDirs } from '../support/temp.ts';

const asRoot = process.getuid?.() === 0;
if (!asRoot) console.warn('skipped: a full disk, which needs root');
const withRoot = asRoot ? test : test.skip;

const temp = tempDirs();
afterAll(() => temp.remove());

/** `b .`: qemu starts any file as an arm64 kernel, and this one goes round for ever. */
const ENDLESS_KERNEL = Buffer.from('00000014', 'hex');

/** x0 = the serial port; w1 = `a`; strb w1, [x0]; b .-4 */
const FLOODING_KERNEL = Buffer.from('0020a1d2210c805201000039ffffff17', 'hex');

const signal = new AbortController().signal;

async function machineSpec(
  kernel: Buffer,
  change: Partial<MachineSpec> = {},
): Promise<MachineSpec> {
  const folder = await temp.make('machine');
  const [base, disk, payload] = ['base.img', 'disk.qcow2', 'payload.img'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeFile(base, '');
  await truncate(base, 1 << 20);
  await makeOverlay({ file: base, format: 'raw' }, disk, 1 << 22, signal);
  await makePayload([{ name: 'nonce', from: Buffer.from('n') }], payload, signal);
  await writeFile(join(folder, 'kernel'), kernel);
  await writeFile(join(folder, 'initrd'), 'nothing');
  return {
    architecture: 'arm64',
    acceleration: 'tcg',
    memory: 256,
    cpus: 1,
    kernel: join(folder, 'kernel'),
    initrd: join(folder, 'initrd'),
    commandLine: '',
    disk,
    durable: false,
    payload,
    consoleLog: join(folder, 'console.log'),
    ...change,
  };
}

/** Command lines of qemu that name this disk. */
async function processesWith(disk: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(disk));
}

describe('a machine that never answers', () => {
  test('ends at its deadline, with a clear line', async () => {
    const spec = await machineSpec(ENDLESS_KERNEL);
    const started = startMachine(spec, { nonce: 'n', deadline: 2, signal });
    await expect(started).rejects.toMatchObject({
      kind: 'failure',
      message: 'the machine: the deadline of 2 s was reached',
      hint: expect.stringContaining(spec.consoleLog),
    });
    expect(await processesWith(spec.disk)).toEqual([]);
  });

  test('ends with its signal, and gives its reason', async () => {
    const spec = await machineSpec(ENDLESS_KERNEL);
    const stop = new AbortController();
    const started = startMachine(spec, { nonce: 'n', deadline: 60, signal: stop.signal });
    setTimeout(() => stop.abort(new Error('ended by SIGTERM')), 1000);
    await expect(started).rejects.toThrow('ended by SIGTERM');
    expect(await processesWith(spec.disk)).toEqual([]);
  });
});

test('a machine that floods its console ends, with a clear line', async () => {
  const spec = await machineSpec(FLOODING_KERNEL);
  const context = { nonce: 'n', deadline: 60, consoleLimit: 10_000, signal };
  await expect(startMachine(spec, context)).rejects.toMatchObject({
    kind: 'failure',
    message: expect.stringMatching(/^the machine: its console was flooded with \d{5,} bytes$/),
    hint: expect.stringContaining(spec.consoleLog),
  });
  expect(await processesWith(spec.disk)).toEqual([]);
});

withRoot('a machine ends when this one has no space for its disk, with a clear line', async () => {
  const folder = await temp.make('full');
  await mustRun(['mount', '-t', 'tmpfs', '-o', 'size=33m', 'none', folder]);
  try {
    const { disk: below, ...spec } = await machineSpec(ENDLESS_KERNEL);
    const disk = join(folder, 'disk.qcow2');
    await makeOverlay({ file: below, format: 'qcow2' }, disk, 1 << 22, signal);
    const started = startMachine({ ...spec, disk }, { nonce: 'n', deadline: 60, signal });
    await writeFile(join(folder, 'other'), Buffer.alloc(4 << 20));
    await expect(started).rejects.toMatchObject({
      kind: 'failure',
      message: `the machine: no space is left for its disk in ${folder}`,
    });
    expect(await processesWith(disk)).toEqual([]);
  } finally {
    await mustRun(['umount', folder]);
  }
});

/** Speaks as an agent whose every program is still running when its time is over. */
const HANGING_AGENT = `#!/bin/sh
seq=1
echo '{"nonce":"n","seq":1,"event":"hello"}'
while read -r id seconds words; do
  seq=$((seq + 1))
  printf '{"nonce":"n","seq":%s,"event":"reply","id":%s,"code":${STOPPED},"stdout":"%s","stderr":""}\\n' \\
    $seq "$id" "$(printf %s "$seconds" | base64)"
done
`;

test('what hangs up to the deadline is stopped before it, so that the machine can be asked why', async () => {
  const bin = await temp.make('bin');
  await writeFile(join(bin, 'qemu-system-aarch64'), HANGING_AGENT, { mode: 0o755 });
  const { PATH } = process.env;
  process.env.PATH = `${bin}:${PATH}`;
  try {
    const spec = await machineSpec(ENDLESS_KERNEL);
    const machine = await startMachine(spec, { nonce: 'n', deadline: 100, signal });
    // Its own limit is no matter of the deadline.
    expect(await machine.run(['true'], 20)).toMatchObject({ code: STOPPED, stdout: '20' });
    await expect(machine.run(['true'], 1800)).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringMatching(
        /^the machine: the deadline of 100 s is near: true was stopped after 7\d s$/,
      ),
      hint: expect.stringContaining(spec.consoleLog),
    });
    expect([machine.alive, machine.overdue]).toEqual([true, false]);
    await machine.cut();
    const late = await startMachine(spec, { nonce: 'n', deadline: 4, signal });
    await sleep(3100);
    expect([late.alive, late.overdue]).toEqual([true, true]);
    expect(await late.run(['true'], 5)).toMatchObject({ stdout: '5' });
    // Its ten seconds are over, and not the machine's four.
    await expect(late.run(['df', '-h'])).rejects.toMatchObject({
      message: 'the machine: the deadline of 4 s is near: df -h was stopped after 10 s',
    });
    await late.cut();
  } finally {
    process.env.PATH = PATH;
  }
});

test('what qemu refuses is said', async () => {
  const spec = await machineSpec(ENDLESS_KERNEL, { payload: '/none/payload.img' });
  await expect(startMachine(spec, { nonce: 'n', deadline: 60, signal })).rejects.toMatchObject({
    kind: 'failure',
    message: expect.stringMatching(/^the machine: qemu ended with exit code 1: .*payload\.img/),
  });
});

test('the payload disk holds its files, and anybody may start them whatever the umask', async () => {
  const folder = await temp.make('payload');
  const disk = join(folder, 'payload.img');
  const before = process.umask(0o077);
  const making = makePayload([{ name: 'a', from: Buffer.from('content') }], disk, signal);
  await making.finally(() => process.umask(before));
  const ask = async (question: string) =>
    (await mustRun(['/sbin/debugfs', '-R', question, disk])).stdout.toString();
  expect(await ask('cat /a')).toBe('content');
  expect(await ask('stat /a')).toMatch(/Mode: +0755/);
  expect(await readdir(folder)).toEqual(['payload.img']);
});
