import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { outputs, runJob, startJob } from '../__tests__/job.ts';
import { type CacheService, startCacheService } from '../__tests__/support/cache-service.ts';
import { type Registry, startRegistry } from '../__tests__/support/registry.ts';
import { type TempDirs, tempDirs } from '../__tests__/support/temp.ts';
import { formatBytes, markdownTable } from '../src/report/text.ts';
import { type BenchImage, distinct, fourImages, pushImage, smallImages } from './images.ts';

const KEEP = join(import.meta.dirname, '../.tools/bench');

const USAGE = `node bench/caches.ts [--part warm|shards]… [--level N]… [--runs N] [--images N] [--shards N]…
  Measures dist/main.js as GitHub runs it, with a cache service on loopback, and prints tables.
  warm    four images: a first run against one on a fresh runner that finds the Actions cache
  shards  small images on one base: one job against several that share the layers out. Every job has
          the machine for itself, one after the other, as each has a runner: the wall time is that of
          the longest share and of the job that packages.`;

interface Place {
  readonly temp: TempDirs;
  readonly registry: Registry;
  readonly service: CacheService;
}

interface Measured {
  readonly seconds: number;
  readonly stats: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly uploaded: number;
  readonly downloaded: number;
}

/** One job on a runner that has nothing but the Actions cache. */
async function runAction(
  place: Place,
  inputs: Readonly<Record<string, string>>,
): Promise<Measured> {
  const { temp, service } = place;
  const job = await startJob(temp, 'action.yml', (folder) => ({
    arch: 'amd64',
    package: 'bench-images',
    version: '1.0',
    maintainer: 'Bench <bench@example.org>',
    'digest-policy': 'ignore',
    'tls-verify': 'false',
    'boot-test': 'false',
    'cache-dir': join(folder, 'cache'),
    'output-dir': join(folder, 'out'),
    ...inputs,
  }));
  service.requests.length = 0;
  const began = performance.now();
  const { code, stdout, stderr } = await runJob('dist/main.js', job, service.env('v2'));
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`exit code ${code}: ${stdout}${stderr}`);
  const moved = (what: string) =>
    service.requests.reduce((sum, one) => sum + (one.what === what ? one.bytes : 0), 0);
  return {
    seconds,
    stats: JSON.parse((await outputs(job)).stats ?? '{}'),
    requests: service.requests.length,
    uploaded: moved('upload'),
    downloaded: moved('download'),
  };
}

async function warm(place: Place, level: string, runs: number): Promise<string[]> {
  const references = await pushAll(place, await fourImages(KEEP));
  const inputs = { images: references.join('\n'), level };
  const pairs: { cold: Measured; warm: Measured }[] = [];
  for (let run = 0; run < runs; run += 1) {
    place.service.entries.clear();
    const cold = await runAction(place, inputs);
    pairs.push({ cold, warm: await runAction(place, inputs) });
  }
  const [first] = pairs as [{ cold: Measured; warm: Measured }];
  const kept = [...place.service.entries.values()].reduce((sum, { length }) => sum + length, 0);
  return [
    level,
    formatSeconds(median(pairs.map(({ cold }) => cold.seconds))),
    formatSeconds(median(pairs.map((pair) => pair.warm.seconds))),
    median(pairs.map((pair) => pair.warm.seconds / pair.cold.seconds)).toFixed(3),
    String(first.warm.stats.blobsDownloaded),
    String(first.warm.stats.layersCompressed),
    String(first.warm.requests),
    formatBytes(kept),
  ];
}

async function shards(place: Place, level: string, count: number, images: readonly string[]) {
  place.service.entries.clear();
  const inputs = { images: images.join('\n'), level, jobs: '1' };
  const shares: Measured[] = [];
  for (let index = 1; count > 0 && index <= count; index += 1) {
    shares.push(await runAction(place, { ...inputs, shard: `${index}/${count}` }));
  }
  const packaging = await runAction(place, inputs);
  const all = [...shares, packaging];
  const longest = Math.max(0, ...shares.map(({ seconds }) => seconds));
  const sum = (of: (one: Measured) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    wall: longest + packaging.seconds,
    row: [
      count === 0 ? 'one job' : String(count),
      formatSeconds(longest),
      formatSeconds(packaging.seconds),
      formatSeconds(longest + packaging.seconds),
      formatSeconds(sum(({ seconds }) => seconds)),
      String(packaging.stats.layersCompressed),
      String(sum(({ requests }) => requests)),
      formatBytes(sum(({ uploaded }) => uploaded)),
      formatBytes(sum(({ downloaded }) => downloaded)),
    ],
  };
}

async function pushAll({ registry }: Place, images: readonly BenchImage[]): Promise<string[]> {
  const references: string[] = [];
  for (const image of images) references.push(await pushImage(registry, image));
  return references;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      part: { type: 'string', multiple: true, default: ['warm', 'shards'] },
      level: { type: 'string', multiple: true, default: ['3', '9', '19'] },
      runs: { type: 'string', default: '3' },
      images: { type: 'string', default: '20' },
      shards: { type: 'string', multiple: true, default: ['2', '4', '8'] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const temp = tempDirs();
  const [registry, service] = await Promise.all([startRegistry(), startCacheService()]);
  const place = { temp, registry, service };
  try {
    if (values.part.includes('warm')) {
      const head = ['level', 'first run', 'fresh runner', 'ratio', 'blobs', 'compressed'];
      const rows = [[...head, 'requests', 'in the cache']];
      for (const level of values.level) rows.push(await warm(place, level, Number(values.runs)));
      console.log(`${markdownTable(rows, new Set([0, 1, 2, 3, 4, 5, 6, 7]))}\n`);
    }
    if (values.part.includes('shards')) {
      const images = await smallImages(Number(values.images), KEEP);
      const layers = distinct(images.flatMap(({ layers }) => layers));
      const bytes = layers.reduce((sum, { unpackedSize }) => sum + unpackedSize, 0);
      console.log(`${images.length} images, ${layers.length} layers, ${formatBytes(bytes)}`);
      const references = await pushAll(place, images);
      for (const level of values.level) {
        const head = ['shares', 'longest', 'packaging', 'wall', 'all jobs', 'compressed there'];
        const rows = [[...head, 'requests', 'to the cache', 'from it', 'against one job']];
        const one = await shards(place, level, 0, references);
        rows.push([...one.row, '1.000']);
        for (const count of values.shards) {
          const { wall, row } = await shards(place, level, Number(count), references);
          rows.push([...row, (wall / one.wall).toFixed(3)]);
        }
        console.log(
          `\nlevel ${level}\n\n${markdownTable(rows, new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]))}`,
        );
      }
    }
  } finally {
    await Promise.all([registry.stop(), service.stop()]);
    await temp.remove();
  }
}

await main(process.argv.slice(2));
