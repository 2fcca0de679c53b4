import { type Digest, isDigest } from '../images/digest.ts';
import { formatPlatform, type Platform } from '../images/platform.ts';
import { quote } from '../images/quote.ts';

/** A platform as an index or a config names it. */
export interface NamedPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** A document that another one names: media type, digest and size in bytes. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

export interface IndexEntry extends Descriptor {
  readonly kind: 'index' | 'manifest' | 'other';
  /** Undefined where the index does not say it, as it often is for an index inside an index. */
  readonly platform: NamedPlatform | undefined;
  /** Provenance or an SBOM of another entry, in the shape of an image (BuildKit makes those). */
  readonly attestation: boolean;
}

export interface ImageIndex {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly entries: readonly IndexEntry[];
}

export interface ImageManifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly config: Descriptor;
  /** From the bottom to the top; the same layer may stand there twice. */
  readonly layers: readonly Descriptor[];
}

export interface ImageConfig {
  readonly platform: NamedPlatform;
  readonly diffIds: readonly Digest[];
}

/** What is wrong with a document, to be completed with the image that it belongs to. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

const MANIFEST = {
  docker: 'application/vnd.docker.distribution.manifest.v2+json',
  oci: 'application/vnd.oci.image.manifest.v1+json',
} as const;
const INDEX = {
  docker: 'application/vnd.docker.distribution.manifest.list.v2+json',
  oci: 'application/vnd.oci.image.index.v1+json',
} as const;
const CONFIG = {
  docker: 'application/vnd.docker.container.image.v1+json',
  oci: 'application/vnd.oci.image.config.v1+json',
} as const;
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;

/** Docker's media types and those of the OCI image specification, `layer.md` and `media-types.md`. */
const LAYER = [
  /^application\/vnd\.docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:[.+](?:gzip|zstd))?$/,
  /^application\/vnd\.oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+(?:gzip|zstd))?$/,
];

/**
 * Reads what a registry gives under a tag or a digest.
 *
 * Strict in what is used later (digests, sizes, media types), blind to every other field.
 *
 * @throws ManifestError
 */
export function parseManifest(bytes: Buffer): ImageIndex | ImageManifest {
  const document = asObject(parseJson(bytes, 'its manifest'), 'its manifest');
  const mediaType = optionalString(document.mediaType, 'mediaType');
  if (document.schemaVersion === 1 || SCHEMA_1.test(mediaType ?? '')) {
    throw new ManifestError(
      'it has a manifest of schema 1, which registries gave up in 2017: it must be built and pushed anew',
    );
  }
  // A document that is both could be read as two images (CVE-2021-41190).
  if ('manifests' in document && ('layers' in document || 'config' in document)) {
    throw new ManifestError('its manifest is an index and an image at the same time');
  }
  if ('manifests' in document) return parseIndex(document, mediaType);
  return parseImageManifest(document, mediaType);
}

/**
 * Reads an image's config. All that engines parse is checked, also what is not used here: a config
 * that one of them refuses would be found out on the device only.
 *
 * @throws ManifestError
 */
export function parseConfig(bytes: Buffer): ImageConfig {
  const config = asObject(parseJson(bytes, 'its config'), 'its config');
  const architecture = optionalString(config.architecture, 'architecture');
  if (architecture === undefined) throw new ManifestError('its config names no architecture');
  const rootfs = asObject(config.rootfs, 'rootfs of its config');
  checkTime(config.created, 'created in its config');
  checkCommand(config.config);
  return {
    platform: {
      // Engines take an image without an operating system for one of their own.
      os: optionalString(config.os, 'os') ?? 'linux',
      architecture,
      ...variantOf(config),
    },
    diffIds: asArray(rootfs.diff_ids ?? [], 'diff_ids').map((id) => asDigest(id, 'diff_ids')),
  };
}

/** How the image is run (OCI image specification, config.md): `null` is as good as nothing. */
function checkCommand(value: unknown): void {
  if (value === undefined || value === null) return;
  const command = asObject(value, 'config in its config');
  for (const [check, keys] of COMMAND_SHAPE) {
    for (const key of keys) check(command[key] ?? undefined, `${key} in its config`);
  }
}

const COMMAND_SHAPE = [
  [checkStrings, ['Entrypoint', 'Cmd', 'Env', 'Shell', 'OnBuild']],
  [optionalString, ['User', 'WorkingDir', 'StopSignal']],
  [checkSet, ['ExposedPorts', 'Volumes']],
  [checkLabels, ['Labels']],
] as const;

function checkStrings(value: unknown, what: string): void {
  if (value === undefined) return;
  if (asArray(value, what).some((item) => typeof item !== 'string')) {
    throw new ManifestError(`${what} is not a list of strings`);
  }
}

function checkSet(value: unknown, what: string): void {
  if (value !== undefined) asObject(value, what);
}

function checkLabels(value: unknown, what: string): void {
  if (value === undefined) return;
  if (Object.values(asObject(value, what)).some((label) => typeof label !== 'string')) {
    throw new ManifestError(`${what} are not strings`);
  }
}

/** RFC 3339, as the specification wants it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

function checkTime(value: unknown, what: string): void {
  if (value === undefined || value === null) return;
  const time = optionalString(value, what) ?? '';
  if (!TIME.test(time)) throw new ManifestError(`${what} is not a time but ${quote(time)}`);
}

/**
 * The entry of an index that fits a platform best: of its variants the newest that the Debian port
 * runs, and of two equal ones the first, as the OCI image specification wants it. Indexes inside the
 * index and attestations are never chosen.
 *
 * @throws ManifestError that lists the platforms that exist
 */
export function choosePlatform(entries: readonly IndexEntry[], wanted: Platform): IndexEntry {
  const ranked = entries
    .map((entry) => ({ entry, rank: isImage(entry) ? rankOf(entry.platform, wanted) : NO_MATCH }))
    .filter(({ rank }) => rank !== NO_MATCH)
    .toSorted((a, b) => a.rank - b.rank);
  const best = ranked[0];
  if (best !== undefined) return best.entry;
  throw new ManifestError(`it has no image for ${formatWanted(wanted)}, ${formatOthers(entries)}`);
}

/** Whether content made for `actual` runs where `wanted` is asked for. */
export function fitsPlatform(actual: NamedPlatform, wanted: Platform): boolean {
  return rankOf(actual, wanted) !== NO_MATCH;
}

/** `linux/arm64`, or `linux/arm/v7` (v6, v5) with the second best variants behind. */
export function formatWanted(wanted: Platform): string {
  const [best, ...others] = wanted.variants;
  if (wanted.architecture === 'arm64') return formatPlatform(wanted);
  const second = others.length > 0 ? ` (or ${others.join(', ')})` : '';
  return formatPlatform({ ...wanted, variant: best }) + second;
}

const NO_MATCH = -1;

/** 0 for the best variant, 1 for the next …, -1 for another platform. */
function rankOf(actual: NamedPlatform | undefined, wanted: Platform): number {
  if (actual?.os !== wanted.os || actual.architecture !== wanted.architecture) return NO_MATCH;
  const variant = normalVariant(actual);
  if (wanted.variants.length > 0) return wanted.variants.indexOf(variant ?? '');
  return variant === undefined ? 0 : NO_MATCH;
}

/**
 * The variant as containerd's `platforms` package normalises it: arm without one is v7, arm64 without
 * one is v8, amd64/v1 is plain amd64. So amd64/v2 and newer stay apart from amd64, and are never
 * taken: they need processors that Debian does not ask for.
 */
function normalVariant({ architecture, variant }: NamedPlatform): string | undefined {
  const prefixed = variant === undefined ? undefined : variant.replace(/^(\d)/, 'v$1');
  if (architecture === 'arm') return prefixed ?? 'v7';
  if (architecture === 'arm64') return prefixed ?? 'v8';
  return architecture === 'amd64' && prefixed === 'v1' ? undefined : prefixed;
}

function isImage(entry: IndexEntry): boolean {
  return entry.kind === 'manifest' && !entry.attestation;
}

function formatOthers(entries: readonly IndexEntry[]): string {
  const names = entries
    .filter((entry) => isImage(entry))
    .map(({ platform }) => (platform ? formatPlatform(platform) : 'one without a platform'));
  return names.length > 0 ? `only ${[...new Set(names)].join(', ')}` : 'nor for any other platform';
}

function parseIndex(document: Json, mediaType: string | undefined): ImageIndex {
  if (mediaType !== undefined && !oneOf(INDEX, mediaType)) {
    throw new ManifestError(`its index has the unknown media type ${mediaType}`);
  }
  const entries = asArray(document.manifests, 'manifests').map(parseEntry);
  return { kind: 'index', mediaType: mediaType ?? INDEX.oci, entries };
}

function parseEntry(value: unknown): IndexEntry {
  const entry = asObject(value, 'an entry of its index');
  const platform = parsePlatform(entry.platform);
  const annotations = asObject(entry.annotations ?? {}, 'annotations');
  const descriptor = parseDescriptor(entry, 'an entry of its index');
  return {
    ...descriptor,
    kind: kindOf(descriptor.mediaType),
    platform,
    attestation:
      (platform?.os === 'unknown' && platform.architecture === 'unknown') ||
      'vnd.docker.reference.type' in annotations,
  };
}

function kindOf(mediaType: string): IndexEntry['kind'] {
  if (oneOf(INDEX, mediaType)) return 'index';
  return oneOf(MANIFEST, mediaType) ? 'manifest' : 'other';
}

function parsePlatform(value: unknown): NamedPlatform | undefined {
  if (value === undefined || value === null) return undefined;
  const platform = asObject(value, 'platform');
  return {
    os: optionalString(platform.os, 'os') ?? 'unknown',
    architecture: optionalString(platform.architecture, 'architecture') ?? 'unknown',
    ...variantOf(platform),
  };
}

function parseImageManifest(document: Json, mediaType: string | undefined): ImageManifest {
  if (mediaType !== undefined && !oneOf(MANIFEST, mediaType)) {
    throw new ManifestError(`its manifest has the unknown media type ${mediaType}`);
  }
  const config = parseDescriptor(asObject(document.config, 'config'), 'config');
  if (!oneOf(CONFIG, config.mediaType)) {
    const artifact = optionalString(document.artifactType, 'artifactType') ?? config.mediaType;
    throw new ManifestError(`it is not a container image but an artifact of type ${artifact}`);
  }
  return {
    kind: 'manifest',
    // OCI manifests may leave it out, Docker's never do: the config tells (OCI `manifest.md`).
    mediaType: mediaType ?? (config.mediaType === CONFIG.docker ? MANIFEST.docker : MANIFEST.oci),
    config,
    layers: asArray(document.layers, 'layers').map(parseLayer),
  };
}

function parseLayer(value: unknown): Descriptor {
  const layer = asObject(value, 'a layer');
  const descriptor = parseDescriptor(layer, 'a layer');
  if (!LAYER.some((pattern) => pattern.test(descriptor.mediaType))) {
    throw new ManifestError(
      `its layer ${descriptor.digest} has the unknown media type ${descriptor.mediaType}`,
    );
  }
  // Only Windows base images have such layers: their bytes may not be passed on, and no Linux engine
  // could load them.
  if (Array.isArray(layer.urls) && layer.urls.length > 0) {
    throw new ManifestError(
      `its layer ${descriptor.digest} is not in the registry but at a URL of its own (a foreign layer)`,
    );
  }
  return descriptor;
}

function parseDescriptor(descriptor: Json, what: string): Descriptor {
  const mediaType = optionalString(descriptor.mediaType, 'mediaType');
  if (mediaType === undefined) throw new ManifestError(`${what} has no media type`);
  const { size } = descriptor;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new ManifestError(`${what} has the size ${JSON.stringify(size)}`);
  }
  return { mediaType, digest: asDigest(descriptor.digest, what), size };
}

type Json = Readonly<Record<string, unknown>>;

function parseJson(bytes: Buffer, what: string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new ManifestError(`${what} is not JSON`);
  }
}

function asObject(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new ManifestError(`${what} is not an object`);
}

function asArray(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ManifestError(`${what} is not a list`);
}

function asDigest(value: unknown, what: string): Digest {
  if (typeof value === 'string' && isDigest(value)) return value;
  throw new ManifestError(`${what} has the bad digest ${JSON.stringify(value)}`);
}

/** An empty string is as good as none: Go programs write both. */
function optionalString(value: unknown, what: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new ManifestError(`${what} is not a string`);
}

function variantOf(platform: Json): { variant?: string } {
  const variant = optionalString(platform.variant, 'variant');
  return variant === undefined ? {} : { variant };
}

function oneOf(types: { docker: string; oci: string }, mediaType: string): boolean {
  return mediaType === types.docker || mediaType === types.oci;
}
