import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { formatOrigin, usageError } from '../errors.ts';
import type { Image, ImageSource } from './image.ts';
import { parseLines } from './lines.ts';
import { quote } from './quote.ts';
import { formatReference } from './reference.ts';

/** 16 MiB: some 200,000 images; a larger file is an archive given by mistake. */
const LARGEST_LIST = 16 * 1024 * 1024;

/**
 * All wanted images: those of the `images` input, then those of the list files in their order, each once.
 *
 * @param images one a line, as in a list file
 * @param imageLists paths
 * @throws UserError (usage) for what cannot be read or understood, for contradictions, and for no image
 */
export async function readImages({
  images,
  imageLists,
}: {
  images: string;
  imageLists: readonly string[];
}): Promise<Image[]> {
  const all = parseLines(images, 'images');
  for (const file of imageLists) all.push(...(await readList(file)));
  if (all.length === 0) {
    throw usageError('no image is named', { hint: 'give images or an image list' });
  }
  return mergeImages(all);
}

/**
 * Drops the repetitions of an image.
 *
 * @throws UserError (usage) where one name stands for two things
 */
export function mergeImages(images: readonly Image[]): Image[] {
  const byName = new Map<string, Image>();
  for (const image of images) {
    const key = image.name ?? formatSource(image.source);
    const first = byName.get(key);
    if (first === undefined) byName.set(key, image);
    else checkSame(key, first, image);
  }
  return [...byName.values()];
}

/** Where an image comes from, normalised: `docker.io/library/alpine:3.20`, `oci:./out:app`. */
export function formatSource(source: ImageSource): string {
  return source.transport === 'docker'
    ? formatReference(source.reference)
    : `${source.transport}:${source.location}`;
}

/** Reads a list file as text. @throws UserError (usage) for binary content */
export function decodeList(bytes: Uint8Array, file: string): string {
  const about = { origin: { file }, hint: 'an image list is UTF-8 text, one reference a line' };
  if (bytes.length > LARGEST_LIST)
    throw usageError('too large for an image list (over 16 MiB)', about);
  if (bytes.includes(0)) throw usageError('binary content (a zero byte) in an image list', about);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw usageError('the image list is not valid UTF-8', { ...about, cause });
  }
}

async function readList(file: string): Promise<Image[]> {
  const images = parseLines(decodeList(await readStart(file), file), file);
  if (images.length > 0) return images;
  throw usageError('the image list names no image', {
    origin: { file },
    hint: 'one reference a line',
  });
}

/** One byte more than allowed is enough to see that there is too much, of a device or a pipe as well. */
async function readStart(file: string): Promise<Buffer> {
  try {
    return await buffer(createReadStream(file, { end: LARGEST_LIST }));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = REASONS[String(code)];
    throw usageError(`cannot read the image list ${quote(file)}: ${why ?? message}`, {
      cause: error,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
};

function checkSame(name: string, first: Image, second: Image): void {
  const fault = contradiction(first, second);
  if (fault === undefined) return;
  throw usageError(`${name} is named twice, ${fault}: first at ${formatOrigin(first.origin)}`, {
    origin: second.origin,
    hint: 'remove one of them, or name it otherwise with " as NAME:TAG"',
  });
}

function contradiction(first: Image, second: Image): string | undefined {
  if (identityOf(first.source) !== identityOf(second.source)) {
    return `as ${formatSource(first.source)} and as ${formatSource(second.source)}`;
  }
  return first.fetchOnly === second.fetchOnly ? undefined : 'once fetch-only and once not';
}

/** Two sources with the same identity come to the same bytes; beside a digest the tag does not matter. */
function identityOf(source: ImageSource): string {
  if (source.transport !== 'docker') return formatSource(source);
  const { repository, digest } = source.reference;
  return digest === undefined ? formatSource(source) : formatReference({ repository, digest });
}
