import { BUILD_INPUTS } from '../src/inputs.ts';
import { formatAcceleration } from '../src/report/verdict.ts';
import type { BaseTimes, BootTimes } from './boot.ts';
import type { Machine } from './machine.ts';
import type { Disk, Input, Memory, OurSide, Pairs, Point, Side, Warm } from './parts.ts';

/** One measurement. */
export type Recorded =
  | Measured<'four', Pairs>
  | Measured<'one', Pairs>
  | Measured<'layer', Pairs>
  | Measured<'warm', Warm>
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
  const four = all.filter((measured) => measured.part === 'four');
  const one = all.filter((measured) => measured.part === 'one');
  const layer = all.filter((measured) => measured.part === 'layer');
  const warm = all.filter((measured) => measured.part === 'warm');
  const memory = all.filter((measured) => measured.part === 'memory');
  const disk = all.filter((measured) => measured.part === 'disk');
  const curve = all.filter((measured) => measured.part === 'curve');
  const base = all.filter((measured) => measured.part === 'base');
  const boot = all.filter((measured) => measured.part === 'boot');
  const bars = [
    ...four.flatMap((measured) => pairBars('four images', measured, { time: 0.45, size: 0.45 })),
    ...one.flatMap((measured) => pairBars('one image', measured, { time: 0.8, size: 1.02 })),
    ...layer.flatMap((measured) =>
      pairBars('one image of one layer', measured, { time: 0.8, size: 1.02 }),
    ),
    ...warm.flatMap(({ result }) => warmBars(result)),
    ...memory.flatMap(memoryBars),
    ...disk.flatMap(({ result }) => diskBars(result)),
    ...base.flatMap(({ result }) => baseBars(result)),
    ...boot.flatMap(({ result }) => bootBars(result)),
  ];
  const sections = [
    INTRODUCTION,
    section('What was promised, and what was measured', bars, barsText),
    section('Four images, three of them on one base', four, pairsText),
    section('One image', one, pairsText),
    section('One image of one layer', layer, pairsText),
    section('A run that finds the store of the last one', warm, warmText),
    section('Memory', memory, memoryText),
    section('Disk', disk, diskText),
    section('Size against time', curve, curveText),
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

/** One promise, and what came out. */
interface Bar {
  readonly what: string;
  readonly limit: number;
  readonly measured: number;
  readonly format: (value: number) => string;
}

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
  { level, result }: { readonly level: number; readonly result: Pairs },
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

function warmBars({ runs }: Warm): Bar[] {
  const of = (what: Warm['runs'][number]['what']) => runs.filter((run) => run.what === what);
  const blobs = (what: Warm['runs'][number]['what'], limit: number): Bar => ({
    what: `${what}: blobs downloaded`,
    limit,
    measured: Math.max(...of(what).map((run) => run.blobs)),
    format: String,
  });
  const compressed = (what: Warm['runs'][number]['what'], limit: number): Bar => ({
    what: `${what}: layers compressed`,
    limit,
    measured: Math.max(...of(what).map((run) => run.compressed)),
    format: String,
  });
  return [
    {
      what: 'unchanged: time',
      limit: 1.5,
      measured: median(of('unchanged').map(secondsOf)),
      format: inSeconds,
    },
    blobs('unchanged', 0),
    compressed('unchanged', 0),
    blobs('level changed', 0),
    blobs('one small layer changed', 1),
    compressed('one small layer changed', 1),
  ];
}

function memoryBars({ level, result }: { readonly level: number; readonly result: Memory }): Bar[] {
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

function pairsText(all: readonly { readonly level: number; readonly result: Pairs }[]): string {
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
  const head = ['level', 'rival', 'ours', 'ratio', 'of each pair', "rival's .deb", 'ours', 'ratio'];
  return `${inputText(all.map(({ result }) => result.input))}\n\n${table(head, rows)}`;
}

function inputText([input]: readonly Input[]): string {
  if (input === undefined) return '';
  const { images, unpacked, distinct, registry } = input;
  const once = `${megabytes(distinct)} with each layer once: ${ratio(distinct / unpacked)} of it`;
  return [
    ...images.map((about) => `- ${about}`),
    '',
    `Layers: ${megabytes(unpacked)} uncompressed${distinct === unpacked ? '' : ` (${once})`}; ` +
      `${megabytes(registry)} in the registry (gzip -6).`,
  ].join('\n');
}

function warmText(all: readonly { readonly result: Warm }[]): string {
  const rows = all.flatMap(({ result }) =>
    result.runs.map(({ what, seconds, blobs, compressed }) => [
      what,
      inSeconds(seconds),
      String(blobs),
      String(compressed),
    ]),
  );
  return table(['the four images', 'time', 'blobs downloaded', 'layers compressed'], rows);
}

function memoryText(all: readonly { readonly level: number; readonly result: Memory }[]): string {
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

function curveText(all: readonly { readonly level: number; readonly result: Point }[]): string {
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
function defaultText(all: readonly { readonly level: number; readonly result: Point }[]): string {
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

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function ratio(value: number): string {
  return value.toFixed(3);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function inSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}
