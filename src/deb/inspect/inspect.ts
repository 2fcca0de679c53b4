import { failure } from '../../errors.ts';
import { type ManifestImage, type PackageManifest, parseManifest } from '../manifest.ts';
import { checkPackage } from './check.ts';
import { type ReadPackage, readPackage } from './read.ts';

/** What a package holds. Can be written as JSON. */
export interface Inspection extends PackageManifest {
  readonly depends: string;
  /** Bytes of all fragments. */
  readonly size: number;
  /** One line each; empty for a package in which everything is right. */
  readonly problems: readonly string[];
}

/**
 * Reads a package whole and verifies every digest in it: damage and what does not fit together are
 * found, not whoever rewrites all of it, manifest.json and md5sums too. Against that, compare the
 * sha256 of the .deb with the one that the build printed.
 *
 * @throws UserError (failure) for what is no .deb, a damaged one, or one that this program did not make
 */
export async function inspectPackage(path: string, signal?: AbortSignal): Promise<Inspection> {
  const read = await readPackage(path, signal);
  const manifest = manifestOf(path, read);
  return {
    ...manifest,
    depends: read.fields.get('Depends') ?? '',
    size: distinctFragments(manifest.images).reduce((sum, { size }) => sum + size, 0),
    problems: checkPackage(read, manifest),
  };
}

/** What a package says of itself. @throws UserError (failure) for a package that is not ours */
export function manifestOf(path: string, read: ReadPackage): PackageManifest {
  if (read.manifest === undefined) {
    throw failure(`${path} was not made by container-preload: it has no manifest.json`);
  }
  try {
    return parseManifest(read.manifest);
  } catch (error) {
    throw failure(`${path}: manifest.json cannot be read: ${(error as Error).message}`);
  }
}

/** Every fragment once; the image fragment of a single image comes first. */
export function distinctFragments(images: readonly ManifestImage[]) {
  const fragments = images.flatMap((image) => [image.fragment, ...image.layers]);
  return [...new Map(fragments.map((fragment) => [fragment.file, fragment])).values()];
}
