import { execFileSync } from 'node:child_process';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatError, UserError } from '../src/errors.ts';
import type { Finding } from '../src/images/finding.ts';
import { parseBuildOptions, type RawInputs } from '../src/inputs.ts';
import { type Preloaded, preload } from '../src/preload.ts';
import type { Watch } from '../src/surroundings.ts';
import { readProgramVersion } from '../src/version.ts';
import { text } from './archive/bytes.ts';
import { buildInputs, namesIn, ROOT } from './program.ts';
import { busyboxEntries } from './support/debian.ts';
import {
  type BuiltImage,
  buildImage,
  buildIndex,
  buildLayer,
  digestOf,
  dockerArchive,
  layerOfTar,
} from './support/images.ts';
import { push } from './support/push.ts';
import { type Registry, startRegistry } from './support/registry.ts';
import { tempDirs } from './support/temp.ts';

const temp = tempDirs();
const shared = await buildLayer([{ path: 'usr/share/words', content: text(300_000) }]);
const own = await buildLayer([{ path: 'etc/motd', content: 'hello' }]);
const one = buildIndex([buildImage({ layers: [shared, own, own] })]);
const two = buildImage({ layers: [shared], config: { Labels: { two: 'yes' } } });

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
  await push(registry, 'one', '1', one);
  await push(registry, 'two', '2', two);
  const amd64 = await buildLayer(await busyboxEntries('amd64'));
  await push(
    registry,
    'foreign',
    '1',
    buildImage({ architecture: 'arm64', layers: [amd64], config: { Cmd: ['sh'] } }),
  );
});
afterAll(async () => {
  await registry.stop();
  await temp.remove();
});

/** A build in this process, and all that it told on its way. */
async function run(
  folder: string,
  raw: RawInputs,
  signal = new AbortController().signal,
  onStage: (stage: string) => void = () => undefined,
) {
  const told: [string, ...unknown[]][] = [];
  const findings: Finding[] = [];
  const tell =
    (what: string) =>
    (...about: unknown[]) =>
      void told.push([what, ...about]);
  const watch: Watch = {
    stage(stage) {
      tell('stage')(stage);
      onStage(stage);
    },
    finding: (finding) => void findings.push(finding),
    retry: tell('retry'),
    note: tell('note'),
    warning: tell('warning'),
    written: tell('written'),
    planned: tell('planned'),
    downloaded: (_task, bytes) => tell('downloaded')(bytes),
    packed: tell('packed'),
    layerDone: tell('layerDone'),
  };
  const options = parseBuildOptions(
    {
      ...buildInputs(folder),
      level: '3',
      ...raw,
    },
    {},
  );
  const around = {
    env: {},
    cwd: folder,
    deviceDir: join(ROOT, 'device'),
    signal,
    now: new Date(),
    watch,
  };
  const result = await preload(options, around).catch((error: unknown) => error);
  return { result, told, findings };
}

const images = () => `${registry.host}/one:1\n${registry.host}/two:2`;

function succeeded(result: unknown): Preloaded {
  if (result instanceof Error) throw result;
  return result as Preloaded;
}

describe('a build', () => {
  test('tells what it does, and each layer is one', async () => {
    const folder = await temp.make('preload');
    const { result, told, findings } = await run(folder, { images: images() });
    const { spec, stats, deb } = succeeded(result);
    expect(stats).toMatchObject({ images: 2, blobsDownloaded: 2, layersCompressed: 2 });
    expect(stats.bytesDownloaded).toBe(shared.blob.length + own.blob.length);
    expect(told.filter(([what]) => what === 'stage')).toEqual([
      ['stage', 'resolve'],
      ['stage', 'layers'],
      ['stage', 'package'],
    ]);
    expect(told).toContainEqual(['planned', 2, stats.bytesDownloaded]);
    expect(told.filter(([what]) => what === 'layerDone')).toHaveLength(2);
    const packed = told.filter(([what]) => what === 'packed').map(([, bytes]) => Number(bytes));
    expect(packed.reduce((sum, bytes) => sum + bytes)).toBe(shared.tar.length + own.tar.length);
    expect(told.at(-1)).toEqual(['written', deb.size, deb.size]);
    expect(findings.map(({ level, hint }) => [level, hint])).toEqual([
      ['warning', `${registry.host}/one:1@${one.digest}`],
      ['warning', `${registry.host}/two:2@${two.digest}`],
    ]);
    const [first, second] = spec.images;
    expect(first?.layers.map(({ diffId }) => diffId)).toEqual([
      shared.diffId,
      own.diffId,
      own.diffId,
    ]);
    expect(first?.layers[0]?.fragment).toEqual(second?.layers[0]?.fragment);
    expect(first?.unpackedSize).toBe(shared.tar.length + 2 * own.tar.length);
    // Without a commit and SOURCE_DATE_EPOCH: when the newest image was made.
    expect(spec.epoch).toBe(Date.parse('2024-01-02T03:04:05Z') / 1000);
  });

  test('plans the download of a kept blob that proves damaged', async () => {
    const folder = await temp.make('damaged');
    succeeded((await run(folder, { images: images() })).result);
    await rm(join(folder, 'cache/v1/layers'), { recursive: true });
    const blob = join(folder, 'cache/v1/blobs/sha256', shared.digest.slice(7));
    await writeFile(blob, Buffer.alloc(shared.blob.length));
    const { result, told } = await run(folder, { images: images() });
    expect(succeeded(result).stats).toMatchObject({ blobsDownloaded: 1, blobsReused: 1 });
    expect(told.filter(([what]) => what === 'planned')).toEqual([
      ['planned', 2, 0],
      ['planned', 2, shared.blob.length],
    ]);
  });

  test('makes a kept fragment that proves damaged while another layer is fetched', async () => {
    const clean = succeeded((await run(await temp.make('clean'), { images: images() })).result);
    const folder = await temp.make('damaged-fragment');
    succeeded((await run(folder, { images: `${registry.host}/two:2` })).result);
    const fragment = join(folder, 'cache/v1/layers/3', `${shared.diffId.slice(7)}.zst`);
    await writeFile(fragment, Buffer.alloc((await stat(fragment)).size));
    const { result, told } = await run(folder, { images: images() });
    const { deb, stats } = succeeded(result);
    expect(deb.sha256).toBe(clean.deb.sha256);
    expect(stats).toMatchObject({
      ...{ blobsDownloaded: 1, blobsReused: 1, layersCompressed: 2, layersReused: 0 },
    });
    const note = `the store's layers/3/${shared.diffId.slice(7)}.zst is damaged: made anew`;
    expect(told).toContainEqual(['note', note]);
    expect(told.filter(([what]) => what === 'planned')).toEqual([
      ['planned', 1, own.blob.length],
      ['planned', 2, own.blob.length],
    ]);
  });

  test.each([
    ['9999-12-31T00:00:00Z', 2 ** 31 - 1],
    ['1969-07-20T20:17:40Z', Date.UTC(2000) / 1000],
  ])('of an image that was made at %s', async (created, epoch) => {
    await push(registry, 'times', '1', buildImage({ layers: [own], configFile: { created } }));
    const folder = await temp.make('times');
    const { result } = await run(folder, { images: `${registry.host}/times:1` });
    expect(succeeded(result).spec.epoch).toBe(epoch);
  });

  test('original: again from the cache, and again when that is damaged', async () => {
    const folder = await temp.make('original');
    const raw = { images: images(), compression: 'original', level: '' };
    const first = succeeded((await run(folder, raw)).result);
    expect(first.stats).toMatchObject({ blobsDownloaded: 2, layersCompressed: 0, layersReused: 0 });
    const second = succeeded((await run(folder, raw)).result);
    expect(second.stats).toMatchObject({ blobsDownloaded: 0, layersReused: 2 });
    const blob = join(folder, 'cache/v1/blobs/sha256', shared.digest.slice(7));
    execFileSync('sh', ['-c', 'printf x | dd of="$1" bs=1 seek=999 conv=notrunc', 'sh', blob], {
      stdio: 'ignore',
    });
    const { result, told } = await run(folder, raw);
    expect(succeeded(result).stats).toMatchObject({ blobsDownloaded: 1, layersReused: 1 });
    expect(succeeded(result).deb.sha256).toBe(first.deb.sha256);
    expect(told).toContainEqual([
      'note',
      `the store's blobs/sha256/${shared.digest.slice(7)} is damaged: made anew`,
    ]);
  });
});

describe('a config that lies about what a layer unpacks to', () => {
  const lie = { ...own, diffId: shared.diffId };
  const honest = buildImage({ layers: [own] });
  const liar = buildImage({ layers: [lie] });

  test('is found where the blob is kept from an honest image', async () => {
    await push(registry, 'honest', '1', honest);
    await push(registry, 'liar', '1', liar);
    const folder = await temp.make('liar');
    const original = { compression: 'original', level: '' };
    succeeded((await run(folder, { ...original, images: `${registry.host}/honest:1` })).result);
    const { result } = await run(folder, { ...original, images: `${registry.host}/liar:1` });
    expect(formatError(result as UserError)).toMatch(/is not valid: its uncompressed bytes are/);
  });

  const swapped = buildImage({
    layers: [
      { ...own, diffId: shared.diffId },
      { ...shared, diffId: own.diffId },
    ],
  });
  const lies = {
    swapped: { built: swapped, says: /swapped:1: layer .* not valid: its uncompressed bytes are/ },
    sized: {
      built: withLayerSize(honest, 0),
      says: /sized:1: layer .* not valid: manifest says 0 bytes, blob has/,
    },
  };

  test.each([
    ['swapped', 'zstd'],
    ['swapped', 'original'],
    ['sized', 'zstd'],
    ['sized', 'original'],
  ] as const)('%s is found by a store that has all layers: %s', async (name, compression) => {
    const { built, says } = lies[name];
    await push(registry, name, '1', built);
    const folder = await temp.make('warm');
    const options = { compression, level: '' };
    succeeded((await run(folder, { ...options, images: images() })).result);
    const { result, told } = await run(folder, {
      ...options,
      images: `${registry.host}/${name}:1`,
    });
    expect(formatError(result as UserError)).toMatch(says);
    // The blobs are good: they stay, and need not come again.
    expect(told.filter(([what]) => what === 'note')).toEqual([]);
    const { stats } = succeeded((await run(folder, { ...options, images: images() })).result);
    expect(stats).toMatchObject({ blobsDownloaded: 0, blobsReused: 0, layersReused: 2 });
  });

  test('another compression of a known layer is read once', async () => {
    const again = await layerOfTar(shared.tar, 'zstd');
    await push(registry, 'again', '1', buildImage({ layers: [again] }));
    const folder = await temp.make('again');
    const build = async (raw: RawInputs) =>
      succeeded((await run(folder, { images: `${registry.host}/again:1`, ...raw })).result).stats;
    await build({ images: images() });
    const reused = { layersCompressed: 0, layersReused: 1 };
    expect(await build({})).toMatchObject({ blobsDownloaded: 1, ...reused });
    expect(await build({})).toMatchObject({ blobsDownloaded: 0, blobsReused: 0, ...reused });
    expect(await build({ level: '4' })).toMatchObject({ blobsDownloaded: 0, layersCompressed: 1 });
  });

  test.each(['zstd', 'original'])(
    'is found beside an honest use of it: %s',
    async (compression) => {
      await push(registry, 'both', '1', buildImage({ layers: [own, lie, own] }));
      const folder = await temp.make('both');
      const { result } = await run(folder, {
        compression,
        level: '',
        images: `${registry.host}/both:1`,
      });
      expect(formatError(result as UserError)).toMatch(/cannot unpack to both/);
    },
  );
});

/** The image with a manifest that lies about the sizes of its layers. */
function withLayerSize(image: BuiltImage, size: number): BuiltImage {
  const manifest = JSON.parse(image.bytes.toString());
  for (const layer of manifest.layers) layer.size = size;
  const bytes = Buffer.from(JSON.stringify(manifest));
  return { ...image, bytes, digest: digestOf(bytes) };
}

describe('a build that fails leaves nothing', () => {
  const expectNothing = async (folder: string) => {
    expect(await namesIn(join(folder, 'out'))).toEqual([]);
    expect(await namesIn(join(folder, 'cache/work'))).toEqual([]);
  };

  test('by the name of an archive that another image has', async () => {
    const folder = await temp.make('names');
    const archive = join(folder, 'two.tar');
    await writeFile(archive, await dockerArchive([{ image: two, tags: ['app:1'] }]));
    const { result } = await run(folder, {
      images: `${registry.host}/one:1 as app:1\ndocker-archive:${archive}`,
    });
    expect(result).toMatchObject({ kind: 'usage', origin: { file: 'images', line: 2 } });
    expect(formatError(result as UserError)).toMatch(
      /both are docker\.io\/library\/app:1 \(name one of them with " as NAME:TAG"\)$/,
    );
    await expectNothing(folder);
  });

  test('by programs of another architecture', async () => {
    const folder = await temp.make('foreign');
    const { result } = await run(folder, { images: `${registry.host}/foreign:1`, arch: 'arm64' });
    expect(result).toBeInstanceOf(UserError);
    expect(formatError(result as UserError)).toMatch(
      /foreign:1: its config says arm64, but \/bin\/sh is for amd64/,
    );
    await expectNothing(folder);
  });

  test('by a strict policy, which counts the references', async () => {
    const folder = await temp.make('strict');
    const { result } = await run(folder, { images: images(), 'digest-policy': 'strict' });
    expect(formatError(result as UserError)).toBe(
      '2 references are refused by digest-policy strict (for each it is said above what to write)',
    );
    await expectNothing(folder);
  });

  test.each(['resolve', 'layers', 'package'])('by a signal at the stage %s', async (stage) => {
    const folder = await temp.make('stopped');
    const stop = new AbortController();
    const reason = new Error('ctrl-C');
    const { result } = await run(folder, { images: images() }, stop.signal, (entered) => {
      if (entered === stage) stop.abort(reason);
    });
    expect(result).toBe(reason);
    await expectNothing(folder);
  });
});

test('the version is that of the package', () => {
  expect(readProgramVersion()).toMatch(/^\d+\.\d+\.\d+$/);
});
