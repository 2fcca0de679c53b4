import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { killed, run } from '../exec.ts';
import { hexOf, sha256 } from '../images/digest.ts';
import type { Image, ImageSource } from '../images/image.ts';
import type { Platform } from '../images/platform.ts';
import { nameAndTag, parseReference } from '../images/reference.ts';
import { assembleImage, withImage } from './assemble.ts';
import { imageError, skopeoError } from './failure.ts';
import { choosePlatform, ManifestError, parseManifest } from './manifest.ts';
import { copyToDirectory, inspectRaw, listTags } from './skopeo.ts';
import type { RegistryContext, Resolution } from './types.ts';

type LocalSource = Exclude<ImageSource, { transport: 'docker' }>;

/**
 * Copies an image of this machine into a folder of its own in `workDir`, and reads it there.
 *
 * Manifests stay as they are. A docker-archive, a Docker daemon and a containers-storage have none
 * for layers that they keep uncompressed: skopeo makes one of Docker's schema 2, whose media types
 * say gzip all the same.
 *
 * @throws UserError (failure)
 */
export async function resolveLocal(
  image: Image,
  source: LocalSource,
  platform: Platform,
  context: RegistryContext,
): Promise<Resolution> {
  checkPath(image, source);
  const name = image.name ?? (await nameOfArchive(image, source, context));
  const directory = await mkdtemp(join(context.workDir, 'local-'));
  await copy(image, source, platform, directory, context);
  const { parsed, ...document } = await readManifest(image, directory);
  const config = await readFile(join(directory, hexOf(parsed.config.digest)));
  const parts = { image, name, indexDigest: undefined, ...document, parsed, config };
  const resolved = assembleImage(parts, platform);
  return { ...resolved, tagDigest: undefined, localBlobs: directory };
}

/** skopeo's words for a missing file differ with transport and version. */
function checkPath(image: Image, { transport, location }: LocalSource): void {
  const path = pathOf(transport, location);
  if (path === undefined || existsSync(path)) return;
  throw imageError(image, `there is no ${path}`);
}

function pathOf(transport: LocalSource['transport'], location: string): string | undefined {
  if (transport === 'containers-storage' || transport === 'docker-daemon') return undefined;
  return transport === 'dir' ? location : location.split(':')[0];
}

async function copy(
  image: Image,
  source: LocalSource,
  platform: Platform,
  directory: string,
  context: RegistryContext,
): Promise<void> {
  const { access, signal, workDir: tempDir } = context;
  const argv = copyToDirectory({ source: written(source), platform, directory, access, tempDir });
  const { code, stderr } = await run(argv, { signal });
  if (code === 0) return;
  if (/no image found in/i.test(stderr)) {
    await explainMissingPlatform(image, source, platform, context);
  }
  throw killed(argv, code) ?? skopeoError(image, stderr);
}

/** @throws UserError with the platforms that there are */
async function explainMissingPlatform(
  image: Image,
  source: LocalSource,
  platform: Platform,
  context: RegistryContext,
): Promise<void> {
  const { signal } = context;
  const argv = inspectRaw(written(source), context.access, context.workDir);
  const { stdout } = await run(argv, { signal });
  withImage(image, () => {
    const parsed = parseManifest(stdout);
    if (parsed.kind === 'index') choosePlatform(parsed.entries, platform);
  });
}

async function readManifest(image: Image, directory: string) {
  const manifest = await readFile(join(directory, 'manifest.json'));
  return withImage(image, () => {
    const parsed = parseManifest(manifest);
    if (parsed.kind === 'manifest') return { manifestDigest: sha256(manifest), manifest, parsed };
    throw new ManifestError('it has an index in an index, which skopeo does not follow here');
  });
}

/** The one name in a docker-archive that was given without a reference. */
async function nameOfArchive(image: Image, source: LocalSource, context: RegistryContext) {
  const { signal } = context;
  const argv = listTags(
    `docker-archive:${pathOf(source.transport, source.location)}`,
    context.workDir,
  );
  const { code, stdout, stderr } = await run(argv, { signal });
  if (code !== 0) throw killed(argv, code) ?? skopeoError(image, stderr);
  const { Tags } = JSON.parse(stdout.toString()) as { Tags: string[] };
  // skopeo calls an image without a name by its place: @0.
  const [only, ...others] = Tags.filter((tag) => !tag.startsWith('@'));
  if (only === undefined) throw unnamed(image, 'the archive gives it no name');
  if (others.length > 0) throw unnamed(image, `the archive has the names ${Tags.join(', ')}`);
  return asName(image, only);
}

function asName(image: Image, tag: string): string {
  try {
    return nameAndTag(parseReference(tag));
  } catch (error) {
    if (error instanceof UserError) throw unnamed(image, error.message);
    throw error;
  }
}

function unnamed(image: Image, why: string): UserError {
  return imageError(image, why, `write ${image.written} as NAME:TAG`);
}

function written({ transport, location }: LocalSource): string {
  return `${transport}:${location}`;
}
