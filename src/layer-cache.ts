import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { layerFragmentName } from './archive/fragment.ts';
import { verifyLayerFragment } from './archive/verify.ts';
import { together } from './concurrency.ts';
import type { Compression } from './deb/types.ts';
import { UserError } from './errors.ts';
import { type Digest, digestLike, hexOf, isDigest } from './images/digest.ts';
import { isContentKnown, noteContent } from './layer-content.ts';
import { compressedEntry, layerKey, type PreparedLayer } from './layer-fragments.ts';
import type { Layer, Resolution } from './registry/types.ts';
import type { ActionsCache } from './store/actions-cache.ts';
import { type BundlePart, readBundle, writeBundle } from './store/bundle.ts';
import { LAYOUT_VERSION } from './store/layout.ts';
import type { Store } from './store/store.ts';

/** What the Actions cache keeps of layers: fragments, blobs as the registry has them, both, or nothing. */
export const CACHE_MODES = ['compressed', 'blobs', 'all', 'off'] as const;
export type CacheMode = (typeof CACHE_MODES)[number];

/** What the Actions cache gave and took. */
export interface CacheStats {
  /** Fragments that it had. */
  readonly layersRestored: number;
  /** Blobs that it had, for fragments that it did not have. */
  readonly blobsRestored: number;
  readonly bytesRestored: number;
  readonly entriesSaved: number;
}

/**
 * The Actions cache as a second tier: what the store lacks comes from there into the store, and what was
 * made goes there. No bytes of it are believed: a fragment is unpacked and compared with the diff ID
 * that the registry's config names, and everything that is known of it is found out anew. Only that a
 * blob unpacks to that diff ID is taken from the entry's name, as it was found out by who saved it.
 */
export interface LayerCache {
  /** Brings an image's manifest and config into the store. */
  expectImage(manifestDigest: Digest): Promise<void>;
  /**
   * Brings the layers that the store lacks.
   *
   * @returns the fragments that came, by `layerKey`: as they have just been verified
   */
  restore(images: readonly Resolution[]): Promise<ReadonlyMap<Digest, PreparedLayer>>;
  /** The parts that are not cached; nothing is brought. */
  lacking(parts: readonly Part[]): Promise<readonly Part[]>;
  /** Begins to keep what was made of a large layer. */
  saveLayer(layer: Layer, prepared: PreparedLayer): void;
  /**
   * Keeps whatever is there of the parts, and waits until all is kept.
   *
   * @param layers fragments by `layerKey`
   */
  save(parts: readonly Part[], layers: ReadonlyMap<Digest, PreparedLayer>): Promise<void>;
  stats(): CacheStats;
  /** What the keys are made of, and every key that was asked for with what came of it. */
  describe(): readonly string[];
  close(): void;
}

export interface LayerCacheOptions {
  readonly actions: ActionsCache;
  readonly store: Store;
  readonly mode: Exclude<CacheMode, 'off'>;
  readonly compression: Compression;
  readonly level: number;
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/** What is cached, and shared out, as one: a large layer, or an image's small ones with its documents. */
export type Part =
  | { readonly layer: Layer }
  | { readonly image: Resolution; readonly layers: readonly Layer[] };

/** Bytes of a blob from which on its layer has an entry of its own: small ones cost more requests than bytes. */
const LARGE = 1 << 20;

/** Bytes that all of an image's small layers may be expected to have. */
const BUNDLE = 32 * LARGE;

/** The parts of images, each once. */
export function partsOf(images: readonly Resolution[]): readonly Part[] {
  const large = images.flatMap(({ layers }) => layers.filter(isLarge));
  const layers = new Map(large.map((layer) => [layer.blob, { layer }]));
  const documents = new Map(
    images.map((image) => [
      image.manifestDigest,
      { image, layers: image.layers.filter((layer) => !isLarge(layer)) },
    ]),
  );
  return [...layers.values(), ...documents.values()];
}

function isLarge({ size }: Layer): boolean {
  return size >= LARGE;
}

/** What is kept of a layer, its fragment or its blob: both go the same ways. */
interface Kind {
  /** A part of every key. */
  readonly name: string;
  /** What the entry, or the part of a bundle, is named by: all that its being there says. */
  nameOf(layer: Layer): string;
  isThere(layer: Layer): Promise<boolean>;
  /** Puts it into the store. @returns its size in bytes; undefined where it is not that layer's */
  accept(layer: Layer, path: string): Promise<number | undefined>;
  /** The file to be kept. */
  fileOf(layer: Layer, prepared: PreparedLayer): Promise<string | undefined>;
}

export function createLayerCache(options: LayerCacheOptions): LayerCache {
  const { actions, store, signal } = options;
  const verified = new Map<Digest, PreparedLayer>();
  const kinds = kindsOf(options, verified);
  const bundles = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const saving = new Map<string, Promise<void>>();
  const begun: Promise<void>[] = [];
  const restored = { layer: 0, blob: 0, bytes: 0 };
  let saved = 0;

  const openBundle = (key: string) => {
    const bundle = bundles.get(key) ?? bringBundle(key);
    bundles.set(key, bundle);
    return bundle;
  };
  /** Paths of its layers by digest; its documents are in the store then. */
  const bringBundle = async (key: string): Promise<ReadonlyMap<string, string>> => {
    const folder = await mkdtemp(join(store.workDir, 'bundle-'));
    const path = `${folder}.whole`;
    if (!(await actions.restore(key, path, BUNDLE))) return new Map();
    const parts = await readBundle(path, folder);
    if (parts === undefined) actions.distrust(key, 'it is no whole bundle');
    for (const [name, part] of parts ?? []) {
      if (!isDigest(name)) continue;
      const bytes = await readFile(part);
      if (digestLike(name, bytes) === name) await store.putDocument(name, bytes);
      else actions.distrust(key, `it does not hold ${name}`);
    }
    return parts ?? new Map();
  };
  /** From the layer's own entry, or from that of an image. */
  const bring = async (kind: Kind, { layer, images }: LayerUse) => {
    const name = kind.nameOf(layer);
    if (isLarge(layer)) {
      const key = keyOf(kind, name);
      const path = join(store.workDir, `restored-${kind.name}-${hexOf(layer.blob)}`);
      return (await actions.restore(key, path, layer.size)) ? { key, path } : undefined;
    }
    for (const image of images) {
      const key = keyOf(kind, image.manifestDigest);
      const path = (await openBundle(key)).get(partName(name));
      if (path !== undefined) return { key, path };
    }
    return undefined;
  };
  const restoreLayer = async (use: LayerUse): Promise<void> => {
    for (const kind of kinds) {
      if (await kind.isThere(use.layer)) return;
      const found = await bring(kind, use);
      if (found === undefined) continue;
      const bytes = await kind.accept(use.layer, found.path);
      if (bytes === undefined) {
        actions.distrust(found.key, `it does not hold ${kind.nameOf(use.layer)}`);
        continue;
      }
      restored[kind.name === 'blob' ? 'blob' : 'layer'] += 1;
      restored.bytes += bytes;
      return;
    }
  };

  const saveFile = (key: string, path: string): void => {
    if (saving.has(key)) return;
    const work = actions.save(key, path).then((done) => {
      if (done) saved += 1;
    });
    saving.set(key, quietly(work));
  };
  const saveLarge = async (kind: Kind, layer: Layer, prepared: PreparedLayer) => {
    const path = await kind.fileOf(layer, prepared);
    if (path !== undefined) saveFile(keyOf(kind, kind.nameOf(layer)), path);
  };
  const saveBundle = async (
    kind: Kind,
    { image, layers }: Extract<Part, { image: Resolution }>,
    preparedOf: (layer: Layer) => PreparedLayer | undefined,
  ) => {
    const key = keyOf(kind, image.manifestDigest);
    if (saving.has(key) || (await actions.has(key))) return;
    const parts: BundlePart[] = [
      { name: image.manifestDigest, content: image.manifest },
      { name: image.configDigest, content: image.config },
    ];
    for (const layer of layers) {
      const prepared = preparedOf(layer);
      const content = prepared && (await kind.fileOf(layer, prepared));
      if (content === undefined) return;
      parts.push({ name: partName(kind.nameOf(layer)), content });
    }
    const path = join(store.workDir, key);
    await writeBundle(path, parts);
    saveFile(key, path);
  };

  /** What the file system refuses, or a program, must not fail here: whoever needs it says so. */
  const harmless = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      signal.throwIfAborted();
      const { syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined && !(error instanceof UserError)) throw error;
      actions.giveUp((error as Error).message);
    }
  };
  const expectImage = async (manifestDigest: Digest): Promise<void> => {
    const manifest = await store.getDocument(manifestDigest);
    const config = manifest && configOf(manifest);
    if (config !== undefined && (await store.getDocument(config)) !== undefined) return;
    for (const kind of kinds) {
      if ((await openBundle(keyOf(kind, manifestDigest))).has(manifestDigest)) return;
    }
  };
  const save: LayerCache['save'] = async (parts, layers) => {
    const preparedOf = (layer: Layer) => layers.get(layerKey(layer, options.compression));
    for (const part of parts) {
      for (const kind of kinds) {
        if ('image' in part) await saveBundle(kind, part, preparedOf);
        const prepared = 'layer' in part ? preparedOf(part.layer) : undefined;
        if ('layer' in part && prepared) await saveLarge(kind, part.layer, prepared);
      }
    }
    await Promise.all(begun);
    await Promise.all(saving.values());
  };

  return {
    expectImage: (manifestDigest) => harmless(() => expectImage(manifestDigest)),
    async restore(images) {
      // The largest first: the longest way should not begin last.
      const uses = usesOf(images).sort((a, b) => b.layer.size - a.layer.size);
      await harmless(() => together(signal, () => uses.map(restoreLayer)));
      return verified;
    },
    async lacking(parts) {
      const there = await together(signal, () =>
        parts.map(async (part) => {
          for (const kind of kinds) {
            const name = 'layer' in part ? kind.nameOf(part.layer) : part.image.manifestDigest;
            if (!(await actions.has(keyOf(kind, name)))) return false;
          }
          return true;
        }),
      );
      return parts.filter((_, index) => !there[index]);
    },
    saveLayer(layer, prepared) {
      if (!isLarge(layer)) return;
      for (const kind of kinds) begun.push(quietly(saveLarge(kind, layer, prepared)));
    },
    save: (parts, layers) => harmless(() => save(parts, layers)),
    stats: () => ({
      layersRestored: restored.layer,
      blobsRestored: restored.blob,
      bytesRestored: restored.bytes,
      entriesSaved: saved,
    }),
    describe: () => [
      `entries of format ${LAYOUT_VERSION}: ${kinds.map(({ name }) => name).join(', ')}; layers of ${LARGE} bytes and more have one each, the others one an image`,
      ...[...actions.known].map(([key, found]) => `${found ? 'hit ' : 'miss'} ${key}`),
    ],
    close: actions.close,
  };
}

/** The wanted kinds, the cheapest to use first. @param verified is given the fragments that are accepted */
function kindsOf(
  { store, mode, compression, level, jobs, signal }: LayerCacheOptions,
  verified: Map<Digest, PreparedLayer>,
): Kind[] {
  const verifying = pLimit(jobs);
  const fragment: Kind = {
    name: `level${level}`,
    // Saved once the blob was read, and found only by who means that blob: nobody else may skip reading it.
    nameOf: ({ diffId, blob, size }) => `${diffId}-${blob}-${size}`,
    isThere: async (layer) =>
      (await store.hasEntry(compressedEntry(layer, level))) && (await isContentKnown(layer, store)),
    async accept(layer, path) {
      const { diffId } = layer;
      const facts = await verifying(() => verifyLayerFragment(path, { diffId, level, signal }));
      if (facts === undefined) return undefined;
      await store.putEntry(compressedEntry(layer, level), path, facts);
      await noteContent(layer, store);
      verified.set(diffId, { name: layerFragmentName(diffId, 'zstd'), parts: [path], facts });
      return facts.size;
    },
    fileOf: async (_layer, { parts: [path] }) => (typeof path === 'string' ? path : undefined),
  };
  /** Whoever reads a blob hashes it, and fetches it where it is damaged: here only its size counts. */
  const blob: Kind = {
    name: 'blob',
    nameOf: (layer) => layer.blob,
    isThere: async (layer) =>
      (compression === 'zstd' && (await fragment.isThere(layer))) ||
      (await store.takeBlob(layer.blob, layer.size)) !== undefined,
    async accept(layer, path) {
      await store.putBlob(layer.blob, path);
      return (await store.takeBlob(layer.blob, layer.size)) === undefined ? undefined : layer.size;
    },
    fileOf: (layer) => store.takeBlob(layer.blob, layer.size),
  };
  if (compression === 'original') return [blob];
  return { compressed: [fragment], blobs: [blob], all: [fragment, blob] }[mode];
}

/** For work that is looked at later: until then its failure must not count as unhandled. */
function quietly<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

/** `container-preload-1-level9-sha256-HEX`: no comma, and below 512 characters. */
function keyOf(kind: Kind, name: string): string {
  return `container-preload-${LAYOUT_VERSION}-${kind.name}-${name.replaceAll(':', '-')}`;
}

/** Undefined where it is no manifest: whoever reads it says so. */
function configOf(manifest: Buffer): Digest | undefined {
  try {
    const { config } = JSON.parse(manifest.toString()) as { config: { digest: string } };
    return isDigest(config.digest) ? config.digest : undefined;
  } catch {
    return undefined;
  }
}

/** A layer in a bundle; a document there is called by its digest alone. */
function partName(name: string): string {
  return `layer ${name}`;
}

interface LayerUse {
  readonly layer: Layer;
  readonly images: readonly Resolution[];
}

/** The distinct blobs, and the images that each is in. */
function usesOf(images: readonly Resolution[]): LayerUse[] {
  const uses = new Map<Digest, { layer: Layer; images: Resolution[] }>();
  for (const image of images) {
    for (const layer of image.layers) {
      const use = uses.get(layer.blob) ?? { layer, images: [] };
      uses.set(layer.blob, use);
      use.images.push(image);
    }
  }
  return [...uses.values()];
}
