import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { ENGINE_DEPENDS } from '../../src/deb/fields.ts';
import type {
  Compression,
  Fragment,
  PackagedImage,
  PackagedLayer,
  PackageSpec,
} from '../../src/deb/types.ts';
import type { Digest } from '../../src/images/digest.ts';

/** 2026-01-02 03:04:05 UTC. */
export const EPOCH = 1_767_323_045;

/** An uncompressed layer with one file in it. */
export async function layerTar(name: string, content: string): Promise<Buffer> {
  return tarOf([[{ name, mode: 0o755, mtime: new Date(0) }, Buffer.from(content)]], true);
}

interface EntryHeader {
  readonly name: string;
  readonly mode: number;
  readonly mtime: Date;
}

/** A tar of files, with or without its two zero blocks. */
export async function tarOf(files: [EntryHeader, Buffer][], end: boolean): Promise<Buffer> {
  const tar = pack();
  for (const [header, content] of files) tar.entry(header, content);
  tar.finalize();
  const bytes = await buffer(tar);
  return end ? bytes : bytes.subarray(0, -1024);
}

/** Writes an image's fragments below `folder` as the archive stage does, and says what they are. */
export async function packagedImage(
  folder: string,
  reference: string,
  layers: readonly Buffer[],
  compression: Compression = 'zstd',
  change: ImageChange = {},
): Promise<PackagedImage> {
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/bin/true'] },
      rootfs: { type: 'layers', diff_ids: layers.map(digest) },
      ...change.config,
    }),
  );
  const blobs = compression === 'zstd' ? layers : layers.map((layer) => gzipSync(layer));
  const type = compression === 'zstd' ? 'tar' : 'tar+gzip';
  const manifest = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: blobs.map((blob) => descriptor(`application/vnd.oci.image.layer.v1.${type}`, blob)),
  });
  const annotations = {
    'org.opencontainers.image.ref.name': reference,
    'io.containerd.image.name': reference,
  };
  const index = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      { ...descriptor('application/vnd.oci.image.manifest.v1+json', manifest), annotations },
    ],
    ...change.index,
  });
  const docker = json([
    {
      Config: blobName(digest(config)),
      RepoTags: [reference],
      Layers: blobs.map((blob) => blobName(digest(blob))),
      ...change.docker,
    },
  ]);
  const end = await tarOf(
    [
      [fileHeader(blobName(digest(config))), config],
      [fileHeader(blobName(digest(manifest))), manifest],
      [fileHeader('oci-layout'), json({ imageLayoutVersion: '1.0.0' })],
      [fileHeader('index.json'), index],
      [fileHeader('manifest.json'), docker],
    ],
    true,
  );
  const imageName = createHash('sha256').update(end).digest('hex');
  return {
    reference,
    written: reference,
    fetchOnly: false,
    registryManifestDigest: digest(manifest),
    configDigest: digest(config),
    archiveManifestDigest: digest(manifest),
    platform: 'linux/amd64',
    unpackedSize: layers.reduce((sum, layer) => sum + layer.length, 0),
    pinned: false,
    imageFragment: writeFragment(folder, `images/${imageName}`, end, compression),
    layers: await Promise.all(
      layers.map((layer, at) => packagedLayer(folder, layer, blobs[at] ?? layer, compression)),
    ),
  };
}

/** What a damaged image says of itself. */
export interface ImageChange {
  readonly config?: object;
  readonly index?: object;
  readonly docker?: object;
}

export async function packagedLayer(
  folder: string,
  layer: Buffer,
  blob: Buffer,
  compression: Compression,
): Promise<PackagedLayer> {
  const named = compression === 'zstd' ? layer : blob;
  const entry = await tarOf([[fileHeader(blobName(digest(named))), named]], false);
  const name = `layers/${digest(named).slice(7)}`;
  const fragment = writeFragment(folder, name, entry, compression);
  return { fragment, diffId: digest(layer), blob: digest(blob), unpackedSize: layer.length };
}

export function writeFragment(
  folder: string,
  name: string,
  archive: Buffer,
  compression: Compression,
): Fragment {
  const file = `${name}.${compression === 'zstd' ? 'zst' : 'tar'}`;
  const bytes = compression === 'zstd' ? zstd(archive) : archive;
  const path = join(folder, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytes);
  return {
    name: file,
    path,
    size: bytes.length,
    md5: createHash('md5').update(bytes).digest('hex'),
    sha256: digest(bytes).slice(7),
  };
}

export function packageSpec(images: readonly PackagedImage[], given: Partial<PackageSpec> = {}) {
  const spec: PackageSpec = {
    name: 'edge-images',
    version: '1.2.3',
    architecture: 'amd64',
    maintainer: 'Jane Doe <jane@debian.org>',
    description: 'container images of the edge gateway',
    section: 'misc',
    depends: ENGINE_DEPENDS,
    engine: 'podman',
    compression: 'zstd',
    level: 9,
    digestPolicy: 'warn',
    deleteAfterLoad: false,
    removeReplaced: false,
    conflict: 'keep',
    files: [],
    epoch: EPOCH,
    images,
    ...given,
  };
  return spec;
}

/** An image of which nothing exists, for what needs no files. */
export function paperImage(reference: string): PackagedImage {
  const fragment = { name: 'images/a.zst', path: '/nowhere', size: 1, md5: '0', sha256: '1' };
  const some: Digest = `sha256:${'ab'.repeat(32)}`;
  return {
    reference,
    written: reference,
    fetchOnly: false,
    registryManifestDigest: some,
    configDigest: some,
    archiveManifestDigest: some,
    platform: 'linux/amd64',
    unpackedSize: 4096,
    pinned: true,
    imageFragment: fragment,
    layers: [],
  };
}

export function digest(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function blobName(of: Digest): string {
  return `blobs/${of.replace(':', '/')}`;
}

function fileHeader(name: string): EntryHeader {
  return { name, mode: 0o644, mtime: new Date(0) };
}

function descriptor(mediaType: string, bytes: Buffer) {
  return { mediaType, digest: digest(bytes), size: bytes.length };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function zstd(bytes: Buffer): Buffer {
  return spawnSync('zstd', ['-qc', '-3'], { input: bytes, maxBuffer: 2 ** 30 }).stdout;
}
