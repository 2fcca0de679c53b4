import type { Compression } from './deb/types.ts';
import { usageError } from './errors.ts';
import type { Digest } from './images/digest.ts';
import { type Part, partsOf } from './layer-cache.ts';
import { layerKey } from './layer-fragments.ts';
import type { Resolution } from './registry/types.ts';

/** One of several jobs that make the layers of the same images. */
export interface Shard {
  /** From 1 on. */
  readonly index: number;
  readonly count: number;
}

/** What one job makes. */
export interface Share {
  readonly parts: readonly Part[];
  /** Bytes of the parts' blobs: known without a download, and what compression takes goes by them. */
  readonly bytes: number;
}

/** GitHub starts no more jobs of one matrix. */
export const MAX_SHARDS = 256;

/** Reads `I/N`. @throws UserError (usage) */
export function parseShard(text: string): Shard {
  const [, index, count] = (/^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []).map(Number);
  if (index && count && index <= count && count <= MAX_SHARDS) return { index, count };
  throw usageError(`not a share: ${JSON.stringify(text)}`, {
    hint: `I/N, from 1/N to N/N, with N up to ${MAX_SHARDS}`,
  });
}

/**
 * Shares the layers out by size: the largest first, each to the job that has least. The same images give
 * the same shares in every job, so none has to tell another.
 *
 * @returns `count` shares, the last ones empty where there are fewer parts
 */
export function shareOut(images: readonly Resolution[], count: number): readonly Share[] {
  const sized = partsOf(images)
    .map((part) => ({ part, ...measure(part) }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  const shares = Array.from({ length: count }, () => ({ parts: [] as Part[], bytes: 0 }));
  for (const { part, bytes } of sized) {
    const least = shares.reduce((a, b) => (b.bytes < a.bytes ? b : a));
    least.parts.push(part);
    least.bytes += bytes;
  }
  return shares;
}

/** By `layerKey`. */
export function layersOf(parts: readonly Part[], compression: Compression): ReadonlySet<Digest> {
  const layers = parts.flatMap((part) => ('layer' in part ? [part.layer] : part.layers));
  return new Set(layers.map((layer) => layerKey(layer, compression)));
}

/** An image's documents count as a little, so that they are shared out as well. */
const DOCUMENTS = 4096;

function measure(part: Part): { bytes: number; name: string } {
  if ('layer' in part) return { bytes: part.layer.size, name: part.layer.blob };
  const bytes = part.layers.reduce((sum, { size }) => sum + size, DOCUMENTS);
  return { bytes, name: part.image.manifestDigest };
}
