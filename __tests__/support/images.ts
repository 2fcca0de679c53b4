import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { ended, start } from '../../src/exec.ts';
import type { Digest } from '../../src/images/digest.ts';

/** A member of a layer's tar. A `path` that ends in `/` is a directory. */
export interface Entry {
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly mode?: number;
  readonly type?: NonNullable<Header['type']>;
  /** Where a symlink or a hard link (`type: 'link'`) points. */
  readonly linkname?: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** How a layer's blob is packed; `gzip-members` is several gzip members, one after the other. */
export type Compression = 'gzip' | 'gzip-members' | 'zstd' | 'none';

/** Whose media types a manifest speaks: OCI's or Docker's schema 2. */
export type Format = 'oci' | 'docker';

export interface BuiltLayer {
  readonly compression: Compression;
  readonly tar: Buffer;
  readonly diffId: Digest;
  /** What a registry stores. */
  readonly blob: Buffer;
  readonly digest: Digest;
}

export interface Content {
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly mediaType: string;
}

export interface BuiltPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** An image of one platform; `bytes`, `digest` and `mediaType` are its manifest's. */
export interface BuiltImage extends Content {
  readonly kind: 'image';
  readonly platform: BuiltPlatform;
  readonly config: Content;
  readonly layers: readonly BuiltLayer[];
  /** Stand in the index that names this image. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An OCI index or a Docker manifest list. */
export interface BuiltIndex extends Content {
  readonly kind: 'index';
  readonly children: readonly Built[];
}

export type Built = BuiltImage | BuiltIndex;

export interface ImageSpec {
  readonly layers: readonly BuiltLayer[];
  readonly architecture?: string;
  readonly variant?: string;
  readonly os?: string;
  readonly format?: Format;
  /** Merged over the config's `config`: `{ Entrypoint: ['/bin/app'] }`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Merged over the whole config file, to make it wrong. */
  readonly configFile?: Readonly<Record<string, unknown>>;
}

const MEDIA = {
  oci: {
    index: 'application/vnd.oci.image.index.v1+json',
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: {
      gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
      'gzip-members': 'application/vnd.oci.image.layer.v1.tar+gzip',
      zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
      none: 'application/vnd.oci.image.layer.v1.tar',
    },
  },
  docker: {
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: {
      gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      'gzip-members': 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      zstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
      none: 'application/vnd.docker.image.rootfs.diff.tar',
    },
  },
} as const;

const CREATED = '2024-01-02T03:04:05Z';
const MTIME = new Date(CREATED);

/** A layer of these members, in this order; the same ones always give the same bytes. */
export async function buildLayer(
  entries: readonly Entry[],
  compression: Compression = 'gzip',
): Promise<BuiltLayer> {
  return layerOfTar(await tarOf(entries), compression);
}

/** A layer of any bytes, also of ones that are no tar. */
export async function layerOfTar(
  tar: Buffer,
  compression: Compression = 'gzip',
): Promise<BuiltLayer> {
  const blob = await compressAs(compression, tar);
  return { compression, tar, diffId: digestOf(tar), blob, digest: digestOf(blob) };
}

/** An image of one platform, linux/amd64 when nothing else is said. */
export function buildImage(spec: ImageSpec): BuiltImage {
  const format = spec.format ?? 'oci';
  const platform = platformOf(spec);
  const config = json(MEDIA[format].config, {
    created: CREATED,
    ...platform,
    config: { Env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'], ...spec.config },
    rootfs: { type: 'layers', diff_ids: spec.layers.map((layer) => layer.diffId) },
    history: spec.layers.map(() => ({ created: CREATED, created_by: 'test' })),
    ...spec.configFile,
  });
  const manifest = json(MEDIA[format].manifest, {
    schemaVersion: 2,
    mediaType: MEDIA[format].manifest,
    config: descriptor(config),
    layers: spec.layers.map((layer) => ({
      mediaType: MEDIA[format].layer[layer.compression],
      digest: layer.digest,
      size: layer.blob.length,
    })),
  });
  return { kind: 'image', platform, config, layers: spec.layers, ...manifest };
}

/** An index of images, or of indexes. */
export function buildIndex(children: readonly Built[], format: Format = 'oci'): BuiltIndex {
  const content = json(MEDIA[format].index, {
    schemaVersion: 2,
    mediaType: MEDIA[format].index,
    manifests: children.map((child) => ({
      ...descriptor(child),
      ...(child.kind === 'image' && { platform: child.platform }),
      ...(child.kind === 'image' && child.annotations && { annotations: child.annotations }),
    })),
  });
  return { kind: 'index', children, ...content };
}

/** What BuildKit puts beside an image: a manifest of the platform unknown/unknown with its provenance. */
export function attestationOf(image: BuiltImage): BuiltImage {
  const statement = Buffer.from(JSON.stringify({ _type: 'https://in-toto.io/Statement/v0.1' }));
  const digest = digestOf(statement);
  const layer: BuiltLayer = {
    compression: 'none',
    tar: statement,
    diffId: digest,
    blob: statement,
    digest,
  };
  const platform = { os: 'unknown', architecture: 'unknown' };
  const config = json(MEDIA.oci.config, {
    ...platform,
    config: {},
    rootfs: { type: 'layers', diff_ids: [digest] },
  });
  const manifest = json(MEDIA.oci.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA.oci.manifest,
    config: descriptor(config),
    layers: [{ mediaType: 'application/vnd.in-toto+json', digest, size: statement.length }],
  });
  const annotations = {
    'vnd.docker.reference.digest': image.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  };
  return { kind: 'image', platform, config, layers: [layer], annotations, ...manifest };
}

/** The images of an index and of the indexes in it; an image is its own only one. */
export function imagesOf(built: Built): BuiltImage[] {
  return built.kind === 'image' ? [built] : built.children.flatMap(imagesOf);
}

/** @throws Error when the index has no image of that platform */
export function imageFor(built: Built, architecture: string, variant?: string): BuiltImage {
  const found = imagesOf(built).find(
    ({ platform }) =>
      platform.architecture === architecture &&
      (variant === undefined || platform.variant === variant),
  );
  if (found === undefined) throw new Error(`no image for ${architecture} ${variant ?? ''}`);
  return found;
}

/** Every blob that the manifests name, each once: configs and layers. */
export function blobsOf(built: Built): Map<Digest, Buffer> {
  return new Map(
    imagesOf(built).flatMap((image) => [
      ...image.layers.map((layer) => [layer.digest, layer.blob] as const),
      [image.config.digest, image.config.bytes] as const,
    ]),
  );
}

/** Every manifest and index, the named ones before those that name them. */
export function manifestsOf(built: Built): Content[] {
  return built.kind === 'image' ? [built] : [...built.children.flatMap(manifestsOf), built];
}

/** Writes an OCI layout with one image or index in it, under that name. */
export async function writeOciLayout(dir: string, built: Built, name?: string): Promise<void> {
  await mkdir(join(dir, 'blobs', 'sha256'), { recursive: true });
  const blobs = [...blobsOf(built), ...manifestsOf(built).map((m) => [m.digest, m.bytes] as const)];
  for (const [digest, bytes] of blobs) {
    await writeFile(join(dir, 'blobs', digest.replace(':', '/')), bytes);
  }
  await writeFile(join(dir, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(dir, 'index.json'), layoutIndex(built, name));
}

/** The tar of an OCI layout. */
export async function ociArchive(built: Built, name?: string): Promise<Buffer> {
  const blobs = [...blobsOf(built), ...manifestsOf(built).map((m) => [m.digest, m.bytes] as const)];
  return tarOf([
    ...blobs.map(([digest, content]) => ({ path: `blobs/${digest.replace(':', '/')}`, content })),
    { path: 'oci-layout', content: JSON.stringify({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', content: layoutIndex(built, name) },
  ]);
}

/** A tar as `docker save` of 1.10 to 24 writes it, with the layers uncompressed. */
export async function dockerArchive(
  images: readonly { readonly image: BuiltImage; readonly tags: readonly string[] }[],
): Promise<Buffer> {
  const layers = new Map(
    images.flatMap(({ image }) => image.layers.map((layer) => [layer.diffId, layer.tar] as const)),
  );
  const name = (digest: Digest) => `${digest.slice('sha256:'.length)}`;
  const manifest = images.map(({ image, tags }) => ({
    Config: `${name(image.config.digest)}.json`,
    RepoTags: tags,
    Layers: image.layers.map((layer) => `${name(layer.diffId)}.tar`),
  }));
  return tarOf([
    ...[...layers].map(([diffId, content]) => ({ path: `${name(diffId)}.tar`, content })),
    ...images.map(({ image }) => ({
      path: `${name(image.config.digest)}.json`,
      content: image.config.bytes,
    })),
    { path: 'manifest.json', content: JSON.stringify(manifest) },
  ]);
}

/** The members of a directory tree as a layer's ones, in the order of their names. */
export async function entriesOfTree(root: string, prefix = ''): Promise<Entry[]> {
  const names = (await readdir(join(root, prefix))).sort();
  const nested = await Promise.all(
    names.map(async (name): Promise<Entry[]> => {
      const path = join(prefix, name);
      const info = await lstat(join(root, path));
      const mode = info.mode & 0o7777;
      if (info.isDirectory())
        return [{ path: `${path}/`, mode }, ...(await entriesOfTree(root, path))];
      if (info.isSymbolicLink()) {
        return [{ path, type: 'symlink', linkname: await readlink(join(root, path)) }];
      }
      if (info.isFile()) return [{ path, mode, content: await readFile(join(root, path)) }];
      return [];
    }),
  );
  return nested.flat();
}

/** The directories above a path, from the top: tars of images name them all. */
export function parentsOf(path: string): Entry[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [...parentsOf(parent), { path: `${parent}/` }];
}

/** A tar with fixed times and owners, so that it is the same at each run. */
export async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  const bytes = buffer(tar);
  for (const entry of entries) {
    const type = entry.type ?? (entry.path.endsWith('/') ? 'directory' : 'file');
    tar.entry(
      {
        name: entry.path,
        type,
        mode: entry.mode ?? (type === 'directory' || type === 'symlink' ? 0o755 : 0o644),
        uid: entry.uid ?? 0,
        gid: entry.gid ?? 0,
        mtime: MTIME,
        ...(entry.linkname !== undefined && { linkname: entry.linkname }),
      },
      Buffer.from(entry.content ?? ''),
    );
  }
  tar.finalize();
  return bytes;
}

export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function compressAs(compression: Compression, bytes: Buffer): Promise<Buffer> {
  if (compression === 'none') return bytes;
  if (compression === 'zstd') return zstd(bytes);
  if (compression === 'gzip') return gzipSync(bytes);
  const third = Math.ceil(bytes.length / 3);
  const parts = [0, third, 2 * third].map((from) => bytes.subarray(from, from + third));
  return Buffer.concat(parts.map((part) => gzipSync(part)));
}

/** Node 20 has no zstd of its own. */
async function zstd(bytes: Buffer): Promise<Buffer> {
  const argv = ['zstd', '-q', '-c', '-3', '--single-thread'];
  const child = start(argv);
  if (child.stdin === null || child.stdout === null) throw new Error('zstd has no pipes');
  child.stdin.end(bytes);
  const [packed, code] = await Promise.all([buffer(child.stdout), ended(child, argv)]);
  if (code !== 0) throw new Error(`zstd ended with ${code}`);
  return packed;
}

function platformOf({ os = 'linux', architecture = 'amd64', variant }: ImageSpec): BuiltPlatform {
  return { os, architecture, ...(variant !== undefined && { variant }) };
}

function layoutIndex(built: Built, name: string | undefined): string {
  const annotations = name && { 'org.opencontainers.image.ref.name': name };
  const manifests = [{ ...descriptor(built), ...(annotations && { annotations }) }];
  return JSON.stringify({ schemaVersion: 2, manifests });
}

function descriptor({ mediaType, digest, bytes }: Content) {
  return { mediaType, digest, size: bytes.length };
}

function json(mediaType: string, value: unknown): Content {
  const bytes = Buffer.from(JSON.stringify(value, null, 2));
  return { mediaType, bytes, digest: digestOf(bytes) };
}
