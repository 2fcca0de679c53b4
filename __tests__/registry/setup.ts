import { readFile } from 'node:fs/promises';
import type { Digest } from '../../src/images/digest.ts';
import type { Image, LocalTransport } from '../../src/images/image.ts';
import { nameAndTag, parseReference } from '../../src/images/reference.ts';
import { fetchBlobs, planFetch } from '../../src/registry/fetch.ts';
import type {
  ContentCache,
  Layer,
  Patience,
  RegistryContext,
  Resolution,
  Retry,
} from '../../src/registry/types.ts';

/** An image of a registry, as a line 7 of images.txt. */
export function imageOf(written: string): Image {
  const reference = parseReference(written);
  return {
    source: { transport: 'docker', reference },
    name: nameAndTag(reference),
    fetchOnly: false,
    written,
    syntax: 'plain',
    origin: { file: 'images.txt', line: 7 },
  };
}

/** An image of this machine; without a name as the list parser leaves it for a docker-archive. */
export function localImage(transport: LocalTransport, location: string, name?: string): Image {
  return {
    source: { transport, location },
    ...(name !== undefined && { name }),
    fetchOnly: false,
    written: `${transport}:${location}`,
    syntax: 'plain',
    origin: { file: 'images.txt', line: 7 },
  };
}

export interface MemoryCache extends ContentCache {
  readonly entries: Map<Digest, Buffer>;
}

export function memoryCache(): MemoryCache {
  const entries = new Map<Digest, Buffer>();
  return {
    entries,
    get: async (digest) => entries.get(digest),
    put: async (digest, bytes) => void entries.set(digest, bytes),
  };
}

export interface TestContext extends RegistryContext {
  readonly cache: MemoryCache;
  readonly retries: Retry[];
  /** What the code under test waited for, in milliseconds. */
  readonly waits: number[];
}

/** A context that waits for nothing between two tries. */
export function contextFor(
  workDir: string,
  given: Partial<RegistryContext> & { patience?: Partial<Patience> } = {},
): TestContext {
  const retries: Retry[] = [];
  const waits: number[] = [];
  return {
    access: { tlsVerify: false },
    workDir,
    signal: new AbortController().signal,
    onRetry: (retry) => retries.push(retry),
    cache: memoryCache(),
    retries,
    waits,
    ...given,
    patience: {
      sleep: async (milliseconds) => void waits.push(milliseconds),
      random: () => 0.5,
      ...given.patience,
    },
  };
}

/** Fetches what `has` does not have, and returns the bytes of each blob by its digest. */
export async function fetchAll(
  images: readonly Resolution[],
  context: RegistryContext,
  has: (layer: Layer) => boolean = () => false,
): Promise<Map<Digest, Buffer>> {
  const blobs = new Map<Digest, Buffer>();
  for (const task of planFetch(images, has)) {
    await fetchBlobs(task, {
      ...context,
      onBlob: async (digest, path) => void blobs.set(digest, await readFile(path)),
    });
  }
  return blobs;
}
