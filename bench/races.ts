import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Bench, clear, type Input, inputOf, ourRun, pushAll, runKept } from './bench.ts';
import {
  type BenchImage,
  equalImages,
  fourImages,
  hugeImage,
  largeImage,
  smallImages,
} from './images.ts';
import { readLayer } from './layers.ts';
import { type OurRun, runOurs } from './ours.ts';
import { againstRival, inFolder, type Memory, oursOnce, type Pairs } from './parts.ts';
import { take } from './process.ts';
import { zstdArgv } from './rival.ts';
import { type Delivered, RIVALS } from './rivals.ts';

/** Several ways by turns: the n-th runs of all stand side by side. */
export interface Race {
  readonly input: Input;
  readonly ways: readonly {
    readonly way: string;
    readonly whose: 'rival' | 'ours';
    /** Whether it compresses at the level, or carries what the registry has. */
    readonly compresses: boolean;
    readonly runs: readonly Delivered[];
  }[];
}

/** What it takes to write the same package again, and to find that it is there. */
export interface Copy {
  readonly debSize: number;
  /** Seconds of the stage that writes the package. */
  readonly written: readonly number[];
  readonly verified: readonly number[];
}

/** Cold runs over images of one size that share nothing. */
export interface Growth {
  /** Bytes of one image's layer. */
  readonly size: number;
  readonly runs: readonly { readonly images: number; readonly seconds: number }[];
}

export async function rivals(level: number, bench: Bench): Promise<Race> {
  return race(await fourImages(bench.keep), level, bench);
}

export async function small(level: number, bench: Bench): Promise<Race> {
  return race(await smallImages(20, bench.keep), level, bench);
}

async function race(images: readonly BenchImage[], level: number, bench: Bench): Promise<Race> {
  const references = await pushAll(images, bench);
  const ours = async (form: OurRun['level']): Promise<Delivered> => {
    const { seconds, debSize } = await oursOnce(references, form, bench);
    return { seconds, size: debSize };
  };
  const contenders = [
    ...Object.entries(RIVALS).map(([way, { run, compresses }]) => ({
      ...({ way, whose: 'rival', compresses } as const),
      once: () => inFolder(bench, (folder) => run({ references, level, folder })),
    })),
    { way: 'container-preload', whose: 'ours', compresses: true, once: () => ours(level) } as const,
    {
      ...({ way: 'container-preload, original', whose: 'ours', compresses: false } as const),
      once: () => ours('original'),
    },
  ];
  const ways = contenders.map(({ once, ...about }) => ({
    ...about,
    once,
    runs: [] as Delivered[],
  }));
  for (let run = 1; run <= bench.runs; run += 1) {
    for (const { way, once, runs } of ways) {
      const one = await once();
      runs.push(one);
      bench.say(`${run} of ${bench.runs}: ${way}: ${one.seconds.toFixed(2)} s, ${one.size} bytes`);
    }
  }
  return { input: inputOf(images), ways: ways.map(({ once: _, ...measured }) => measured) };
}

/** Against the limit: zstd over the uncompressed layers, which are there already. */
export async function large(level: number, bench: Bench): Promise<Pairs> {
  const image = await largeImage(bench.keep);
  const tars = join(bench.work, 'tars');
  await mkdir(tars);
  const files = await Promise.all(
    image.layers.map(async (layer, index) => {
      const file = join(tars, `${index}.tar`);
      await pipeline(readLayer(layer), createWriteStream(file));
      return file;
    }),
  );
  const pairs = await againstRival([image], level, bench, async ({ folder }) => {
    await mkdir(folder);
    const began = performance.now();
    const packed = files.map((_, index) => join(folder, `${index}.zst`));
    for (const [index, file] of files.entries()) {
      await take(zstdArgv(level, file, packed[index] ?? ''));
    }
    const seconds = (performance.now() - began) / 1000;
    const sizes = await Promise.all(packed.map(async (file) => (await stat(file)).size));
    return { seconds, debSize: sizes.reduce((sum, size) => sum + size, 0) };
  });
  await rm(tars, { recursive: true });
  return pairs;
}

/** All is in the store: only the package is made. */
export async function copy(level: number, bench: Bench): Promise<Copy> {
  const references = await pushAll([await largeImage(bench.keep)], bench);
  const output = join(bench.work, 'output');
  const [written, verified]: [number[], number[]] = [[], []];
  let { told } = await runKept(references, level, bench);
  for (let run = 1; run <= bench.runs; run += 1) {
    await rm(output, { recursive: true });
    ({ told } = await runKept(references, level, bench));
    if (told.stats.debReused) throw new Error('a package that was gone was reused');
    written.push(told.stats.seconds.package);
    ({ told } = await runKept(references, level, bench));
    if (!told.stats.debReused) throw new Error('a package that was there was written');
    verified.push(told.stats.seconds.package);
    bench.say(`written in ${written.at(-1)} s, verified in ${verified.at(-1)} s`);
  }
  await clear(bench);
  return { debSize: told.stats.debSize, written, verified };
}

const GROWTH = [1, 2, 4, 8];

export async function growth(level: number, bench: Bench): Promise<Growth> {
  const images = await equalImages(Math.max(...GROWTH), bench.keep);
  const references = await pushAll(images, bench);
  const runs: Growth['runs'][number][] = [];
  for (let run = 1; run <= bench.runs; run += 1) {
    for (const count of GROWTH) {
      const { seconds } = await oursOnce(references.slice(0, count), level, bench);
      runs.push({ images: count, seconds });
      bench.say(`${count}: ${seconds.toFixed(2)} s`);
    }
  }
  return { size: images[0]?.layers[0]?.unpackedSize ?? 0, runs };
}

/** An image of more than 4 GB, with two jobs. */
export async function huge(level: number, bench: Bench): Promise<Memory> {
  const image = await hugeImage(bench.keep);
  const references = await pushAll([image], bench);
  const { seconds, peakOwn, peakTogether } = await runOurs({
    ...ourRun(references, level, bench),
    jobs: 2,
  });
  await clear(bench);
  bench.say(`${Math.round(peakOwn / 1e6)} MB in ${seconds.toFixed(1)} s`);
  const { distinct: unpacked } = inputOf([image]);
  const what = 'one image of more than 4 GB, two jobs';
  return { runs: [{ what, unpacked, seconds, peakOwn, peakTogether }] };
}
