import { type Digest, digestLike } from '../images/digest.ts';
import type { Image } from '../images/image.ts';
import { formatPlatform, type Platform } from '../images/platform.ts';
import { plural } from '../plural.ts';
import { imageError } from './failure.ts';
import {
  type Descriptor,
  fitsPlatform,
  formatWanted,
  type ImageManifest,
  ManifestError,
  type NamedPlatform,
  parseConfig,
} from './manifest.ts';
import type { Layer, ResolvedImage } from './types.ts';

export interface Parts {
  readonly image: Image;
  readonly name: string;
  readonly indexDigest: Digest | undefined;
  readonly manifestDigest: Digest;
  readonly manifest: Buffer;
  readonly parsed: ImageManifest;
  readonly config: Buffer;
}

/**
 * One image from its manifest and its config, which are checked against each other and against the
 * platform that is wanted.
 *
 * @throws UserError (failure)
 */
export function assembleImage(parts: Parts, platform: Platform): ResolvedImage {
  const { parsed, config, ...rest } = parts;
  return withImage(parts.image, () => {
    checkDigest(parsed.config.digest, config, 'config');
    checkSize(parsed.config, config);
    const { platform: actual, diffIds } = parseConfig(config);
    checkPlatform(actual, platform, parts.indexDigest !== undefined);
    return {
      ...rest,
      manifestMediaType: parsed.mediaType,
      configDigest: parsed.config.digest,
      configMediaType: parsed.config.mediaType,
      config,
      layers: pairLayers(parsed.layers, diffIds),
    };
  });
}

/** @throws ManifestError */
export function checkDigest(digest: Digest, bytes: Buffer, what: string): void {
  const actual = digestLike(digest, bytes);
  if (actual === digest) return;
  throw new ManifestError(`its ${what} has the wrong bytes: ${actual} instead of ${digest}`);
}

/** Engines refuse a manifest with another size, whatever the digest says. @throws ManifestError */
function checkSize({ size }: Descriptor, config: Buffer): void {
  if (config.length === size) return;
  throw new ManifestError(`its manifest says ${size} bytes, its config has ${config.length}`);
}

/** Says which image a ManifestError is about. @throws UserError (failure) */
export function withImage<T>(image: Image, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ManifestError) throw imageError(image, error.message);
    throw error;
  }
}

/** An index may promise what its image does not keep: the config is what was built. */
function checkPlatform(actual: NamedPlatform, wanted: Platform, fromIndex: boolean): void {
  // An index that says v5 is believed when the config of its image says no variant at all.
  const vague = actual.variant === undefined && fromIndex;
  const variant = vague ? wanted.variants[0] : actual.variant;
  const { os, architecture } = actual;
  if (fitsPlatform({ os, architecture, ...(variant && { variant }) }, wanted)) return;
  const content = formatPlatform(actual);
  throw new ManifestError(
    fromIndex
      ? `it has ${content} content in its ${formatWanted(wanted)} image`
      : `it is an image for ${content} alone, not for ${formatWanted(wanted)}`,
  );
}

function pairLayers(layers: ImageManifest['layers'], diffIds: readonly Digest[]): readonly Layer[] {
  if (layers.length !== diffIds.length) {
    const counts = `${plural(layers.length, 'layer')} and its config ${diffIds.length}`;
    throw new ManifestError(`its manifest names ${counts}`);
  }
  return layers.map(({ digest, size, mediaType }, index) => ({
    blob: digest,
    size,
    mediaType,
    diffId: diffIds[index] as Digest,
  }));
}
