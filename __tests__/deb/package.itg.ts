import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type BuildOptions, buildPackage } from '../../src/deb/package.ts';
import type { PackagedImage, PackageSpec } from '../../src/deb/types.ts';
import { ownerPrefix } from '../../src/owner.ts';
import { EPOCH, layerTar, packagedImage, packageSpec } from './fixture.ts';

const deviceDir = fileURLToPath(new URL('../../device/', import.meta.url));
const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? test : test.skip;
if (!isRoot) console.warn('not root: nothing is installed with dpkg --root');

let top: string;
let images: PackagedImage[];
let base: Buffer;

beforeAll(async () => {
  top = mkdtempSync(join(tmpdir(), 'deb-itg-'));
  base = await layerTar('base', 'base '.repeat(20_000));
  const store = join(top, 'store');
  images = [
    await packagedImage(store, 'docker.io/library/one:1', [base, await layerTar('one', '1')]),
    await packagedImage(store, 'docker.io/library/two:2', [base, await layerTar('two', '2'), base]),
  ];
});

afterAll(() => rmSync(top, { recursive: true, force: true }));

/** Builds into folders of its own. */
async function build(given: Partial<PackageSpec> = {}, options: Partial<BuildOptions> = {}) {
  const outputDir = mkdtempSync(join(top, 'out-'));
  const workDir = mkdtempSync(join(top, 'work-'));
  const all = { deviceDir, workDir, outputDir, generator: 'container-preload 0', ...options };
  const built = await buildPackage(packageSpec(images, given), all).catch((error) => error);
  return { built, outputDir, workDir };
}

function output(...argv: [string, ...string[]]): string {
  const [program, ...args] = argv;
  return execFileSync(program, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
}

describe('buildPackage', () => {
  test('makes a package that dpkg-deb reads, with every fragment in it once', async () => {
    const { built, outputDir, workDir } = await build();
    expect(built.path).toBe(join(outputDir, 'edge-images_1.2.3_amd64.deb'));
    expect(readdirSync(outputDir)).toEqual(['edge-images_1.2.3_amd64.deb']);
    expect(readdirSync(workDir)).toEqual([]);
    const bytes = readFileSync(built.path);
    expect(built.size).toBe(bytes.length);
    expect(built.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));

    const root = join(top, 'unpacked');
    output('dpkg-deb', '-x', built.path, root);
    const share = join(root, 'usr/share/edge-images');
    const fragments = images.flatMap((image) => [
      image.imageFragment,
      ...image.layers.map((layer) => layer.fragment),
    ]);
    for (const fragment of fragments) {
      expect(readFileSync(join(share, fragment.name))).toEqual(readFileSync(String(fragment.path)));
    }
    expect(readdirSync(join(share, 'layers'))).toHaveLength(3);
    expect(readdirSync(join(share, 'images'))).toHaveLength(2);
    output('dpkg-deb', '-e', built.path, join(root, 'DEBIAN'));
    output('sh', '-c', `cd ${root} && md5sum --strict --quiet -c DEBIAN/md5sums`);
  });

  test('gives every entry root, a fixed mode and the time of the epoch', async () => {
    const { built } = await build();
    const contents = output(
      'sh',
      '-c',
      `dpkg-deb --fsys-tarfile ${built.path} | TZ=UTC tar -tv --numeric-owner --full-time`,
    );
    const lines = contents.trim().split('\n');
    const wrong = lines.filter(
      (line) =>
        !/^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) 0\/0 +\d+ 2026-01-02 03:04:05 \.\//.test(line),
    );
    expect(wrong).toEqual([]);
    expect(
      lines.filter((line) => line.startsWith('-rwx')).map((line) => line.split(' ').at(-1)),
    ).toEqual(['./usr/lib/edge-images/load']);
    const paths = lines.map((line) => line.split(' ').at(-1) ?? '');
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('has the time of the epoch also when that is in the future, and in the ar headers', async () => {
    const future = 7_000_000_000;
    const { built } = await build({ epoch: future });
    const times = output('sh', '-c', `dpkg-deb --fsys-tarfile ${built.path} | TZ=UTC tar -tv`);
    expect(
      times
        .trim()
        .split('\n')
        .filter((line) => !/ 2191-10-2\d /.test(line)),
    ).toEqual([]);
    expect(readFileSync(built.path).toString('latin1', 24, 36).trim()).toBe(String(future));
  });

  test('copies fragments that are larger than its buffers', async () => {
    const store = mkdtempSync(join(top, 'store-'));
    const large = await packagedImage(store, 'docker.io/library/large:1', [
      randomBytes(24 * 2 ** 20),
    ]);
    const { built } = await build({ images: [large] });
    const root = join(top, 'large');
    output('dpkg-deb', '-R', built.path, root);
    output('sh', '-c', `cd ${root} && md5sum --strict --quiet -c DEBIAN/md5sums`);
  });

  test('says in the control file what dpkg needs to know', async () => {
    const { built } = await build();
    const field = (name: string) => output('dpkg-deb', '-f', built.path, name).trimEnd();
    expect(field('Package')).toBe('edge-images');
    expect(field('Depends')).toBe('podman, zstd');
    expect(field('Installed-Size')).toBe(String(installedKib(built.path)));
  });

  test('is byte for byte the same whatever umask, time and folder', async () => {
    const first = await build();
    const before = process.umask(0o077);
    const second = await build().finally(() => process.umask(before));
    expect(second.built.sha256).toBe(first.built.sha256);
    expect(second.built.sha256).not.toBe((await build({ epoch: EPOCH + 1 })).built.sha256);
  });

  test('is what dpkg-deb itself would make of the same tree', async () => {
    const { built } = await build();
    const root = join(top, 'again');
    output('dpkg-deb', '-R', built.path, root);
    const whole = join(top, 'whole.deb');
    execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', root, whole], {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(EPOCH) },
    });
    const list = (deb: string) => output('dpkg-deb', '-c', deb).trim().split('\n').toSorted();
    expect(list(built.path)).toEqual(list(whole));
    expect(built.size).toBe(statSync(whole).size);
  });

  test('leaves the epoch of a version out of the file name', async () => {
    const { outputDir, built } = await build({ version: '1:2.0-1' });
    expect(readdirSync(outputDir)).toEqual(['edge-images_2.0-1_amd64.deb']);
    expect(output('dpkg-deb', '-f', built.path, 'Version').trim()).toBe('1:2.0-1');
  });

  test('takes fragments in pieces', async () => {
    const [image] = images;
    if (image === undefined) throw new Error('no image');
    const bytes = readFileSync(String(image.imageFragment.path));
    const piece = join(top, 'piece');
    writeFileSync(piece, bytes.subarray(3, 40));
    const imageFragment = {
      ...image.imageFragment,
      path: [bytes.subarray(0, 3), piece, bytes.subarray(40)],
    };
    const whole = await build({ images: [image] });
    const pieces = await build({ images: [{ ...image, imageFragment }] });
    expect(pieces.built.sha256).toBe(whole.built.sha256);
  });

  test('adds extra files, those in /etc as conffiles', async () => {
    const script = join(top, 'tool.sh');
    writeFileSync(script, '#!/bin/sh\n');
    chmodSync(script, 0o700);
    const settings = join(top, 'app.conf');
    writeFileSync(settings, 'a=b\n');
    utimesSync(settings, 1, 1);
    const { built } = await build({
      files: [
        { source: script, destination: '/usr/bin/tool' },
        { source: settings, destination: '/etc//app/app.conf' },
      ],
    });
    expect(output('dpkg-deb', '--info', built.path, 'conffiles')).toBe(
      '/etc/app/app.conf\n/etc/container-preload/edge-images.conf\n',
    );
    const contents = output('dpkg-deb', '-c', built.path);
    expect(contents).toMatch(/^-rwxr-xr-x .* \.\/usr\/bin\/tool$/m);
    expect(contents).toMatch(/^-rw-r--r-- .* \.\/etc\/app\/app\.conf$/m);
    expect(output('dpkg-deb', '--info', built.path, 'md5sums')).toMatch(/ {2}usr\/bin\/tool\n/);
    expect(output('dpkg-deb', '--info', built.path, 'md5sums')).not.toMatch(/app\.conf/);
  });

  test.each<[string, Partial<PackageSpec>]>([
    ['podman, native', {}],
    ['docker, with a revision', { engine: 'docker', version: '1.2.3-1' }],
    ['original', { compression: 'original', version: '0~20260102030405.abcdef0' }],
  ])('is clean for lintian: %s', async (_, given) => {
    const { built } = await build(given);
    const said = spawnSync('lintian', ['--allow-root', '--fail-on', 'none', built.path], {
      encoding: 'utf8',
    });
    expect(said.stderr).not.toMatch(/error|cannot/i);
    expect(said.stdout.trim()).toBe('');
    expect(said.status).toBe(0);
  });

  asRoot('is installed, verified and purged by dpkg', async () => {
    const { built } = await build({}, { deviceDir: harmlessDevice() });
    const root = emptyRoot('root');
    const dpkg = (...args: string[]) =>
      output('dpkg', `--root=${root}`, '--force-depends', '--force-script-chrootless', ...args);
    dpkg('--install', built.path);
    expect(dpkg('--verify', 'edge-images')).toBe('');
    const share = join(root, 'usr/share/edge-images');
    appendFileSync(join(share, images[0]?.layers[0]?.fragment.name ?? ''), 'x');
    const verify = spawnSync('dpkg', [`--root=${root}`, '--verify', 'edge-images']);
    expect(String(verify.stdout)).toMatch(/^\?\?5.*layers\/[0-9a-f]+\.zst\n$/);
    dpkg('--purge', 'edge-images');
    expect(existsSync(share)).toBe(false);
    expect(existsSync(join(root, 'etc/container-preload'))).toBe(false);
  });
});

describe('where a package of that name and version is', () => {
  const outputDirs = () => mkdtempSync(join(top, 'again-'));

  test('the same one is verified and stays as it is', async () => {
    const outputDir = outputDirs();
    const { built } = await build({}, { outputDir });
    utimesSync(built.path, 1, 1);
    const before = statSync(built.path);
    const onProgress = jest.fn();
    const again = await build({}, { outputDir, onProgress });
    expect(built.found).toBe('nothing');
    expect(again.built).toEqual({ ...built, found: 'same' });
    expect(statSync(built.path)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    expect(onProgress).not.toHaveBeenCalled();
    expect(again.built.sha256).toBe(sha256(readFileSync(built.path)));
    expect(readdirSync(again.workDir)).toEqual([]);
  });

  test('another one of as many bytes or more is written over', async () => {
    const outputDir = outputDirs();
    const found = async (given: Parameters<typeof build>[0]) =>
      (await build(given, { outputDir })).built.found;
    expect(await found({ description: 'some images' })).toBe('nothing');
    expect(await found({ description: 'many images' })).toBe('another');
    expect(await found({ description: 'images, many' })).toBe('another');
  });

  test('one with a wrong byte, wherever that is, is written anew', async () => {
    const outputDir = outputDirs();
    const { built } = await build({}, { outputDir });
    const good = readFileSync(built.path);
    const layer = readFileSync(String(images[0]?.layers[0]?.fragment.path));
    const places = {
      'magic number': 0,
      control: good.indexOf('Package: edge-images'),
      'size of the data': good.indexOf('data.tar') + 48,
      loader: good.indexOf('#!/bin/sh'),
      'name of a layer': good.lastIndexOf('layers/'),
      layer: good.indexOf(layer) + (layer.length >> 1),
      'padding of a layer': good.indexOf(layer) + layer.length,
      end: good.length - 1,
    };
    for (const [place, offset] of Object.entries(places)) {
      expect([place, offset >= 0]).toEqual([place, true]);
      const bad = Buffer.from(good);
      bad[offset] = (bad[offset] ?? 0) ^ 1;
      writeFileSync(built.path, bad);
      const again = await build({}, { outputDir });
      expect([place, again.built]).toEqual([place, { ...built, found: 'another' }]);
      expect(readFileSync(built.path).equals(good)).toBe(true);
    }
    for (const bytes of [good.subarray(1), Buffer.concat([good, Buffer.from('x')])]) {
      writeFileSync(built.path, bytes);
      expect((await build({}, { outputDir })).built).toEqual({ ...built, found: 'another' });
    }
  });

  test('it is verified without the fragments, whose digests are known', async () => {
    const store = mkdtempSync(join(top, 'store-'));
    const image = await packagedImage(store, 'docker.io/library/one:1', [base]);
    const outputDir = outputDirs();
    const { built } = await build({ images: [image] }, { outputDir });
    rmSync(store, { recursive: true });
    expect((await build({ images: [image] }, { outputDir })).built).toEqual({
      ...built,
      found: 'same',
    });
  });

  test('a FIFO in its place does not hold the build up', async () => {
    const outputDir = outputDirs();
    output('mkfifo', join(outputDir, 'edge-images_1.2.3_amd64.deb'));
    const { built } = await build({}, { outputDir });
    expect(built.found).toBe('another');
    expect(statSync(built.path).isFile()).toBe(true);
  });

  test('the build can be ended while it is verified', async () => {
    const outputDir = outputDirs();
    const { built } = await build({}, { outputDir });
    const controller = new AbortController();
    const open = jest.spyOn(controller.signal, 'throwIfAborted').mockImplementation(() => {
      throw new Error('ctrl-C');
    });
    const again = await build({}, { outputDir, signal: controller.signal });
    expect(open).toHaveBeenCalled();
    expect(again.built).toMatchObject({ message: 'ctrl-C' });
    expect(statSync(built.path).size).toBe(built.size);
  });
});

describe('buildPackage leaves nothing behind', () => {
  test('not even of a build that was killed; what others build or keep there stays', async () => {
    const outputDir = mkdtempSync(join(top, 'killed-'));
    const part = '.edge-images_1.2.3_amd64.deb.part-';
    // No process has a number as high.
    const dead = `${part}${ownerPrefix().replace(/\.\d+\./, '.99999999.')}abc`;
    const others = [`${part}${ownerPrefix()}abc`, `${part}notes`, '.other_1_amd64.deb.part-abc'];
    for (const name of [dead, ...others]) writeFileSync(join(outputDir, name), '');
    await build({}, { outputDir });
    const left = [...others, 'edge-images_1.2.3_amd64.deb'];
    expect(readdirSync(outputDir).sort()).toEqual(left.sort());
  });

  test.each<[string, (fragment: string) => void, RegExp]>([
    [
      'other bytes',
      (path) => writeFileSync(path, flipped(path)),
      /fragment layers\/.* is damaged: its sha256/,
    ],
    [
      'a byte more',
      (path) => appendFileSync(path, 'x'),
      /is damaged: .* has \d+ bytes instead of \d+/,
    ],
    [
      'a byte less',
      (path) => writeFileSync(path, readFileSync(path).subarray(1)),
      /is damaged: its size/,
    ],
    ['no file', (path) => rmSync(path), /cannot be read: no such file/],
  ])('when a fragment has %s', async (_, harm, message) => {
    const store = mkdtempSync(join(top, 'store-'));
    const image = await packagedImage(store, 'docker.io/library/one:1', [base]);
    harm(String(image.layers[0]?.fragment.path));
    const { built, outputDir, workDir } = await build({ images: [image] });
    expect(built).toMatchObject({ name: 'UserError', kind: 'failure' });
    expect(built.message).toMatch(message);
    expect(readdirSync(outputDir)).toEqual([]);
    expect(readdirSync(workDir)).toEqual([]);
  });

  test('when it is ended in the middle', async () => {
    const controller = new AbortController();
    const { built, outputDir, workDir } = await build(
      {},
      {
        signal: controller.signal,
        onProgress: (written, total) => {
          if (written > total / 2) controller.abort(new Error('ctrl-C'));
        },
      },
    );
    expect(built).toMatchObject({ message: 'ctrl-C' });
    expect(readdirSync(outputDir)).toEqual([]);
    expect(readdirSync(workDir)).toEqual([]);
  });

  asRoot('when no space is left', async () => {
    const outputDir = mkdtempSync(join(top, 'full-'));
    output('mount', '-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', outputDir);
    try {
      const { built } = await build({ epoch: EPOCH }, { outputDir });
      expect(built).toMatchObject({
        kind: 'failure',
        message: `cannot write to ${outputDir}: no space left`,
      });
      expect(readdirSync(outputDir)).toEqual([]);
    } finally {
      output('umount', outputDir);
    }
  });

  asRoot('when dpkg-deb has no space left', async () => {
    const workDir = mkdtempSync(join(top, 'full-'));
    output('mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', workDir);
    try {
      // Random bytes, as many as are left without room for a second copy of them.
      const files = [{ source: join(top, 'noise'), destination: '/etc/noise' }];
      writeFileSync(join(top, 'noise'), randomBytes(100_000));
      const { built } = await build({ files }, { workDir });
      expect(built).toMatchObject({
        kind: 'failure',
        message: expect.stringMatching(`^cannot write to ${workDir}/deb-[^/]+: no space left$`),
        hint: 'choose other folders with cache-dir and output-dir',
      });
    } finally {
      output('umount', workDir);
    }
  });

  asRoot('when the folder is read-only', async () => {
    const outputDir = mkdtempSync(join(top, 'ro-'));
    output('mount', '-t', 'tmpfs', '-o', 'ro', 'tmpfs', outputDir);
    try {
      const { built } = await build({}, { outputDir });
      expect(built).toMatchObject({
        message: `cannot write to ${outputDir}: the file system is read-only`,
      });
    } finally {
      output('umount', outputDir);
    }
  });

  test('when the output folder is a file', async () => {
    const outputDir = join(top, 'a-file');
    writeFileSync(outputDir, '');
    const { built } = await build({}, { outputDir });
    expect(built).toMatchObject({ message: `cannot write to ${outputDir}: it is no folder` });
  });
});

/** device/ with maintainer scripts that do nothing, since they would run on this machine. */
function harmlessDevice(): string {
  const folder = mkdtempSync(join(top, 'device-'));
  cpSync(deviceDir, folder, { recursive: true });
  for (const script of ['postinst', 'prerm', 'postrm']) {
    writeFileSync(join(folder, script), '#!/bin/sh\nexit 0\n');
  }
  return folder;
}

function flipped(path: string): Buffer {
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  return bytes;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** As dpkg-gencontrol(1) counts, from the entries that tar lists. */
function installedKib(deb: string): number {
  const lines = output('dpkg-deb', '-c', deb).trim().split('\n');
  return lines.reduce((sum, line) => {
    const size = Number(line.split(/\s+/)[2]);
    return sum + (line.startsWith('d') ? 1 : Math.ceil(size / 1024));
  }, 0);
}

/** What dpkg needs to unpack into. */
function emptyRoot(name: string): string {
  const root = join(top, name);
  for (const folder of ['updates', 'info', 'triggers']) {
    mkdirSync(join(root, 'var/lib/dpkg', folder), { recursive: true });
  }
  for (const file of ['status', 'available']) {
    if (!existsSync(join(root, 'var/lib/dpkg', file)))
      writeFileSync(join(root, 'var/lib/dpkg', file), '');
  }
  return root;
}
