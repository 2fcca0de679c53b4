import { type Digest, hexOf } from './images/digest.ts';
import type { Layer } from './registry/types.ts';
import type { Store } from './store/store.ts';

/** What a blob was seen to be, when all of its bytes were read. */
interface LayerContent {
  readonly diffId: Digest;
  /** Bytes of the blob. */
  readonly size: number;
}

/**
 * Whether the blob is known to be what manifest and config say of it. A fragment of that diff ID
 * tells nothing of the blob: it may have been made from another image's.
 */
export async function isContentKnown(layer: Layer, store: Store): Promise<boolean> {
  const content = await store.getFacts<LayerContent>(contentEntry(layer));
  return content?.diffId === layer.diffId && content.size === layer.size;
}

/** Notes what somebody has found out by reading the whole blob. */
export function noteContent({ blob, diffId, size }: Layer, store: Store): Promise<void> {
  const content: LayerContent = { diffId, size };
  return store.putFacts(contentEntry({ blob }), content);
}

function contentEntry({ blob }: Pick<Layer, 'blob'>): string {
  return `contents/${hexOf(blob)}`;
}
