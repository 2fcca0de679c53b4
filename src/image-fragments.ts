import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, foreignEntrypoint } from './archive/entrypoint.ts';
import { type FragmentFacts, fragmentFacts } from './archive/fragment.ts';
import { imageArchive, OCI_MANIFEST, uncompressedManifest } from './archive/image.ts';
import { createCompressor } from './archive/zstd.ts';
import type { Compression, Fragment, PackagedImage } from './deb/types.ts';
import { failure } from './errors.ts';
import { type Digest, hexOf, sha256 } from './images/digest.ts';
import { isPinned } from './images/pin.ts';
import { type DebianArchitecture, formatPlatform } from './images/platform.ts';
import { layerKey, type PreparedLayer } from './layer-fragments.ts';
import type { Resolution } from './registry/types.ts';
import type { Store } from './store/store.ts';

/** The parts of an image's config that are read here (OCI image specification, config.md). */
interface ImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly config?: Command | null;
}

/**
 * Completes every image: the fragment that follows its layers, and all that the package says of it.
 *
 * @param layers fragments by `layerKey`
 * @throws UserError (failure) for programs of another architecture
 */
export async function completeImages(
  images: readonly Resolution[],
  layers: ReadonlyMap<Digest, PreparedLayer>,
  options: {
    readonly store: Store;
    readonly architecture: DebianArchitecture;
    readonly compression: Compression;
    readonly level: number;
  },
): Promise<PackagedImage[]> {
  const completed: PackagedImage[] = [];
  for (const image of images) {
    const own = image.layers.map((layer) => ({
      layer,
      prepared: layers.get(layerKey(layer, options.compression)) as PreparedLayer,
    }));
    const config = JSON.parse(image.config.toString()) as ImageConfig;
    checkEntrypoint(image, config, own, options.architecture);
    const archive = archiveOf(image, own, options.compression);
    completed.push({
      reference: image.name,
      written: image.image.written,
      fetchOnly: image.image.fetchOnly,
      ...(image.indexDigest ? { indexDigest: image.indexDigest } : {}),
      registryManifestDigest: image.manifestDigest,
      // Engines show sha256, whatever the registry calls the config by.
      configDigest: sha256(image.config),
      archiveManifestDigest: archive.manifestDigest,
      platform: formatPlatform(config),
      unpackedSize: unpackedSize(own),
      pinned: isPinned(image.image),
      imageFragment: await imageFragment(archive.bytes, options),
      layers: own.map(({ layer, prepared }) => ({
        fragment: toFragment(prepared.name, prepared.parts, prepared.facts),
        diffId: layer.diffId,
        blob: layer.blob,
        unpackedSize: prepared.facts.unpackedSize,
      })),
    });
  }
  return completed;
}

type OwnLayer = { readonly layer: Resolution['layers'][number]; readonly prepared: PreparedLayer };

/** Bytes; a layer that stands twice in the image is unpacked twice, but streamed once. */
function unpackedSize(layers: readonly OwnLayer[]): number {
  return layers.reduce((sum, { prepared }) => sum + prepared.facts.unpackedSize, 0);
}

function checkEntrypoint(
  { image, name }: Resolution,
  { config }: ImageConfig,
  layers: readonly OwnLayer[],
  architecture: DebianArchitecture,
): void {
  const notes = layers.map(({ prepared }) => prepared.facts.notes);
  const foreign = foreignEntrypoint(config ?? {}, notes, architecture);
  if (foreign === undefined) return;
  throw failure(`${name}: its config says ${architecture}, but ${foreign}`, {
    origin: image.origin,
    hint: 'the image was built wrong: its layers are of another architecture',
  });
}

function archiveOf(image: Resolution, layers: readonly OwnLayer[], compression: Compression) {
  const { name, config } = image;
  if (compression === 'original') {
    return imageArchive({
      ...image,
      layers: image.layers.map(({ blob }) => blob),
    });
  }
  const uncompressed = layers.map(({ layer, prepared }) => ({
    diffId: layer.diffId,
    unpackedSize: prepared.facts.unpackedSize,
  }));
  return imageArchive({
    name,
    config,
    configDigest: sha256(config),
    manifest: uncompressedManifest(config, uncompressed),
    manifestMediaType: OCI_MANIFEST,
    layers: image.layers.map(({ diffId }) => diffId),
  });
}

async function imageFragment(
  bytes: Buffer,
  { store, compression, level }: { store: Store; compression: Compression; level: number },
): Promise<Fragment> {
  const hex = hexOf(sha256(bytes));
  if (compression === 'original') {
    return toFragment(`images/${hex}.tar`, [bytes], await fragmentFacts([bytes]));
  }
  const name = `images/${hex}.zst`;
  const entry = `images/${level}/${hex}.zst`;
  const known = await store.takeEntry<FragmentFacts>(entry);
  if (known) return toFragment(name, [known.path], known.facts);
  const compress = await createCompressor();
  const path = join(store.workDir, `image-${hex}`);
  await writeFile(path, Buffer.concat(await compress(bytes, level)));
  const facts = await fragmentFacts([path]);
  await store.putEntry(entry, path, facts);
  return toFragment(name, [path], facts);
}

function toFragment(
  name: string,
  path: readonly (string | Uint8Array)[],
  { size, sha256, md5 }: FragmentFacts,
): Fragment {
  return { name, path, size, sha256, md5 };
}
