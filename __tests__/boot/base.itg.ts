import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { prepareBase } from '../../src/boot/base/prepare.ts';
import type { BaseMethod, BaseSystem, Engine } from '../../src/boot/base/types.ts';
import { tempDirs } from '../support/temp.ts';

const MINUTES = 60_000;
const guestDir = join(import.meta.dirname, '../../guest');
const execute = promisify(execFile);
const temp = tempDirs();
afterAll(() => temp.remove());

async function make(
  engine: Engine,
  method: BaseMethod,
  more: { architecture?: 'amd64' | 'arm64'; suite?: string; packages?: string[] } = {},
): Promise<{ base: BaseSystem; lines: string[] }> {
  const lines: string[] = [];
  const base = await prepareBase({
    architecture: 'amd64',
    suite: 'bookworm',
    ...more,
    engine,
    method,
    guestDir,
    cacheDir: await temp.make('base'),
    workDir: await temp.make('work'),
    signal: new AbortController().signal,
    onProgress: (line) => lines.push(line),
  });
  return { base, lines };
}

/** Reads a file system without mounting it: e2fsprogs' own words. */
async function debugfs(disk: string, request: string): Promise<string> {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  return (await execute('debugfs', ['-R', request, disk], { env, maxBuffer: 1 << 26 })).stdout;
}

/** The first column of a file like /etc/passwd. */
async function names(disk: string, path: string): Promise<string[]> {
  const lines = (await debugfs(disk, `cat ${path}`)).split('\n').filter((line) => line !== '');
  return lines.map((line) => line.split(':')[0] ?? '').toSorted();
}

/** The links by which units are enabled: `multi-user.target.wants/docker.service`. */
async function enabledUnits(disk: string): Promise<string[]> {
  const folder = await temp.make('units');
  const found: string[] = [];
  for (const scope of ['system', 'user']) {
    const path = join(folder, scope);
    await mkdir(path);
    await debugfs(disk, `rdump /etc/systemd/${scope} ${path}`);
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const links = entries.filter((entry) => entry.isSymbolicLink());
    found.push(...links.map((entry) => join(entry.parentPath, entry.name).slice(path.length)));
  }
  return found.toSorted();
}

describe('a base system without emulation', () => {
  test(
    'for another architecture: files, owners and database are in place',
    async () => {
      const { base } = await make('podman', 'quick', { architecture: 'arm64', suite: 'trixie' });
      expect(base.packages.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['podman', 'crun', 'systemd-sysv', 'dash']),
      );
      expect((await readFile(base.initrd)).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
      expect((await readFile(base.kernel)).length).toBeGreaterThan(5_000_000);
      expect(await debugfs(base.disk, 'cat /etc/fstab')).toContain('/dev/vda / ext4');
      expect(await debugfs(base.disk, 'stat /etc/shadow')).toMatch(/Mode: +0640.*Group: +42\b/s);
      expect(await debugfs(base.disk, 'stat /usr/bin/newuidmap')).toMatch(
        /Mode: +04755.*User: +0\b/s,
      );
      expect(await debugfs(base.disk, 'cat /etc/pam.d/common-session')).toContain('pam_systemd.so');
      expect(await enabledUnits(base.disk)).toContain('/system/timers.target.wants/fstrim.timer');
    },
    10 * MINUTES,
  );

  test(
    'a package that nobody knows is named, and mmdebstrap is not asked against the will',
    async () => {
      await expect(make('docker', 'quick', { packages: ['python3'] })).rejects.toMatchObject({
        kind: 'failure',
        message: expect.stringMatching(/without running their scripts: .*python3/),
      });
    },
    10 * MINUTES,
  );
});

// Minutes for each: mmdebstrap configures all packages one after the other.
const long = process.env.LONG_TESTS === '1' ? test : test.skip;
if (process.env.LONG_TESTS !== '1') {
  process.stderr.write(
    'skipped: quick bases against those of mmdebstrap (LONG_TESTS=1 runs them)\n',
  );
}

long(
  'a package that nobody knows makes mmdebstrap do it, which is said',
  async () => {
    const { base, lines } = await make('docker', 'auto', { packages: ['python3-minimal'] });
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^cannot be configured without running their scripts: .*python3/),
        expect.stringMatching(/^mmdebstrap makes the base system/),
      ]),
    );
    expect(base.packages.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['docker.io', 'python3-minimal']),
    );
    // Its postinst compiles what it brings.
    const compiled = await debugfs(base.disk, 'ls -p /usr/lib/python3.11/__pycache__');
    expect(compiled).toContain('.pyc');
  },
  30 * MINUTES,
);

describe('the quick base against that of mmdebstrap', () => {
  long.each([
    ['docker', 'bookworm'],
    ['podman', 'bookworm'],
    ['docker', 'trixie'],
    ['podman', 'trixie'],
  ] as const)(
    '%s, %s: same packages, units, users and groups',
    async (engine, suite) => {
      const { base: quick } = await make(engine, 'quick', { suite });
      const { base: slow } = await make(engine, 'mmdebstrap', { suite });
      expect(quick.packages.toSorted(byName)).toEqual(slow.packages.toSorted(byName));
      expect(await enabledUnits(quick.disk)).toEqual(await enabledUnits(slow.disk));
      for (const path of ['/etc/passwd', '/etc/group']) {
        expect(await names(quick.disk, path)).toEqual(await names(slow.disk, path));
      }
    },
    30 * MINUTES,
  );
});

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
