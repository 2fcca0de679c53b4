import pLimit from 'p-limit';
import { DamagedBlobError, InvalidLayerError, readLayer } from './archive/blob.ts';
import { createFramePool } from './archive/frames.ts';
import { together } from './concurrency.ts';
import { failure } from './errors.ts';
import type { Digest } from './images/digest.ts';
import { isContentKnown, noteContent } from './layer-content.ts';
import {
  hasFragment,
  type LayerStore,
  layerKey,
  makeFragment,
  type PreparedLayer,
  type PresentLayer,
  takeFragment,
} from './layer-fragments.ts';
import { imageError } from './registry/failure.ts';
import { type FetchTask, fetchBlobs, planFetch } from './registry/fetch.ts';
import type { Layer, RegistryContext, Resolution } from './registry/types.ts';
import type { Store } from './store/store.ts';

/** What was done for the layers. */
export interface LayerStats {
  readonly blobsDownloaded: number;
  /** Bytes as the registry has them. */
  readonly bytesDownloaded: number;
  readonly layersCompressed: number;
  /** Layers whose fragments the store had. */
  readonly layersReused: number;
  /** Blobs that the store had, of those that had to be read. */
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
  /** Layers whose blobs are to be read, and bytes to be downloaded for them. */
  planned(layers: number, bytes: number): void;
  /** Bytes of one image's download so far. */
  downloaded(task: FetchTask, bytes: number): void;
  /** Uncompressed bytes that were read since the last call. */
  packed(bytes: number): void;
  layerDone(): void;
}

export interface LayerOptions extends LayerStore {
  readonly registry: RegistryContext;
  readonly jobs: number;
  readonly watch: LayerWatch;
  /** By `layerKey`, where not all of the layers are wanted. */
  readonly only?: ReadonlySet<Digest>;
  /** Fragments whose bytes were verified in this run, by `layerKey`. */
  readonly verified?: ReadonlyMap<Digest, PreparedLayer> | undefined;
  /** Is handed every fragment that was made, as soon as it is whole. */
  readonly onMade?: ((layer: Layer, prepared: PreparedLayer) => void) | undefined;
}

/** skopeo downloads six layers of an image at once; registries slow down those who ask for more. */
const IMAGES_AT_ONCE = 3;

/** Layers that are open beside those that are compressed, so that the largest of them goes first. */
const LAYERS_AHEAD = 2;

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
  const { verified, kept, lacking, unread } = await lookInStore(images, options);
  const layers = new Map(verified);
  const made = new Map<Digest, number>();
  const downloads: Layer[] = [];
  let blobsReused = 0;
  /** @param before how many layers were read before these */
  const read = async (blobs: BlobsToRead, before: number, registry: RegistryContext) => {
    if (blobs.unread.size === 0) return;
    const bytesBefore = sizeOf(downloads);
    const planned = (count: number, bytes: number) =>
      options.watch.planned(before + count, bytesBefore + bytes);
    const reading = { ...options, registry, watch: { ...options.watch, planned } };
    blobsReused += await readBlobs(images, blobs, reading, {
      made(layer, prepared) {
        const key = layerKey(layer, options.compression);
        layers.set(key, prepared);
        made.set(key, (performance.now() - begun) / 1000);
        options.onMade?.(layer, prepared);
      },
      downloaded: (layer) => downloads.push(layer),
    });
  };
  const damaged = new Map<Digest, Layer>();
  const take = async (signal: AbortSignal) => {
    for (const layer of kept) {
      signal.throwIfAborted();
      const fragment = await takeFragment(layer, options);
      if (fragment) layers.set(layerKey(layer, options.compression), fragment);
      else damaged.set(layer.blob, layer);
    }
  };
  // What is kept is hashed while the rest is on its way; only that shows that some of it is damaged.
  await together(options.registry.signal, (signal) => [
    read({ unread, lacking }, 0, { ...options.registry, signal }),
    take(signal),
  ]);
  const again = { unread: damaged, lacking: new Set(damaged.keys()) };
  await read(again, unread.size, options.registry);
  const compressed = lacking.size + damaged.size;
  const stats = {
    blobsReused,
    blobsDownloaded: downloads.length,
    bytesDownloaded: sizeOf(downloads),
    layersCompressed: options.compression === 'zstd' ? compressed : 0,
    layersReused: layers.size - made.size,
  };
  return { layers, made, stats };
}

/** Blobs to be read, and what need not be made; `verified` is by `layerKey`. */
interface Found extends BlobsToRead {
  readonly verified: ReadonlyMap<Digest, PreparedLayer>;
  /** Layers whose fragments the store has, of which no byte was read yet. */
  readonly kept: readonly Layer[];
}

async function lookInStore(images: readonly Resolution[], options: LayerOptions): Promise<Found> {
  const verified = new Map<Digest, PreparedLayer>();
  const kept: Layer[] = [];
  const lacking = new Set<Digest>();
  const unread = new Map<Digest, Layer>();
  for (const [key, sources] of sourcesOf(images, options)) {
    const [source] = sources;
    const known = options.verified?.get(key);
    if (known) verified.set(key, known);
    else if (await hasFragment(source, options)) kept.push(source);
    else lacking.add(source.blob);
    for (const layer of sources) {
      const isUnread = lacking.has(layer.blob) || !(await isContentKnown(layer, options.store));
      if (isUnread) unread.set(layer.blob, layer);
    }
  }
  return { verified, kept, lacking, unread };
}

/** An image that lies about a blob must not pass because another one tells the truth about it. */
function checkContents(images: readonly Resolution[]): void {
  const contents = new Map<Digest, Layer>();
  for (const { name, image, layers } of images) {
    for (const layer of layers) {
      const { blob, diffId, size } = layer;
      const other = contents.get(blob) ?? layer;
      contents.set(blob, layer);
      if (other.diffId === diffId && other.size === size) continue;
      const both =
        other.diffId === diffId
          ? `have both ${other.size} and ${size} bytes`
          : `unpack to both ${other.diffId} and ${diffId}`;
      throw failure(`${name}: layer ${blob} cannot ${both}`, {
        origin: image.origin,
        hint: 'one of the images is wrong: it must be built again',
      });
    }
  }
}

/** Blobs by their digests. */
interface BlobsToRead {
  readonly unread: ReadonlyMap<Digest, Layer>;
  /** Of those, the ones that a fragment is made of; the others are only looked into. */
  readonly lacking: ReadonlySet<Digest>;
}

/** What comes out of `readBlobs`, one by one. */
interface Outcome {
  made(layer: Layer, prepared: PreparedLayer): void;
  downloaded(layer: Layer): void;
}

/** @returns how many blobs the store had */
async function readBlobs(
  images: readonly Resolution[],
  { unread, lacking }: BlobsToRead,
  options: LayerOptions,
  outcome: Outcome,
): Promise<number> {
  const { store, registry, watch } = options;
  const read = await createReader(images, lacking, options);
  const kept = await takeBlobs(unread.values(), store);
  const use = async (layer: Layer, path: string, signal: AbortSignal) => {
    const prepared = await read(layer, path, signal);
    if (prepared) outcome.made(layer, prepared);
  };
  const downloading = pLimit(IMAGES_AT_ONCE);
  const fetch = (task: FetchTask, signal: AbortSignal) =>
    downloading(() =>
      fetchBlobs(task, {
        ...registry,
        signal,
        onProgress: (bytes) => watch.downloaded(task, bytes),
        onBlob: async (blob, path) => {
          const layer = unread.get(blob) as Layer;
          if (task.image.localBlobs === undefined) outcome.downloaded(layer);
          await use(layer, path, signal);
        },
      }),
    );
  const damaged = new Set<Digest>();
  const useKept = async ([blob, path]: [Digest, string], signal: AbortSignal) => {
    try {
      await use(unread.get(blob) as Layer, path, signal);
    } catch (error) {
      if (!(error instanceof DamagedBlobError)) throw error;
      await store.dropBlob(blob);
      damaged.add(blob);
    }
  };
  const tasks = planFetch(images, ({ blob }) => !unread.has(blob) || kept.has(blob));
  watch.planned(unread.size, bytesOf(tasks));
  await together(registry.signal, (signal) => [
    ...tasks.map((task) => fetch(task, signal)),
    ...[...kept].map((entry) => useKept(entry, signal)),
  ]);
  // Only reading a kept blob shows that it is damaged.
  const again = planFetch(images, ({ blob }) => !damaged.has(blob));
  if (again.length > 0) watch.planned(unread.size, bytesOf([...tasks, ...again]));
  await together(registry.signal, (signal) => again.map((task) => fetch(task, signal)));
  return kept.size - damaged.size;
}

type Read = (layer: Layer, path: string, signal: AbortSignal) => Promise<PreparedLayer | undefined>;

/** Reads blobs that are there, some more at once than there are jobs, and makes the fragments that lack. */
async function createReader(
  images: readonly Resolution[],
  lacking: ReadonlySet<Digest>,
  options: LayerOptions,
): Promise<Read> {
  const packing = pLimit(options.jobs + LAYERS_AHEAD);
  const pool = await createFramePool(options.level, options.jobs);
  return (layer, path, signal) =>
    packing(async () => {
      signal.throwIfAborted();
      const present = { ...layer, path };
      const working = lacking.has(layer.blob)
        ? makeFragment(present, pool, options, { signal, onBytes: options.watch.packed })
        : readThrough(present, signal, options);
      const prepared = await working.catch((error) => blame(layer, images, error));
      await noteContent(layer, options.store);
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

/** For a blob of which nothing is known, though its layer's fragment is there: made of another one. */
async function readThrough(
  layer: PresentLayer,
  signal: AbortSignal,
  { store, watch }: LayerOptions,
): Promise<undefined> {
  await readLayer(layer, async ({ length }) => watch.packed(length), signal);
  await store.putBlob(layer.blob, layer.path);
}

/** The distinct blobs by `layerKey`: several where a layer was compressed in several ways. */
function sourcesOf(
  images: readonly Resolution[],
  { compression, only }: LayerOptions,
): ReadonlyMap<Digest, readonly [Layer, ...Layer[]]> {
  const blobs = new Map(images.flatMap(({ layers }) => layers.map((layer) => [layer.blob, layer])));
  const sources = new Map<Digest, [Layer, ...Layer[]]>();
  for (const layer of blobs.values()) {
    const key = layerKey(layer, compression);
    if (only !== undefined && !only.has(key)) continue;
    sources.set(key, [...(sources.get(key) ?? []), layer] as [Layer, ...Layer[]]);
  }
  return sources;
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

function bytesOf(tasks: readonly FetchTask[]): number {
  return sizeOf(tasks.flatMap(({ wanted }) => wanted));
}

function sizeOf(layers: readonly Layer[]): number {
  return layers.reduce((sum, layer) => sum + layer.size, 0);
}
