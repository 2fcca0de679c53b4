import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { archiveEntry } from '../src/archive/tar.ts';
import { parseBuildOptions, type RawInputs } from '../src/inputs.ts';
import { preload } from '../src/preload.ts';
import { cacheHit } from '../src/report/result.ts';
import type { Shard } from '../src/shards.ts';
import type { Surroundings, Watch } from '../src/surroundings.ts';
import { warmCaches } from '../src/warm.ts';
import { buildInputs, ROOT } from './program.ts';
import {
  type CacheService,
  type CacheVersion,
  type Fault,
  startCacheService,
} from './support/cache-service.ts';
import {
  type BuiltImage,
  type BuiltLayer,
  buildImage,
  buildIndex,
  buildLayer,
  layerOfTar,
} from './support/images.ts';
import { push } from './support/push.ts';
import { type Registry, startRegistry } from './support/registry.ts';
import { tempDirs } from './support/temp.ts';

jest.setTimeout(180_000);

const temp = tempDirs();
const random = (bytes: number) => randomBytes(bytes).toString('base64');
/** More than a MiB as a blob: an entry of its own. */
const large = await buildLayer([{ path: 'usr/lib/large', content: random(1_500_000) }]);
const small = await buildLayer([{ path: 'usr/lib/small', content: random(30_000) }]);
const other = await buildLayer([{ path: 'usr/lib/large', content: random(1_500_000) }]);
const one = buildIndex([buildImage({ layers: [large, small] })]);
const two = buildImage({ layers: [large, other] });
const LARGE_ENTRY = `container-preload-1-level3-${`${large.diffId}-${large.digest}-${large.blob.length}`.replaceAll(':', '-')}`;

let registry: Registry;
let service: CacheService;
let reference: string;
beforeAll(async () => {
  registry = await startRegistry();
  service = await startCacheService();
  await push(registry, 'one', '1', one);
  await push(registry, 'two', '1', two);
  reference = `${registry.host}/one:1@${one.digest}`;
});
afterAll(async () => {
  await registry.stop();
  await service.stop();
  await temp.remove();
});
beforeEach(() => {
  service.entries.clear();
  service.fail(undefined);
});

/** The machine of the tests may be busy. */
const PATIENCE = { answerMs: 50_000 };

interface Told {
  readonly warnings: string[];
  readonly notes: string[];
}

/** A job on a runner of which nothing is known: an empty store, and the Actions cache. */
async function job(version: CacheVersion, raw: RawInputs = {}, patience = PATIENCE) {
  const folder = await temp.make('runner');
  const told: Told = { warnings: [], notes: [] };
  const ignore = () => undefined;
  const watch: Watch = {
    ...{ stage: ignore, finding: ignore, retry: ignore, written: ignore, planned: ignore },
    ...{ downloaded: ignore, packed: ignore, layerDone: ignore },
    note: (text) => void told.notes.push(text),
    warning: (text) => void told.warnings.push(text),
  };
  const options = parseBuildOptions(
    {
      images: reference,
      ...buildInputs(folder),
      level: '3',
      ...raw,
    },
    {},
  );
  const around: Surroundings = {
    env: { ...process.env, ...service.env(version) },
    cwd: folder,
    deviceDir: join(ROOT, 'device'),
    actionsCache: {
      client: join(ROOT, 'src/cache-client.ts'),
      patience,
    },
    signal: new AbortController().signal,
    now: new Date(),
    watch,
  };
  return { options, around, told };
}

/** Builds on a fresh runner. */
async function build(version: CacheVersion, raw: RawInputs = {}, patience = PATIENCE) {
  const { options, around, told } = await job(version, raw, patience);
  const before = registry.requests().length;
  const { deb, stats } = await preload(options, around);
  const asked = registry.requests().slice(before);
  const blobs = asked.filter(({ path, method }) => method === 'GET' && path.includes('/blobs/'));
  return { sha256: deb.sha256, stats, hit: cacheHit(stats), blobs: blobs.length, ...told };
}

const IMAGE = (one.children[0] as BuiltImage).digest.replace(':', '-');
const BUNDLE_ENTRY = `container-preload-1-level3-${IMAGE}`;

describe.each<CacheVersion>(['v1', 'v2'])('the service %s', (version) => {
  test('a second run on a fresh runner asks the registry for no blob and compresses nothing', async () => {
    const first = await build(version);
    expect(first).toMatchObject({
      hit: 'false',
      stats: { blobsDownloaded: 2, layersCompressed: 2, layersRestored: 0, entriesSaved: 2 },
      warnings: [],
    });
    expect([...service.entries.keys()].sort()).toEqual([LARGE_ENTRY, BUNDLE_ENTRY].sort());
    const second = await build(version);
    expect(second).toMatchObject({
      sha256: first.sha256,
      hit: 'true',
      blobs: 0,
      stats: { blobsDownloaded: 0, layersCompressed: 0, layersRestored: 2, entriesSaved: 0 },
      warnings: [],
    });
    expect(second.notes).toContain(`hit  ${LARGE_ENTRY}`);
  });

  test('a layer that another image has is there already', async () => {
    await build(version);
    const { stats, hit } = await build(version, { images: `${registry.host}/two:1` });
    expect(stats).toMatchObject({ blobsDownloaded: 1, layersCompressed: 1, layersRestored: 1 });
    expect(hit).toBe('partial');
  });

  const faults: [string, Fault][] = [
    ['401', { status: 401 }],
    ['403', { status: 403 }],
    ['429 with Retry-After', { status: 429, retryAfter: 1 }],
    ['429 for an hour', { status: 429, retryAfter: 3600 }],
    ['500', { status: 500 }],
    ['no answer', 'silent'],
    ['cut off in the middle', 'cut'],
    ['wrong bytes', 'wrong bytes'],
    ['evicted between the look and the download', 'evicted'],
  ];
  test.each(faults)('%s: the right package, and one warning', async (_name, fault) => {
    const { sha256 } = await build(version);
    service.fail(fault);
    const second = await build(version, {}, fault === 'silent' ? { answerMs: 2000 } : PATIENCE);
    expect(second.sha256).toBe(sha256);
    expect(second.warnings).toEqual([expect.stringMatching(/^the Actions cache does not work: ./)]);
    expect(second.stats).toMatchObject({ layersCompressed: 2, entriesSaved: 0 });
  });

  test.each<[Fault, number]>([
    ['quota', 1],
    // Normal for pull requests from forks.
    ['read-only', 0],
  ])('%s: %i warnings, and nothing is kept', async (fault, warnings) => {
    service.fail(fault);
    const first = await build(version);
    expect(first.stats).toMatchObject({ layersCompressed: 2, entriesSaved: 0 });
    expect(first.warnings).toHaveLength(warnings);
    expect(service.entries.size).toBe(0);
  });
});

describe('what somebody else wrote into the cache costs time, and nothing else', () => {
  const fragment = (content: Buffer, level = '-3') =>
    execFileSync('zstd', ['-qc', level], { input: content, maxBuffer: 1 << 27 });
  const archive = (layer: BuiltLayer) =>
    archiveEntry(`blobs/sha256/${layer.diffId.slice(7)}`, layer.tar);
  const bytesOf = (entry: string) => service.entries.get(entry) as Buffer;

  test.each<[string, string, () => Buffer]>([
    ['no bytes', LARGE_ENTRY, () => Buffer.alloc(0)],
    ['no zstd', LARGE_ENTRY, () => randomBytes(1000)],
    ['another layer', LARGE_ENTRY, () => fragment(archive(other))],
    [
      'the content of another layer under its name',
      LARGE_ENTRY,
      () => fragment(archive({ ...large, tar: other.tar })),
    ],
    ['another name', LARGE_ENTRY, () => fragment(archiveEntry('etc/passwd', large.tar))],
    [
      'a member after it',
      LARGE_ENTRY,
      () => Buffer.concat([bytesOf(LARGE_ENTRY), fragment(archiveEntry('x', large.tar))]),
    ],
    ['a window that no small device has', LARGE_ENTRY, () => fragment(archive(large), '--long=26')],
    ['far too many bytes', LARGE_ENTRY, () => Buffer.alloc(16_000_000)],
    ['no bundle', BUNDLE_ENTRY, () => randomBytes(5000)],
    ['an empty bundle', BUNDLE_ENTRY, () => Buffer.from('[["x",9]]\n')],
    [
      'another config',
      BUNDLE_ENTRY,
      () => tampered(bytesOf(BUNDLE_ENTRY), '"architecture"', '"Architecture"'),
    ],
    ['another layer in it', BUNDLE_ENTRY, () => flipped(bytesOf(BUNDLE_ENTRY))],
  ])('%s', async (_name, entry, poison) => {
    const { sha256 } = await build('v2');
    const poisoned = poison();
    service.entries.set(entry, poisoned);
    const second = await build('v2');
    expect(second.sha256).toBe(sha256);
    expect(second.warnings).toHaveLength(1);
    // It is not written over: whoever wrote it would only do that again.
    expect(service.entries.get(entry)?.equals(poisoned)).toBe(true);
  });

  test('a real one among them is used all the same', async () => {
    await build('v1');
    service.entries.set(LARGE_ENTRY, randomBytes(1000));
    const { stats } = await build('v1');
    expect(stats).toMatchObject({ layersRestored: 1, blobsDownloaded: 1, layersCompressed: 1 });
  });
});

describe('what is kept', () => {
  test('all: another level needs no blob of the registry', async () => {
    await build('v2', { cache: 'all' });
    const second = await build('v2', { cache: 'all', level: '5' });
    expect(second).toMatchObject({
      hit: 'partial',
      blobs: 0,
      stats: { blobsDownloaded: 0, blobsRestored: 2, blobsReused: 2, layersCompressed: 2 },
      warnings: [],
    });
    expect(await build('v2', { cache: 'all', level: '5' })).toMatchObject({
      hit: 'true',
      blobs: 0,
    });
  });

  test('blobs: they are compressed again, also when one is damaged', async () => {
    const { sha256 } = await build('v2', { cache: 'blobs' });
    expect([...service.entries.keys()].sort()).toEqual(
      [
        `container-preload-1-blob-${IMAGE}`,
        `container-preload-1-blob-${large.digest.replace(':', '-')}`,
      ].sort(),
    );
    const second = await build('v2', { cache: 'blobs' });
    expect(second).toMatchObject({
      sha256,
      blobs: 0,
      stats: { blobsRestored: 2, layersCompressed: 2 },
    });
    const entry = `container-preload-1-blob-${large.digest.replace(':', '-')}`;
    service.entries.set(entry, flipped(service.entries.get(entry) as Buffer));
    const third = await build('v2', { cache: 'blobs' });
    expect(third).toMatchObject({ sha256, stats: { blobsDownloaded: 1, layersCompressed: 2 } });
  });

  test('original: the blobs are what is packaged', async () => {
    const raw = { compression: 'original', level: '' };
    const { sha256 } = await build('v1', raw);
    expect(await build('v1', raw)).toMatchObject({
      sha256,
      hit: 'true',
      blobs: 0,
      stats: { blobsRestored: 2 },
    });
  });

  test('off: nothing is asked', async () => {
    service.requests.length = 0;
    await build('v2', { cache: 'off' });
    expect(service.requests).toEqual([]);
  });

  test('what only the local store had', async () => {
    const store = join(await temp.make('warm'), 'store');
    await build('v1', { cache: 'off', 'cache-dir': store });
    const { stats } = await build('v1', { 'cache-dir': store });
    expect(stats).toMatchObject({ layersReused: 2, entriesSaved: 2 });
  });
});

test('an image that calls a cached layer by another blob is refused as without a cache', async () => {
  const layers = [large, small];
  const swapped = [
    { ...large, diffId: small.diffId },
    { ...small, diffId: large.diffId },
  ];
  await push(registry, 'right', '1', buildImage({ layers, config: { Labels: { right: 'yes' } } }));
  await push(registry, 'swapped', '1', buildImage({ layers: swapped }));
  await build('v2', { images: `${registry.host}/right:1` });
  await expect(build('v2', { images: `${registry.host}/swapped:1` })).rejects.toThrow(
    /swapped:1: layer sha256:.* is not valid: its uncompressed bytes are/,
  );
  // Nor does it take the right one with it, where they are built together.
  const both = ['swapped', 'right'].map((name) => `${registry.host}/${name}:1`).join('\n');
  await expect(build('v2', { images: both })).rejects.toThrow('cannot unpack to both');
});

test('a cached layer that was compressed in another way is read once, and then known', async () => {
  const again = await layerOfTar(large.tar, 'zstd');
  await push(registry, 'again', '1', buildImage({ layers: [again, small] }));
  await build('v2');
  const images = `${reference}\n${registry.host}/again:1`;
  expect(await build('v2', { images })).toMatchObject({ stats: { blobsDownloaded: 1 } });
  expect(await build('v2', { images })).toMatchObject({ hit: 'true', blobs: 0, warnings: [] });
});

describe('shares', () => {
  const images = () => `${registry.host}/one:1\n${registry.host}/two:1`;
  const warm = async (shard: string) => {
    const { options, around, told } = await job('v2', { images: images(), package: '', shard });
    const warmed = await warmCaches(options, options.shard as Shard, around);
    return { ...warmed, ...told };
  };

  test('are made side by side, and the package finds all of it', async () => {
    const both = await Promise.all([warm('1/2'), warm('2/2')]);
    expect(both.map(({ warnings }) => warnings)).toEqual([[], []]);
    // Two large layers, and the documents of two images with one small layer.
    expect(both.reduce((sum, { parts }) => sum + parts, 0)).toBe(4);
    expect(both.reduce((sum, { stats }) => sum + stats.layersCompressed, 0)).toBe(3);
    const built = await build('v2', { images: images() });
    expect(built).toMatchObject({ hit: 'true', blobs: 0, stats: { layersRestored: 3 } });
    // Again: nothing is even downloaded.
    service.requests.length = 0;
    expect(await warm('1/2')).toMatchObject({ lacking: 0, stats: { layersRestored: 0 } });
    const layers = service.requests.filter(({ what, bytes }) => what === 'download' && bytes > 1e6);
    expect(layers).toEqual([]);
  });
});

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8((copy.at(-100) ?? 0) ^ 1, copy.length - 100);
  return copy;
}

function tampered(bytes: Buffer, from: string, to: string): Buffer {
  const text = bytes.toString('latin1');
  if (!text.includes(from)) throw new Error(`no ${from} in it`);
  return Buffer.from(text.replace(from, to), 'latin1');
}
