import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { DamagedBlobError, InvalidLayerError, readLayer } from './archive/blob.ts';
import {
  type FragmentParts,
  fragmentFacts,
  type LayerFacts,
  layerFragmentName,
  originalLayerParts,
  writeLayerFragment,
} from './archive/fragment.ts';
import { createFramePool, type FramePool } from './archive/frames.ts';
import { together } from './concurrency.ts';
import type { Compression } from './deb/types.ts';
import { failure } from './errors.ts';
import { type Digest, hexOf } from './images/digest.ts';
import { imageError } from './registry/failure.ts';
import { type FetchTask, fetchBlobs, planFetch } from './registry/fetch.ts';
import type { Layer, RegistryContext, Resolution } from './registry/types.ts';
import type { Store } from './store/store.ts';

/** A distinct layer's fragment, ready to be packaged. */
export interface PreparedLayer {
  /** `layers/HEX.zst` */
  readonly name: string;
  readonly parts: FragmentParts;
  readonly facts: LayerFacts;
}

/** The entry of a kept blob is named by the blob, so it has to say what that was seen to unpack to. */
interface OriginalFacts extends LayerFacts {
  readonly diffId: Digest;
}

/** What was done for the layers. */
export interface LayerStats {
  readonly blobsDownloaded: number;
  /** Bytes as the registry has them. */
  readonly bytesDownloaded: number;
  readonly layersCompressed: number;
  /** Layers whose fragments the store had. */
  readonly layersReused: number;
  /** Layers whose blobs the store had, and no fragment of the wanted level. */
  readonly blobsReused: number;
}

/** What `prepareLayers` came to; both maps are by `layerKey`. */
export interface PreparedLayers {
  readonly layers: ReadonlyMap<Digest, PreparedLayer>;
  /** Seconds from the beginning until a fragment was there, for those that the store did not have. */
  readonly made: ReadonlyMap<Digest, number>;
  readonly stats: LayerStats;
}

/** Is told of the work as it goes on. */
export interface LayerWatch {
  /** Layers that no fragment stands for yet, and bytes to be downloaded for them. */
  planned(layers: number, bytes: number): void;
  /** Bytes of one image's download so far. */
  downloaded(task: FetchTask, bytes: number): void;
  /** Uncompressed bytes that were read since the last call. */
  packed(bytes: number): void;
  layerDone(): void;
}

export interface LayerOptions {
  readonly store: Store;
  readonly registry: RegistryContext;
  readonly compression: Compression;
  readonly level: number;
  readonly jobs: number;
  readonly watch: LayerWatch;
  /** By `layerKey`, where not all of the layers are wanted. */
  readonly only?: ReadonlySet<Digest>;
  /** Is handed every fragment that was made, as soon as it is whole. */
  readonly onMade?: ((layer: Layer, prepared: PreparedLayer) => void) | undefined;
}

/** skopeo downloads six layers of an image at once; registries slow down those who ask for more. */
const IMAGES_AT_ONCE = 3;

/** By what a layer's fragment is named and kept: its content, or its blob where that is kept. */
export function layerKey(layer: Layer, compression: Compression): Digest {
  return compression === 'zstd' ? layer.diffId : layer.blob;
}

/**
 * Makes the fragment of every distinct layer, where the store does not have it: downloaded once,
 * compressed once, and the compression begins as soon as the blob is there.
 *
 * @throws UserError (failure)
 */
export async function prepareLayers(
  images: readonly Resolution[],
  options: LayerOptions,
): Promise<PreparedLayers> {
  const begun = performance.now();
  checkContents(images);
  const wanted = distinctLayers(images, options);
  const layers = new Map<Digest, PreparedLayer>();
  const made = new Map<Digest, number>();
  const missing = new Map<Digest, Layer>();
  for (const [key, layer] of wanted) {
    const known = await takeFragment(layer, options);
    if (known) layers.set(key, known);
    else missing.set(layer.blob, layer);
  }
  const layersReused = layers.size;
  const downloads: Layer[] = [];
  let blobsReused = 0;
  if (missing.size > 0) {
    blobsReused = await makeFragments(images, missing, options, {
      made(layer, prepared) {
        const key = layerKey(layer, options.compression);
        layers.set(key, prepared);
        made.set(key, (performance.now() - begun) / 1000);
        options.onMade?.(layer, prepared);
      },
      downloaded: (layer) => downloads.push(layer),
    });
  }
  const stats = {
    blobsReused,
    blobsDownloaded: downloads.length,
    bytesDownloaded: sizeOf(downloads),
    layersCompressed: options.compression === 'zstd' ? missing.size : 0,
    layersReused,
  };
  return { layers, made, stats };
}

/** A config that lies about one use of a blob must not pass because another use of it is right. */
function checkContents(images: readonly Resolution[]): void {
  const contents = new Map<Digest, Digest>();
  for (const { name, image, layers } of images) {
    for (const { blob, diffId } of layers) {
      const other = contents.get(blob) ?? diffId;
      if (other !== diffId) {
        throw failure(`${name}: layer ${blob} cannot unpack to both ${other} and ${diffId}`, {
          origin: image.origin,
          hint: 'the config of one of the images is wrong: it must be built again',
        });
      }
      contents.set(blob, diffId);
    }
  }
}

/** What comes out of `makeFragments`, one by one. */
interface Outcome {
  made(layer: Layer, prepared: PreparedLayer): void;
  downloaded(layer: Layer): void;
}

/**
 * @param missing by the digest of the blob
 * @returns how many blobs the store had
 */
async function makeFragments(
  images: readonly Resolution[],
  missing: ReadonlyMap<Digest, Layer>,
  options: LayerOptions,
  outcome: Outcome,
): Promise<number> {
  const { store, registry, watch } = options;
  const make = await createMaker(images, options);
  const kept = await takeBlobs(missing.values(), store);
  const downloading = pLimit(IMAGES_AT_ONCE);
  const fetch = (task: FetchTask, signal: AbortSignal) =>
    downloading(() =>
      fetchBlobs(task, {
        ...registry,
        signal,
        onProgress: (bytes) => watch.downloaded(task, bytes),
        onBlob: async (blob, path) => {
          const layer = missing.get(blob) as Layer;
          if (task.image.localBlobs === undefined) outcome.downloaded(layer);
          outcome.made(layer, await make(layer, path, signal));
        },
      }),
    );
  const damaged = new Set<Digest>();
  const useKept = async ([blob, path]: [Digest, string], signal: AbortSignal) => {
    const layer = missing.get(blob) as Layer;
    try {
      outcome.made(layer, await make(layer, path, signal));
    } catch (error) {
      if (!(error instanceof DamagedBlobError)) throw error;
      await store.dropBlob(blob);
      damaged.add(blob);
    }
  };
  const tasks = planFetch(images, ({ blob }) => !missing.has(blob) || kept.has(blob));
  watch.planned(missing.size, sizeOf(tasks.flatMap(({ wanted }) => wanted)));
  await together(registry.signal, (signal) => [
    ...tasks.map((task) => fetch(task, signal)),
    ...[...kept].map((entry) => useKept(entry, signal)),
  ]);
  // Only reading a kept blob shows that it is damaged.
  const again = planFetch(images, ({ blob }) => !damaged.has(blob));
  await together(registry.signal, (signal) => again.map((task) => fetch(task, signal)));
  return kept.size - damaged.size;
}

/** A blob that is there. */
interface PresentLayer extends Layer {
  readonly path: string;
}

type Make = (layer: Layer, path: string, signal: AbortSignal) => Promise<PreparedLayer>;

/** Makes fragments of blobs that are there, as many at once as there are jobs. */
async function createMaker(images: readonly Resolution[], options: LayerOptions): Promise<Make> {
  const packing = pLimit(options.jobs);
  const pool = await createFramePool(options.level, options.jobs);
  return (layer, path, signal) =>
    packing(async () => {
      signal.throwIfAborted();
      const present = { ...layer, path };
      const working =
        options.compression === 'zstd'
          ? compress(present, pool, signal, options)
          : keepOriginal(present, signal, options);
      const prepared = await working.catch((error) => blame(layer, images, error));
      options.watch.layerDone();
      return prepared;
    });
}

/** Says which image a layer that is not valid is in. */
function blame({ blob }: Layer, images: readonly Resolution[], error: unknown): never {
  const guilty = images.find(({ layers }) => layers.some((layer) => layer.blob === blob));
  if (!(error instanceof InvalidLayerError) || guilty === undefined) throw error;
  throw imageError(guilty.image, error.message, error.hint);
}

async function compress(
  layer: PresentLayer,
  pool: FramePool,
  signal: AbortSignal,
  { store, level, watch }: LayerOptions,
): Promise<PreparedLayer> {
  const output = join(store.workDir, hexOf(layer.diffId));
  const facts = await writeFragment(layer, output, pool, { signal, onBytes: watch.packed });
  await store.putEntry(compressedEntry(layer, level), output, facts);
  await store.putBlob(layer.blob, layer.path);
  return { name: layerFragmentName(layer.diffId, 'zstd'), parts: [output], facts };
}

/** As `writeLayerFragment`, and a failed one leaves no file: a damaged blob is fetched and tried again. */
const writeFragment: typeof writeLayerFragment = async (layer, output, ...how) => {
  try {
    return await writeLayerFragment(layer, output, ...how);
  } catch (error) {
    await rm(output, { force: true });
    throw error;
  }
};

async function keepOriginal(
  layer: PresentLayer,
  signal: AbortSignal,
  { store, watch }: LayerOptions,
): Promise<PreparedLayer> {
  const read = await readLayer(layer, async ({ length }) => watch.packed(length), signal);
  await store.putBlob(layer.blob, layer.path);
  const parts = await originalParts(layer, store);
  if (parts === undefined) throw new Error(`blob ${layer.blob} left the store at once`);
  const facts: OriginalFacts = { ...(await fragmentFacts(parts)), ...read, diffId: layer.diffId };
  await store.putFacts(originalEntry(layer), facts);
  return { name: layerFragmentName(layer.blob, 'original'), parts, facts };
}

/** The fragment that an earlier run made, if its bytes are still right. */
async function takeFragment(
  layer: Layer,
  { store, compression, level }: LayerOptions,
): Promise<PreparedLayer | undefined> {
  const name = layerFragmentName(layerKey(layer, compression), compression);
  if (compression === 'zstd') {
    const entry = await store.takeEntry<LayerFacts>(compressedEntry(layer, level));
    return entry && { name, parts: [entry.path], facts: entry.facts };
  }
  const facts = await store.getFacts<OriginalFacts>(originalEntry(layer));
  if (facts?.diffId !== layer.diffId) return undefined;
  const parts = await originalParts(layer, store);
  if (!parts) return undefined;
  if ((await fragmentFacts(parts)).sha256 === facts.sha256) return { name, parts, facts };
  await store.dropBlob(layer.blob);
  return undefined;
}

async function originalParts(layer: Layer, store: Store): Promise<FragmentParts | undefined> {
  const path = await store.takeBlob(layer.blob, layer.size);
  return path === undefined ? undefined : originalLayerParts(layer.blob, path, layer.size);
}

/** Where the store keeps a layer's fragment. */
export function compressedEntry({ diffId }: Layer, level: number): string {
  return `layers/${level}/${hexOf(diffId)}.zst`;
}

function originalEntry({ blob }: Layer): string {
  return `layers/original/${hexOf(blob)}`;
}

function distinctLayers(
  images: readonly Resolution[],
  { compression, only }: LayerOptions,
): ReadonlyMap<Digest, Layer> {
  const all = images
    .flatMap((image) => image.layers)
    .map((layer) => [layerKey(layer, compression), layer] as const);
  return new Map(all.filter(([key]) => only === undefined || only.has(key)));
}

/** The blobs that the store has, largest first: the longest work should not begin last. */
async function takeBlobs(
  layers: Iterable<Layer>,
  store: Store,
): Promise<ReadonlyMap<Digest, string>> {
  const kept = new Map<Digest, string>();
  for (const { blob, size } of [...layers].sort((a, b) => b.size - a.size)) {
    const path = await store.takeBlob(blob, size);
    if (path !== undefined) kept.set(blob, path);
  }
  return kept;
}

function sizeOf(layers: readonly Layer[]): number {
  return layers.reduce((sum, layer) => sum + layer.size, 0);
}
