import { type Description, parseDepends, parseDescription } from './fields.ts';
import type { PackageSpec } from './types.ts';

/** A file of the data member, as md5sums and Installed-Size need it. */
export interface SizedFile {
  /** Without a leading slash: `usr/lib/NAME/load`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly md5: string;
}

/** The paragraph of DEBIAN/control. `installedSize` in KiB. @throws UserError (usage) */
export function formatControl(spec: PackageSpec, installedSize: number): string {
  const depends = parseDepends(spec.depends, spec);
  return [
    `Package: ${spec.name}`,
    `Version: ${spec.version}`,
    `Architecture: ${spec.architecture}`,
    `Maintainer: ${spec.maintainer}`,
    `Installed-Size: ${installedSize}`,
    ...(depends === '' ? [] : [`Depends: ${depends}`]),
    `Section: ${spec.section}`,
    'Priority: optional',
    ...formatDescription(parseDescription(spec.description), spec),
    '',
  ].join('\n');
}

/**
 * KiB, as dpkg-gencontrol(1) counts: every file rounded up to KiB, every folder 1 (policy, 5.6.20).
 *
 * @param sizes bytes of the files
 * @param folders how many, the root too
 */
export function installedSize(sizes: readonly number[], folders: number): number {
  return sizes.reduce((sum, size) => sum + Math.ceil(size / 1024), folders);
}

/** DEBIAN/md5sums: every file that is no conffile, sorted by its path as C does. */
export function formatMd5sums(files: readonly SizedFile[], conffiles: readonly string[]): string {
  return files
    .filter((file) => !conffiles.includes(file.path))
    .toSorted((a, b) => comparePaths(a.path, b.path))
    .map((file) => `${file.md5}  ${file.path}\n`)
    .join('');
}

/** What `sha256sum -c` reads: every fragment once, sorted by its name. */
export function formatSha256sums(
  fragments: readonly { readonly name: string; readonly sha256: string }[],
): string {
  const lines = fragments.map(({ name, sha256 }) => `${sha256}  ${name}\n`);
  return [...new Set(lines)].toSorted((a, b) => comparePaths(a.slice(66), b.slice(66))).join('');
}

/** DEBIAN/conffiles. */
export function formatConffiles(conffiles: readonly string[]): string {
  return conffiles
    .toSorted(comparePaths)
    .map((path) => `/${path}\n`)
    .join('');
}

/** Byte order, whatever the locale. */
export function comparePaths(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Lines of an extended description stay below 80 columns with their leading space. */
const WIDTH = 78;
/** Image names in the description: apt and its front ends show it whole. */
const NAMED_IMAGES = 20;

function formatDescription({ synopsis, extended }: Description, spec: PackageSpec): string[] {
  const lines = [
    ...extended.flatMap(wrap),
    ...(extended.length > 0 ? [''] : []),
    ...aboutImages(spec),
  ];
  const folded = lines.map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`));
  return [`Description: ${synopsis}`, ...folded];
}

function aboutImages(spec: PackageSpec): string[] {
  const engine = spec.engine === 'docker' ? 'Docker' : 'Podman';
  const owner = spec.user === undefined ? '' : ` of the user ${spec.user}`;
  const loaded = spec.images.filter(({ fetchOnly }) => !fetchOnly);
  const kept = spec.images.filter(({ fetchOnly }) => fetchOnly);
  return [
    ...nameImages(`Container images for ${engine}${owner}, loaded at boot:`, loaded, spec),
    ...nameImages('Container images that stay files, and are not loaded:', kept, spec),
  ];
}

function nameImages(title: string, images: PackageSpec['images'], { name }: PackageSpec): string[] {
  if (images.length === 0) return [];
  // Two spaces more make a line that no front end wraps.
  const names = images.map((image) => ` ${image.reference}`);
  const shown = names.filter((line) => line.length <= WIDTH).slice(0, NAMED_IMAGES);
  const left = names.length - shown.length;
  const rest = left === 0 ? [] : [` and ${left} more, see /usr/share/${name}/manifest.json`];
  return [title, ...shown, ...rest];
}

/** Breaks a line between words; one that begins with a space is kept, as the policy says (5.6.13). */
function wrap(line: string): string[] {
  if (line.length <= WIDTH || /^\s/.test(line)) return [line];
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/\s+/)) {
    const longer = current === '' ? word : `${current} ${word}`;
    // No line may begin with a full stop.
    if (longer.length <= WIDTH || current === '' || word.startsWith('.')) {
      current = longer;
    } else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}
