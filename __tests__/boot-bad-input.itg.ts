import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { baseFiles, baseFolder, sealBase } from '../src/boot/base/cache.ts';
import { baseIngredients, baseKey } from '../src/boot/base/recipe.ts';
import { commands, outputs, runJob, startJob } from './job.ts';
import { build, cli, type Ended, namesIn, workplace } from './program.ts';
import { buildImage, buildLayer, writeOciLayout } from './support/images.ts';
import { tempDirs } from './support/temp.ts';

jest.setTimeout(120_000);

const asRoot = process.getuid?.() === 0;
if (!asRoot) console.warn('skipped: a full disk, which needs root');
const withRoot = asRoot ? test : test.skip;

const temp = tempDirs();
afterAll(() => temp.remove());

/** Packages of ours, by what they are; and files that are none. */
let debs: Record<
  'podman' | 'arm64' | 'other' | 'docker' | 'riscv64' | 'cut' | 'flipped' | 'foreign' | 'text',
  string
>;
beforeAll(async () => {
  const folder = await temp.make('debs');
  const make = async (name: string, engine: string, arch = 'amd64') => {
    const layers = [await buildLayer([{ path: 'etc/motd', content: 'hello' }])];
    const layout = join(folder, `${name}-${arch}`);
    await writeOciLayout(layout, buildImage({ layers, architecture: arch }), 'app:1');
    const { args } = workplace(folder, { package: name, engine, arch });
    return (await build([`oci:${layout}:app:1`, ...args])).deb;
  };
  const at = (name: string) => join(folder, name);
  const podman = await make('app-images', 'podman');
  const bytes = await readFile(podman);
  await writeFile(at('cut.deb'), bytes.subarray(0, -500));
  const flipped = Buffer.from(bytes);
  // In the loader: the data member is not compressed.
  const place = bytes.indexOf('set -eu');
  flipped.writeUInt8(flipped.readUInt8(place) ^ 1, place);
  await writeFile(at('flipped.deb'), flipped);
  await writeFile(at('text.deb'), 'no package\n');
  await mkdir(at('foreign/DEBIAN'), { recursive: true });
  await writeFile(
    at('foreign/DEBIAN/control'),
    'Package: foreign\nVersion: 1\nArchitecture: amd64\nMaintainer: A <a@b.c>\nDescription: x\n',
  );
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', at('foreign'), at('foreign.deb')]);
  debs = {
    podman,
    other: await make('other-images', 'podman'),
    docker: await make('docker-images', 'docker'),
    arm64: await make('arm-images', 'podman', 'arm64'),
    riscv64: await make('risc-images', 'podman', 'riscv64'),
    cut: at('cut.deb'),
    flipped: at('flipped.deb'),
    foreign: at('foreign.deb'),
    text: at('text.deb'),
  };
});

/** One line that says it, that code; no machine and no part of one is left. */
async function expectRefusal(
  { code, stdout, stderr }: Ended,
  cache: string,
  expected: { readonly code: 1 | 2; readonly says: RegExp },
): Promise<void> {
  const errors = stderr.split('\n').filter((line) => line.startsWith('container-preload: '));
  expect(errors).toEqual([expect.stringMatching(expected.says)]);
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(errors[0]);
  expect(errors[0]).toMatch(/^container-preload: error: /);
  expect(stderr).not.toMatch(/^ +at /m);
  expect([code, stdout]).toEqual([expected.code, '']);
  expect(await namesIn(join(cache, 'boot'))).toEqual([]);
  const processes = execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' });
  expect(processes.split('\n').filter((line) => line.includes(`${cache}/boot/`))).toEqual([]);
}

async function boot(
  args: readonly string[],
  { cache, path }: { readonly cache?: string; readonly path?: string } = {},
): Promise<{ ended: Ended; cache: string }> {
  const [place, logs] = [cache ?? (await temp.make('cache')), await temp.make('logs')];
  const options = [`--cache-dir=${place}`, `--log-dir=${logs}`];
  const env = path === undefined ? {} : { PATH: path };
  return { ended: await cli(['boot', ...args, ...options], { env }), cache: place };
}

type Named = (names: typeof debs) => string[];

describe('usage', () => {
  test.each<[string, Named, RegExp]>([
    ['no package', () => [], /boot needs a package/],
    ['an unknown option', ({ podman }) => [podman, '--colour=red'], /unknown option --colour/],
    ['a package twice', ({ podman }) => [podman, podman], /is given twice/],
    ['a suite', ({ podman }) => [podman, '--suite=../x'], /suite: not a suite: "\.\.\/x"/],
    ['a scenario', ({ podman }) => [podman, '--scenario=fast'], /scenario: unknown value "fast"/],
    ['memory', ({ podman }) => [podman, '--memory=2G'], /memory: not a whole number/],
    ['a timeout', ({ podman }) => [podman, '--timeout=0'], /timeout: not a whole number from 10/],
    ['processors', ({ podman }) => [podman, '--cpus=many'], /cpus: not a whole number/],
    [
      'a package of the machine',
      ({ podman }) => [podman, '--packages=a;b'],
      /packages: not the name of a Debian package/,
    ],
    [
      'no older package',
      ({ podman }) => [podman, '--scenario=upgrade'],
      /upgrade needs an older package/,
    ],
    [
      'no second package',
      ({ podman }) => [podman, '--scenario=two-packages'],
      /two-packages needs two packages/,
    ],
    [
      'an older package that is another one',
      ({ podman, other }) => [podman, `--upgrade-from=${other}`],
      /is other-images, which app-images cannot upgrade/,
    ],
    [
      'two architectures',
      ({ podman, arm64 }) => [podman, arm64],
      /app-images_1\.0_amd64\.deb is for amd64, .*arm-images_1\.0_arm64\.deb for arm64 \(boot them one/,
    ],
    ['two engines', ({ podman, docker }) => [podman, docker], /is for podman, .* for docker/],
    [
      'another engine',
      ({ podman }) => [podman, '--engine=docker'],
      /is for podman, not for docker/,
    ],
    [
      'a store of another engine',
      ({ podman }) => [podman, '--docker-store=classic'],
      /docker-store: the package is for podman/,
    ],
    ['no terminal', ({ podman }) => [podman, '--shell'], /shell needs a terminal/],
    [
      'two systems',
      ({ podman }) => [podman, '--suite=trixie', '--rootfs=/'],
      /rootfs and suite contradict each other/,
    ],
    [
      'a report that is a folder',
      ({ podman }) => [podman, '--junit=/tmp'],
      /junit: \/tmp is a fol/,
    ],
  ])('%s', async (_name, args, says) => {
    const { ended, cache } = await boot(args(debs));
    await expectRefusal(ended, cache, { code: 2, says });
  });
});

describe('what is no package to boot', () => {
  test.each<[string, Named, RegExp]>([
    ['nothing', () => ['/nowhere/a.deb'], /\/nowhere\/a\.deb/],
    ['a folder', () => ['/etc'], /\/etc/],
    ['a text', ({ text }) => [text], /text\.deb/],
    ["another builder's", ({ foreign }) => [foreign], /foreign\.deb/],
    ['one that is cut', ({ cut }) => [cut], /cut\.deb/],
    ['one with a wrong bit', ({ flipped }) => [flipped], /flipped\.deb is damaged: /],
    [
      'one for a processor that there is no machine of',
      ({ riscv64 }) => [riscv64],
      /is for riscv64, which cannot be booted \(machines are made for amd64, arm64, armhf\)/,
    ],
  ])('%s', async (_name, args, says) => {
    const { ended, cache } = await boot(args(debs));
    await expectRefusal(ended, cache, { code: 1, says });
  });
});

describe('a machine that cannot be made', () => {
  test.each([
    ['qemu-system-x86_64', 'qemu-system-x86'],
    ['qemu-img', 'qemu-utils'],
    ['xz', 'xz-utils'],
    ['apt-get', 'apt'],
  ])('without %s', async (program, name) => {
    const path = await pathWithout(program);
    const { ended, cache } = await boot([debs.podman], { path });
    await expectRefusal(ended, cache, {
      code: 1,
      says: new RegExp(`without: ${name} \\(apt-get install ${name}\\)$`),
    });
  });

  test('with more memory than there is', async () => {
    const { ended, cache } = await boot([debs.podman, '--memory=1048576']);
    const says = /not enough memory for the machine: 1048576 MiB wanted, \d+ MiB free/;
    await expectRefusal(ended, cache, { code: 1, says });
  });

  withRoot('on a disk that is too small', async () => {
    const disk = await temp.make('disk');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'none', disk]);
    try {
      const { ended, cache } = await boot([debs.podman], { cache: disk });
      const says =
        /not enough space for the machines' disks in .*: [\d.]+ GB wanted, [\d.]+ .?B free/;
      await expectRefusal(ended, cache, { code: 1, says });
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('where something is in the way', async () => {
    const cache = await temp.make('cache');
    await writeFile(join(cache, 'boot'), '');
    const { ended } = await boot([debs.podman], { cache });
    expect([ended.code, ended.stderr]).toEqual([
      1,
      expect.stringMatching(/^container-preload: error: something that is no folder is in the way/),
    ]);
  });

  test('of a suite that the mirror does not have', async () => {
    const mirror = await temp.make('mirror');
    const args = [debs.podman, '--suite=nosuch', `--mirror=file://${mirror}`];
    const { ended, cache } = await boot(args);
    const says = /the packages of nosuch cannot be had: .*\(check the suite, the mirror/;
    await expectRefusal(ended, cache, { code: 1, says });
    expect(await namesIn(join(cache, 'bases'))).toEqual([]);
  });

  test('of a system that does not boot', async () => {
    const { cache, key } = await cacheWithDeadBase();
    const { ended } = await boot([debs.podman, '--timeout=15'], { cache });
    const says = /checks failed, the first: fresh: boots: the machine: .* \(see .*\)$/;
    await expectRefusal(ended, cache, { code: 1, says });
    expect(await readdir(join(cache, 'bases'))).toEqual([key]);
  });
});

describe('the boot action', () => {
  const refused = async (inputs: Readonly<Record<string, string>>) => {
    const job = await startJob(temp, 'boot/action.yml', (folder) => ({
      'cache-dir': join(folder, 'cache'),
      ...inputs,
    }));
    const ended = await runJob('dist/boot.js', job);
    expect(await namesIn(join(job.cache, 'boot'))).toEqual([]);
    const [errors, notices] = ['error', 'notice'].map((name) => commands(ended, name));
    return { code: ended.code, errors, notices, outputs: await outputs(job) };
  };

  test.each<[string, Record<string, string>, string | RegExp]>([
    ['no package', {}, /^::error::deb is missing \(packages, one path or pattern a line/],
    [
      'a pattern that nothing matches',
      { deb: 'out/*.deb' },
      /^::error::deb: nothing matches "out\/\*\.deb" \(patterns are seen from \/.*\/workspace\)$/,
    ],
    ['an unknown input', { dep: 'a.deb' }, /^::error::unknown input dep \(one of deb, suite, /],
    ['a boolean', { deb: '/a.deb', 'install-tools': 'no' }, /^::error::install-tools: neither/],
    ['a suite', { deb: '/a.deb', suite: 'yes' }, /^::error::suite: not a suite: "yes"/],
  ])('%s', async (_name, inputs, says) => {
    expect(await refused(inputs)).toEqual({
      code: 2,
      errors: [expect.stringMatching(says)],
      notices: [],
      outputs: {},
    });
  });

  test('a package that no machine is for is skipped, which is said', async () => {
    const { code, errors, notices, outputs: given } = await refused({ deb: debs.riscv64 });
    const says =
      /^::notice::no boot test: .* is for riscv64, which cannot be booted \(machines are/;
    expect([code, errors, notices]).toEqual([0, [], [expect.stringMatching(says)]]);
    expect(given).toMatchObject({ 'boot-verdict': 'skipped' });
  });

  test('a package that is damaged has failed', async () => {
    const { code, errors, outputs: given } = await refused({ deb: debs.flipped });
    expect([code, errors]).toEqual([
      1,
      [expect.stringMatching(/^::error::.*flipped\.deb is damaged: /)],
    ]);
    expect(given).toMatchObject({ 'boot-verdict': 'failed' });
    expect(given).not.toHaveProperty('junit');
  });

  test('has its verdict where the summary cannot be written, which is said', async () => {
    const { cache } = await cacheWithDeadBase();
    const inputs = { deb: debs.podman, timeout: '15', 'cache-dir': cache };
    const job = await startJob(temp, 'boot/action.yml', () => inputs);
    const ended = await runJob('dist/boot.js', job, { GITHUB_STEP_SUMMARY: '/usr' });
    expect([ended.code, commands(ended, 'error').at(-1), commands(ended, 'warning')]).toEqual([
      1,
      expect.stringContaining('checks failed, the first: fresh: boots: the machine: '),
      ['::warning::/usr: the summary cannot be written: it is a directory'],
    ]);
  });
});

/** With a base for the package of podman that no machine boots. */
async function cacheWithDeadBase(): Promise<{ cache: string; key: string }> {
  const cache = await temp.make('cache');
  const wanted = { suite: 'bookworm', architecture: 'amd64', engine: 'podman' } as const;
  const key = baseKey(baseIngredients(wanted));
  const folder = baseFolder(cache, key);
  await mkdir(folder, { recursive: true });
  for (const path of Object.values(baseFiles(folder))) await writeFile(path, 'x'.repeat(4096));
  await sealBase(folder, { suite: 'bookworm', architecture: 'amd64', packages: [], key });
  return { cache, key };
}

/** A folder with links to every program of this machine but one. */
async function pathWithout(name: string): Promise<string> {
  const bin = await temp.make('path');
  const seen = new Set([name]);
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const program of await readdir(folder).catch(() => [])) {
      if (seen.has(program)) continue;
      seen.add(program);
      await symlink(join(folder, program), join(bin, program));
    }
  }
  return bin;
}
