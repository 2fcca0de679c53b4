import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mustRun } from '../src/exec.ts';
import { makePackages, type TestPackages } from './boot/packages.ts';
import { commands, type Job, outputs, runJob, startJob } from './job.ts';
import { buildInputs, CLI, end, namesIn, ROOT, startBundle, startCli } from './program.ts';
import { busyboxEntries } from './support/debian.ts';
import { buildImage, buildLayer } from './support/images.ts';
import { push } from './support/push.ts';
import { startRegistry } from './support/registry.ts';
import { tempDirs } from './support/temp.ts';

// The committed bundles with real machines, as people meet them.

const MINUTES = 60_000;
/** Where the tests keep base systems. */
const BASES = join(ROOT, '.tools/boot/bases');

const temp = tempDirs();
let packages: TestPackages;
/** A cache with those bases, in which nobody else works. */
let cache: string;
beforeAll(async () => {
  cache = await temp.make('cache');
  await mkdir(BASES, { recursive: true });
  await symlink(BASES, join(cache, 'bases'));
  packages = await makePackages(await temp.make('packages'), 'amd64', 'podman');
}, 2 * MINUTES);
afterAll(() => temp.remove());

const bootJob = (inputs: Readonly<Record<string, string>>) =>
  startJob(temp, 'boot/action.yml', () => ({ 'cache-dir': cache, scenario: 'fresh', ...inputs }));

/** What a step says of its boot test: in the summary, and in the report. */
async function reports(job: Job): Promise<{ summary: string; junit: string }> {
  const given = await outputs(job);
  expect(given.junit).toBe(join(given['boot-logs'] ?? '', 'junit.xml'));
  expect(await readdir(given['boot-logs'] ?? '')).toContain('fresh-1.console.log');
  return {
    summary: await readFile(job.env.GITHUB_STEP_SUMMARY ?? '', 'utf8'),
    junit: await readFile(given.junit ?? '', 'utf8'),
  };
}

describe('amd64', () => {
  test(
    'the boot action proves what a pattern names',
    async () => {
      const job = await bootJob({ deb: packages.second.replace('second-', '*ond-') });
      const { code, stdout, stderr } = await runJob('dist/boot.js', job);
      expect([code, stderr, stdout]).toEqual([0, '', expect.stringMatching(/^ok {3}fresh: /m)]);
      expect(await outputs(job)).toMatchObject({ 'boot-verdict': 'passed' });
      const { summary, junit } = await reports(job);
      expect(summary).toMatch(/^### Boot test on bookworm amd64 with podman: \d+ checks passed\n/);
      expect(junit).toMatch(/<testsuites name="boot bookworm amd64 podman" .* failures="0"/);
      expect(await namesIn(join(cache, 'boot'))).toEqual([]);
    },
    30 * MINUTES,
  );

  test(
    'the action gives the package also when its boot test fails, and says why it did',
    async () => {
      const registry = await startRegistry();
      try {
        const layers = [await buildLayer(await busyboxEntries('amd64'))];
        await push(registry, 'app', '1', buildImage({ layers }));
        const job = await startJob(temp, 'action.yml', (folder) => ({
          images: `${registry.host}/app:1 as app:1`,
          ...buildInputs(folder),
          engine: 'podman',
          'cache-dir': cache,
          'boot-scenario': 'fresh',
          'boot-test-command': 'echo "::set-output name=deb::/evil" >&2; exit 124',
        }));
        const ended = await runJob('dist/main.js', job);
        expect([ended.code, ended.stderr]).toEqual([1, '']);
        expect(await outputs(job)).toMatchObject({
          deb: join(job.output, 'app-images_1.0_amd64.deb'),
          'boot-verdict': 'failed',
        });
        expect(commands(ended, 'error')).toEqual([
          expect.stringMatching(
            /^::error::1 of \d+ checks failed, the first: fresh: .*app:1: runs: .*exit code 124: .* \(see .*\)$/,
          ),
        ]);
        // Console, failed units, the unit's journal and the engine, where no word of theirs is a command.
        const [, told = ''] = /^::stop-commands::(\S+\n[\s\S]*?)^::/m.exec(ended.stdout) ?? [];
        for (const part of ['fresh-1.console.log', 'systemctl --failed', 'app-images.service']) {
          expect(told).toContain(part);
        }
        expect(commands(ended, 'set-output')).toEqual([]);
        const { summary, junit } = await reports(job);
        expect(summary).toMatch(/\| fresh \| \S*app:1 \| runs: .* \| FAILED \|/);
        expect(junit).toContain('failures="1"');
      } finally {
        await registry.stop();
      }
    },
    30 * MINUTES,
  );

  describe('a signal', () => {
    const action = async () => {
      const { env, workspace } = await bootJob({ deb: packages.second });
      return startBundle([join(ROOT, 'dist/boot.js')], { env: env ?? {}, cwd: workspace });
    };
    const command = async (cacheDir: string) => {
      const options = ['--scenario=fresh', `--cache-dir=${cacheDir}`];
      const logs = `--log-dir=${await temp.make('logs')}`;
      return startCli(['boot', packages.second, ...options, logs]);
    };

    test.each<[string, () => Promise<ChildProcess>, NodeJS.Signals, number]>([
      ['the action', action, 'SIGTERM', 143],
      ['the command', () => command(cache), 'SIGINT', 130],
    ])(
      'ends %s, its machine and its files',
      async (_name, start, signal, code) => {
        const child = await start();
        const ended = end(child);
        await until(async () => (await processesIn(join(cache, 'boot'))).some(isMachine), ended);
        const began = Date.now();
        child.kill(signal);
        await ended;
        expect(Date.now() - began).toBeLessThan(8000);
        expect([child.exitCode, child.signalCode]).toEqual(
          child.exitCode === null ? [null, signal] : [code, null],
        );
        expect(await processesIn(join(cache, 'boot'))).toEqual([]);
        expect(await namesIn(join(cache, 'boot'))).toEqual([]);
      },
      10 * MINUTES,
    );

    test(
      'ends the making of a base system, and nothing of it is left',
      async () => {
        const empty = await temp.make('empty');
        const child = await command(empty);
        const ended = end(child);
        await until(async () => (await processesIn(join(empty, 'boot'))).length > 0, ended);
        await sleep(2000);
        child.kill('SIGTERM');
        await ended;
        expect(await processesIn(join(empty, 'boot'))).toEqual([]);
        expect(await readdir(empty)).toEqual(['boot']);
        expect(await readdir(join(empty, 'boot'))).toEqual([]);
      },
      10 * MINUTES,
    );
  });
});

const long = process.env.LONG_TESTS === '1' ? test : test.skip;
if (process.env.LONG_TESTS !== '1') {
  process.stderr.write('skipped: a person at the shell of a machine (LONG_TESTS=1 runs it)\n');
}

long(
  'a person looks into the machine, and its disk is kept',
  async () => {
    const logs = await temp.make('logs');
    const options = ['--scenario=fresh', '--keep', '--shell', `--cache-dir=${cache}`];
    const command = [
      process.execPath,
      CLI,
      'boot',
      packages.second,
      ...options,
      `--log-dir=${logs}`,
    ];
    // script(1) has a terminal for it.
    const child = spawn(
      'script',
      ['--quiet', '--return', '--command', command.join(' '), '/dev/null'],
      {
        cwd: ROOT,
        env: { ...process.env, NODE_OPTIONS: '' },
      },
    );
    let screen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
    });
    const ended = once(child, 'close');
    const shown = (text: string) => until(async () => screen.includes(text), ended);
    const type = (keys: string) => child.stdin.write(keys);
    await shown(`a root shell on ${join(logs, 'fresh.qcow2')}: Ctrl-A X ends the machine`);
    // Nobody hears before the shell is there.
    while (!screen.includes('answer 42')) {
      type('echo answer $((6 * 7))\n');
      await Promise.race([sleep(5000), ended.then(() => Promise.reject(new Error(screen)))]);
    }
    type('id --user; podman image ls --format "{{.Repository}}-{{.Tag}}"\n');
    await shown('registry.example.org/boot/other-1');
    type('\x01x');
    expect(await ended).toEqual([0, null]);
    expect(screen).toMatch(/: \d+ checks passed/);
    expect((await readdir(logs)).toSorted()).toEqual(['fresh-1.console.log', 'fresh.qcow2']);
    expect(await namesIn(join(cache, 'boot'))).toEqual([]);
    const info = ['qemu-img', 'info', '--output=json', join(logs, 'fresh.qcow2')];
    const { stdout } = await mustRun(info);
    expect(JSON.parse(stdout.toString())).not.toHaveProperty('backing-filename');
    await mustRun(['qemu-img', 'check', '-q', join(logs, 'fresh.qcow2')]);
  },
  30 * MINUTES,
);

/** Waits for something, but not for what has ended. */
async function until(holds: () => Promise<boolean>, ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!(await holds())) {
    if (over) throw new Error(`it ended before: ${JSON.stringify(await ended)}`);
    await sleep(100);
  }
}

const isMachine = (commandLine: string) =>
  /qemu-system-[^\0]*\0.*preload-payload/s.test(commandLine);

/** Command lines that name a folder, or run in it. */
async function processesIn(folder: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(`${folder}/work-`));
}
