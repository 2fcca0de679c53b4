import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { buildPackage, fragment, must } from '../__tests__/device/fixture.ts';
import { baseSystem, runScript } from '../__tests__/device/machine.ts';
import { withTempDir } from '../__tests__/support/temp.ts';
import { sha256 } from '../src/images/digest.ts';
import { fourImages } from './images.ts';

const KEEP = join(import.meta.dirname, '../.tools/bench');

const USAGE = `node bench/device-load.ts [--suite SUITE] [--engine docker|podman]… [--runs N]
  Loads three images that share a base with the engines of a Debian suite, three ways in turn: with our loader where
  the disk has room for one stream, with it where the disk has not, so that it goes image by image, and as the
  predecessor does (one docker-archive.zst each, zstd -dc | docker load), which syncs nothing; and with a sync. Beside
  them, what the engine's own work takes on an archive that lies unpacked on the disk.
  Needs root, skopeo and mmdebstrap. Prints medians and ratios.`;

/** As `fragment` compresses. */
const LEVEL = '-1';

interface Prepared {
  /** Bytes of the largest image. */
  readonly largest: number;
  /** Bytes of all layers, each once. */
  readonly all: number;
}

/** The packages and archives that device-load.sh loads, in `folder`. */
async function prepare(folder: string, engine: 'docker' | 'podman'): Promise<Prepared> {
  const images = (await fourImages(KEEP)).slice(0, 3).map(({ repository, layers }) => ({
    reference: `docker.io/${repository}:1`,
    layers: layers.map(({ blob }) => gunzipSync(blob)),
  }));
  const fragments = images.map(({ reference, layers }) => fragment(reference, layers));
  const deb = buildPackage(folder, {
    ...{ name: 'bench-images', engine, version: '1', images: fragments },
  });
  const share = join(`${deb}.tree`, 'usr/share/bench-images');
  for (const [index, { reference }] of images.entries()) {
    const pieces = [...(fragments[index]?.files.keys() ?? [])].map((name) => join(share, name));
    const layout = join(folder, `layout-${index}`);
    must('mkdir', ['-p', layout]);
    must('sh', ['-c', 'zstd -dc "$@" | tar -xC "$0"', layout, ...pieces]);
    const archive = join(folder, `rival-${index}.tar`);
    must('skopeo', [
      ...['copy', '--quiet', `oci:${layout}:${reference}`],
      `docker-archive:${archive}:${reference}`,
    ]);
    must('zstd', ['-q', '--rm', LEVEL, archive]);
    must('rm', ['-r', layout]);
  }
  const disk = join(folder, 'disk.ext4');
  must('truncate', ['-s', '6G', disk]);
  must('mkfs.ext4', ['-q', disk]);
  const size = (layers: readonly Buffer[]) => sum(layers.map(({ length }) => length));
  const distinct = new Map(
    images.flatMap(({ layers }) => layers).map((layer) => [sha256(layer), layer]),
  );
  return {
    largest: Math.max(...images.map(({ layers }) => size(layers))),
    all: size([...distinct.values()]),
  };
}

/** Less than the loader wants to be free for one stream, and more than it needs image by image. */
function tightDisk(engine: 'docker' | 'podman', { all }: Prepared): number {
  const spooled = engine === 'podman' ? 2 : 1;
  return Math.floor(1.25 * (1 + spooled) * all);
}

function report(engine: string, output: string, largest: number): void {
  const lines = output.split('\n').map((line) => line.split(' '));
  const column = (way: string, index: number) =>
    lines.filter(([name]) => name === way).map((line) => Number(line[index]));
  for (const [index, what] of [
    [1, 'time'],
    [2, 'CPU'],
  ] as const) {
    for (const rival of ['rival', 'rival_synced']) {
      // A rival's run stands behind each run of ours.
      const rivals = column(rival, index);
      console.log(`${engine}, ${what}: ${rival} ${median(rivals).toFixed(2)} s`);
      for (const [turn, way] of ['one_stream', 'image_by_image', 'engine_alone'].entries()) {
        const ours = column(way, index);
        const ratios = ours.map((spent, run) => spent / (rivals[3 * run + turn] ?? Number.NaN));
        console.log(
          `  ${way}: ${median(ours).toFixed(2)} s, ${median(ratios).toFixed(3)} of it (${ratios.map((ratio) => ratio.toFixed(3)).join(', ')})`,
        );
      }
    }
  }
  for (const [, way, own, extra] of lines.filter(([name]) => name === 'peak')) {
    console.log(
      `  ${way}: own copy ${megabytes(Number(own))}, beside it ${megabytes(Number(extra))}; largest image ${megabytes(largest)}`,
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      suite: { type: 'string', default: 'bookworm' },
      engine: { type: 'string', multiple: true, default: ['docker', 'podman'] },
      runs: { type: 'string', default: '5' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  for (const engine of values.engine as ('docker' | 'podman')[]) {
    await withTempDir(async (folder) => {
      const prepared = await prepare(folder, engine);
      const script = join(import.meta.dirname, 'device-load.sh');
      const { stdout, stderr } = runScript(baseSystem(values.suite), folder, script, [
        engine,
        values.runs,
        String(tightDisk(engine, prepared)),
      ]);
      if (!stdout.includes('image_by_image')) throw new Error(stdout + stderr);
      report(`${engine} of ${values.suite}`, stdout, prepared.largest);
    });
  }
}

await main(process.argv.slice(2));
