import type { Fragment } from '../deb/types.ts';
import type { Digest } from '../images/digest.ts';
import { layerKey } from '../layer-fragments.ts';
import type { LayerStats } from '../layers.ts';
import type { Preloaded } from '../preload.ts';
import type { Resolution } from '../registry/types.ts';
import type { Stats } from '../stats.ts';
import type { Warmed } from '../warm.ts';

/** One image, as the output `images` and `--json` show it. Sizes are in bytes. */
export interface ImageResult {
  /** Normalised NAME:TAG: what the device shows. */
  readonly reference: string;
  /** As it was written. */
  readonly source: string;
  /** What it came from, with its domain; null for a local image. */
  readonly repository: string | null;
  readonly pinned: boolean;
  readonly fetchOnly: boolean;
  readonly platform: string;
  readonly indexDigest: Digest | null;
  readonly manifestDigest: Digest;
  /** The image ID in classic Docker and in Podman. */
  readonly configDigest: Digest;
  /** The image ID in Docker's containerd store. */
  readonly archiveManifestDigest: Digest;
  readonly layers: number;
  /** Those of them that nothing had to be downloaded or compressed for. */
  readonly layersReused: number;
  /** Until the last of its layers was there, from when layers were begun with. */
  readonly seconds: number;
  /** Of the layers, as the registry has them. */
  readonly registrySize: number;
  /** Of the layers' contents. */
  readonly unpackedSize: number;
  /** Of its fragments in the package, shared ones too. */
  readonly packageSize: number;
  /** Of those of its fragments that other images need as well. */
  readonly sharedSize: number;
}

/** The outputs of a build: of the action, and of the command with `--json`. */
export interface BuildResult {
  /** Path of the package. */
  readonly deb: string;
  readonly 'deb-sha256': string;
  readonly package: string;
  readonly version: string;
  readonly images: readonly ImageResult[];
  readonly 'cache-hit': CacheHit;
  readonly stats: Stats & {
    readonly debSize: number;
    /** It was there already: verified, and not written. */
    readonly debReused: boolean;
    /** Bytes of the fragments that several images need, each once. */
    readonly sharedSize: number;
  };
}

/** Whether the caches had all layers as they were wanted, some of it, or nothing. */
export type CacheHit = 'true' | 'partial' | 'false';

export function cacheHit(stats: LayerStats): CacheHit {
  if (stats.blobsDownloaded === 0 && stats.layersCompressed === 0) return 'true';
  return stats.layersReused === 0 && stats.blobsReused === 0 ? 'false' : 'partial';
}

export function buildResult(preloaded: Preloaded): BuildResult {
  const { deb, spec, resolutions, stats } = preloaded;
  const fragments = spec.images.map((image) => distinct(image.layers.map(fragmentOf)));
  const uses = countUses(fragments);
  const isShared = ({ name }: Fragment) => (uses.get(name) ?? 0) > 1;
  return {
    deb: deb.path,
    'deb-sha256': deb.sha256,
    package: spec.name,
    version: spec.version,
    images: spec.images.map((image, index) => {
      const layers = fragments[index] ?? [];
      const resolution = resolutions[index] as Resolution;
      return {
        reference: image.reference,
        source: image.written,
        repository: repositoryOf(resolution),
        pinned: image.pinned,
        fetchOnly: image.fetchOnly,
        platform: image.platform,
        indexDigest: image.indexDigest ?? null,
        manifestDigest: image.registryManifestDigest,
        configDigest: image.configDigest,
        archiveManifestDigest: image.archiveManifestDigest,
        layers: image.layers.length,
        ...workFor(resolution, preloaded),
        registrySize: sum(resolution.layers),
        unpackedSize: image.unpackedSize,
        packageSize: sum([...layers, image.imageFragment]),
        sharedSize: sum(layers.filter(isShared)),
      };
    }),
    'cache-hit': cacheHit(stats),
    stats: {
      ...stats,
      debSize: deb.size,
      debReused: deb.found === 'same',
      sharedSize: sum(distinct(fragments.flat()).filter(isShared)),
    },
  };
}

/** The outputs of a job that made a share of the layers. */
export interface WarmResult {
  readonly parts: number;
  readonly 'cache-hit': CacheHit;
  readonly stats: Stats;
}

export function warmResult({ parts, lacking, stats }: Warmed): WarmResult {
  // Of what the Actions cache lacked, the local store may have had some.
  const hit = cacheHit(stats);
  return { parts, 'cache-hit': hit === 'false' && lacking < parts ? 'partial' : hit, stats };
}

function repositoryOf({ image: { source } }: Resolution): string | null {
  return source.transport === 'docker' ? source.reference.repository : null;
}

function workFor({ layers }: Resolution, { spec, made }: Preloaded) {
  const ends = layers.flatMap((layer) => made.get(layerKey(layer, spec.compression)) ?? []);
  return {
    layersReused: layers.length - ends.length,
    seconds: Math.round(Math.max(0, ...ends) * 100) / 100,
  };
}

function fragmentOf({ fragment }: { readonly fragment: Fragment }): Fragment {
  return fragment;
}

function distinct(fragments: readonly Fragment[]): Fragment[] {
  return [...new Map(fragments.map((fragment) => [fragment.name, fragment])).values()];
}

/** In how many images a fragment is needed, by its name. */
function countUses(images: readonly (readonly Fragment[])[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const { name } of images.flat()) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

function sum(sized: readonly { readonly size: number }[]): number {
  return sized.reduce((total, { size }) => total + size, 0);
}
