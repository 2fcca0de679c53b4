import { BUILD_INPUTS } from '../src/inputs.ts';
import { formatAcceleration } from '../src/report/verdict.ts';
import type { BaseTimes, BootTimes } from './boot.ts';
import type { FreshRunner, Shares } from './caches.ts';
import type { Machine } from './machine.ts';
import type { Disk, Memory, OurSide, Pairs, Point, Side, Warm } from './parts.ts';
import type { Copy, Growth, Race } from './races.ts';
import {
  compressionsText,
  copyBars,
  copyText,
  growthBars,
  growthText,
  raceBars,
  raceText,
  runnerBars,
  runnerText,
  sharesText,
} from './report-scale.ts';
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

/** One measurement. */
export type Recorded =
  | Measured<'four', Pairs>
  | Measured<'one', Pairs>
  | Measured<'layer', Pairs>
  | Measured<'warm', Warm>
  | Measured<'rivals', Race>
  | Measured<'small', Race>
  | Measured<'large', Pairs>
  | Measured<'copy', Copy>
  | Measured<'growth', Growth>
  | Measured<'huge', Memory>
  | Measured<'runner', FreshRunner>
  | Measured<'shards', Shares>
  | Measured<'libraries', Compressions>
  | Measured<'tries', Compressions>
  | Measured<'memory', Memory>
  | Measured<'disk', Disk>
  | Measured<'curve', Point>
  | Measured<'base', BaseTimes>
  | Measured<'boot', BootTimes>;

interface Measured<Part extends string, Result> {
  readonly part: Part;
  readonly level: number;
  /** ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  readonly result: Result;
}

/** docs/benchmarks.md, of all that was measured, by rising level. */
export function formatReport(all: readonly Recorded[]): string {
  const of = <Part extends Recorded['part']>(part: Part) =>
    all.filter((measured): measured is Extract<Recorded, { part: Part }> => measured.part === part);
  const [four, one, layer, warm] = [of('four'), of('one'), of('layer'), of('warm')];
  const [rivals, small, large, growth] = [of('rivals'), of('small'), of('large'), of('growth')];
  const [memory, huge, disk, copy] = [of('memory'), of('huge'), of('disk'), of('copy')];
  const [runner, base, boot] = [of('runner'), of('base'), of('boot')];
  const bars = [
    ...four.flatMap((measured) => pairBars('four images', measured, { time: 0.42, size: 0.45 })),
    ...one.flatMap((measured) => pairBars('one image', measured, { time: 0.8, size: 1.02 })),
    ...layer.flatMap((measured) =>
      pairBars('one image of one layer', measured, { time: 0.8, size: 1.02 }),
    ),
    ...rivals.flatMap((measured) => raceBars('four images', measured)),
    ...small.flatMap((measured) => raceBars('twenty small images', measured)),
    ...large.flatMap(limitBars),
    ...warm.flatMap(warmBars),
    ...runner.flatMap(runnerBars),
    ...copy.flatMap(copyBars),
    ...growth.flatMap(growthBars),
    ...[...memory, ...huge].flatMap(memoryBars),
    ...disk.flatMap(({ result }) => diskBars(result)),
    ...base.flatMap(({ result }) => baseBars(result)),
    ...boot.flatMap(({ result }) => bootBars(result)),
  ];
  const sections = [
    INTRODUCTION,
    section('What was promised, and what was measured', bars, barsText),
    section('Four images, three of them on one base', four, (some) => pairsText(some)),
    section('One image', one, (some) => pairsText(some)),
    section('One image of one layer', layer, (some) => pairsText(some)),
    section('Every rival, four images', rivals, raceText),
    section('Every rival, twenty small images', small, raceText),
    section('One large image against its limit', large, limitText),
    section('A run that finds the store of the last one', warm, warmText),
    section('A fresh runner that finds the Actions cache', runner, runnerText),
    section('Many runners', of('shards'), sharesText),
    section('Writing the package, and finding it there', copy, copyText),
    section('Growth', growth, growthText),
    section('Memory', [...memory, ...huge], memoryText),
    section('Disk', disk, diskText),
    section('Size against time', of('curve'), curveText),
    section('Which zstd', of('libraries'), librariesText),
    section('What could make packages smaller', of('tries'), triesText),
    section('A base system for another architecture', base, baseText),
    section('A boot test', boot, bootText),
    section('Where', all, machinesText),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function section<T>(title: string, values: readonly T[], format: (some: readonly T[]) => string) {
  return values.length === 0 ? '' : `## ${title}\n\n${format(values)}`;
}

const INTRODUCTION = `# Benchmarks

Written by \`node bench/run.ts\`, which measures \`dist/cli.js\` from outside: a docker-registry on
loopback, images made of Debian packages, a fresh store for every run unless another is said.

The rival does the same work the plain way, one image after the other: \`skopeo copy\` from the registry
to \`dir:\` and from there to \`docker-archive:\`, \`zstd -T0 -LEVEL\`, and at the end one
\`dpkg-deb -Znone --build\` of the tree. Rival and container-preload run by turns, and a ratio is that of
two runs that stand side by side; the tables show medians. Neither begins before what the other wrote
is on the disk. container-preload, other than the rival, checks every digest, keeps its store for the next run,
and syncs what it writes.`;

function barsText(bars: readonly Bar[]): string {
  const rows = bars.map(({ what, limit, measured, format }) => [
    what,
    format(measured),
    format(limit),
    measured <= limit ? 'yes' : 'NO',
  ]);
  return table(['', 'measured', 'at most', 'kept'], rows);
}

function pairBars(
  what: string,
  { level, result }: AtLevel<Pairs>,
  limits: { readonly time: number; readonly size: number },
): Bar[] {
  return [
    {
      what: `${what}, level ${level}: time to the rival's`,
      limit: limits.time,
      measured: median(ratios(result, secondsOf)),
      format: ratio,
    },
    {
      what: `${what}, level ${level}: .deb to the rival's`,
      limit: limits.size,
      measured: median(ratios(result, sizeOf)),
      format: ratio,
    },
    {
      what: `${what}, level ${level}: peak memory`,
      limit: 400e6,
      measured: Math.max(...result.ours.map(({ peakOwn }) => peakOwn)),
      format: megabytes,
    },
  ];
}

function warmBars({ level, result: { runs } }: AtLevel<Warm>): Bar[] {
  type What = Warm['runs'][number]['what'];
  const of = (what: What) => runs.filter((run) => run.what === what);
  const most = (what: What, count: 'blobs' | 'compressed', limit: number): Bar => ({
    what: `${what}, level ${level}: ${count === 'blobs' ? 'blobs downloaded' : 'layers compressed'}`,
    limit,
    measured: Math.max(...of(what).map((run) => run[count])),
    format: String,
  });
  const time = (what: What) => median(of(what).map(secondsOf));
  return [
    {
      what: `unchanged, level ${level}: time`,
      limit: 1,
      measured: time('unchanged'),
      format: inSeconds,
    },
    most('unchanged', 'blobs', 0),
    most('unchanged', 'compressed', 0),
    most('level changed', 'blobs', 0),
    most('one small layer changed', 'blobs', 1),
    most('one small layer changed', 'compressed', 1),
    {
      what: `one small layer changed, level ${level}: time to that of the first run`,
      limit: 0.1,
      measured: time('one small layer changed') / time('first run'),
      format: ratio,
    },
  ];
}

/** What zstd alone needs is what nobody gets below; by level. */
const LIMITS: Readonly<Record<number, number>> = { 3: 1.25, 19: 1.1 };

function limitBars({ level, result }: AtLevel<Pairs>): Bar[] {
  return [
    {
      what: `one large image, level ${level}: time to that of zstd -T0 alone`,
      limit: LIMITS[level] ?? Number.POSITIVE_INFINITY,
      measured: median(ratios(result, secondsOf)),
      format: ratio,
    },
  ];
}

function memoryBars({ level, result }: AtLevel<Memory>): Bar[] {
  return result.runs.map(({ what, peakOwn }) => ({
    what: `${what}, level ${level}: peak memory`,
    limit: 400e6,
    measured: peakOwn,
    format: megabytes,
  }));
}

function diskBars({ runs }: Disk): Bar[] {
  return runs.map(({ what, debSize, peakBeside }) => ({
    what: `${what}: disk beside store and output, to the .deb`,
    limit: 0.05,
    measured: peakBeside / debSize,
    format: percent,
  }));
}

function baseBars({ runs }: BaseTimes): Bar[] {
  return [
    {
      what: 'arm64 base system, cold: time to that of mmdebstrap with qemu-user',
      limit: 0.15,
      measured: median(runs.map(({ cold, rival }) => cold / rival)),
      format: ratio,
    },
    {
      what: 'arm64 base system from the cache: time',
      limit: 5,
      measured: median(runs.map(({ cached }) => cached)),
      format: inSeconds,
    },
  ];
}

function bootBars(times: BootTimes): Bar[] {
  return [
    {
      what: 'boot test of a fresh device: time to a boot and the same loads by hand',
      limit: 1.25,
      measured: median(bootRatios(times)),
      format: ratio,
    },
  ];
}

function bootRatios({ verdict, bare }: BootTimes): number[] {
  return verdict.map((time, index) => time / (bare[index] ?? Number.NaN));
}

function baseText(all: readonly { readonly result: BaseTimes }[]): string {
  const rows = all.flatMap(({ result }) =>
    result.runs.map(({ cold, cached, rival }) => [
      ...[rival, cold, cached].map(inSeconds),
      ratio(cold / rival),
    ]),
  );
  return `Bookworm with Docker for arm64, made on another architecture, downloads included. mmdebstrap makes
a tarball; ours is a disk that boots, with its kernel and initrd.

${table(['mmdebstrap with qemu-user', 'ours', 'from the cache', 'ratio'], rows)}`;
}

function bootText(all: readonly { readonly result: BootTimes }[]): string {
  return all
    .map(({ result }) => {
      const { acceleration, images, verdict, bare } = result;
      const rows = verdict.map((time, index) => [
        ...[bare[index] ?? Number.NaN, time].map(inSeconds),
        ratio(bootRatios(result)[index] ?? Number.NaN),
      ]);
      return `One machine with ${formatAcceleration(acceleration)}, from power on. By hand: the boot, the package's files
unpacked, and each image given to Docker, layers once. The verdict: the boot, dpkg's installation,
the loader, and every check of every image, each of which runs.

${images.map((about) => `- ${about}`).join('\n')}

${table(['by hand', 'verdict', 'ratio'], rows)}`;
    })
    .join('\n\n');
}

function pairsText(
  all: readonly AtLevel<Pairs>[],
  heads: readonly string[] = ['rival', "rival's .deb"],
): string {
  const rows = all.map(({ level, result }) => [
    String(level),
    inSeconds(median(result.rival.map(secondsOf))),
    inSeconds(median(result.ours.map(secondsOf))),
    ratio(median(ratios(result, secondsOf))),
    ratios(result, secondsOf).map(ratio).join(', '),
    megabytes(median(result.rival.map(sizeOf))),
    megabytes(median(result.ours.map(sizeOf))),
    ratio(median(ratios(result, sizeOf))),
  ]);
  const [theirs = '', size = ''] = heads;
  const head = ['level', theirs, 'ours', 'ratio', 'of each pair', size, 'ours', 'ratio'];
  return `${inputText(all.map(({ result }) => result.input))}\n\n${table(head, rows)}`;
}

function limitText(all: readonly AtLevel<Pairs>[]): string {
  return `The limit is \`zstd -T0 -LEVEL\` over the uncompressed layers, which lie in files: nothing is downloaded,
decompressed, hashed or packaged there.

${pairsText(all, ['zstd alone', 'its output'])}`;
}

function warmText(all: readonly AtLevel<Warm>[]): string {
  const rows = all.flatMap(({ level, result }) =>
    result.runs.map(({ what, seconds, blobs, compressed }) => [
      String(level),
      what,
      inSeconds(seconds),
      String(blobs),
      String(compressed),
    ]),
  );
  return table(['level', 'the four images', 'time', 'blobs downloaded', 'layers compressed'], rows);
}

function librariesText(all: readonly AtLevel<Compressions>[]): string {
  return `Frames as the product cuts them, as many at once as there are processors: \`@mongodb-js/zstd\`, which is used,
and the whole-buffer call of Node's own zlib, each in a process of its own. The library stays: Node has
zstd from 22.15 on alone, and the product runs on Node 20; and the bytes of a fragment must not depend
on the Node that makes them, which brings a zstd of its own with every version.

${compressionsText(all)}`;
}

function triesText(all: readonly AtLevel<Compressions>[]): string {
  return `One try each, not used. Long-distance matching within a frame brings most at low levels, whose window is
smaller than the frame, and wants a parameter that \`@mongodb-js/zstd\` does not take; over a whole layer it
wants a frame as large as the layer, which bounds neither memory nor time here, and 128 MiB of memory on
the device. A dictionary would have to be on the device before the first layer, and \`zstd -dc\` over several
fragments takes one dictionary alone: what is cached for one package would be of no use to another.

${compressionsText(all)}`;
}

function memoryText(all: readonly AtLevel<Memory>[]): string {
  const rows = all.flatMap(({ level, result }) =>
    result.runs.map(({ what, unpacked, seconds, peakOwn, peakTogether }) => [
      what,
      String(level),
      megabytes(unpacked),
      inSeconds(seconds),
      megabytes(peakOwn),
      megabytes(peakTogether),
    ]),
  );
  const head = ['', 'level', 'uncompressed', 'time', 'peak of the process', 'with skopeo'];
  return `The peak is VmHWM of /proc/PID/status. With skopeo: the largest sum of the resident sets of the process
and all that it started, sampled ten times a second.

${table(head, rows)}`;
}

function diskText(all: readonly { readonly result: Disk }[]): string {
  const rows = all.flatMap(({ result }) =>
    result.runs.map(({ what, debSize, peakBeside }) => [
      what,
      megabytes(debSize),
      megabytes(peakBeside),
      percent(peakBeside / debSize),
    ]),
  );
  return `The most bytes at one moment in files that end neither in the store nor as the package: all files below
the store, the output folder and TMPDIR, and those open for writing anywhere else.

${table(['', '.deb', 'beside store and output', 'share'], rows)}`;
}

function curveText(all: readonly AtLevel<Point>[]): string {
  const smallest = Math.min(...all.map(({ result }) => result.debSize));
  const rows = all.map(({ level, result }) => [
    String(level),
    inSeconds(result.seconds),
    megabytes(result.debSize),
    percent(result.debSize / smallest - 1),
    megabytes(result.peakOwn),
  ]);
  const head = ['level', 'time to compress', '.deb', 'above the smallest', 'peak memory'];
  return `${inputText(all.map(({ result }) => result.input))} The blobs are in the store already.

${table(head, rows)}

${defaultText(all)}`;
}

/** What the next lower and the next higher level would cost or bring. */
function defaultText(all: readonly AtLevel<Point>[]): string {
  const chosen = all.findIndex(({ level }) => level === DEFAULT_LEVEL);
  const own = all[chosen];
  if (own === undefined) return '';
  const compare = (other: (typeof all)[number] | undefined) =>
    other === undefined
      ? []
      : [
          `level ${other.level} takes ${ratio(other.result.seconds / own.result.seconds)} of its time ` +
            `and makes ${ratio(other.result.debSize / own.result.debSize)} of its size`,
        ];
  const beside = [all[chosen - 1], all[chosen + 1]].flatMap(compare);
  return `The default is level ${DEFAULT_LEVEL}: ${beside.join('; ')}.`;
}

const DEFAULT_LEVEL = Number(BUILD_INPUTS.level.default);

function machinesText(all: readonly Recorded[]): string {
  const rows = all.map(({ part, level, date, machine }) => {
    const { processor, cores, memory, versions } = machine;
    return [
      `${part}, level ${level}`,
      date.slice(0, 16).replace('T', ' '),
      `${processor}, ${cores} cores, ${Math.round(memory / 1e9)} GB`,
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ];
  });
  return table(['part', 'when (UTC)', 'machine', 'versions'], rows);
}

function secondsOf({ seconds }: { readonly seconds: number }): number {
  return seconds;
}

function sizeOf({ debSize }: { readonly debSize: number }): number {
  return debSize;
}

function ratios({ ours, rival }: Pairs, of: (side: Side | OurSide) => number): number[] {
  return ours.map((own, index) => of(own) / of(rival[index] as Side));
}
