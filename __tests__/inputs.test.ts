import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BOOT_TEST_INPUTS } from '../src/boot-inputs.ts';
import { formatError } from '../src/errors.ts';
import {
  BUILD_INPUTS,
  cacheDir,
  type InputInfo,
  lines,
  parseBuildOptions,
  parseSize,
  type RawInputs,
} from '../src/inputs.ts';
import { readAction } from './action-file.ts';
import { usageErrorOf } from './images/cases.ts';

const ENV = { HOME: '/home/me' };
const NEEDED = { arch: 'arm64', package: 'app-images' };
const parse = (raw: RawInputs) => parseBuildOptions({ ...NEEDED, ...raw }, ENV);

test('what nothing is said of', () => {
  expect(parse({})).toEqual({
    images: '',
    imageLists: [],
    profiles: [],
    architecture: 'arm64',
    engine: 'docker',
    package: 'app-images',
    version: undefined,
    maintainer: undefined,
    description: 'container images, loaded at first boot',
    section: 'misc',
    depends: '${engine:Depends}',
    files: [],
    compression: 'zstd',
    level: Number(BUILD_INPUTS.level.default),
    digestPolicy: 'warn',
    deleteAfterLoad: false,
    removeReplaced: false,
    conflict: 'keep',
    access: { tlsVerify: true },
    cacheDir: '/home/me/.cache/container-preload',
    cache: 'compressed',
    shard: undefined,
    outputDir: process.cwd(),
    jobs: availableParallelism(),
  });
});

test('an empty input is one that was not given', () => {
  const empty = Object.fromEntries(Object.keys(BUILD_INPUTS).map((name) => [name, '']));
  expect(parse({ ...empty, ...NEEDED })).toEqual(parse({}));
});

describe('what is understood', () => {
  const cases: [RawInputs, object][] = [
    [{ images: 'alpine\nbusybox' }, { images: 'alpine\nbusybox' }],
    [{ 'image-list': ' a.txt \n\n b.bb' }, { imageLists: ['a.txt', 'b.bb'] }],
    [{ profile: 'debug\n lab' }, { profiles: ['debug', 'lab'] }],
    [{ arch: 'armhf' }, { architecture: 'armhf' }],
    [{ engine: 'podman' }, { engine: 'podman' }],
    [{ engine: 'podman', user: 'kiosk_1' }, { user: 'kiosk_1' }],
    [{ package: 'a.b-1.0' }, { package: 'a.b-1.0' }],
    [{ version: '1:2.3~rc1-4' }, { version: '1:2.3~rc1-4' }],
    [{ maintainer: 'A <a@b.c>' }, { maintainer: 'A <a@b.c>' }],
    [{ description: 'short\nlong' }, { description: 'short\nlong' }],
    [{ section: 'net' }, { section: 'net' }],
    [{ depends: '${engine:Depends}, app' }, { depends: '${engine:Depends}, app' }],
    [
      { files: 'a:/etc/a\n b:/etc/b' },
      {
        files: [
          { source: 'a', destination: '/etc/a' },
          { source: 'b', destination: '/etc/b' },
        ],
      },
    ],
    [{ compression: 'original' }, { compression: 'original' }],
    [{ compression: 'original', level: BUILD_INPUTS.level.default }, { compression: 'original' }],
    [{ level: '1' }, { level: 1 }],
    [{ level: '22' }, { level: 22 }],
    [{ 'digest-policy': 'strict' }, { digestPolicy: 'strict' }],
    [{ 'digest-policy': 'ignore' }, { digestPolicy: 'ignore' }],
    [{ 'delete-after-load': 'true' }, { deleteAfterLoad: true }],
    [{ 'delete-after-load': 'True' }, { deleteAfterLoad: true }],
    [{ 'delete-after-load': 'FALSE' }, { deleteAfterLoad: false }],
    [{ 'remove-replaced': 'true' }, { removeReplaced: true }],
    [{ conflict: 'package' }, { conflict: 'package' }],
    [{ authfile: 'auth.json' }, { access: { tlsVerify: true, authfile: resolve('auth.json') } }],
    [{ 'tls-verify': 'false' }, { access: { tlsVerify: false } }],
    [{ 'cache-dir': 'cache' }, { cacheDir: resolve('cache') }],
    [{ 'output-dir': 'out' }, { outputDir: resolve('out') }],
    [{ cache: 'all' }, { cache: 'all' }],
    [{ shard: '2/3' }, { shard: { index: 2, count: 3 } }],
    [{ shard: '2/3', package: '' }, { package: '' }],
    [{ jobs: '1' }, { jobs: 1 }],
    [{ jobs: '256' }, { jobs: 256 }],
  ];

  test.each(cases)('%j', (raw, expected) => {
    expect(parse(raw)).toMatchObject(expected);
  });

  test('of every input', () => {
    const tried = cases.flatMap(([raw]) => Object.keys(raw));
    expect(new Set(tried)).toEqual(new Set(Object.keys(BUILD_INPUTS)));
  });
});

describe('what is refused: one line that names the input', () => {
  test.each<[RawInputs, string]>([
    [
      { arch: '', images: 'a' },
      'arch is missing (Debian architecture of the device, such as amd64 or arm64)',
    ],
    [
      { package: '', images: 'a' },
      'package is missing (name of the Debian package, not needed with shard)',
    ],
    [
      { arch: '', package: '', images: '' },
      'arch, package, images are missing (arch: Debian architecture of the device, such as amd64 or arm64; package: name of the Debian package, not needed with shard; images: image references, one a line)',
    ],
    [{ arch: '', package: '', 'image-list': 'a.txt' }, 'arch, package are missing (arch: '],
    [{ arch: '', images: '', shard: '1/2' }, 'arch, images are missing (arch: '],
    [{ arch: '', shard: '1/2', package: '', 'image-list': 'a.txt' }, 'arch is missing'],
    [{ arch: 'x86_64' }, 'arch: unknown Debian architecture "x86_64"'],
    [{ arch: 'arm' }, 'arch: unknown Debian architecture "arm" (Debian calls it armhf)'],
    [{ arch: '386' }, 'arch: unknown Debian architecture "386" (Debian calls it i386)'],
    [{ arch: 'all' }, 'arch: architecture all'],
    [{ arch: 'AMD64' }, 'arch: unknown Debian architecture "AMD64"'],
    [{ arch: 'toString' }, 'arch: unknown Debian architecture "toString"'],
    [{ engine: 'containerd' }, 'engine: unknown value "containerd" (one of docker, podman)'],
    [{ engine: 'Docker' }, 'engine: unknown value "Docker"'],
    [{ user: 'kiosk' }, 'user: docker has one store for all users'],
    ...['Kiosk', '1st', '-x', 'a b', 'a$', 'root', 'a'.repeat(33)].map(
      (user): [RawInputs, string] => [{ engine: 'podman', user }, 'user: '],
    ),
    [{ package: 'App' }, 'package: '],
    [{ package: 'a' }, 'package: '],
    [{ package: '../app' }, 'package: '],
    [{ version: 'one' }, 'version: "one" is no Debian version'],
    [{ version: '1_0' }, 'version: "1_0" is no Debian version'],
    [{ version: '1-' }, 'version: "1-" is no Debian version'],
    [{ files: 'a' }, 'files: file "a" is not of the form SOURCE:/DESTINATION'],
    [{ files: 'a:/x\nb' }, 'files: file "b" is not of the form'],
    [{ compression: 'gzip' }, 'compression: unknown value "gzip" (one of zstd, original)'],
    [{ level: '0' }, 'level: not a whole number from 1 to 22: "0"'],
    [{ level: '23' }, 'level: not a whole number from 1 to 22: "23"'],
    [{ level: 'high' }, 'level: not a whole number from 1 to 22: "high"'],
    [{ level: '3.5' }, 'level: not a whole number from 1 to 22: "3.5"'],
    [{ level: '-3' }, 'level: not a whole number from 1 to 22: "-3"'],
    [{ level: ' 3' }, 'level: not a whole number from 1 to 22: " 3"'],
    [{ level: '0x3' }, 'level: not a whole number from 1 to 22: "0x3"'],
    [{ compression: 'original', level: '19' }, 'level: compression original compresses nothing'],
    [
      { 'digest-policy': 'error' },
      'digest-policy: unknown value "error" (one of warn, strict, ignore)',
    ],
    [{ 'delete-after-load': 'yes' }, 'delete-after-load: neither true nor false: "yes"'],
    [
      { 'delete-after-load': 'true', conflict: 'package' },
      'conflict: what delete-after-load has deleted cannot be loaded again (leave out one of the two)',
    ],
    [{ conflict: 'mine' }, 'conflict: unknown value "mine" (one of keep, package)'],
    [{ 'tls-verify': '0' }, 'tls-verify: neither true nor false: "0"'],
    [{ 'tls-verify': 'tRUE' }, 'tls-verify: neither true nor false: "tRUE"'],
    [{ cache: 'yes' }, 'cache: unknown value "yes" (one of compressed, blobs, all, off)'],
    [{ shard: '4/3' }, 'shard: not a share: "4/3" (I/N, from 1/N to N/N, with N up to 256)'],
    [{ shard: '0/3' }, 'shard: not a share: "0/3" (I/N, from 1/N to N/N, with N up to 256)'],
    [{ jobs: '0' }, 'jobs: not a whole number from 1 to 256: "0"'],
    [{ jobs: '257' }, 'jobs: not a whole number from 1 to 256: "257"'],
    [{ jobs: 'all' }, 'jobs: not a whole number from 1 to 256: "all"'],
  ])('%j', (raw, message) => {
    const error = usageErrorOf(() => parse(raw));
    expect(error.kind).toBe('usage');
    expect(formatError(error).slice(0, message.length)).toBe(message);
    expect(formatError(error)).not.toContain('\n');
  });
});

describe('the local store', () => {
  test.each<[string | undefined, Record<string, string>, string]>([
    ['/given', { HOME: '/home/me', XDG_CACHE_HOME: '/xdg' }, '/given'],
    ['given', {}, resolve('given')],
    [undefined, { HOME: '/home/me', XDG_CACHE_HOME: '/xdg' }, '/xdg/container-preload'],
    [undefined, { HOME: '/home/me', XDG_CACHE_HOME: '' }, '/home/me/.cache/container-preload'],
    [undefined, { HOME: '/home/me', XDG_CACHE_HOME: 'xdg' }, '/home/me/.cache/container-preload'],
    [undefined, {}, '/root/.cache/container-preload'],
    [undefined, { HOME: '' }, '/root/.cache/container-preload'],
    ['', { HOME: '/home/me' }, '/home/me/.cache/container-preload'],
  ])('given %j and %j lies in %s', (given, env, expected) => {
    expect(cacheDir(given, env)).toBe(expected);
  });
});

test('lines', () => {
  expect(lines()).toEqual([]);
  expect(lines('')).toEqual([]);
  expect(lines(' a b \r\n\n\tc')).toEqual(['a b', 'c']);
});

describe('sizes', () => {
  test.each([
    ['0B', 0],
    ['500M', 500 * 2 ** 20],
    ['10G', 10 * 2 ** 30],
    ['10GiB', 10 * 2 ** 30],
    ['10 GB', 10 * 2 ** 30],
    ['1.5k', 1536],
    ['2T', 2 ** 41],
    ['7B', 7],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each(['', 'G', '0', '10', 'ten', '-1', '1e3', '1P', '10 G B', '1,5G', '.5G'])(
    'not %j',
    (text) => {
      expect(usageErrorOf(() => parseSize(text)).kind).toBe('usage');
    },
  );
});

describe('action.yml', () => {
  const action = readAction('action.yml');
  const inputs = { ...BUILD_INPUTS, ...BOOT_TEST_INPUTS };

  test('has the inputs of the command, in their order, those of the boot test, and install-tools', () => {
    expect(Object.keys(action.inputs)).toEqual([...Object.keys(inputs), 'install-tools']);
  });

  test.each(Object.entries<InputInfo>(inputs))('describes %s as the command does', (name, info) => {
    expect(action.inputs[name]).toEqual({
      description: info.help,
      required: name === 'arch' ? 'true' : 'false',
      ...(info.default === undefined ? {} : { default: info.default }),
    });
  });

  test('has the outputs of a build and of its boot test', () => {
    const built = ['deb', 'deb-sha256', 'package', 'version', 'images', 'cache-hit', 'stats'];
    const outputs = [...built, 'parts', 'boot-verdict', 'boot-logs', 'junit'];
    expect(Object.keys(action.outputs)).toEqual(outputs);
  });

  test('runs the bundle on Node 24', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/main.js' });
  });
});
