import type { Fragment } from '../deb/types.ts';
import type { Digest } from '../images/digest.ts';
import type { Preloaded, Stats } from '../preload.ts';

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
  readonly stats: Stats & { readonly debSize: number };
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
    stats: { ...stats, debSize: deb.size },
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
