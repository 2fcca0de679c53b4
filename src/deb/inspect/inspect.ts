import { failure } from '../../errors.ts';
import { type ManifestImage, type PackageManifest, parseManifest } from '../manifest.ts';
import { checkPackage } from './check.ts';
import { type ReadPackage, readPackage } from './read.ts';

/** What a package holds. Can be written as JSON. */
export interface Inspection extends PackageManifest {
  readonly depends: string;
  /** Bytes of all fragments. */
  readonly size: number;
  /** One line each; empty for a package in which everything is right. */
  readonly problems: readonly string[];
}

/**
 * Reads a package whole and verifies every digest in it: damage and what does not fit together are
 * found, not whoever rewrites all of it, manifest.json and md5sums too. Against that, compare the
 * sha256 of the .deb with the one that the build printed.
 *
 * @throws UserError (failure) for what is no .deb, a damaged one, or one that this program did not make
 */
export async function inspectPackage(path: string, signal?: AbortSignal): Promise<Inspection> {
  const read = await readPackage(path, signal);
  const manifest = manifestOf(path, read);
  return {
    ...manifest,
    depends: read.fields.get('Depends') ?? '',
    size: distinctFragments(manifest.images).reduce((sum, { size }) => sum + size, 0),
    problems: checkPackage(read, manifest),
  };
}

/** A table for people: the package, a line an image, the problems. */
export function formatInspection(inspection: Inspection): string {
  const level = inspection.level === null ? '' : ` level ${inspection.level}`;
  const rows = inspection.images.map((image) => imageRow(image, inspection.images));
  return [
    `${inspection.package} ${inspection.version} for ${inspection.architecture}, ${inspection.engine}`,
    `compression ${inspection.compression}${level}, made by ${inspection.generator}`,
    `depends on ${inspection.depends || 'nothing'}`,
    '',
    ...formatTable([HEADINGS, ...rows]),
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
  'CONFIG',
  'MANIFEST',
  'LAYERS',
  'SHARED',
  'SIZE',
  'UNPACKED',
  '',
];

function imageRow(image: ManifestImage, all: readonly ManifestImage[]): string[] {
  const others = all.filter((other) => other !== image).flatMap((other) => other.layers);
  const layers = distinctFragments([image]).slice(1);
  const shared = layers.filter(({ file }) => others.some((other) => other.file === file));
  const size = layers.reduce((sum, layer) => sum + layer.size, image.fragment.size);
  return [
    image.reference,
    image.platform,
    short(image.configDigest),
    short(image.archiveManifestDigest),
    String(layers.length),
    String(shared.length),
    formatBytes(size),
    formatBytes(image.unpackedSize),
    [image.pinned ? 'pinned' : '', image.fetchOnly ? 'fetch-only' : ''].filter(Boolean).join(' '),
  ];
}

/** Every fragment once; the image fragment of a single image comes first. */
function distinctFragments(images: readonly ManifestImage[]) {
  const fragments = images.flatMap((image) => [image.fragment, ...image.layers]);
  return [...new Map(fragments.map((fragment) => [fragment.file, fragment])).values()];
}

/** `sha256:` and twelve digits, as engines show it. */
function short(digest: string): string {
  return digest.slice(0, digest.indexOf(':') + 13);
}

function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** What a package says of itself. @throws UserError (failure) for a package that is not ours */
export function manifestOf(path: string, read: ReadPackage): PackageManifest {
  if (read.manifest === undefined) {
    throw failure(`${path} was not made by container-preload: it has no manifest.json`);
  }
  try {
    return parseManifest(read.manifest);
  } catch (error) {
    throw failure(`${path}: manifest.json cannot be read: ${(error as Error).message}`);
  }
}
