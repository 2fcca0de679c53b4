import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { mustRun } from '../../src/exec.ts';
import { tempDirs } from '../support/temp.ts';

const ROOT = join(import.meta.dirname, '../..');
const temp = tempDirs();

afterAll(() => temp.remove());

/** The demonstration, with a folder of its own for all that it must not leave behind. */
async function start() {
  const work = await temp.make('demo');
  const child = spawn(join(ROOT, 'script/demo'), {
    env: { ...process.env, TMPDIR: work },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said.text += chunk;
    });
  }
  return { child, work, said };
}

async function until(child: ChildProcess, said: { text: string }, line: string): Promise<void> {
  while (!said.text.includes(line)) {
    await sleep(50);
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${said.text}`);
  }
}

async function leavesNothing(work: string, said: string): Promise<void> {
  expect(await readdir(work)).toEqual([]);
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
  const [error] = await once(connect(port, '127.0.0.1'), 'error').catch((reason) => [reason]);
  expect(error.code).toBe('ECONNREFUSED');
}

/** Machines of the demonstration that run. */
async function machines(): Promise<string[]> {
  const { stdout } = await mustRun(['ps', '-eo', 'args=']);
  const consoles = join(ROOT, 'build/demo/boot-logs');
  return stdout
    .toString()
    .split('\n')
    .filter((line) => line.includes(consoles));
}

describe('script/demo', () => {
  test('proves what it builds and leaves only the packages', async () => {
    const { child, work, said } = await start();
    const [code] = await once(child, 'close');

    expect([code, said.text]).toEqual([0, expect.stringContaining('5. Proved')]);
    expect(said.text).toMatch(/^ {3}scenario +subject +checks +verdict +seconds$/m);
    for (const [scenario, check] of [
      ['fresh', 'runs'],
      ['reboot', 'runs'],
      ['reboot', 'nothing loaded again'],
    ]) {
      const row = new RegExp(`^ {3}${scenario} +\\S+ .*\\b${check}\\b.* passed `, 'm');
      expect(said.text).toMatch(row);
    }
    expect(said.text).not.toContain('FAILED');
    for (const architecture of ['amd64', 'arm64']) {
      const deb = await readFile(join(ROOT, `build/demo/demo-images_1.0.0_${architecture}.deb`));
      expect(deb.subarray(0, 8).toString()).toBe('!<arch>\n');
    }
    await leavesNothing(work, said.text);
    // Without KVM a boot takes a minute, and a base system is made the first time.
  }, 1_200_000);

  test.each(['2. ', '3. ', 'the machine runs by '])(
    'leaves nothing when it is interrupted at %j',
    async (step) => {
      const { child, work, said } = await start();
      await until(child, said, step);
      child.kill('SIGINT');
      const [code] = await once(child, 'close');

      expect([code, said.text]).toEqual([130, expect.not.stringContaining('Proved')]);
      await leavesNothing(work, said.text);
      expect(await machines()).toEqual([]);
    },
    600_000,
  );
});
