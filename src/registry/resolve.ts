import { type Digest, digestLike, sha256 } from '../images/digest.ts';
import type { Image, ImageReference } from '../images/image.ts';
import type { Platform } from '../images/platform.ts';
import { nameAndTag } from '../images/reference.ts';
import { assembleImage, checkDigest, withImage } from './assemble.ts';
import { imageError, NotFoundError } from './failure.ts';
import { inspect } from './inspect.ts';
import { resolveLocal } from './local.ts';
import {
  choosePlatform,
  type ImageIndex,
  type ImageManifest,
  type IndexEntry,
  ManifestError,
  parseManifest,
} from './manifest.ts';
import { dockerSource, inspectConfigRaw, inspectRaw } from './skopeo.ts';
import type { ContentCache, RegistryContext, Resolution } from './types.ts';

export interface ResolveContext extends RegistryContext {
  readonly cache: ContentCache;
}

/**
 * Finds what a reference means for a platform now: index, manifest and config, each checked by its
 * digest. Nothing of the layers is read, but for local transports, whose images are copied to
 * `workDir` whole.
 *
 * A tag is asked for at every call. What a digest names comes from the cache where that has it, so a
 * reference with a digest alone costs no request the second time.
 *
 * @throws UserError (failure)
 */
export async function resolveImage(
  image: Image,
  platform: Platform,
  context: ResolveContext,
): Promise<Resolution> {
  const { source } = image;
  if (source.transport !== 'docker') return resolveLocal(image, source, platform, context);
  const { reference } = source;
  const repository: Repository = { image, name: reference.repository, context };
  const tagged = reference.tag === undefined ? undefined : await readTag(repository, reference);
  const top = await readTop(repository, reference, tagged);
  const chosen = await chooseManifest(repository, top, platform);
  const config = await readConfig(repository, chosen);
  const resolved = assembleImage(
    {
      image,
      name: image.name ?? nameAndTag(reference),
      indexDigest: chosen === top ? undefined : top.digest,
      manifestDigest: chosen.digest,
      manifest: chosen.bytes,
      parsed: chosen.parsed,
      config,
    },
    platform,
  );
  return { ...resolved, tagDigest: tagDigest(tagged, reference), localBlobs: undefined };
}

/**
 * What the tag of a reference stands for now: the digest of its index, or of the manifest where there
 * is no index; the reference's own digest where that index lists it.
 *
 * @returns undefined where a reference with a digest has a tag that is no longer there
 * @throws UserError (failure)
 */
export async function resolveTag(
  image: Image,
  reference: ImageReference,
  context: RegistryContext,
): Promise<Digest | undefined> {
  const repository = { image, name: reference.repository, context };
  const tagged = await readTag(repository, reference);
  if (tagged !== undefined) parseDocument(image, tagged.digest, tagged.bytes);
  return tagDigest(tagged, reference);
}

/** The reference's own digest where the tag's index lists it: then the tag has not moved. */
function tagDigest(tagged: Document | undefined, { digest }: ImageReference): Digest | undefined {
  if (tagged && digest && listedIn(tagged.bytes).includes(digest)) return digest;
  return tagged?.digest;
}

/** What the tag of a reference with a digest stands for now need not be an image any more. */
function listedIn(bytes: Buffer): readonly Digest[] {
  try {
    const parsed = parseManifest(bytes);
    return parsed.kind === 'index' ? parsed.entries.map((entry) => entry.digest) : [];
  } catch (error) {
    if (error instanceof ManifestError) return [];
    throw error;
  }
}

interface Document {
  readonly digest: Digest;
  readonly bytes: Buffer;
}

/** Where an image's documents are read from. */
interface Repository<Context = ResolveContext> {
  readonly image: Image;
  readonly name: string;
  readonly context: Context;
}

interface Named<T = ImageIndex | ImageManifest> extends Document {
  readonly parsed: T;
}

/** Beyond what anybody makes; a bound on what a registry can make us ask for. */
const DEEPEST_INDEX = 4;

/** Undefined where a reference has a digest beside a tag that is no longer there. */
async function readTag(
  { image, name, context }: Repository<RegistryContext>,
  { tag, digest }: ImageReference,
): Promise<Document | undefined> {
  const source = dockerSource({ repository: name, ...(tag && { tag }) });
  try {
    const bytes = await inspect(image, inspectRaw(source, context.access), context);
    return { digest: digest === undefined ? sha256(bytes) : digestLike(digest, bytes), bytes };
  } catch (error) {
    if (digest !== undefined && error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** What the whole reference names: the digest decides where there is one. */
async function readTop(
  repository: Repository,
  reference: ImageReference,
  tagged: Document | undefined,
): Promise<Named> {
  const digest = reference.digest ?? tagged?.digest;
  if (digest === undefined) throw new Error('a reference without tag and digest');
  if (tagged?.digest !== digest) return readDocument(repository, digest);
  const document = parseDocument(repository.image, digest, tagged.bytes);
  await repository.context.cache.put(digest, tagged.bytes);
  return document;
}

/** The image manifest of the platform, by way of indexes in the index. */
async function chooseManifest(
  repository: Repository,
  top: Named,
  platform: Platform,
): Promise<Named<ImageManifest>> {
  const { image } = repository;
  if (isManifest(top)) return top;
  const entries = await leaves(repository, top.parsed as ImageIndex, platform, 1);
  const entry = withImage(image, () => choosePlatform(entries, platform));
  await repository.context.cache.expect?.(entry.digest);
  const document = await readDocument(repository, entry.digest);
  if (isManifest(document)) return document;
  throw imageError(image, `its index calls ${entry.digest} an image, and it is an index`);
}

/** The entries of an index with those of the indexes in it where they stand. */
async function leaves(
  repository: Repository,
  index: ImageIndex,
  platform: Platform,
  depth: number,
): Promise<readonly IndexEntry[]> {
  if (depth > DEEPEST_INDEX) {
    throw imageError(
      repository.image,
      `it has indexes in indexes, more than ${DEEPEST_INDEX} deep`,
    );
  }
  const found: IndexEntry[] = [];
  for (const entry of index.entries) {
    const nested = entry.kind === 'index' && mayHave(entry, platform);
    if (!nested) found.push(entry);
    else found.push(...(await nestedLeaves(repository, entry, platform, depth)));
  }
  return found;
}

async function nestedLeaves(
  repository: Repository,
  entry: IndexEntry,
  platform: Platform,
  depth: number,
) {
  const { parsed } = await readDocument(repository, entry.digest);
  if (parsed.kind === 'index') return leaves(repository, parsed, platform, depth + 1);
  throw imageError(repository.image, `its index calls ${entry.digest} an index, and it is none`);
}

function mayHave({ platform }: IndexEntry, wanted: Platform): boolean {
  return platform === undefined || platform.architecture === wanted.architecture;
}

function isManifest(document: Named): document is Named<ImageManifest> {
  return document.parsed.kind === 'manifest';
}

async function readDocument(repository: Repository, digest: Digest): Promise<Named> {
  const { image, name, context } = repository;
  const source = dockerSource({ repository: name, digest });
  const ask = () => inspect(image, inspectRaw(source, context.access), context);
  return cached(context.cache, digest, ask, (bytes) => parseDocument(image, digest, bytes));
}

async function readConfig(
  { image, name, context }: Repository,
  { digest, parsed }: Named<ImageManifest>,
): Promise<Buffer> {
  const source = dockerSource({ repository: name, digest });
  const ask = () => inspect(image, inspectConfigRaw(source, context.access), context);
  await context.cache.expect?.(digest);
  return cached(context.cache, parsed.config.digest, ask, (bytes) => {
    withImage(image, () => checkDigest(parsed.config.digest, bytes, 'config'));
    return bytes;
  });
}

/** Damaged bytes in the cache count as none. Only what `read` accepts is kept. */
async function cached<T>(
  cache: ContentCache,
  digest: Digest,
  ask: () => Promise<Buffer>,
  read: (bytes: Buffer) => T,
): Promise<T> {
  const known = await cache.get(digest);
  if (known !== undefined && digestLike(digest, known) === digest) return read(known);
  const bytes = await ask();
  const value = read(bytes);
  await cache.put(digest, bytes);
  return value;
}

function parseDocument(image: Image, digest: Digest, bytes: Buffer): Named {
  return withImage(image, () => {
    // Checked before the digest: a login page in place of a manifest should be called that.
    if (/^\s*<(?:!doctype|html|\?xml)/i.test(bytes.subarray(0, 200).toString())) {
      throw new ManifestError('what answers sends HTML and is no registry');
    }
    checkDigest(digest, bytes, 'manifest');
    return { digest, bytes, parsed: parseManifest(bytes) };
  });
}
