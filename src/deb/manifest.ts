import { type Digest, isDigest } from '../images/digest.ts';
import type { DigestPolicy } from '../images/pin.ts';
import { comparePaths } from './control.ts';
import { type Settings, settingsOf } from './settings.ts';
import type { Compression, Engine, Fragment, PackagedImage, PackageSpec } from './types.ts';

/** A fragment as manifest.json names it. */
export interface ManifestFragment {
  /** Below /usr/share/NAME. */
  readonly file: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Hex, of the file's bytes. */
  readonly sha256: string;
}

export interface ManifestImage {
  readonly reference: string;
  /** As the user wrote it. */
  readonly source: string;
  readonly pinned: boolean;
  readonly fetchOnly: boolean;
  readonly platform: string;
  readonly indexDigest: Digest | null;
  readonly registryManifestDigest: Digest;
  readonly configDigest: Digest;
  readonly archiveManifestDigest: Digest;
  /** Bytes of the uncompressed layers. */
  readonly unpackedSize: number;
  readonly fragment: ManifestFragment;
  /** From the bottom to the top; the same layer may stand there twice. */
  readonly layers: readonly (ManifestFragment & {
    readonly diffId: Digest;
    readonly blob: Digest;
    /** Bytes of the uncompressed layer. */
    readonly unpackedSize: number;
  })[];
}

/** Any other file of the package. */
export interface ManifestFile {
  /** `usr/lib/NAME/load`, or `DEBIAN/postinst` for a file of the control member. */
  readonly path: string;
  /** Four octal digits. */
  readonly mode: string;
  /** Hex. */
  readonly sha256: string;
}

/** manifest.json: what tools and auditors want to know about a package. */
export interface PackageManifest {
  readonly format: 1;
  readonly generator: string;
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  readonly engine: Engine;
  /** Whose Podman loads the images; null for root's. */
  readonly user: string | null;
  readonly compression: Compression;
  /** Of zstd; null for `original`. */
  readonly level: number | null;
  readonly digestPolicy: DigestPolicy;
  readonly settings: Settings;
  readonly images: readonly ManifestImage[];
  /** Everything but the fragments, this file and DEBIAN/md5sums, which names them all, sorted by path. */
  readonly files: readonly ManifestFile[];
}

/** @param generator name and version of this program */
export function packageManifest(
  spec: PackageSpec,
  generator: string,
  files: readonly ManifestFile[],
): PackageManifest {
  return {
    format: 1,
    generator,
    package: spec.name,
    version: spec.version,
    architecture: spec.architecture,
    engine: spec.engine,
    user: spec.user ?? null,
    compression: spec.compression,
    level: spec.level ?? null,
    digestPolicy: spec.digestPolicy,
    settings: settingsOf(spec),
    images: spec.images.map(manifestImage),
    files: files.toSorted((a, b) => comparePaths(a.path, b.path)),
  };
}

export function formatManifest(manifest: PackageManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** @throws Error for what is no manifest.json of this format */
export function parseManifest(text: string): PackageManifest {
  const manifest = JSON.parse(text);
  if (manifest?.format !== 1) throw new Error(`format ${manifest?.format} is not known`);
  if (!isManifest(manifest)) throw new Error('fields are missing or of a wrong type');
  return manifest;
}

function manifestImage(image: PackagedImage): ManifestImage {
  return {
    reference: image.reference,
    source: image.written,
    pinned: image.pinned,
    fetchOnly: image.fetchOnly,
    platform: image.platform,
    indexDigest: image.indexDigest ?? null,
    registryManifestDigest: image.registryManifestDigest,
    configDigest: image.configDigest,
    archiveManifestDigest: image.archiveManifestDigest,
    unpackedSize: image.unpackedSize,
    fragment: manifestFragment(image.imageFragment),
    layers: image.layers.map(({ diffId, blob, unpackedSize, fragment }) => ({
      diffId,
      blob,
      unpackedSize,
      ...manifestFragment(fragment),
    })),
  };
}

function manifestFragment({ name, size, sha256 }: Fragment): ManifestFragment {
  return { file: name, size, sha256 };
}

const STRINGS = ['generator', 'package', 'version', 'architecture', 'engine', 'compression'];
const IMAGE_STRINGS = ['reference', 'platform'];
const IMAGE_DIGESTS = ['registryManifestDigest', 'configDigest', 'archiveManifestDigest'];

function isManifest(value: Record<string, unknown>): value is PackageManifest & typeof value {
  const { images, files, level, user, settings } = value;
  return (
    hasStrings(value, STRINGS) &&
    (level === null || typeof level === 'number') &&
    (user === null || typeof user === 'string') &&
    hasStrings(settings, ['delete_after_load', 'conflict', 'remove_replaced']) &&
    Array.isArray(images) &&
    images.every(isImage) &&
    Array.isArray(files) &&
    files.every((file) => hasStrings(file, ['path', 'mode', 'sha256']))
  );
}

function isImage(value: unknown): boolean {
  if (!hasStrings(value, IMAGE_STRINGS) || !hasDigests(value, IMAGE_DIGESTS)) return false;
  const { fragment, unpackedSize, layers } = value;
  return (
    isFragment(fragment) &&
    typeof unpackedSize === 'number' &&
    Array.isArray(layers) &&
    layers.every(isLayer)
  );
}

function isLayer(value: unknown): boolean {
  return (
    isFragment(value) &&
    hasDigests(value, ['diffId', 'blob']) &&
    typeof value.unpackedSize === 'number'
  );
}

function isFragment(value: unknown): value is Record<string, unknown> {
  return hasStrings(value, ['file', 'sha256']) && typeof value.size === 'number';
}

function hasDigests(value: unknown, names: readonly string[]): boolean {
  return hasStrings(value, names) && names.every((name) => isDigest(String(value[name])));
}

function hasStrings(value: unknown, names: readonly string[]): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === 'string');
}
