import type { Machine } from './machine.ts';
import type {
  CurveResult,
  DiskResult,
  Input,
  MemoryResult,
  OurSide,
  Pairs,
  PairsResult,
  Side,
  WarmResult,
} from './parts.ts';

export interface Recorded<Result> {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  readonly result: Result;
}

/** What was measured so far; a part that was not run is not there. */
export interface Results {
  readonly four?: Recorded<PairsResult>;
  readonly one?: Recorded<PairsResult>;
  readonly warm?: Recorded<WarmResult>;
  readonly memory?: Recorded<MemoryResult>;
  readonly disk?: Recorded<DiskResult>;
  readonly curve?: Recorded<CurveResult>;
}

/** docs/benchmarks.md, of all that was measured. */
export function formatReport(results: Results): string {
  const { four, one, warm, memory, disk, curve } = results;
  return [
    INTRODUCTION,
    bars(results),
    ...(four ? [`## Four images, three of them on one base\n\n${pairsText(four)}`] : []),
    ...(one ? [`## One image alone\n\n${pairsText(one)}`] : []),
    ...(warm ? [warmText(warm)] : []),
    ...(memory ? [memoryText(memory)] : []),
    ...(disk ? [diskText(disk)] : []),
    ...(curve ? [curveText(curve)] : []),
    machines(results),
  ].join('\n\n');
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

function bars({ four, one, warm, memory, disk }: Results): string {
  const all = [
    ...pairBars('four images', four?.result, { time: 0.45, size: 0.45 }),
    ...pairBars('one image', one?.result, { time: 0.8, size: 1.02 }),
    ...(warm ? warmBars(warm.result) : []),
    ...(memory?.result.peaks ?? []).map(
      ({ what, level, peakOwn }): Bar => ({
        what: `peak memory, ${what}, level ${level}`,
        limit: 400e6,
        measured: peakOwn,
        format: megabytes,
      }),
    ),
    ...(disk?.result.runs ?? []).map(
      ({ what, debSize, peakBeside }): Bar => ({
        what: `disk beside store and output, ${what}, to the output`,
        limit: 0.05,
        measured: peakBeside / debSize,
        format: percent,
      }),
    ),
  ];
  const rows = all.map(({ what, limit, measured, format }) => [
    what,
    format(measured),
    format(limit),
    measured <= limit ? 'yes' : 'NO',
  ]);
  return `## What was promised, and what was measured\n\n${table(['', 'measured', 'at most', 'kept'], rows)}`;
}

function pairBars(
  what: string,
  result: PairsResult | undefined,
  limits: { readonly time: number; readonly size: number },
): Bar[] {
  return (result?.levels ?? []).flatMap((pairs): Bar[] => [
    {
      what: `${what}, level ${pairs.level}: time to the rival's`,
      limit: limits.time,
      measured: median(ratios(pairs, ({ seconds }) => seconds)),
      format: ratio,
    },
    {
      what: `${what}, level ${pairs.level}: .deb to the rival's`,
      limit: limits.size,
      measured: median(ratios(pairs, ({ debSize }) => debSize)),
      format: ratio,
    },
  ]);
}

function warmBars({ work }: WarmResult): Bar[] {
  const again = work.filter(({ what }) => what === 'unchanged');
  const count = (what: string, limit: number, measured: number): Bar => {
    return { what, limit, measured, format: String };
  };
  const level = work.find(({ what }) => what === 'level changed');
  const small = work.find(({ what }) => what.startsWith('one small layer'));
  return [
    {
      what: 'unchanged second run',
      limit: 1.5,
      measured: median(again.map(({ seconds }) => seconds)),
      format: inSeconds,
    },
    count('unchanged: blobs downloaded', 0, Math.max(...again.map(({ blobs }) => blobs))),
    count('unchanged: layers compressed', 0, Math.max(...again.map((run) => run.compressed))),
    ...(level ? [count('level changed: blobs downloaded', 0, level.blobs)] : []),
    ...(small
      ? [
          count('one small layer changed: blobs downloaded', 1, small.blobs),
          count('one small layer changed: layers compressed', 1, small.compressed),
        ]
      : []),
  ];
}

function pairsText({ result: { input, levels } }: Recorded<PairsResult>): string {
  const rows = levels.map((pairs) => [
    String(pairs.level),
    String(pairs.ours.length),
    inSeconds(median(pairs.rival.map(({ seconds }) => seconds))),
    inSeconds(median(pairs.ours.map(({ seconds }) => seconds))),
    ratio(median(ratios(pairs, ({ seconds }) => seconds))),
    ratios(pairs, ({ seconds }) => seconds)
      .map(ratio)
      .join(', '),
    megabytes(median(pairs.rival.map(({ debSize }) => debSize))),
    megabytes(median(pairs.ours.map(({ debSize }) => debSize))),
    ratio(median(ratios(pairs, ({ debSize }) => debSize))),
  ]);
  const head = ['level', 'pairs', 'rival', 'ours', 'ratio', 'of each pair'];
  return `${inputText(input)}\n\n${table([...head, "rival's .deb", 'our .deb', 'ratio'], rows)}`;
}

function inputText({ images, unpacked, distinct, registry }: Input): string {
  const share = ratio(distinct / unpacked);
  const once =
    distinct === unpacked ? '' : ` (${megabytes(distinct)} with each layer once: ${share} of it)`;
  return [
    ...images.map((about) => `- ${about}`),
    '',
    `Layers: ${megabytes(unpacked)} uncompressed${once}; ${megabytes(registry)} in the registry (gzip -6).`,
  ].join('\n');
}

function warmText({ result: { work } }: Recorded<WarmResult>): string {
  const rows = work.map(({ what, seconds, blobs, compressed }) => [
    what,
    inSeconds(seconds),
    String(blobs),
    String(compressed),
  ]);
  const head = ['the four images again', 'time', 'blobs downloaded', 'layers compressed'];
  return `## A run that finds the store of the last one\n\n${table(head, rows)}`;
}

function memoryText({ result: { peaks } }: Recorded<MemoryResult>): string {
  const rows = peaks.map(({ what, level, unpacked, seconds, peakOwn, peakTogether }) => [
    what,
    String(level),
    megabytes(unpacked),
    inSeconds(seconds),
    megabytes(peakOwn),
    megabytes(peakTogether),
  ]);
  const head = ['images', 'level', 'uncompressed', 'time', 'peak of the process', 'with skopeo'];
  return `## Memory\n\nThe peak is VmHWM of /proc/PID/status; with skopeo: the largest sum of resident sets of the process and all that it had started, sampled.\n\n${table(head, rows)}`;
}

function diskText({ result: { runs } }: Recorded<DiskResult>): string {
  const rows = runs.map(({ what, debSize, peakBeside }) => [
    what,
    megabytes(debSize),
    megabytes(peakBeside),
    percent(peakBeside / debSize),
  ]);
  const head = ['images', '.deb', 'beside store and output', 'share'];
  return `## Disk\n\nThe most bytes at one moment in files that end neither in the store nor as the package: all below the store, the output folder and TMPDIR, and files open for writing anywhere else.\n\n${table(head, rows)}`;
}

function curveText({ result: { input, points } }: Recorded<CurveResult>): string {
  const smallest = Math.min(...points.map(({ debSize }) => debSize));
  const rows = points.map(({ level, seconds, debSize, peakOwn }) => [
    String(level),
    inSeconds(seconds),
    megabytes(debSize),
    percent(debSize / smallest - 1),
    megabytes(peakOwn),
  ]);
  const head = ['level', 'time to compress', '.deb', 'above the smallest', 'peak memory'];
  return `## Size against time\n\n${inputText(input)}\n\n${table(head, rows)}`;
}

function machines(results: Results): string {
  const rows = Object.entries(results).map(([part, recorded]) => {
    const { date, machine } = recorded as Recorded<unknown>;
    const versions = Object.entries(machine.versions).map(
      ([name, version]) => `${name} ${version}`,
    );
    const memory = `${Math.round(machine.memory / 1e9)} GB`;
    return [
      part,
      date.slice(0, 16).replace('T', ' '),
      `${machine.processor}, ${machine.cores} cores, ${memory}`,
      versions.join(', '),
    ];
  });
  return `## Where\n\n${table(['part', 'when (UTC)', 'machine', 'versions'], rows)}\n`;
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
