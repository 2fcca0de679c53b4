import { distinctFragments, type Inspection } from '../deb/inspect/inspect.ts';
import type { ManifestImage } from '../deb/manifest.ts';
import { formatBytes, formatTable } from './text.ts';

/** A table for people: the package, a line an image, the problems. */
export function formatInspection(inspection: Inspection): string {
  const level = inspection.level === null ? '' : ` level ${inspection.level}`;
  const owner = inspection.user === null ? '' : ` of the user ${inspection.user}`;
  const settings = Object.entries(inspection.settings).map(([name, value]) => `${name}=${value}`);
  const rows = inspection.images.map((image) => imageRow(image, inspection.images));
  return [
    `${inspection.package} ${inspection.version} for ${inspection.architecture}, ${inspection.engine}${owner}`,
    `compression ${inspection.compression}${level}, made by ${inspection.generator}`,
    `depends on ${inspection.depends || 'nothing'}`,
    `settings ${settings.join(' ')}`,
    '',
    formatTable([HEADINGS, ...rows], NUMBERS),
    '',
    ...LEGEND,
    '',
    ...(inspection.problems.length === 0
      ? [`${formatBytes(inspection.size)} in all; every digest is right`]
      : inspection.problems.map((problem) => `problem: ${problem}`)),
    '',
  ]
    .join('\n')
    .replaceAll(CONTROL_CHARACTERS, '?');
}

/** A package of others must not steer the terminal. */
const CONTROL_CHARACTERS = /[^\P{Cc}\n]/gu;

const HEADINGS = [
  'IMAGE',
  'PLATFORM',
  'DIGEST',
  'ID',
  'ID (CONTAINERD)',
  'LAYERS',
  'SHARED',
  'SIZE',
  'UNPACKED',
  '',
];

/** Columns. */
const NUMBERS = new Set([5, 6, 7, 8]);

/** Three digests of one image look alike. */
const LEGEND = [
  'DIGEST: what the registry calls it, and a list pins it by.',
  "ID: what Podman and Docker call it; ID (CONTAINERD): what Docker's containerd store calls it.",
];

function imageRow(image: ManifestImage, all: readonly ManifestImage[]): string[] {
  const others = all.filter((other) => other !== image).flatMap((other) => other.layers);
  const layers = distinctFragments([image]).slice(1);
  const shared = layers.filter(({ file }) => others.some((other) => other.file === file));
  const size = layers.reduce((sum, layer) => sum + layer.size, image.fragment.size);
  return [
    image.reference,
    image.platform,
    short(image.indexDigest ?? image.registryManifestDigest),
    short(image.configDigest),
    short(image.archiveManifestDigest),
    String(layers.length),
    String(shared.length),
    formatBytes(size),
    formatBytes(image.unpackedSize),
    [image.pinned ? 'pinned' : '', image.fetchOnly ? 'fetch-only' : ''].filter(Boolean).join(' '),
  ];
}

/** `sha256:` and twelve digits, as engines show it. */
function short(digest: string): string {
  return digest.slice(0, digest.indexOf(':') + 13);
}
