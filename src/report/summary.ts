import type { Stats } from '../stats.ts';
import type { BuildResult, WarmResult } from './result.ts';
import { formatBytes, formatTable, markdownTable } from './text.ts';

/** What a build came to, for a terminal or a log. */
export function textSummary(result: BuildResult): string {
  return [formatTable(rows(result), NUMBERS), '', ...totals(result)].join('\n');
}

/** The same for the job summary. */
export function markdownSummary(result: BuildResult): string {
  const [first, ...others] = totals(result);
  return [`### ${first}`, '', markdownTable(rows(result), NUMBERS), '', ...others].join('\n');
}

const NUMBERS = new Set([2, 3, 4, 5]);

function rows({ images }: BuildResult): string[][] {
  const head = ['image', 'image ID', 'layers', 'in the registry', 'in the package', 'shared'];
  const body = images.map((image) => [
    image.fetchOnly ? `${image.reference} (fetch-only)` : image.reference,
    image.configDigest.slice('sha256:'.length, 'sha256:'.length + 12),
    String(image.layers),
    formatBytes(image.registrySize),
    formatBytes(image.packageSize),
    formatBytes(image.sharedSize),
  ]);
  return [head, ...body];
}

function totals({ deb, stats, ...result }: BuildResult): string[] {
  return [`${deb}: ${formatBytes(stats.debSize)}`, `sha256 ${result['deb-sha256']}`, workOf(stats)];
}

/** What a job came to that made a share of the layers. */
export function warmSummary({ parts, stats }: WarmResult): string {
  return `${parts} parts: ${workOf(stats)}`;
}

function workOf({ seconds, ...stats }: Stats): string {
  const fromCache = stats.layersRestored + stats.blobsRestored > 0;
  const times = (['resolve', 'cache', 'layers', 'package'] as const)
    .filter((stage) => stage !== 'cache' || seconds.cache > 0)
    .map((stage) => `${stage} ${seconds[stage]}`);
  return [
    `${stats.blobsDownloaded} blobs downloaded (${formatBytes(stats.bytesDownloaded)})`,
    ...(fromCache ? [`${formatBytes(stats.bytesRestored)} from the Actions cache`] : []),
    ...(stats.entriesSaved > 0 ? [`${stats.entriesSaved} entries saved in it`] : []),
    `${stats.layersCompressed} layers compressed`,
    `${stats.layersReused} reused`,
    `${seconds.total} s (${times.join(', ')})`,
  ].join(', ');
}
