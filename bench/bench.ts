import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registry } from '../__tests__/support/registry.ts';
import { type BenchImage, distinct, pushImage, unpackedSize } from './images.ts';
import { type OurRun, runOurs, type Told } from './ours.ts';
import type { Taken, TakeOptions } from './process.ts';

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

/** A run that finds the store of the last one, until `clear`. */
export async function runKept(
  references: readonly string[],
  level: OurRun['level'],
  bench: Bench,
  options: TakeOptions = {},
): Promise<Taken & { readonly told: Told }> {
  settle();
  return runOurs(ourRun(references, level, bench), options);
}

export function ourRun(
  references: readonly string[],
  level: OurRun['level'],
  bench: Bench,
): OurRun {
  const { work, program, node } = bench;
  const [cacheDir, outputDir] = [join(work, 'cache'), join(work, 'output')];
  return { references, level, cacheDir, outputDir, program, node };
}

export async function clear({ work }: Bench): Promise<void> {
  for (const name of ['cache', 'output']) {
    await rm(join(work, name), { recursive: true, force: true });
  }
}

/** What one run has left to be written must not slow down the next one. */
export function settle(): void {
  execFileSync('sync');
}

export async function pushAll(
  images: readonly BenchImage[],
  { registry }: Bench,
): Promise<string[]> {
  const references: string[] = [];
  for (const image of images) references.push(await pushImage(registry, image));
  return references;
}

export function inputOf(images: readonly BenchImage[]): Input {
  const all = images.flatMap(({ layers }) => layers);
  return {
    images: images.map(({ about }) => about),
    unpacked: unpackedSize(all),
    distinct: unpackedSize(distinct(all)),
    registry: distinct(all).reduce((sum, { blob }) => sum + blob.length, 0),
  };
}
