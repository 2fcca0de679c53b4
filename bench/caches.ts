import { join } from 'node:path';
import { outputs, runJob, startJob } from '../__tests__/job.ts';
import { type CacheService, startCacheService } from '../__tests__/support/cache-service.ts';
import { type TempDirs, tempDirs } from '../__tests__/support/temp.ts';
import { type Bench, type Input, inputOf, pushAll } from './bench.ts';
import { fourImages, smallImages } from './images.ts';

/** Where jobs run. */
interface Place {
  readonly temp: TempDirs;
  readonly service: CacheService;
}

/** One job of the action. Sizes in bytes. */
export interface JobRun {
  /** Wall time. */
  readonly seconds: number;
  readonly stats: Readonly<Record<string, number>>;
  /** To the cache service and its storage. */
  readonly requests: number;
  readonly uploaded: number;
  readonly downloaded: number;
}

/** One job on a runner that has nothing but the Actions cache. */
async function runAction(place: Place, inputs: Readonly<Record<string, string>>): Promise<JobRun> {
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

/** First runs, and runs on a fresh runner that finds the Actions cache, by turns. */
export interface FreshRunner {
  readonly input: Input;
  readonly pairs: readonly { readonly cold: JobRun; readonly warm: JobRun }[];
  /** Bytes of all entries. */
  readonly kept: number;
}

/**
 * Jobs that share the layers out, and the one that packages. Each has the machine for itself, one after
 * the other, as each has a runner.
 */
export interface Shares {
  readonly input: Input;
  readonly runs: readonly { readonly shares: readonly JobRun[]; readonly packaging: JobRun }[];
}

/** The action, as GitHub runs it, with a cache service on loopback. */
export async function runner(level: number, bench: Bench): Promise<FreshRunner> {
  const images = await fourImages(bench.keep);
  const inputs = { images: (await pushAll(images, bench)).join('\n'), level: String(level) };
  return withService(async (place) => {
    const pairs: FreshRunner['pairs'][number][] = [];
    for (let run = 1; run <= bench.runs; run += 1) {
      place.service.entries.clear();
      const cold = await runAction(place, inputs);
      const warm = await runAction(place, inputs);
      pairs.push({ cold, warm });
      bench.say(
        `first run ${cold.seconds.toFixed(2)} s, fresh runner ${warm.seconds.toFixed(2)} s`,
      );
    }
    const kept = [...place.service.entries.values()].reduce((sum, { length }) => sum + length, 0);
    return { input: inputOf(images), pairs, kept };
  });
}

/** How many shares are tried; without any, one job does all. */
const SHARES = [0, 2, 4];

export async function shards(level: number, bench: Bench): Promise<Shares> {
  const images = await smallImages(20, bench.keep);
  const references = await pushAll(images, bench);
  const inputs = { images: references.join('\n'), level: String(level), jobs: '1' };
  return withService(async (place) => {
    const runs: Shares['runs'][number][] = [];
    for (const count of SHARES) {
      place.service.entries.clear();
      const shares: JobRun[] = [];
      for (let index = 1; index <= count; index += 1) {
        shares.push(await runAction(place, { ...inputs, shard: `${index}/${count}` }));
      }
      const packaging = await runAction(place, inputs);
      runs.push({ shares, packaging });
      bench.say(`${count} shares: ${wallOf({ shares, packaging }).toFixed(2)} s`);
    }
    return { input: inputOf(images), runs };
  });
}

/** Seconds of the longest share, and of the job after it. */
export function wallOf({ shares, packaging }: Shares['runs'][number]): number {
  return Math.max(0, ...shares.map(({ seconds }) => seconds)) + packaging.seconds;
}

async function withService<T>(work: (place: Place) => Promise<T>): Promise<T> {
  const temp = tempDirs();
  const service = await startCacheService();
  try {
    return await work({ temp, service });
  } finally {
    await service.stop();
    await temp.remove();
  }
}
