import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readLayer } from './archive/blob.ts';
import {
  type FragmentParts,
  fragmentFacts,
  type LayerFacts,
  layerFragmentName,
  originalLayerParts,
  writeLayerFragment,
} from './archive/fragment.ts';
import type { FramePool } from './archive/frames.ts';
import type { Compression } from './deb/types.ts';
import { type Digest, hexOf } from './images/digest.ts';
import { isContentKnown } from './layer-content.ts';
import type { Layer } from './registry/types.ts';
import type { Store } from './store/store.ts';

/** A distinct layer's fragment, ready to be packaged. */
export interface PreparedLayer {
  /** `layers/HEX.zst` */
  readonly name: string;
  readonly parts: FragmentParts;
  readonly facts: LayerFacts;
}

/** A blob that is there. */
export interface PresentLayer extends Layer {
  readonly path: string;
}

/** Where fragments are kept, and in what form they are made. */
export interface LayerStore {
  readonly store: Store;
  readonly compression: Compression;
  readonly level: number;
}

interface Reading {
  readonly signal: AbortSignal;
  /** Is told of uncompressed bytes that were read since the last call. */
  readonly onBytes: (bytes: number) => void;
}

/** By what a layer's fragment is named and kept: its content, or its blob where that is kept. */
export function layerKey(layer: Layer, compression: Compression): Digest {
  return compression === 'zstd' ? layer.diffId : layer.blob;
}

/** Whether an earlier run made the fragment, as far as can be told without reading it. */
export async function hasFragment(
  layer: Layer,
  { store, compression, level }: LayerStore,
): Promise<boolean> {
  // Named by the blob, so the diff ID may be another one.
  if (compression === 'original' && !(await isContentKnown(layer, store))) return false;
  const entry = compression === 'zstd' ? compressedEntry(layer, level) : originalEntry(layer);
  return (await store.getFacts(entry)) !== undefined;
}

/** The fragment that `hasFragment` tells of, if its bytes are still right. */
export async function takeFragment(
  layer: Layer,
  { store, compression, level }: LayerStore,
): Promise<PreparedLayer | undefined> {
  const name = layerFragmentName(layerKey(layer, compression), compression);
  if (compression === 'zstd') {
    const entry = await store.takeEntry<LayerFacts>(compressedEntry(layer, level));
    return entry && { name, parts: [entry.path], facts: entry.facts };
  }
  const facts = await store.getFacts<LayerFacts>(originalEntry(layer));
  const parts = facts && (await originalParts(layer, store));
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

/**
 * Makes the fragment of a layer and keeps it in the store, and its blob.
 *
 * @throws DamagedBlobError, InvalidLayerError, the reason of the signal
 */
export function makeFragment(
  layer: PresentLayer,
  pool: FramePool,
  where: LayerStore,
  reading: Reading,
): Promise<PreparedLayer> {
  return where.compression === 'zstd'
    ? compress(layer, pool, where, reading)
    : keepOriginal(layer, where, reading);
}

async function compress(
  layer: PresentLayer,
  pool: FramePool,
  { store, level }: LayerStore,
  reading: Reading,
): Promise<PreparedLayer> {
  const output = join(store.workDir, hexOf(layer.diffId));
  const facts = await writeFragment(layer, output, pool, reading);
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
  { store }: LayerStore,
  { signal, onBytes }: Reading,
): Promise<PreparedLayer> {
  const read = await readLayer(layer, async ({ length }) => onBytes(length), signal);
  await store.putBlob(layer.blob, layer.path);
  const parts = await originalParts(layer, store);
  if (parts === undefined) throw new Error(`blob ${layer.blob} left the store at once`);
  const facts: LayerFacts = { ...(await fragmentFacts(parts)), ...read };
  await store.putFacts(originalEntry(layer), facts);
  return { name: layerFragmentName(layer.blob, 'original'), parts, facts };
}
