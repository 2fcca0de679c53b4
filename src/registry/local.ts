import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { run } from '../exec.ts';
import { algorithmOf, type Digest, hexOf } from '../images/digest.ts';
import type { Image, ImageSource } from '../images/image.ts';
import type { Platform } from '../images/platform.ts';
import { nameAndTag, parseReference } from '../images/reference.ts';
import { assembleImage, checkDigest, withImage } from './assemble.ts';
import { imageError, skopeoError } from './failure.ts';
import { skopeoEnv } from './inspect.ts';
import { choosePlatform, type ImageManifest, ManifestError, parseManifest } from './manifest.ts';
import { copyToLayout, inspectRaw, listTags } from './skopeo.ts';
import type { RegistryContext, Resolution } from './types.ts';

type LocalSource = Exclude<ImageSource, { transport: 'docker' }>;

/**
 * Copies an image of this machine into a layout of its own in `workDir`, and reads it there.
 *
 * Manifests stay as they are. A docker-archive and a storage have none: skopeo makes one of Docker's
 * schema 2 for uncompressed layers whose media type says gzip all the same, as docker save does.
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
  const folder = await mkdtemp(join(context.workDir, 'local-'));
  const layout = join(folder, 'layout');
  const blobs = join(folder, 'blobs');
  await copy(image, source, platform, { ...context, layout, blobs });
  const { digest, bytes, parsed } = await readManifest(image, layout, blobs);
  const config = await readFile(blobPath(blobs, parsed.config.digest));
  const resolved = assembleImage(
    {
      image,
      name,
      indexDigest: undefined,
      manifestDigest: digest,
      manifest: bytes,
      parsed,
      config,
    },
    platform,
  );
  return { ...resolved, tagDigest: undefined, localBlobs: blobs };
}

/** Where a folder of blobs has one. */
export function blobPath(blobs: string, digest: Digest): string {
  return join(blobs, algorithmOf(digest), hexOf(digest));
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

interface CopyContext extends RegistryContext {
  readonly layout: string;
  readonly blobs: string;
}

async function copy(image: Image, source: LocalSource, platform: Platform, context: CopyContext) {
  const { access, signal } = context;
  const argv = copyToLayout({ ...context, source: written(source), platform, access });
  const { code, stderr } = await run(argv, { signal, env: skopeoEnv(context) });
  if (code === 0) return;
  if (/no image found in/i.test(stderr))
    await explainMissingPlatform(image, source, platform, context);
  throw skopeoError(image, stderr);
}

/** @throws UserError with the platforms that there are */
async function explainMissingPlatform(
  image: Image,
  source: LocalSource,
  platform: Platform,
  context: RegistryContext,
): Promise<void> {
  const { signal } = context;
  const argv = inspectRaw(written(source), context.access);
  const { stdout } = await run(argv, { signal, env: skopeoEnv(context) });
  withImage(image, () => {
    const parsed = parseManifest(stdout);
    if (parsed.kind === 'index') choosePlatform(parsed.entries, platform);
  });
}

async function readManifest(image: Image, layout: string, blobs: string) {
  const index = parseManifest(await readFile(join(layout, 'index.json')));
  const digest = index.kind === 'index' ? index.entries[0]?.digest : undefined;
  if (digest === undefined) throw new Error(`skopeo left no image in ${layout}`);
  const bytes = await readFile(blobPath(blobs, digest));
  return withImage(image, () => {
    checkDigest(digest, bytes, 'manifest');
    const parsed = parseManifest(bytes);
    if (parsed.kind === 'manifest') return { digest, bytes, parsed: parsed as ImageManifest };
    throw new ManifestError('it has an index in an index, which skopeo does not follow here');
  });
}

/** The one name in a docker-archive that was given without a reference. */
async function nameOfArchive(image: Image, source: LocalSource, context: RegistryContext) {
  const { signal } = context;
  const argv = listTags(`docker-archive:${pathOf(source.transport, source.location)}`);
  const { code, stdout, stderr } = await run(argv, { signal, env: skopeoEnv(context) });
  if (code !== 0) throw skopeoError(image, stderr);
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
