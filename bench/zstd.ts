import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Bench, settle } from './bench.ts';
import { baseImage, layeredImage, smallImages } from './images.ts';
import { type BenchLayer, readLayer } from './layers.ts';
import { take } from './process.ts';

/** Who compresses a frame; the last two are Node's own zstd. */
export type Compressor = '@mongodb-js/zstd' | 'node' | 'node, long-distance';

/** One way to compress. */
export interface Compressed {
  readonly what: string;
  readonly way: string;
  /** Wall time. */
  readonly seconds: number;
  /** Bytes. */
  readonly size: number;
  readonly peakOwn: number;
}

export interface Compressions {
  /** Bytes before. */
  readonly unpacked: number;
  readonly runs: readonly Compressed[];
}

const FRAMES = join(import.meta.dirname, 'zstd-frames.ts');

/** Node's own zstd against the library, on frames as the product cuts them. */
export async function libraries(level: number, bench: Bench): Promise<Compressions> {
  const { layers, about } = await baseImage(bench.keep);
  return withTars(layers, bench, async ([tar = '']) => {
    const runs: Compressed[] = [];
    for (let run = 1; run <= bench.runs; run += 1) {
      for (const way of ['@mongodb-js/zstd', 'node'] as const) {
        runs.push(told(bench, { what: about, way, ...(await inFrames(way, level, tar, bench)) }));
      }
    }
    return runs;
  });
}

/** What could make packages smaller: matches from far away, and a dictionary that layers share. */
export async function tries(level: number, bench: Bench): Promise<Compressions> {
  const layered = await layeredImage(bench.keep);
  const smalls = (await smallImages(20, bench.keep)).flatMap(({ layers }) => layers.slice(1));
  const far = await withTars(layered.layers, bench, async (tars) => {
    const runs: Compressed[] = [];
    const what = layered.about;
    for (const way of ['node', 'node, long-distance'] as const) {
      const frames = await sumOf(tars, (tar) => inFrames(way, level, tar, bench));
      const name = way === 'node' ? 'frames' : 'frames, long-distance matching in each';
      runs.push(told(bench, { what, way: name, ...frames }));
    }
    for (const [way, more] of [
      ['each layer as one frame', []],
      ['the same, long-distance matching over 128 MiB', ['--long=27']],
    ] as const) {
      const whole = await sumOf(tars, (tar) => zstdOf(tar, [`-${level}`, '-T0', ...more]));
      runs.push(told(bench, { what, way, ...whole }));
    }
    return runs;
  });
  const shared = await withTars(smalls, bench, async (tars) => {
    const what = `${tars.length} small layers`;
    const alone = await sumOf(tars, (tar) => zstdOf(tar, [`-${level}`]));
    const runs = [told(bench, { what, way: 'each for itself', ...alone })];
    for (const size of [112_640, 1_048_576]) {
      const dictionary = `${tars[0]}.dict`;
      const training = ['-q', '-f', '-B16384', `--maxdict=${size}`, '-o', dictionary];
      const { seconds } = await take(['zstd', '--train', ...training, ...tars]);
      const with_ = await sumOf(tars, (tar) => zstdOf(tar, [`-${level}`, '-D', dictionary]));
      const bytes = (await stat(dictionary)).size;
      await rm(dictionary);
      const way = `with a dictionary of ${bytes} bytes, trained on them and counted`;
      const total = { seconds: with_.seconds + seconds, size: with_.size + bytes };
      runs.push(told(bench, { what, way, ...with_, ...total }));
    }
    return runs;
  });
  return { unpacked: far.unpacked, runs: [...far.runs, ...shared.runs] };
}

type Measured = Pick<Compressed, 'seconds' | 'size' | 'peakOwn'>;

async function inFrames(
  way: Compressor,
  level: number,
  tar: string,
  { node }: Bench,
): Promise<Measured> {
  const { stdout, ...measured } = await take([node, FRAMES, way, String(level), tar]);
  return { ...measured, size: Number(stdout) };
}

async function zstdOf(tar: string, flags: readonly string[]): Promise<Measured> {
  const packed = `${tar}.zst`;
  const measured = await take(['zstd', '-q', ...flags, tar, '-o', packed]);
  const { size } = await stat(packed);
  await rm(packed);
  return { ...measured, size };
}

async function sumOf(tars: readonly string[], measure: (tar: string) => Promise<Measured>) {
  const sum = { seconds: 0, size: 0, peakOwn: 0 };
  for (const tar of tars) {
    const { seconds, size, peakOwn } = await measure(tar);
    sum.seconds += seconds;
    sum.size += size;
    sum.peakOwn = Math.max(sum.peakOwn, peakOwn);
  }
  return sum;
}

function told(bench: Bench, one: Compressed): Compressed {
  const { what, way, seconds, size, peakOwn } = one;
  bench.say(`${way}: ${seconds.toFixed(2)} s, ${size} bytes, ${Math.round(peakOwn / 1e6)} MB`);
  return { what, way, seconds, size, peakOwn };
}

/** Lays the uncompressed layers down for some work. */
async function withTars(
  layers: readonly BenchLayer[],
  { work }: Bench,
  measure: (tars: readonly string[]) => Promise<Compressed[]>,
): Promise<Compressions> {
  const folder = await mkdtemp(join(work, 'tars-'));
  const tars = layers.map((_, index) => join(folder, `${index}.tar`));
  for (const [index, layer] of layers.entries()) {
    await pipeline(readLayer(layer), createWriteStream(tars[index] ?? ''));
  }
  settle();
  const runs = await measure(tars);
  await rm(folder, { recursive: true });
  return { unpacked: layers.reduce((sum, { unpackedSize }) => sum + unpackedSize, 0), runs };
}
