import { formatBytes, markdownTable } from '../src/report/text.ts';

/** What docs/scale.md assumes; bytes and seconds. */
const MODEL = {
  /** Of one layer that all images share, and of the one that each has for itself. */
  base: { blob: 25e6, unpacked: 70e6, fragment: 15e6 },
  own: { blob: 35e6, unpacked: 95e6, fragment: 21e6 },
  cores: 4,
  /** Unpacked bytes a second and core: level 19 of docs/benchmarks.md. */
  compression: 1.75e6,
  /** Unpacked bytes a second: what comes out of the cache is unpacked and hashed. */
  verification: 500e6,
  /** Bytes a second, of the registry and of the cache. */
  network: 50e6,
  disk: 200e6,
  request: 0.1,
  requestsAtOnce: 4,
  /** Until a job runs. */
  start: 20,
} as const;

/** Wall time of a build of so many images in one job, or planned, made in shares, and packaged. */
function seconds(images: number, shares: number): number {
  const { base, own, start, request, requestsAtOnce } = MODEL;
  const sum = (of: 'blob' | 'unpacked' | 'fragment') => base[of] + images * own[of];
  const ask = (requests: number) => (requests * request) / requestsAtOnce;
  const make = (unpacked: number, blob: number) =>
    Math.max(unpacked / (MODEL.cores * MODEL.compression), blob / MODEL.network);
  const write = sum('fragment') / MODEL.disk;
  if (shares === 1) return start + ask(3 * images) + make(sum('unpacked'), sum('blob')) + write;
  const plan = start + ask(3 * images);
  // No share is smaller than its largest layer.
  const part = (of: 'blob' | 'unpacked') => Math.max(sum(of) / shares, own[of]);
  const share = start + ask(3 * images) + make(part('unpacked'), part('blob'));
  const bring = Math.max(
    sum('fragment') / MODEL.network,
    sum('unpacked') / MODEL.verification,
    ask(2 * (2 * images + 1)),
  );
  return plan + share + start + bring + write;
}

function formatSeconds(value: number): string {
  return value < 120 ? `${Math.round(value)} s` : `${Math.round(value / 60)} min`;
}

const JOBS = [1, 2, 4, 8, 16, 32, 64];
const rows = [10, 100, 1000].map((images) => [
  String(images),
  formatBytes(MODEL.base.unpacked + images * MODEL.own.unpacked),
  formatBytes(MODEL.base.fragment + images * MODEL.own.fragment),
  String(2 * images + 1),
  ...JOBS.map((jobs) => formatSeconds(seconds(images, jobs))),
]);
const head = ['images', 'unpacked', 'in the cache', 'entries', ...JOBS.map(String)];
console.log(markdownTable([head, ...rows], new Set(head.keys())));
