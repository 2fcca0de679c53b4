import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { LOADER_PARTS } from '../../src/deb/template.ts';
import { hexOf, sha256 } from '../../src/images/digest.ts';

/** What fills in the templates of device/. */
export interface Values {
  readonly name: string;
  readonly engine: 'docker' | 'podman';
  readonly user?: string;
  readonly deleteAfterLoad?: 'yes' | 'no';
}

/** An image in pieces: files to put under /usr/share/NAME and the line for its image.list. */
export interface FragmentedImage {
  readonly line: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Where each template goes on a device, and with which mode. */
const PLACES: readonly (readonly [string, (name: string) => string, number])[] = [
  ['load', (name) => `usr/lib/${name}/load`, 0o755],
  ...LOADER_PARTS.map(
    (part) => [part, (name: string) => `usr/lib/${name}/${basename(part)}`, 0o644] as const,
  ),
  ['service', (name) => `usr/lib/systemd/system/${name}.service`, 0o644],
  ['target', (name) => `usr/share/${name}/container-preload.target`, 0o644],
  ['conffile', (name) => `etc/container-preload/${name}.conf`, 0o644],
  ['README.Debian', (name) => `usr/share/doc/${name}/README.Debian`, 0o644],
  ['postinst', () => 'DEBIAN/postinst', 0o755],
  ['prerm', () => 'DEBIAN/prerm', 0o755],
  ['postrm', () => 'DEBIAN/postrm', 0o755],
];

export const TEMPLATES: readonly string[] = PLACES.map(([template]) => template);

/** A template of device/ with its values filled in. */
export function render(template: string, values: Values): string {
  return readFileSync(join(import.meta.dirname, '../../device', template), 'utf8')
    .replaceAll('@NAME@', values.name)
    .replaceAll('@ENGINE@', values.engine)
    .replaceAll('@USER@', values.user ?? '')
    .replaceAll('@STORE@', values.engine)
    .replaceAll('@SUFFIX@', 'zst')
    .replaceAll('@UNPACK@', 'zstd -dc | ')
    .replaceAll('@DELETE_AFTER_LOAD@', values.deleteAfterLoad ?? 'no')
    .replaceAll('@REMOVE_REPLACED@', 'no')
    .replaceAll('@CONFLICT@', 'keep');
}

/** Builds a loader package with dpkg-deb in `folder` and returns the path of the .deb. */
export function buildPackage(
  folder: string,
  values: Values & { readonly version: string; readonly images: readonly FragmentedImage[] },
): string {
  const { name, version } = values;
  const deb = join(folder, `${name}_${version}.deb`);
  const tree = `${deb}.tree`;
  for (const [template, place, mode] of PLACES) {
    write(join(tree, place(name)), render(template, values), mode);
  }
  write(join(tree, 'DEBIAN/conffiles'), `/etc/container-preload/${name}.conf\n`);
  write(
    join(tree, 'DEBIAN/control'),
    `Package: ${name}
Version: ${version}
Architecture: amd64
Maintainer: Nobody <nobody@example.org>
Depends: ${values.engine === 'docker' ? 'docker-cli | docker.io, docker.io' : 'podman'}, zstd
Description: Container images for a test
`,
  );
  const share = join(tree, 'usr/share', name);
  for (const subfolder of ['images', 'layers']) {
    mkdirSync(join(share, subfolder), { recursive: true });
  }
  write(join(share, 'image.list'), imageList(values.images));
  const files = new Map(values.images.flatMap((image) => [...image.files]));
  for (const [path, bytes] of files) write(join(share, path), bytes);
  const sums = [...files].map(([path, bytes]) => `${hexOf(sha256(bytes))}  ${path}\n`);
  write(join(share, 'sha256sums'), sums.join(''));
  must('dpkg-deb', ['-Znone', '--root-owner-group', '--build', tree, deb]);
  return deb;
}

export function imageList(images: readonly FragmentedImage[]): string {
  return ['# container-preload image list 2', ...images.map(({ line }) => line), ''].join('\n');
}

/** A tar of files with the mode 0755, as a layer holds them. */
export async function layerTar(files: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, bytes] of Object.entries(files)) {
    tar.entry({ name, mode: 0o755, mtime: new Date(0) }, bytes);
  }
  tar.finalize();
  return await buffer(tar);
}

/** The fragments of an image for amd64: an OCI layout and a docker-archive in one. */
export function fragment(
  reference: string,
  layers: readonly Buffer[],
  options: { readonly flags?: string; readonly compression?: 'zstd' | 'original' } = {},
): FragmentedImage {
  const original = options.compression === 'original';
  const suffix = original ? 'tar' : 'zst';
  const squeeze = original ? (bytes: Buffer) => bytes : compress;
  const image = {
    reference,
    layers,
    blobs: original ? layers.map((layer) => gzipSync(layer, { level: 1 })) : layers,
  };
  const { config, manifest } = documents(image);
  const imageBytes = archiveEnd(image);
  const imagePath = `images/${hexOf(sha256(imageBytes))}.${suffix}`;
  const layerPaths = image.blobs.map((blob) => `layers/${hexOf(sha256(blob))}.${suffix}`);
  const size = layers.reduce((sum, layer) => sum + layer.length, 0);
  return {
    line: [
      reference,
      hexOf(sha256(reference)).slice(0, 32),
      sha256(config),
      sha256(manifest),
      size,
      options.flags ?? '-',
      imagePath,
      layerPaths.join(',') || '-',
      layers.map((layer) => `${hexOf(sha256(layer))}:${layer.length}`).join(',') || '-',
    ].join(' '),
    files: new Map([
      ...image.blobs.map(
        (blob, index) => [layerPaths[index] ?? '', squeeze(entry(blobPath(blob), blob))] as const,
      ),
      [imagePath, squeeze(imageBytes)] as const,
    ]),
  };
}

/** What an image is made of. */
interface ImageParts {
  readonly reference: string;
  readonly layers: readonly Buffer[];
  /** The layers as they stand in the archive: as they are, or each in gzip. */
  readonly blobs?: readonly Buffer[];
}

function documents({ layers, blobs = layers }: ImageParts) {
  const config = json({
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['/bin/true'] },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => sha256(layer)) },
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: blobs.map((blob) =>
      descriptor(`application/vnd.oci.image.layer.v1.tar${blobs === layers ? '' : '+gzip'}`, blob),
    ),
  });
  return { config, manifest };
}

/** What stands behind the layers in an archive. */
function archiveEnd(image: ImageParts): Buffer {
  const { reference, layers, blobs = layers } = image;
  const { config, manifest } = documents(image);
  const index = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        ...descriptor('application/vnd.oci.image.manifest.v1+json', manifest),
        annotations: {
          'org.opencontainers.image.ref.name': reference,
          'io.containerd.image.name': reference,
        },
      },
    ],
  });
  const dockerManifest = json([
    { Config: blobPath(config), RepoTags: [reference], Layers: blobs.map(blobPath) },
  ]);
  return Buffer.concat([
    entry(blobPath(config), config),
    entry(blobPath(manifest), manifest),
    entry('oci-layout', json({ imageLayoutVersion: '1.0.0' })),
    entry('index.json', index),
    entry('manifest.json', dockerManifest),
    Buffer.alloc(1024),
  ]);
}

/** The image with the bytes of one of its files changed: `layer` counts from 0, from the base up. */
export function damage(
  image: FragmentedImage,
  layer: number,
  change: (bytes: Buffer) => Buffer,
): FragmentedImage {
  return {
    ...image,
    files: new Map(
      [...image.files].map(([path, bytes], index) => [
        path,
        index === layer ? change(bytes) : bytes,
      ]),
    ),
  };
}

function descriptor(mediaType: string, bytes: Buffer) {
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}

function blobPath(bytes: Buffer): string {
  return `blobs/sha256/${hexOf(sha256(bytes))}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** One entry of a ustar archive, padded to whole blocks. */
function entry(path: string, bytes: Buffer): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, width: number) => value.toString(8).padStart(width - 1, '0');
  header.write(path, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(bytes.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write('        0', 148);
  header.write('ustar\u000000', 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${octal(checksum, 7)}\u0000 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

function compress(bytes: Buffer): Buffer {
  return must('zstd', ['-qc', '-1'], bytes);
}

/** Runs a tool of the test to its end. @throws Error with its stderr when it fails */
export function must(program: string, args: readonly string[], input?: Buffer): Buffer {
  const result = spawnSync(program, args, {
    input: input ?? Buffer.alloc(0),
    maxBuffer: 1 << 30,
  });
  if (result.status !== 0) {
    throw new Error(`${program} ${args.join(' ')}: ${result.error ?? result.stderr.toString()}`);
  }
  return result.stdout;
}

function write(path: string, content: string | Buffer, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}
