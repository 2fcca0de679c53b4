import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type PodmanStore, podmanStore } from '../../script/lib/podman-store.ts';
import {
  fragmentFacts,
  originalLayerParts,
  writeLayerFragment,
} from '../../src/archive/fragment.ts';
import { createFramePool, type FramePool } from '../../src/archive/frames.ts';
import { imageArchive, OCI_MANIFEST, uncompressedManifest } from '../../src/archive/image.ts';
import { createCompressor } from '../../src/archive/zstd.ts';
import { busyboxEntries } from '../support/debian.ts';
import {
  type BuiltImage,
  type BuiltLayer,
  buildImage,
  buildLayer,
  layerOfTar,
} from '../support/images.ts';
import { tempDirs } from '../support/temp.ts';
import { bytesOf } from './bytes.ts';

jest.setTimeout(180_000);

const asRoot = process.getuid?.() === 0;
if (!asRoot)
  console.warn('skipped: podman load of fragments, which needs root for a store of its own');

const temp = tempDirs();
let folder: string;
let podman: PodmanStore;
let pool: FramePool;
beforeAll(async () => {
  folder = await temp.make('load');
  podman = await podmanStore(join(folder, 'podman'));
  pool = await createFramePool(3, 2);
});
afterAll(async () => {
  await podman.close();
  await temp.remove();
});

const base = await buildLayer(await busyboxEntries('amd64'));
const own = await buildLayer([{ path: 'etc/motd', content: 'hello' }], 'zstd');
const empty = await buildLayer([]);
/** What old versions of Docker wrote for an empty layer: not even the end of a tar. */
const nothing = await layerOfTar(Buffer.alloc(0));

const many = await Promise.all(
  Array.from({ length: 127 }, (_, number) =>
    buildLayer([{ path: `layer-${number}`, content: String(number) }], 'none'),
  ),
);

(asRoot ? describe : describe.skip)('podman load', () => {
  test.each<[string, BuiltImage]>([
    ['an OCI image', buildImage({ layers: [base, own] })],
    ['a Docker image', buildImage({ layers: [base, own], format: 'docker' })],
    ['an image with empty layers', buildImage({ layers: [base, empty, own, empty] })],
    ['an image with a layer of no bytes', buildImage({ layers: [base, nothing] })],
    ['an image of an empty layer alone', buildImage({ layers: [empty] })],
    [
      'an image with a layer twice',
      buildImage({ layers: [base, own, empty, own], config: { Labels: { twice: 'yes' } } }),
    ],
    ['an image of 127 layers', buildImage({ layers: many })],
  ])('%s, compressed', async (title, image) => {
    const name = nameFor(title);
    const fragments = await Promise.all(distinct(image).map(compressed));
    await podman.load([...fragments, await compressedImage(name, image)]);
    expect(await podman.imageId(name)).toBe(image.config.digest);
  });

  test.each<[string, BuiltImage]>([
    ['an OCI image', buildImage({ layers: [base, own] })],
    [
      'a Docker image with a layer twice',
      buildImage({ layers: [base, empty, base], format: 'docker' }),
    ],
  ])('%s, original', async (title, image) => {
    const name = nameFor(`original ${title}`);
    const fragments = await Promise.all(distinct(image).map(original));
    await podman.load([...fragments, await originalImage(name, image)]);
    expect(await podman.imageId(name)).toBe(image.config.digest);
  });

  test('an image whose base is there already, from its own layer alone', async () => {
    const first = buildImage({ layers: [base] });
    const second = buildImage({ layers: [base, own], config: { Labels: { second: 'yes' } } });
    await podman.load([await compressed(base), await compressedImage(nameFor('first'), first)]);
    await podman.load([await compressed(own), await compressedImage(nameFor('second'), second)]);
    expect(await podman.imageId(nameFor('second'))).toBe(second.config.digest);
    await podman.runTrue(nameFor('second'));
  });

  test('but never without a layer that is not there', async () => {
    const layer = await buildLayer([{ path: 'missing' }]);
    const image = buildImage({ layers: [layer] });
    await expect(podman.load([await compressedImage(nameFor('bad'), image)])).rejects.toThrow();
  });
});

function nameFor(title: string): string {
  return `registry.example.org/${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}:1`;
}

function distinct({ layers }: BuiltImage): BuiltLayer[] {
  return [...new Set(layers)];
}

let files = 0;

async function compressed({ blob, digest, diffId }: BuiltLayer): Promise<string> {
  const path = newPath();
  await writeFile(path, blob);
  await writeLayerFragment({ path, blob: digest, diffId }, `${path}.zst`, pool);
  return `${path}.zst`;
}

/** Wrapped in zstd for the pipe of `PodmanStore`, which unpacks the whole of its input. */
async function original({ blob, digest }: BuiltLayer): Promise<string> {
  const path = newPath();
  await writeFile(path, blob);
  const parts = originalLayerParts(digest, path, blob.length);
  expect((await fragmentFacts(parts)).size % 512).toBe(0);
  return packed(bytesOf(parts));
}

function compressedImage(name: string, image: BuiltImage): Promise<string> {
  const layers = image.layers.map(({ diffId, tar }) => ({ diffId, unpackedSize: tar.length }));
  const { bytes } = imageArchive({
    name,
    config: image.config.bytes,
    configDigest: image.config.digest,
    manifest: uncompressedManifest(image.config.bytes, layers),
    manifestMediaType: OCI_MANIFEST,
    layers: image.layers.map(({ diffId }) => diffId),
  });
  return packed(bytes);
}

function originalImage(name: string, image: BuiltImage): Promise<string> {
  const archive = imageArchive({
    name,
    config: image.config.bytes,
    configDigest: image.config.digest,
    manifest: image.bytes,
    manifestMediaType: image.mediaType,
    layers: image.layers.map(({ digest }) => digest),
  });
  expect(archive.manifestDigest).toBe(image.digest);
  return packed(archive.bytes);
}

async function packed(bytes: Buffer): Promise<string> {
  const compress = await createCompressor();
  const path = `${newPath()}.zst`;
  await writeFile(path, Buffer.concat(await compress(bytes, 3)));
  return path;
}

function newPath(): string {
  files += 1;
  return join(folder, String(files));
}
