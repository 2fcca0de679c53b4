import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Bench,
  clear,
  type Input,
  inputOf,
  ourRun,
  pushAll,
  runKept,
  settle,
} from './bench.ts';
import { watchDisk } from './disk.ts';
import {
  type BenchImage,
  baseImage,
  fourImages,
  largeImage,
  layeredImage,
  pushImage,
  randomImage,
  withSmallLayer,
} from './images.ts';
import type { OurRun, Told } from './ours.ts';
import { type RivalRun, runRival } from './rival.ts';

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
  readonly input: Input;
  readonly rival: readonly Side[];
  readonly ours: readonly OurSide[];
}

const WARM_RUNS = [
  ...['first run', 'unchanged', 'unchanged, package gone'],
  ...['level changed', 'one small layer changed'],
] as const;

export interface Warm {
  readonly input: Input;
  readonly runs: readonly {
    readonly what: (typeof WARM_RUNS)[number];
    readonly seconds: number;
    /** As the run told itself. */
    readonly blobs: number;
    readonly compressed: number;
  }[];
}

export interface Memory {
  readonly runs: readonly {
    readonly what: string;
    /** Bytes of the tars, each layer once. */
    readonly unpacked: number;
    readonly seconds: number;
    /** Bytes: of our process, and of it with all that it started. */
    readonly peakOwn: number;
    readonly peakTogether: number;
  }[];
}

export interface Disk {
  readonly runs: readonly {
    readonly what: string;
    readonly debSize: number;
    /** Bytes, in neither the finished store nor the output. */
    readonly peakBeside: number;
  }[];
}

export interface Point {
  readonly input: Input;
  /** Wall time of the stage that compresses. */
  readonly seconds: number;
  readonly debSize: number;
  readonly peakOwn: number;
}

export async function four(level: number, bench: Bench): Promise<Pairs> {
  return againstRival(await fourImages(bench.keep), level, bench);
}

export async function one(level: number, bench: Bench): Promise<Pairs> {
  return againstRival([await layeredImage(bench.keep)], level, bench);
}

/** One image of one layer: nothing can be done beside its download. */
export async function layer(level: number, bench: Bench): Promise<Pairs> {
  return againstRival([await baseImage(bench.keep)], level, bench);
}

export async function warm(level: number, bench: Bench): Promise<Warm> {
  const images = await fourImages(bench.keep);
  const references = await pushAll(images, bench);
  const runs: Warm['runs'][number][] = [];
  const build = async (what: Warm['runs'][number]['what'], at: number) => {
    const { seconds, told } = await runKept(references, at, bench);
    const { blobsDownloaded: blobs, layersCompressed: compressed } = told.stats;
    runs.push({ what, seconds, blobs, compressed });
    bench.say(`${what}: ${seconds.toFixed(2)} s, ${blobs} blobs, ${compressed} compressed`);
  };
  await build('first run', level);
  for (let run = 1; run <= bench.runs; run += 1) await build('unchanged', level);
  await rm(join(bench.work, 'output'), { recursive: true });
  await build('unchanged, package gone', level);
  await build('level changed', level - 1);
  await pushImage(bench.registry, await withSmallLayer(images[0] as BenchImage));
  await build('one small layer changed', level);
  await clear(bench);
  return { input: inputOf(images), runs };
}

export async function memory(level: number, bench: Bench): Promise<Memory> {
  const runs: Memory['runs'][number][] = [];
  for (const [what, images] of [
    ['four images', await fourImages(bench.keep)],
    ['random bytes', [await randomImage(RANDOM_SIZE, bench.keep)]],
    ['one layer of more than 1 GiB', [await largeImage(bench.keep)]],
  ] as const) {
    const references = await pushAll(images, bench);
    const { seconds, peakOwn, peakTogether } = await runKept(references, level, bench);
    await clear(bench);
    runs.push({ what, unpacked: inputOf(images).distinct, seconds, peakOwn, peakTogether });
    bench.say(`${what}: ${Math.round(peakOwn / 1e6)} MB in ${seconds.toFixed(1)} s`);
  }
  return { runs };
}

export async function disk(level: number, bench: Bench): Promise<Disk> {
  const runs: Disk['runs'][number][] = [];
  for (const [what, images] of [
    ['four images', await fourImages(bench.keep)],
    ['random bytes', [await randomImage(RANDOM_SIZE, bench.keep)]],
  ] as const) {
    const references = await pushAll(images, bench);
    const { cacheDir, outputDir } = ourRun(references, level, bench);
    const temporary = join(bench.work, 'tmp');
    await mkdir(temporary, { recursive: true });
    const watch = watchDisk([cacheDir, outputDir, temporary]);
    const { told } = await runKept(references, level, bench, {
      env: { TMPDIR: temporary },
      onSample: watch.sample,
      sampleMs: 20,
    });
    const { debSize } = told.stats;
    const peakBeside = watch.peakBeside([cacheDir, outputDir]);
    await clear(bench);
    runs.push({ what, debSize, peakBeside });
    bench.say(`${what}: ${peakBeside} bytes beside store and output, .deb ${debSize}`);
  }
  return { runs };
}

/** Only compression: the blobs are in the store already. */
export async function curve(level: number, bench: Bench): Promise<Point> {
  const images = [await baseImage(bench.keep)];
  const references = await pushAll(images, bench);
  await runKept(references, level === 1 ? 2 : 1, bench);
  const { told, peakOwn } = await runKept(references, level, bench);
  await clear(bench);
  const { seconds, debSize } = told.stats;
  bench.say(`${seconds.layers} s, ${debSize} bytes`);
  return { input: inputOf(images), seconds: seconds.layers, debSize, peakOwn };
}

const RANDOM_SIZE = 512 * 2 ** 20;

/** @param runTheirs by default the predecessor's way */
export async function againstRival(
  images: readonly BenchImage[],
  level: number,
  bench: Bench,
  runTheirs: (run: RivalRun) => Promise<Side> = runRival,
): Promise<Pairs> {
  const references = await pushAll(images, bench);
  const rival: Side[] = [];
  const ours: OurSide[] = [];
  for (let run = 1; run <= bench.runs; run += 1) {
    const theirs = await inFolder(bench, (folder) => runTheirs({ references, level, folder }));
    const own = await oursOnce(references, level, bench);
    rival.push(theirs);
    ours.push(own);
    bench.say(`${run} of ${bench.runs}: rival ${say(theirs)}, ours ${say(own)}`);
  }
  return { input: inputOf(images), rival, ours };
}

function say({ seconds, debSize }: Side): string {
  return `${seconds.toFixed(2)} s and ${debSize} bytes`;
}

/** Gives a rival a folder, which it makes. */
export async function inFolder<T>({ work }: Bench, run: (folder: string) => Promise<T>) {
  const folder = join(work, 'rival');
  settle();
  const result = await run(folder);
  await rm(folder, { recursive: true });
  return result;
}

export async function oursOnce(
  references: readonly string[],
  level: OurRun['level'],
  bench: Bench,
): Promise<OurSide> {
  const { seconds, peakOwn, told } = await runKept(references, level, bench);
  await clear(bench);
  return { seconds, debSize: told.stats.debSize, stages: told.stats.seconds, peakOwn };
}
