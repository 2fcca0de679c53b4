import type { Fragment } from '../deb/types.ts';
import type { Digest } from '../images/digest.ts';
import type { LayerStats } from '../layers.ts';
import type { Preloaded } from '../preload.ts';
import type { Stats } from '../stats.ts';
import type { Warmed } from '../warm.ts';

/** One image, as the output `images` and `--json` show it. Sizes are in bytes. */
export interface ImageResult {
  /** Normalised NAME:TAG: what the device shows. */
  readonly reference: string;
  /** As it was written. */
  readonly source: string;
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
  readonly stats: Stats & { readonly debSize: number };
}

/** Whether the caches had all layers as they were wanted, some of it, or nothing. */
export type CacheHit = 'true' | 'partial' | 'false';

export function cacheHit(stats: LayerStats): CacheHit {
  if (stats.blobsDownloaded === 0 && stats.layersCompressed === 0) return 'true';
  return stats.layersReused === 0 && stats.blobsReused === 0 ? 'false' : 'partial';
}

export function buildResult({ deb, spec, resolutions, stats }: Preloaded): BuildResult {
  const uses = countUses(spec.images.map((image) => distinct(image.layers.map(fragmentOf))));
  return {
    deb: deb.path,
    'deb-sha256': deb.sha256,
    package: spec.name,
    version: spec.version,
    images: spec.images.map((image, index) => {
      const layers = distinct(image.layers.map(fragmentOf));
      return {
        reference: image.reference,
        source: image.written,
        pinned: image.pinned,
        fetchOnly: image.fetchOnly,
        platform: image.platform,
        indexDigest: image.indexDigest ?? null,
        manifestDigest: image.registryManifestDigest,
        configDigest: image.configDigest,
        archiveManifestDigest: image.archiveManifestDigest,
        layers: image.layers.length,
        registrySize: sum(resolutions[index]?.layers ?? []),
        unpackedSize: image.unpackedSize,
        packageSize: sum([...layers, image.imageFragment]),
        sharedSize: sum(layers.filter(({ name }) => (uses.get(name) ?? 0) > 1)),
      };
    }),
    'cache-hit': cacheHit(stats),
    stats: { ...stats, debSize: deb.size },
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
