import { BASE_ARCHITECTURES, type BaseArchitecture } from './boot/base/types.ts';
import { type ImageConfig, settingsOf } from './boot/engine.ts';
import type { ImageUnderTest, PackageUnderTest } from './boot/types.ts';
import { checkPackage } from './deb/inspect/check.ts';
import { manifestOf } from './deb/inspect/inspect.ts';
import { type ReadPackage, readPackage } from './deb/inspect/read.ts';
import type { ManifestImage } from './deb/manifest.ts';
import { failure, UserError } from './errors.ts';
import { hexOf } from './images/digest.ts';

/**
 * Reads a package that is to be booted, and verifies every digest in it first: a machine is too dear
 * to find out there that a file is damaged.
 *
 * @throws UserError (failure) for what is no package of ours or a damaged one; NoSuchMachine for one
 *   whose architecture no machine can be made for
 */
export async function readPackageUnderTest(
  path: string,
  signal: AbortSignal,
): Promise<PackageUnderTest> {
  const read = await readPackage(path, signal);
  const manifest = manifestOf(path, read);
  const [problem] = checkPackage(read, manifest);
  if (problem !== undefined) throw failure(`${path} is damaged: ${problem}`);
  return {
    path,
    name: manifest.package,
    version: manifest.version,
    architecture: bootable(path, manifest.architecture),
    engine: manifest.engine,
    ...(manifest.user === null ? {} : { user: manifest.user }),
    size: [...read.data.files.values()].reduce((sum, file) => sum + file.size, 0),
    images: manifest.images.map((image) => imageUnderTest(image, read)),
  };
}

function bootable(path: string, architecture: string): BaseArchitecture {
  const found = BASE_ARCHITECTURES.find((known) => known === architecture);
  if (found !== undefined) return found;
  throw new NoSuchMachine('failure', `${path} is for ${architecture}, which cannot be booted`, {
    hint: `machines are made for ${BASE_ARCHITECTURES.join(', ')}`,
  });
}

/** The package may be right, but cannot be proved. */
export class NoSuchMachine extends UserError {
  override readonly name = 'NoSuchMachine';
}

function imageUnderTest(image: ManifestImage, read: ReadPackage): ImageUnderTest {
  const [, architecture = ''] = image.platform.split('/');
  return {
    reference: image.reference,
    configDigest: image.configDigest,
    manifestDigest: image.archiveManifestDigest,
    architecture,
    layers: image.layers.map(({ diffId }) => diffId),
    settings: settingsOf(configOf(image, read)),
    unpackedSize: image.unpackedSize,
    fetchOnly: image.fetchOnly,
  };
}

/** It lies in the image's fragment. */
function configOf(image: ManifestImage, { pieces }: ReadPackage): ImageConfig {
  const piece = pieces.get(image.fragment.file);
  const name = `blobs/sha256/${hexOf(image.configDigest)}`;
  const entry =
    piece && 'entries' in piece ? piece.entries.find((found) => found.name === name) : undefined;
  if (entry?.content === undefined) throw new Error(`no config of ${image.reference}`);
  return (JSON.parse(entry.content.toString()) as { config?: ImageConfig }).config;
}
