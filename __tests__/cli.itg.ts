import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parseImageList } from '../src/deb/list.ts';
import type { BuildResult } from '../src/report/result.ts';
import { build, CLI, cli, namesIn, ROOT, workplace } from './program.ts';
import { busyboxEntries } from './support/debian.ts';
import {
  attestationOf,
  type BuiltIndex,
  type BuiltLayer,
  buildImage,
  buildIndex,
  buildLayer,
  dockerArchive,
  imageFor,
  ociArchive,
  writeOciLayout,
} from './support/images.ts';
import { push } from './support/push.ts';
import { type Registry, startRegistry } from './support/registry.ts';
import { tempDirs } from './support/temp.ts';

jest.setTimeout(120_000);

const PLATFORMS = {
  amd64: { architecture: 'amd64' },
  arm64: { architecture: 'arm64', variant: 'v8' },
  armhf: { architecture: 'arm', variant: 'v7' },
} as const;
type Architecture = keyof typeof PLATFORMS;
const architectures = Object.keys(PLATFORMS) as Architecture[];

const temp = tempDirs();
const bases = Object.fromEntries(
  await Promise.all(
    architectures.map(async (architecture) => [
      architecture,
      await buildLayer(await busyboxEntries(architecture)),
    ]),
  ),
) as Record<Architecture, BuiltLayer>;
const motd = await buildLayer([{ path: 'etc/motd', content: 'hello' }], 'zstd');
const one = index([motd]);
const two = index([await buildLayer([{ path: 'etc/two', content: '2' }], 'none')]);

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
  await push(registry, 'one', '1', one);
  await push(registry, 'two', '2', two);
});
afterAll(async () => {
  await registry.stop();
  await temp.remove();
});

/** An image for every platform: a busybox and what is on it. */
function index(layers: readonly BuiltLayer[]): BuiltIndex {
  const images = architectures.map((architecture) =>
    buildImage({
      ...PLATFORMS[architecture],
      layers: [bases[architecture], ...layers],
      config: { Cmd: ['sh'] },
    }),
  );
  return buildIndex([...images, ...images.map(attestationOf)]);
}

const newPlace = async (more?: Record<string, string>) => workplace(await temp.make('cli'), more);
const inRegistry = (name: string) => `${registry.host}/${name}`;

function field(deb: string, name: string): string {
  return execFileSync('dpkg-deb', ['-f', deb, name], { encoding: 'utf8' }).trim();
}

/** A file of the package. */
function content(deb: string, path: string): Buffer {
  const tar = execFileSync('dpkg-deb', ['--fsys-tarfile', deb], { maxBuffer: 1 << 27 });
  return execFileSync('tar', ['-xOf', '-', `./${path}`], { input: tar, maxBuffer: 1 << 27 });
}

function imageList(deb: string) {
  return parseImageList(content(deb, 'usr/share/app-images/image.list').toString());
}

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

describe('build', () => {
  test.each(architectures)('for %s: a package, and a result that is true', async (architecture) => {
    const place = await newPlace({ arch: architecture });
    const { code, stdout, stderr } = await cli([
      'build',
      inRegistry('one:1'),
      inRegistry('two:2'),
      '--json',
      ...place.args,
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const result = JSON.parse(stdout) as BuildResult;
    const deb = join(place.output, `app-images_1.0_${architecture}.deb`);
    expect(result).toMatchObject({ deb, package: 'app-images', version: '1.0' });
    expect(result['deb-sha256']).toBe(await sha256(deb));
    expect(result.stats).toMatchObject({
      images: 2,
      blobsDownloaded: 3,
      layersCompressed: 3,
      layersReused: 0,
      debSize: (await stat(deb)).size,
    });
    const { architecture: name, variant } = { variant: undefined, ...PLATFORMS[architecture] };
    for (const [number, built] of [one, two].entries()) {
      const image = imageFor(built, name, variant);
      expect(result.images[number]).toMatchObject({
        reference: inRegistry(number === 0 ? 'one:1' : 'two:2'),
        pinned: false,
        platform: ['linux', name, variant].filter(Boolean).join('/'),
        indexDigest: built.digest,
        manifestDigest: image.digest,
        configDigest: image.config.digest,
        layers: 2,
        unpackedSize: image.layers.reduce((sum, { tar }) => sum + tar.length, 0),
      });
    }
    expect(field(deb, 'Architecture')).toBe(architecture);
    expect(field(deb, 'Maintainer')).toBe('Test <test@example.org>');
    expect(imageList(deb).map(({ config }) => config)).toEqual(
      result.images.map(({ configDigest }) => configDigest),
    );
    expect(await namesIn(place.output)).toEqual([basename(deb)]);
    expect(await namesIn(join(place.cache, 'work'))).toEqual([]);
    // For people, and not on stdout.
    expect(stderr).toMatch(/3 blobs downloaded \(.*\), 3 layers compressed, 0 reused/);
  });

  test('without --json writes nothing to stdout', async () => {
    const place = await newPlace();
    const { code, stdout } = await cli(['build', inRegistry('one:1'), ...place.args]);
    expect([code, stdout]).toEqual([0, '']);
  });

  test('README.Debian has the line that loads an image by hand', async () => {
    const place = await newPlace();
    const { deb } = await build([inRegistry('one:1'), inRegistry('two:2'), ...place.args]);
    const root = await temp.make('by-hand');
    execFileSync('dpkg-deb', ['--extract', deb, root]);
    const readme = await readFile(join(root, 'usr/share/doc/app-images/README.Debian'), 'utf8');
    const [, commands = ''] = /\n( {2}cd \/usr[\s\S]*? load)\n/.exec(readme) ?? [];
    const archive = join(root, 'archive.tar');
    const script = commands
      .replace('cd /', `cd ${root}/`)
      .replace('image=IMAGE', `image=${inRegistry('one:1')}`)
      .replace(/(?:docker|podman) load$/, `cat >${archive}`);
    execFileSync('sh', ['-euc', script]);
    const tar = (...args: string[]) => execFileSync('tar', ['--file', archive, ...args]).toString();
    const [{ RepoTags, Layers }] = JSON.parse(tar('--extract', '--to-stdout', 'manifest.json'));
    expect(RepoTags).toEqual([inRegistry('one:1')]);
    expect(Layers).toHaveLength(2);
    expect(tar('--list').split('\n')).toEqual(expect.arrayContaining(Layers));
  });

  test('--summary adds what a job would show to a file, and says beforehand that it cannot', async () => {
    const place = await newPlace();
    const folder = await temp.make('summary');
    const file = join(folder, 'reports/summary.md');
    const args = ['build', inRegistry('one:1'), inRegistry('two:2'), ...place.args];
    for (const _ of ['cold', 'warm']) {
      const { code, stderr } = await cli([...args, '--summary', file]);
      expect({ code, stderr }).toMatchObject({ code: 0 });
    }
    const [cold = '', warm = ''] = (await readFile(file, 'utf8')).split(/(?<=\n\n)(?=## )/);
    for (const [part, reused] of [
      [cold, 0],
      [warm, 2],
    ] as const) {
      expect(part).toMatch(/^## app-images_1\.0_amd64\.deb: \d/);
      for (const [name, { digest }] of [
        ['one:1', one],
        ['two:2', two],
      ] as const) {
        expect(part).toMatch(
          new RegExp(
            `\\| \`${inRegistry(name)}\` \\| ${digest.slice(7, 19)} \\|.*\\| ${reused} of 2 \\| \\d+\\.\\d \\|\n`,
          ),
        );
      }
      expect(part).toMatch(/\nshared layers +█+.*%\n/);
    }
    expect(cold).toMatch(/3 layers compressed, 0 reused/);
    expect(warm).toMatch(/0 layers compressed, 3 reused/);

    const refused = await cli([...args, '--summary', folder]);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      `container-preload: error: summary: ${folder} is a folder\n`,
    ]);
    const astray = join(folder, 'astray.md');
    await symlink('/nowhere/summary.md', astray);
    const { code, stderr } = await cli([...args, '--summary', astray]);
    expect([code, stderr]).toEqual([
      2,
      `container-preload: error: summary: ${astray} cannot be written: no such file\n`,
    ]);
  });

  test('--summary has the problems of a build that they end, where they are many', async () => {
    const place = await newPlace({ 'digest-policy': 'strict' });
    const folder = await temp.make('summary');
    const [list, file] = [join(folder, 'images.txt'), join(folder, 'summary.md')];
    const line = (n: number) => `${inRegistry('one:1')} as app:${n}\n`;
    await writeFile(list, Array.from({ length: 11 }, (_, n) => line(n)).join(''));
    const args = ['build', '--image-list', list, '--summary', file, ...place.args];
    expect((await cli(args)).code).toBe(1);
    const summary = await readFile(file, 'utf8');
    expect(summary).toMatch(
      /^### container-preload failed\n\n {4}11 references are refused .*\n\n### 11 problems\n/,
    );
    expect(summary).toContain(`| error | ${list}:11:1 | ${inRegistry('one:1')} has no digest`);
  });

  test.each([
    ['docker', /^docker-cli \| docker-ce-cli \| docker\.io, docker\.io \| docker-ce, apparmor/],
    ['podman', /^podman/],
  ])('for %s depends on its packages', async (engine, depends) => {
    const place = await newPlace({ engine });
    const { deb } = await build([inRegistry('one:1'), ...place.args]);
    expect(field(deb, 'Depends')).toMatch(depends);
    expect(field(deb, 'Depends')).toMatch(/\bzstd\b/);
  });

  test("original keeps the registry's own blobs and manifest, and needs no zstd", async () => {
    const place = await newPlace({ compression: 'original', level: '', engine: 'podman' });
    const { deb, images, stats } = await build([inRegistry('one:1'), ...place.args]);
    const image = imageFor(one, 'amd64');
    expect(images[0]?.archiveManifestDigest).toBe(image.digest);
    expect(stats).toMatchObject({ blobsDownloaded: 2, layersCompressed: 0 });
    expect(field(deb, 'Depends')).toBe('podman');
    const [entry] = imageList(deb);
    const pieces = [
      ...(entry?.layers ?? []).map(({ fragment }) => fragment),
      entry?.image ?? '',
    ].map((name) => content(deb, `usr/share/app-images/${name}`));
    const archive = Buffer.concat(pieces);
    for (const { digest, blob } of image.layers) {
      const kept = execFileSync('tar', ['-xOf', '-', `blobs/${digest.replace(':', '/')}`], {
        input: archive,
        maxBuffer: 1 << 27,
      });
      expect(kept.equals(blob)).toBe(true);
    }
    const again = await build([inRegistry('one:1'), ...place.args]);
    expect(again.stats).toMatchObject({ blobsDownloaded: 0, layersReused: 2 });
  });
});

describe('what is done again', () => {
  const stats = { blobsDownloaded: 0, bytesDownloaded: 0, layersCompressed: 0 };

  test('when nothing has changed: nothing, and the package is the same', async () => {
    const place = await newPlace();
    const args = [inRegistry('one:1'), inRegistry('two:2'), ...place.args];
    const first = await build(args);
    const { ino } = await stat(first.deb);
    const before = registry.requests().length;
    const second = await build(args);
    expect(first.stats.debReused).toBe(false);
    expect(second.stats).toMatchObject({ ...stats, layersReused: 3, debReused: true });
    expect(second['deb-sha256']).toBe(first['deb-sha256']);
    expect((await stat(second.deb)).ino).toBe(ino);
    const asked = registry.requests().slice(before);
    expect(asked.filter(({ method, path }) => method === 'GET' && /blobs/.test(path))).toEqual([]);
  });

  test('when the level has changed: all layers are compressed, none is downloaded', async () => {
    const place = await newPlace();
    const first = await build([inRegistry('one:1'), ...place.args]);
    const { args } = workplace(join(place.cache, '..'), { level: '12' });
    const second = await build([inRegistry('one:1'), ...args]);
    expect(second.stats).toMatchObject({ ...stats, layersCompressed: 2, layersReused: 0 });
    expect(second['deb-sha256']).not.toBe(first['deb-sha256']);
    expect(second.stats.debSize).toBeLessThan(first.stats.debSize);
  });

  test('when a tag is another one of the same image: nothing', async () => {
    await push(registry, 'one', 'same', one);
    const place = await newPlace();
    await build([inRegistry('one:1'), ...place.args]);
    const { deb, stats: done } = await build([inRegistry('one:same'), ...place.args]);
    expect(done).toMatchObject({ ...stats, layersReused: 2 });
    expect(imageList(deb)[0]?.reference).toBe(inRegistry('one:same'));
  });

  test('when a tag moves to an image with another small layer: that layer', async () => {
    const changed = await buildLayer([{ path: 'etc/motd', content: 'changed' }]);
    await push(registry, 'moving', '1', one);
    const place = await newPlace();
    await build([inRegistry('moving:1'), inRegistry('two:2'), ...place.args]);
    await push(registry, 'moving', '1', index([changed]));
    const second = await build([inRegistry('moving:1'), inRegistry('two:2'), ...place.args]);
    expect(second.stats).toMatchObject({
      blobsDownloaded: 1,
      bytesDownloaded: changed.blob.length,
      layersCompressed: 1,
      layersReused: 2,
    });
    expect(second.images[0]?.indexDigest).toBe(index([changed]).digest);
  });

  test('when the architecture is another: its layers alone', async () => {
    const place = await newPlace();
    await build([inRegistry('one:1'), ...place.args]);
    const { args } = workplace(join(place.cache, '..'), { arch: 'arm64' });
    // Both have the same small layer.
    expect((await build([inRegistry('one:1'), ...args])).stats).toMatchObject({
      blobsDownloaded: 1,
      layersCompressed: 1,
      layersReused: 1,
    });
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['a fragment', async (cache) => spoil(cache, 'layers/3', /\.zst$/)],
    ["a fragment's facts", async (cache) => spoil(cache, 'layers/3', /\.json$/)],
    ['an image fragment', async (cache) => spoil(cache, 'images/3', /\.zst$/)],
    ['a manifest or config', async (cache) => spoil(cache, 'blobs/sha256', /./, 5000)],
  ])(
    'when %s in the cache is damaged: that, with a note, and the package is right',
    async (_name, damage) => {
      const place = await newPlace();
      const first = await build([inRegistry('one:1'), ...place.args]);
      await damage(place.cache);
      const { code, stdout, stderr } = await cli([
        'build',
        inRegistry('one:1'),
        '--json',
        ...place.args,
      ]);
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/the store's \S+ is damaged: made anew/),
      });
      expect(JSON.parse(stdout)['deb-sha256']).toBe(first['deb-sha256']);
    },
  );

  test('when a blob in the cache is damaged, and its layer is wanted at another level: it is fetched', async () => {
    const place = await newPlace();
    await build([inRegistry('one:1'), ...place.args]);
    await spoil(place.cache, 'blobs/sha256', /./, 0, 5000);
    const { args } = workplace(join(place.cache, '..'), { level: '4' });
    const again = await build([inRegistry('one:1'), ...args]);
    expect(again.stats).toMatchObject({ blobsDownloaded: 1, layersCompressed: 2 });
    const clean = await newPlace({ level: '4' });
    const expected = await build([inRegistry('one:1'), ...clean.args]);
    expect(again['deb-sha256']).toBe(expected['deb-sha256']);
  });
});

/** Flips a byte in every file of a folder of the store whose name and size are such. */
async function spoil(cache: string, folder: string, name: RegExp, below = 1e9, above = 0) {
  const path = join(cache, 'v1', folder);
  let spoilt = 0;
  for (const file of await namesIn(path)) {
    const { size } = await stat(join(path, file));
    if (!name.test(file) || (below > 0 && size > below) || size < above) continue;
    const handle = await open(join(path, file), 'r+');
    await handle.write(Buffer.from('~'), 0, 1, size >> 1);
    await handle.close();
    spoilt += 1;
  }
  if (spoilt === 0) throw new Error(`nothing to spoil in ${folder}`);
}

describe('what names images', () => {
  test('lists, Isar lines, names given by `as`, and fetch-only', async () => {
    const place = await newPlace({ 'digest-policy': 'warn' });
    const list = join(place.cache, '../images.txt');
    const isar = join(place.cache, '../images.inc');
    await writeFile(
      list,
      `# what the device runs\n${inRegistry('one:1')} as registry.example.org/one:1\n\n`,
    );
    await writeFile(isar, `docker://${inRegistry('two')};digest=${two.digest};tag=2\n`);
    const { code, stdout, stderr } = await cli([
      'build',
      '--json',
      ...['--image-list', list, '--image-list', isar],
      ...['--images', `${inRegistry('two:2')} as files-only:2 fetch-only`],
      ...place.args,
    ]);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const result = JSON.parse(stdout) as BuildResult;
    expect(result.images).toMatchObject([
      { reference: 'docker.io/library/files-only:2', fetchOnly: true, pinned: false },
      { reference: 'registry.example.org/one:1', fetchOnly: false, pinned: false },
      { reference: inRegistry('two:2'), fetchOnly: false, pinned: true },
    ]);
    expect(imageList(result.deb).map(({ reference, fetchOnly }) => [reference, fetchOnly])).toEqual(
      result.images.map(({ reference, fetchOnly }) => [reference, fetchOnly]),
    );
    const warnings = stderr.split('\n').filter((line) => line.startsWith('warning: '));
    expect(warnings).toEqual([
      expect.stringContaining('warning: images:1:1: '),
      `warning: ${list}:2:1: ${inRegistry('one:1')} has no digest, so another build may get another image; write: ${inRegistry('one:1')}@${one.digest} as registry.example.org/one:1`,
    ]);
  });

  test('a digest policy of strict is an error, with the line ready to paste', async () => {
    const place = await newPlace({ 'digest-policy': 'strict' });
    const { code, stderr } = await cli(['build', inRegistry('one:1'), ...place.args]);
    expect(code).toBe(1);
    expect(stderr.split(`(write: ${inRegistry('one:1')}@${one.digest})`)).toHaveLength(2);
    expect(stderr.match(/has no digest/g)).toHaveLength(1);
    expect(await namesIn(place.output)).toEqual([]);
    const pinned = await build([`${inRegistry('one:1')}@${one.digest}`, ...place.args]);
    expect(pinned.images[0]?.pinned).toBe(true);
  });

  test('local transports', async () => {
    const place = await newPlace();
    const folder = join(place.cache, '..');
    const image = imageFor(one, 'amd64');
    await writeOciLayout(join(folder, 'layout'), one, 'app:1');
    await writeFile(join(folder, 'oci.tar'), await ociArchive(image, 'app:1'));
    await writeFile(
      join(folder, 'docker.tar'),
      await dockerArchive([{ image, tags: ['registry.example.org/told:5'] }]),
    );
    execFileSync('skopeo', [
      ...['copy', '--quiet', '--src-tls-verify=false', '--preserve-digests'],
      ...[`docker://${inRegistry('one')}@${image.digest}`, `dir:${join(folder, 'dir')}`],
    ]);
    const { images, stats } = await build([
      `oci:${folder}/layout:app:1 as a:1`,
      `oci-archive:${folder}/oci.tar:app:1 as b:1`,
      `docker-archive:${folder}/docker.tar`,
      `dir:${folder}/dir as d:1`,
      ...place.args,
    ]);
    expect(images.map(({ reference }) => reference)).toEqual([
      'docker.io/library/a:1',
      'docker.io/library/b:1',
      'registry.example.org/told:5',
      'docker.io/library/d:1',
    ]);
    for (const { configDigest } of images) expect(configDigest).toBe(image.config.digest);
    expect(stats).toMatchObject({ blobsDownloaded: 0, layersCompressed: 2 });
    expect(await namesIn(join(place.cache, 'work'))).toEqual([]);
  });
});

describe('runs beside and after each other', () => {
  test('two at once on one cache come to the same package', async () => {
    const place = await newPlace();
    const { args } = workplace(join(place.cache, '..'), {
      'output-dir': join(place.cache, '../b'),
    });
    const [a, b] = await Promise.all([
      build([inRegistry('one:1'), inRegistry('two:2'), ...place.args]),
      build([inRegistry('one:1'), inRegistry('two:2'), ...args]),
    ]);
    expect(a['deb-sha256']).toBe(b['deb-sha256']);
    expect(a.deb).not.toBe(b.deb);
    expect(await namesIn(join(place.cache, 'work'))).toEqual([]);
  });

  test('two caches, numbers of jobs and time zones come to the same package', async () => {
    const images = [inRegistry('one:1'), inRegistry('two:2')];
    const make = async (jobs: string, env: NodeJS.ProcessEnv) => {
      const { args } = await newPlace({ jobs });
      return build([...images, ...args], { env: { SOURCE_DATE_EPOCH: '1700000000', ...env } });
    };
    const [a, b] = [
      await make('1', { TZ: 'UTC' }),
      await make('4', { TZ: 'Asia/Tokyo', LANG: 'C' }),
    ];
    expect((await readFile(a.deb)).equals(await readFile(b.deb))).toBe(true);
    const other = await make('1', { SOURCE_DATE_EPOCH: '1700000001' });
    expect(other['deb-sha256']).not.toBe(a['deb-sha256']);
  });
});

describe('inspect', () => {
  test('says that all is right, and shows it as JSON', async () => {
    const { args } = await newPlace();
    const { deb, images } = await build([inRegistry('one:1'), ...args]);
    const table = await cli(['inspect', deb]);
    expect([table.code, table.stderr]).toEqual([0, '']);
    expect(table.stdout).toMatch(/app-images 1\.0 for amd64, docker/);
    expect(table.stdout).toMatch(/every digest is right/);
    const { code, stdout } = await cli(['inspect', deb, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      package: 'app-images',
      problems: [],
      images: [{ reference: inRegistry('one:1'), configDigest: images[0]?.configDigest }],
    });
  });

  test('shows whose the images are and the settings on the device', async () => {
    const { args } = await newPlace({ engine: 'podman', user: 'kiosk', conflict: 'package' });
    const { deb } = await build([inRegistry('one:1'), ...args, '--remove-replaced']);
    const { stdout } = await cli(['inspect', deb]);
    expect(stdout).toMatch(/^app-images 1\.0 for amd64, podman of the user kiosk$/m);
    expect(stdout).toMatch(/^settings delete_after_load=no conflict=package remove_replaced=yes$/m);
    expect(content(deb, 'etc/container-preload/app-images.conf').toString()).toMatch(
      /^conflict=package$[\s\S]*^remove_replaced=yes$/m,
    );
  });

  test('finds a flipped byte', async () => {
    const { args } = await newPlace();
    const { deb, stats } = await build([inRegistry('one:1'), ...args]);
    const file = await open(deb, 'r+');
    await file.write(Buffer.from('~'), 0, 1, stats.debSize >> 1);
    await file.close();
    const { code, stderr } = await cli(['inspect', deb]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^container-preload: error: .*: \d+ problems?, the first: .*damaged/m);
  });
});

describe('list', () => {
  test('shows what references and lists come to, without any network', async () => {
    const list = join(await temp.make('list'), 'images.txt');
    await writeFile(list, '# two\nalpine\n  nowhere.invalid/app:1 as b:2 fetch-only\n');
    // Nothing but node on the PATH: no tool is run.
    const options = { env: { PATH: '/nowhere' } };
    const { code, stdout, stderr } = await cli(
      ['list', 'busybox:1', '--image-list', list],
      options,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((row) => row.split(/ {2,}/)),
    ).toEqual([
      ['image', 'source', 'flags', 'format', 'written at'],
      ['docker.io/library/busybox:1', 'docker.io/library/busybox:1', 'images:1:1'],
      [
        'docker.io/library/alpine:latest',
        'docker.io/library/alpine:latest',
        'lines',
        `${list}:2:1`,
      ],
      ['docker.io/library/b:2', 'nowhere.invalid/app:1', 'fetch-only', 'lines', `${list}:3:3`],
    ]);
    const json = await cli(['list', 'busybox:1', '--image-list', list, '--json'], options);
    expect(JSON.parse(json.stdout)).toHaveLength(3);
  });
});

describe('cache prune', () => {
  test('to nothing, and the next build makes all anew', async () => {
    const place = await newPlace();
    await build([inRegistry('one:1'), ...place.args]);
    const prune = (size: string) =>
      cli(['cache', 'prune', '--max-size', size, '--cache-dir', place.cache]);
    expect(await prune('1G')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/: 0 entries removed \(0 B\), .* kept\n$/),
    });
    expect((await prune('0B')).stdout).toMatch(
      /: [1-9]\d* entr(?:y|ies) removed \(.*\), 0 B kept\n$/,
    );
    expect((await build([inRegistry('one:1'), ...place.args])).stats).toMatchObject({
      blobsDownloaded: 2,
      layersCompressed: 2,
    });
  });
});

describe('output that nobody takes', () => {
  /** In a shell, which knows redirections; what is left on stderr and the exit code. */
  const shell = (command: string, args: readonly string[]) => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', `run() { "$0" "$@"; }; ${command}`, process.execPath, CLI, ...args],
      { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
    );
    return { status, stderr };
  };

  test.each<[string, string, number, RegExp]>([
    ['a reader that stops', 'run "$@" | true; exit ${PIPESTATUS[0]}', 0, /^$/],
    [
      'a full disk',
      'run "$@" >/dev/full',
      1,
      /^container-preload: error: cannot print .*ENOSPC.*\n$/,
    ],
    ['a full disk for messages', 'run "$@" 2>/dev/full >/dev/null', 0, /^$/],
  ])('%s, of a result', (_name, command, status, stderr) => {
    expect(shell(command, ['list', 'alpine'])).toEqual({
      status,
      stderr: expect.stringMatching(stderr),
    });
  });

  test.each(['run "$@" 2>/dev/full', 'run "$@" 2> >(true)', 'run "$@" 2>/dev/null | true'])(
    '%s: the package is made all the same',
    async (command) => {
      const { args, output, cache } = await newPlace();
      const { status } = shell(command, ['build', inRegistry('one:1'), '--json', ...args]);
      expect(status).toBe(0);
      expect(await namesIn(output)).toEqual(['app-images_1.0_amd64.deb']);
      expect(await namesIn(join(cache, 'work'))).toEqual([]);
    },
  );
});

describe('help and version', () => {
  test.each([['--help'], ['help']])('%s names every command', async (...args) => {
    const { code, stdout, stderr } = await cli(args);
    expect([code, stderr]).toEqual([0, '']);
    for (const command of ['build', 'list', 'lock', 'inspect', 'cache prune']) {
      expect(stdout).toContain(`container-preload ${command}`);
    }
  });

  test.each([
    ['build', '--help'],
    ['help', 'build'],
  ])('of a command shows its options and their defaults: %s %s', async (...args) => {
    const { code, stdout } = await cli(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}--digest-policy VALUE +what a reference .* \[warn\]$/m);
    expect(stdout).toMatch(/^ {2}--images VALUE… +image references/m);
    expect(stdout).toMatch(/^ {2}--tls-verify=false +false: also take plain HTTP/m);
    expect(stdout).toMatch(/\n\nAn option with VALUE… may be given several times\.\n$/);
  });

  test.each([
    ['cache', '--help'],
    ['cache', 'prune', '--help'],
    ['help', 'cache'],
  ])('of a command of two words: %s %s', async (...args) => {
    const { code, stdout } = await cli(args);
    expect([code, stdout]).toEqual([0, expect.stringContaining('--max-size')]);
    expect(await cli(['cache'])).toMatchObject({ code: 2 });
  });

  test('--version is that of package.json', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect(await cli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});
