import { type FreshRunner, type JobRun, type Shares, wallOf } from './caches.ts';
import type { Copy, Growth, Race } from './races.ts';
import type { Delivered } from './rivals.ts';
import {
  type AtLevel,
  type Bar,
  inputText,
  inSeconds,
  median,
  megabytes,
  percent,
  ratio,
  table,
} from './text.ts';
import type { Compressions } from './zstd.ts';

type Way = Race['ways'][number];

export function raceBars(what: string, { level, result: { ways } }: AtLevel<Race>): Bar[] {
  const rivals = ways.filter(({ whose }) => whose === 'rival');
  const alike = (compresses: boolean) => rivals.filter((way) => way.compresses === compresses);
  const [packed, original] = [true, false].map((compresses) =>
    ways.find((way) => way.whose === 'ours' && way.compresses === compresses),
  ) as [Way, Way];
  const bar = (about: string, limit: number, own: Way, others: Way[], of: keyof Delivered) => ({
    what: `${what}, ${about}`,
    limit,
    measured: againstBest(own, others, of),
    format: ratio,
  });
  return [
    bar(
      `level ${level}: time to the best rival's that compresses`,
      0.8,
      packed,
      alike(true),
      'seconds',
    ),
    bar('original: time to that of oci-archive', 0.8, original, alike(false), 'seconds'),
    bar(`level ${level}: time to the best rival's of all`, 0.8, packed, rivals, 'seconds'),
    bar(`level ${level}: size to the best rival's of all`, 1, packed, rivals, 'size'),
  ];
}

/** The median over the turns of ours to the best of the others. */
function againstBest(own: Way, others: readonly Way[], of: keyof Delivered): number {
  const best = (turn: number) =>
    Math.min(...others.map(({ runs }) => runs[turn]?.[of] ?? Number.NaN));
  return median(own.runs.map((run, turn) => run[of] / best(turn)));
}

export function raceText(all: readonly AtLevel<Race>[]): string {
  const rows = all.flatMap(({ level, result: { ways } }) => {
    const packed = ways.find(({ whose, compresses }) => whose === 'ours' && compresses) as Way;
    return ways.map((way) => [
      String(level),
      way.way,
      inSeconds(median(way.runs.map(({ seconds }) => seconds))),
      megabytes(median(way.runs.map(({ size }) => size))),
      ratio(againstBest(packed, [way], 'seconds')),
      ratio(againstBest(packed, [way], 'size')),
    ]);
  });
  return `${inputText(all.map(({ result }) => result.input))}

All ways by turns, everything cold. An oci-archive and \`compression: original\` carry the registry's own
layers and compress nothing, whatever the level: they stand against each other. podman's archive and
the oci-archives are counted as they are, without a Debian package around them.

${table(['level', 'way', 'time', 'size', 'our time at the level, to it', 'our size'], rows)}`;
}

export function growthBars({ level, result }: AtLevel<Growth>): Bar[] {
  return [
    {
      what: `1, 2, 4 and 8 images without shared layers, level ${level}: farthest from a straight line`,
      limit: 0.1,
      measured: Math.max(...growthOf(result).map(({ off }) => Math.abs(off))),
      format: percent,
    },
  ];
}

/** Medians, and how far each is from the line of least squares through all, as a share of it. */
function growthOf({ runs }: Growth) {
  const counts = [...new Set(runs.map(({ images }) => images))];
  const points = counts.map((images) => ({
    images,
    seconds: median(runs.filter((run) => run.images === images).map(({ seconds }) => seconds)),
  }));
  const mean = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(({ images }) => images), mean(({ seconds }) => seconds)];
  const slope =
    mean(({ images, seconds }) => (images - x) * (seconds - y)) /
    mean(({ images }) => (images - x) ** 2);
  return points.map(({ images, seconds }) => {
    const line = y + slope * (images - x);
    return { images, seconds, line, off: seconds / line - 1 };
  });
}

export function growthText(all: readonly AtLevel<Growth>[]): string {
  const rows = all.flatMap(({ level, result }) =>
    growthOf(result).map(({ images, seconds, line, off }) => [
      ...[String(level), String(images), inSeconds(seconds), inSeconds(seconds / images)],
      ...[inSeconds(line), percent(off)],
    ]),
  );
  const size = all[0]?.result.size ?? 0;
  return `Each image has one layer of ${megabytes(size)}, cut from the large image so that all have the same mixture.

${table(['level', 'images', 'time', 'an image', 'on the line', 'off it'], rows)}`;
}

export function copyBars({ result }: AtLevel<Copy>): Bar[] {
  return [
    {
      what: 'a package that is there: time to verify it, to that of writing it',
      limit: 1,
      measured: median(result.verified) / median(result.written),
      format: ratio,
    },
  ];
}

export function copyText(all: readonly AtLevel<Copy>[]): string {
  const rows = all.map(({ result: { debSize, written, verified } }) => [
    megabytes(debSize),
    inSeconds(median(written)),
    inSeconds(median(verified)),
    ratio(median(verified) / median(written)),
  ]);
  return `The large image, all of it in the store. Writing copies every fragment once, hashes it and the package, and
syncs. Where the same package is in the output folder, its parts are hashed and compared, and nothing
is written.

${table(['.deb', 'written', 'verified', 'ratio'], rows)}`;
}

export function runnerBars({ level, result: { pairs } }: AtLevel<FreshRunner>): Bar[] {
  const most = (of: (job: JobRun) => number | undefined) =>
    Math.max(...pairs.map(({ warm }) => of(warm) ?? Number.NaN));
  const what = `fresh runner with the Actions cache, level ${level}`;
  return [
    {
      what: `${what}: time to the first run's`,
      limit: 0.25,
      measured: runnerRatio(pairs),
      format: ratio,
    },
    {
      what: `${what}: blobs downloaded`,
      limit: 0,
      measured: most(({ stats }) => stats.blobsDownloaded),
      format: String,
    },
    {
      what: `${what}: layers compressed`,
      limit: 0,
      measured: most(({ stats }) => stats.layersCompressed),
      format: String,
    },
  ];
}

function runnerRatio(pairs: FreshRunner['pairs']): number {
  return median(pairs.map(({ cold, warm }) => warm.seconds / cold.seconds));
}

export function runnerText(all: readonly AtLevel<FreshRunner>[]): string {
  const rows = all.map(({ level, result: { pairs, kept } }) => [
    String(level),
    inSeconds(median(pairs.map(({ cold }) => cold.seconds))),
    inSeconds(median(pairs.map(({ warm }) => warm.seconds))),
    ratio(runnerRatio(pairs)),
    String(pairs[0]?.warm.requests),
    megabytes(kept),
  ]);
  return `\`dist/main.js\` as GitHub runs it, with the four images; registry and cache service on loopback. The second
job has an empty store.

${table(['level', 'first run', 'fresh runner', 'ratio', 'requests to the cache', 'in the cache'], rows)}`;
}

export function sharesText(all: readonly AtLevel<Shares>[]): string {
  const rows = all.flatMap(({ level, result: { runs } }) => {
    const [one] = runs;
    return runs.map((run) => {
      const { shares, packaging } = run;
      const jobs = [...shares, packaging];
      const sum = (of: (job: JobRun) => number) => jobs.reduce((total, job) => total + of(job), 0);
      return [
        String(level),
        shares.length === 0 ? 'one job' : String(shares.length),
        inSeconds(wallOf(run) - packaging.seconds),
        inSeconds(packaging.seconds),
        inSeconds(wallOf(run)),
        String(packaging.stats.layersCompressed),
        String(sum(({ requests }) => requests)),
        megabytes(sum(({ uploaded }) => uploaded)),
        megabytes(sum(({ downloaded }) => downloaded)),
        ratio(wallOf(run) / (one ? wallOf(one) : Number.NaN)),
      ];
    });
  });
  const head = ['level', 'shares', 'longest', 'packaging', 'wall', 'compressed there', 'requests'];
  return `Twenty small images on one base, one thread of compression a job ([scale](scale.md)). Every job has the
machine for itself, one after the other, as each has a runner; the wall time is that of the longest
share and of the job that packages.

${table([...head, 'to the cache', 'from it', 'to one job'], rows)}`;
}

/** Medians of what was done the same way. */
export function compressionsText(all: readonly AtLevel<Compressions>[]): string {
  const rows = all.flatMap(({ level, result: { runs } }) => {
    const nameOf = ({ what, way }: (typeof runs)[number]) => `${what}\0${way}`;
    return [...new Set(runs.map(nameOf))].map((name) => {
      const same = runs.filter((run) => nameOf(run) === name);
      return [
        String(level),
        same[0]?.what ?? '',
        same[0]?.way ?? '',
        inSeconds(median(same.map(({ seconds }) => seconds))),
        megabytes(median(same.map(({ size }) => size))),
        peakText(Math.max(...same.map(({ peakOwn }) => peakOwn))),
      ];
    });
  });
  return table(['level', 'content', 'way', 'time', 'size', 'peak memory'], rows);
}

/** Programs that end sooner than they are looked at have none. */
function peakText(bytes: number): string {
  return bytes === 0 ? '' : megabytes(bytes);
}
