import { appendFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { refusalOf } from '../errors.ts';
import type { Stats } from '../stats.ts';
import { bars } from './bars.ts';
import type { BuildResult, ImageResult, WarmResult } from './result.ts';
import { formatBytes, formatTable, markdownTable, plural } from './text.ts';

/** What a build came to, for a terminal or a log. */
export function textSummary(result: BuildResult): string {
  const { deb, stats } = result;
  const table = formatTable([HEAD, ...result.images.map((image) => row(image, label))], NUMBERS);
  return [table, '', `${deb}: ${formatBytes(stats.debSize)}`, ...totals(result)].join('\n');
}

/** The same for the job summary, with a picture of where the bytes are. */
export function markdownSummary(result: BuildResult): string {
  const { deb, images, stats } = result;
  const table = markdownTable([HEAD, ...images.map((image) => row(image, linkedLabel))], NUMBERS);
  return [
    `## ${basename(deb)}: ${formatBytes(stats.debSize)}`,
    table,
    // Text: it looks alike wherever Markdown is shown, and has no limit of its own.
    ['```text', bars(whereBytesAre(result)), '```'].join('\n'),
    totals(result)
      .map((line) => `- ${line}`)
      .join('\n'),
    '',
  ].join('\n\n');
}

/** What a job came to that made a share of the layers. */
export function warmSummary({ parts, stats }: WarmResult): string {
  return `${plural(parts, 'part')}: ${workOf(stats)}`;
}

/**
 * Adds a part to a file of Markdown, behind what other steps have written there.
 *
 * @param warn is told where it cannot be written: what it is about has succeeded or failed by itself
 */
export async function appendSummary(
  file: string | undefined,
  markdown: string | undefined,
  warn: (text: string) => void,
): Promise<void> {
  if (!file || markdown === undefined) return;
  try {
    await appendFile(file, `${markdown.trimEnd()}\n\n`);
  } catch (error) {
    warn(`${file}: the summary cannot be written: ${refusalOf(error) ?? (error as Error).message}`);
  }
}

const HEAD = [
  ...[
    'image',
    'digest',
    'in the registry',
    'in the package',
    'shared',
    'layers from caches',
    'seconds',
  ],
];
const NUMBERS = new Set([2, 3, 4, 5, 6]);

function row(image: ImageResult, name: (image: ImageResult) => string): string[] {
  return [
    name(image),
    (image.indexDigest ?? image.manifestDigest).slice('sha256:'.length, 'sha256:'.length + 12),
    formatBytes(image.registrySize),
    formatBytes(image.packageSize),
    formatBytes(image.sharedSize),
    `${image.layersReused} of ${image.layers}`,
    image.seconds.toFixed(1),
  ];
}

function label({ reference, fetchOnly }: ImageResult): string {
  return fetchOnly ? `${reference} (fetch-only)` : reference;
}

function linkedLabel(image: ImageResult): string {
  const page = image.repository === null ? undefined : pageOf(image.repository);
  const name = `\`${image.reference}\``;
  return [page ? `[${name}](${page})` : name, ...(image.fetchOnly ? ['(fetch-only)'] : [])].join(
    ' ',
  );
}

/** Where people look at a repository; of registries that have such pages for everybody. */
function pageOf(repository: string): string | undefined {
  const [, domain, path = ''] = /^([^/]+)\/(.+)$/.exec(repository) ?? [];
  if (domain === 'docker.io') {
    return path.startsWith('library/')
      ? `https://hub.docker.com/_/${path.slice('library/'.length)}`
      : `https://hub.docker.com/r/${path}`;
  }
  if (domain === 'quay.io') return `https://quay.io/repository/${path}`;
  return domain === 'ghcr.io' ? `https://ghcr.io/${path}` : undefined;
}

/** The package's bytes, each once: of layers that images share, of each image alone, and all else. */
function whereBytesAre({ images, stats }: BuildResult): [string, number][] {
  const own = images.map((image): [string, number] => [
    label(image),
    image.packageSize - image.sharedSize,
  ]);
  const parts: [string, number][] = [
    ...(stats.sharedSize > 0 ? [['shared layers', stats.sharedSize] as [string, number]] : []),
    ...own,
  ];
  const carried = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
  return [...parts, ['all else', stats.debSize - carried]];
}

function totals(result: BuildResult): string[] {
  const { stats } = result;
  const was = stats.debReused ? ', of a package that was there already: verified, not written' : '';
  return [`sha256 ${result['deb-sha256']}${was}`, ...savingOf(result), workOf(stats)];
}

function savingOf({ images, stats }: BuildResult): string[] {
  const shared = images.reduce((sum, { sharedSize }) => sum + sharedSize, 0);
  const saved = shared - stats.sharedSize;
  if (saved === 0) return [];
  const alone = images.reduce((sum, { packageSize }) => sum + packageSize, 0);
  const percent = Math.round((100 * saved) / alone);
  return [
    `layers that images share saved ${formatBytes(saved)} of ${formatBytes(alone)} (${percent} %)`,
  ];
}

function workOf({ seconds, ...stats }: Stats): string {
  const fromCache = stats.layersRestored + stats.blobsRestored > 0;
  const times = (['resolve', 'cache', 'layers', 'package'] as const)
    .filter((stage) => stage !== 'cache' || seconds.cache > 0)
    .map((stage) => `${stage} ${seconds[stage]}`);
  return [
    `${plural(stats.blobsDownloaded, 'blob')} downloaded (${formatBytes(stats.bytesDownloaded)})`,
    ...(fromCache ? [`${formatBytes(stats.bytesRestored)} from the Actions cache`] : []),
    ...(stats.entriesSaved > 0
      ? [`${plural(stats.entriesSaved, 'entry', 'entries')} saved in it`]
      : []),
    `${plural(stats.layersCompressed, 'layer')} compressed`,
    `${stats.layersReused} reused`,
    `${seconds.total} s (${times.join(', ')})`,
  ].join(', ');
}
