import { execFileSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registry } from '../__tests__/support/registry.ts';
import { watchDisk } from './disk.ts';
import {
  type BenchImage,
  baseImage,
  distinct,
  fourImages,
  largeImage,
  pushImage,
  randomImage,
  unpackedSize,
  withSmallLayer,
} from './images.ts';
import { type OurRun, runOurs, type Told } from './ours.ts';
import type { Taken, TakeOptions } from './process.ts';
import { runRival } from './rival.ts';

/** Where and with what the parts run. */
export interface Bench {
  readonly registry: Registry;
  /** For all that runs lay down. */
  readonly work: string;
  /** Keeps layers of images for the next time. */
  readonly keep: string;
  /** dist/cli.js, and the node that runs it. */
  readonly program: string;
  readonly node: string;
  readonly runs: number;
  readonly levels: readonly number[];
  readonly say: (text: string) => void;
}

/** The images of a part. Sizes in bytes. */
export interface Input {
  readonly images: readonly string[];
  /** Of the tars of all layers of all images. */
  readonly unpacked: number;
  /** The same, each layer once. */
  readonly distinct: number;
  /** As the registry has the layers, each once. */
  readonly registry: number;
}

export interface Side {
  /** Wall time. */
  readonly seconds: number;
  /** Bytes. */
  readonly debSize: number;
}

export interface OurSide extends Side {
  readonly stages: Told['stats']['seconds'];
  /** Bytes. */
  readonly peakOwn: number;
}

/** Runs by turns, the rival's first: `rival[n]` and `ours[n]` are a pair. */
export interface Pairs {
  readonly level: number;
  readonly rival: readonly Side[];
  readonly ours: readonly OurSide[];
}

export interface PairsResult {
  readonly input: Input;
  readonly levels: readonly Pairs[];
}

/** What a run did, as it told it itself. */
export interface Work {
  readonly what: string;
  readonly seconds: number;
  readonly blobs: number;
  readonly compressed: number;
}

export interface WarmResult {
  readonly input: Input;
  readonly work: readonly Work[];
}

export interface MemoryResult {
  readonly peaks: readonly {
    readonly what: string;
    readonly level: number;
    /** Bytes of the tars, each layer once. */
    readonly unpacked: number;
    readonly seconds: number;
    /** Bytes: of our process, and of it with all that it started. */
    readonly peakOwn: number;
    readonly peakTogether: number;
  }[];
}

export interface DiskResult {
  readonly runs: readonly {
    readonly what: string;
    readonly debSize: number;
    /** Bytes, in neither the finished store nor the output. */
    readonly peakBeside: number;
  }[];
}

export interface CurveResult {
  readonly input: Input;
  readonly points: readonly {
    readonly level: number;
    /** Wall time of the stage that compresses. */
    readonly seconds: number;
    readonly debSize: number;
    readonly peakOwn: number;
  }[];
}

export async function four(bench: Bench): Promise<PairsResult> {
  return againstRival(await fourImages(bench.keep), bench);
}

export async function one(bench: Bench): Promise<PairsResult> {
  return againstRival([await baseImage(bench.keep)], bench);
}

export async function warm(bench: Bench): Promise<WarmResult> {
  const images = await fourImages(bench.keep);
  const references = await pushAll(images, bench);
  const work: Work[] = [];
  const build = async (what: string, level: number) => {
    const { seconds, told } = await runKept(references, level, bench);
    const { blobsDownloaded: blobs, layersCompressed: compressed } = told.stats;
    work.push({ what, seconds, blobs, compressed });
    bench.say(`${what}: ${seconds.toFixed(2)} s, ${blobs} blobs, ${compressed} compressed`);
  };
  await build('first run', WARM_LEVEL);
  for (let run = 1; run <= bench.runs; run += 1) await build('unchanged', WARM_LEVEL);
  await build('level changed', WARM_LEVEL + 1);
  await pushImage(bench.registry, await withSmallLayer(images[0] as BenchImage));
  await build('one small layer of one image changed', WARM_LEVEL);
  await clear(bench);
  return { input: inputOf(images), work };
}

export async function memory(bench: Bench): Promise<MemoryResult> {
  const cases: [string, BenchImage[]][] = [
    ['four images', await fourImages(bench.keep)],
    ['random bytes', [await randomImage(RANDOM_SIZE, bench.keep)]],
    ['a layer of more than 1 GiB', [await largeImage(bench.keep)]],
  ];
  const peaks: MemoryResult['peaks'][number][] = [];
  for (const level of bench.levels) {
    for (const [what, images] of cases) {
      const references = await pushAll(images, bench);
      const { seconds, peakOwn, peakTogether } = await runKept(references, level, bench);
      await clear(bench);
      const { distinct: unpacked } = inputOf(images);
      peaks.push({ what, level, unpacked, seconds, peakOwn, peakTogether });
      bench.say(
        `${what}, level ${level}: ${Math.round(peakOwn / 1e6)} MB, ${seconds.toFixed(1)} s`,
      );
    }
  }
  return { peaks };
}

export async function disk(bench: Bench): Promise<DiskResult> {
  const cases: [string, BenchImage[]][] = [
    ['four images', await fourImages(bench.keep)],
    ['random bytes', [await randomImage(RANDOM_SIZE, bench.keep)]],
  ];
  const runs: DiskResult['runs'][number][] = [];
  for (const [what, images] of cases) {
    const references = await pushAll(images, bench);
    const run = ourRun(references, WARM_LEVEL, bench);
    const temporary = join(bench.work, 'tmp');
    await mkdir(temporary, { recursive: true });
    const watch = watchDisk([run.cacheDir, run.outputDir, temporary]);
    const { told } = await runKept(references, WARM_LEVEL, bench, {
      env: { TMPDIR: temporary },
      onSample: watch.sample,
      sampleMs: 20,
    });
    const { debSize } = told.stats;
    const peakBeside = watch.peakBeside([run.cacheDir, run.outputDir]);
    await clear(bench);
    runs.push({ what, debSize, peakBeside });
    bench.say(`${what}: ${peakBeside} bytes beside store and output, .deb ${debSize}`);
  }
  return { runs };
}

/** Every level from the same blobs, which the store has from the first run on. */
export async function curve(bench: Bench): Promise<CurveResult> {
  const images = [await baseImage(bench.keep)];
  const references = await pushAll(images, bench);
  await runKept(references, 2, bench);
  const points: CurveResult['points'][number][] = [];
  for (const level of bench.levels) {
    const { told, peakOwn } = await runKept(references, level, bench);
    const { seconds, debSize } = told.stats;
    points.push({ level, seconds: seconds.layers, debSize, peakOwn });
    bench.say(`level ${level}: ${seconds.layers} s, ${debSize} bytes`);
  }
  await clear(bench);
  return { input: inputOf(images), points };
}

const WARM_LEVEL = 3;
const RANDOM_SIZE = 512 * 2 ** 20;

async function againstRival(images: readonly BenchImage[], bench: Bench): Promise<PairsResult> {
  const references = await pushAll(images, bench);
  const levels: Pairs[] = [];
  for (const level of bench.levels) levels.push(await pairs(references, level, bench));
  return { input: inputOf(images), levels };
}

async function pairs(references: readonly string[], level: number, bench: Bench): Promise<Pairs> {
  const rival: Side[] = [];
  const ours: OurSide[] = [];
  for (let run = 1; run <= bench.runs; run += 1) {
    const theirs = await rivalOnce(references, level, bench);
    const own = await oursOnce(references, level, bench);
    rival.push(theirs);
    ours.push(own);
    bench.say(
      `level ${level}, ${run} of ${bench.runs}: ` +
        `time ${theirs.seconds.toFixed(2)} and ${own.seconds.toFixed(2)} s: ${(own.seconds / theirs.seconds).toFixed(3)}, ` +
        `size ${theirs.debSize} and ${own.debSize}: ${(own.debSize / theirs.debSize).toFixed(3)}`,
    );
  }
  return { level, rival, ours };
}

async function rivalOnce(references: readonly string[], level: number, bench: Bench) {
  const folder = join(bench.work, 'rival');
  settle();
  const side = await runRival({ references, level, folder });
  await rm(folder, { recursive: true });
  return side;
}

async function oursOnce(references: readonly string[], level: number, bench: Bench) {
  const { seconds, peakOwn, told } = await runKept(references, level, bench);
  await clear(bench);
  return { seconds, debSize: told.stats.debSize, stages: told.stats.seconds, peakOwn };
}

/** A run that finds the store of the last one, until `clear`. */
async function runKept(
  references: readonly string[],
  level: number,
  bench: Bench,
  options: TakeOptions = {},
): Promise<Taken & { readonly told: Told }> {
  settle();
  return runOurs(ourRun(references, level, bench), options);
}

function ourRun(references: readonly string[], level: number, bench: Bench): OurRun {
  const { work, program, node } = bench;
  const [cacheDir, outputDir] = [join(work, 'cache'), join(work, 'output')];
  return { references, level, cacheDir, outputDir, program, node };
}

async function clear({ work }: Bench): Promise<void> {
  for (const name of ['cache', 'output']) {
    await rm(join(work, name), { recursive: true, force: true });
  }
}

/** What one run has left to be written must not slow down the next one. */
function settle(): void {
  execFileSync('sync');
}

async function pushAll(images: readonly BenchImage[], { registry }: Bench): Promise<string[]> {
  const references: string[] = [];
  for (const image of images) references.push(await pushImage(registry, image));
  return references;
}

function inputOf(images: readonly BenchImage[]): Input {
  const all = images.flatMap(({ layers }) => layers);
  return {
    images: images.map(({ about }) => about),
    unpacked: unpackedSize(all),
    distinct: unpackedSize(distinct(all)),
    registry: distinct(all).reduce((sum, { blob }) => sum + blob.length, 0),
  };
}
