import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { formatOrigin, type Origin, refusalOf, UserError, usageError } from '../errors.ts';
import type { Finding } from './finding.ts';
import {
  type FormatName,
  formatNames,
  type ListContext,
  type ListFormat,
  type ParsedList,
} from './formats/format.ts';
import { formatNamed, isFormatName, recognise, strayRemark } from './formats/index.ts';
import { parseLines } from './formats/lines.ts';
import { type ListFile, lineText, listFile, originAt } from './formats/list-file.ts';
import { distinct } from './formats/parsed-list.ts';
import { expandGlob } from './glob.ts';
import type { Image, ImageSource } from './image.ts';
import { isPinned } from './pin.ts';
import { quote } from './quote.ts';
import { formatReference } from './reference.ts';

/** Bytes: some 200,000 images; a larger file is an archive given by mistake. */
const LARGEST_LIST = 16_000_000;

/** Where images are named, and what the meaning of a list depends on. */
export interface ListRequest extends Omit<ListContext, 'readFile' | 'readFolder'> {
  /** With `?` behind a name, nothing is said where no list has it. */
  readonly profiles: readonly string[];
  /** One a line, as in a list file. */
  readonly images: string;
  /** `[FORMAT:]PATH`, where the path may be a pattern. */
  readonly imageLists: readonly string[];
  /** Whether a list may come to nothing where it says why. */
  readonly mayLeaveOut?: boolean;
}

/** What all lists come to, repetitions included. */
export interface Lists extends Required<ParsedList> {
  /** Every file that was read, by the path in origins and places. */
  readonly files: ReadonlyMap<string, ReadFile>;
}

export interface ReadFile extends ListFile {
  readonly format: FormatName;
}

/** All places that name one image: the first one counts, which has a digest where any of them has. */
export type Places = readonly [Image, ...Image[]];

/**
 * All wanted images: those of the `images` input, then those of the list files in their order, each once.
 *
 * @throws UserError (usage) for what cannot be read or understood, for contradictions, and for no image
 */
export async function readImages(request: ListRequest): Promise<Lists & { places: Places[] }> {
  const lists = await readLists(request);
  if (lists.images.length === 0) {
    throw usageError('no image is named', { hint: 'give images or an image list' });
  }
  const places = mergeImages(lists.images);
  return { ...lists, images: places.map(([image]) => image), places };
}

/** As `readImages`, with every place where an image is named, and without a look at contradictions. */
export async function readLists(request: ListRequest): Promise<Lists> {
  const files = new Map<string, ReadFile>();
  const input = listFile('images', request.images);
  try {
    const parsed: ParsedList[] = [{ images: parseLines(input), findings: [] }];
    const asked = { ...request, profiles: request.profiles.map(profileName) };
    for (const entry of request.imageLists) parsed.push(await readEntry(entry, asked, files));
    const profiles = parsed.flatMap((list) => list.profiles ?? []);
    return {
      images: parsed.flatMap(({ images }) => images),
      findings: distinct(
        [
          ...parsed.flatMap(({ findings }) => findings),
          ...unknownProfiles(request.profiles, profiles),
        ],
        ({ origin, message }) => [origin, message],
      ),
      profiles,
      files,
    };
  } catch (error) {
    throw withExcerpt(error, (file) => files.get(file) ?? (file === 'images' ? input : undefined));
  }
}

/** A profile as it is asked for where it is no mistake that no list has it. */
export function optionalProfile(profile: string): string {
  return profile === '*' || profile.endsWith('?') ? profile : `${profile}?`;
}

function profileName(profile: string): string {
  return profile.replace(/\?$/, '');
}

/** What is said of profiles that were asked for and that none of the lists has. */
export function unknownProfiles(asked: readonly string[], known: readonly string[]): Finding[] {
  if (asked.includes('*')) return [];
  return asked
    .filter((profile) => !profile.endsWith('?') && !known.includes(profile))
    .map((profile) => ({
      level: 'warning',
      message: `no list has a profile ${quote(profile)}`,
      origin: { file: 'profile' },
    }));
}

/**
 * Puts the repetitions of an image together. A tag that has a digest in one place and none in another is
 * no contradiction, whichever comes first: some places cannot take a digest.
 *
 * @throws UserError (usage) where one name stands for two things
 */
export function mergeImages(images: readonly Image[]): Places[] {
  const byName = new Map<string, [Image, ...Image[]]>();
  for (const image of images) {
    const key = nameOf(image);
    const known = byName.get(key);
    if (known === undefined) byName.set(key, [image]);
    else known.push(image);
  }
  return [...byName.values()].map(decisiveFirst);
}

/** What tells wanted images apart. */
export function nameOf({ name, source }: Image): string {
  return name ?? formatSource(source);
}

/** Where an image comes from, normalised: `docker.io/library/alpine:3.20`, `oci:./out:app`. */
export function formatSource(source: ImageSource): string {
  return source.transport === 'docker'
    ? formatReference(source.reference)
    : `${source.transport}:${source.location}`;
}

/** Reads a list file as text. @throws UserError (usage) for content that is none, or too much */
export function decodeList(bytes: Uint8Array, file: string): string {
  if (bytes.length > LARGEST_LIST) {
    throw usageError('too large for an image list (over 16 MB)', {
      origin: { file },
      hint: 'an archive of images is named in images: docker-archive:PATH, oci-archive:PATH',
    });
  }
  if (bytes.includes(0)) {
    throw usageError('binary content (a zero byte) in an image list', {
      origin: { file },
      hint: 'an image list is UTF-8 text',
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw usageError('this is not valid UTF-8', {
      ...firstInvalid(bytes, file),
      hint: 'an image list is UTF-8 text: iconv -f latin1 -t utf-8 makes it of Latin-1',
      cause,
    });
  }
}

/** The place of the first bytes that are no UTF-8. */
function firstInvalid(bytes: Uint8Array, file: string): { origin: Origin; excerpt: string } {
  // Of invalid bytes the decoder makes this character.
  const lenient = listFile(file, new TextDecoder('utf-8').decode(bytes));
  const origin = originAt(lenient, Math.max(0, lenient.text.indexOf('\uFFFD')));
  return { origin, excerpt: lineText(lenient, origin.line) };
}

/** A line of `image-list`: what the files of a pattern name together. */
async function readEntry(
  entry: string,
  request: ListRequest,
  files: Map<string, ReadFile>,
): Promise<ParsedList> {
  const { format, pattern } = splitEntry(entry);
  const isGroup = format?.takesOverrides && pattern.includes(':');
  const matched = isGroup ? undefined : await matches(pattern);
  const groups = isGroup ? [pattern.split(':')] : (matched ?? [pattern]).map((file) => [file]);
  const lists: ParsedList[] = [];
  for (const group of groups)
    lists.push(
      await readGroup(group, { format, byPattern: matched !== undefined }, request, files),
    );
  const images = lists.flatMap((list) => list.images);
  const findings = lists.flatMap((list) => list.findings);
  const profiles = lists.flatMap((list) => list.profiles ?? []);
  if (images.length > 0 || (request.mayLeaveOut && findings.length > 0))
    return { images, findings, profiles };
  throw usageError('the image list names no image', {
    origin: { file: pattern },
    hint: reasonsOf(findings) || 'one reference a line, or one of the other formats',
  });
}

/** Why images are left out, the first reasons in full; '' where nothing is said. */
export function reasonsOf(findings: readonly Finding[]): string {
  const reasons = [...new Set(findings.map(({ message }) => message))];
  const more = reasons.length - MOST_REASONS;
  return [...reasons.slice(0, MOST_REASONS), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

const MOST_REASONS = 5;

function splitEntry(entry: string): { format: ListFormat | undefined; pattern: string } {
  const [prefix = '', rest] = entry.split(/:(.*)/s);
  return rest !== undefined && isFormatName(prefix)
    ? { format: formatNamed(prefix), pattern: rest }
    : { format: undefined, pattern: entry };
}

async function matches(pattern: string): Promise<string[] | undefined> {
  const found = await expandGlob(pattern);
  if (found?.length !== 0) return found;
  throw usageError(`no file matches ${quote(pattern)}`, {
    hint: 'patterns are resolved from the current folder; ** stands for folders of any depth',
  });
}

/** A list file, and the files that override what it says. */
async function readGroup(
  [file = '', ...others]: readonly string[],
  given: { readonly format: ListFormat | undefined; readonly byPattern: boolean },
  { env, architecture, profiles, engine, deleteAfterLoad }: ListRequest,
  files: Map<string, ReadFile>,
): Promise<ParsedList> {
  const first = listFile(file, decodeList(await readStart(file), file));
  const stray = given.byPattern && !given.format ? strayRemark(first) : undefined;
  if (stray !== undefined) return stray;
  const format = given.format ?? recognise(first);
  const keep = (list: ListFile): ListFile => {
    files.set(list.file, { ...list, format: format.name });
    return list;
  };
  keep(first);
  const overrides: ListFile[] = [];
  for (const path of others)
    overrides.push(keep(listFile(path, decodeList(await readStart(path), path))));
  const context: ListContext = {
    env,
    architecture,
    profiles,
    engine,
    deleteAfterLoad,
    readFile: async (path, from) => {
      const bytes = await readFurther(path, from);
      return bytes && keep(listFile(path, decodeList(bytes, path)));
    },
    readFolder: async (path) => {
      const names = await readdir(path).catch(() => []);
      return names.sort();
    },
  };
  return format.parse(first, context, overrides);
}

/** Undefined where there is no such file. */
async function readFurther(path: string, from: Origin | undefined): Promise<Buffer | undefined> {
  try {
    return await readStart(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (isMissing(error.cause)) return undefined;
    throw usageError(error.message, { origin: from ?? error.origin, cause: error });
  }
}

/** One byte more than allowed is enough to see that there is too much, of a device or a pipe as well. */
async function readStart(file: string): Promise<Buffer> {
  try {
    return await buffer(createReadStream(file, { end: LARGEST_LIST }));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usageError(`cannot read the image list ${quote(file)}: ${refusalOf(error) ?? message}`, {
      cause: error,
      hint: unreadableHint(file, code),
    });
  }
}

function unreadableHint(file: string, code: string | undefined): string | undefined {
  if (code === 'EISDIR') return `for its files write a pattern such as ${file}/*`;
  const mayHaveFormat = code === 'ENOENT' && /^\w+:/.test(file);
  return mayHaveFormat ? `the formats are ${formatNames.join(', ')}` : undefined;
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The error with the line that it speaks of, so that it can be shown. */
function withExcerpt(error: unknown, fileOf: (file: string) => ListFile | undefined): unknown {
  if (!(error instanceof UserError)) return error;
  const { kind, message, origin, hint, cause } = error;
  const list = origin && fileOf(origin.file);
  const excerpt = list && origin.line && lineText(list, origin.line);
  return excerpt ? new UserError(kind, message, { origin, hint, cause, excerpt }) : error;
}

/** @throws UserError (usage) */
function decisiveFirst(places: Places): Places {
  const open = places.find((image) => !isPinned(image));
  const decisive =
    places.find((image) => open && pins(image, open)) ?? places.find(isPinned) ?? places[0];
  const at = places.indexOf(decisive);
  for (const [index, image] of places.entries()) {
    if (index < at) checkSame(image, decisive);
    else checkSame(decisive, image);
  }
  return [decisive, ...places.slice(0, at), ...places.slice(at + 1)];
}

function checkSame(first: Image, second: Image): void {
  const fault = contradiction(first, second);
  if (fault === undefined) return;
  throw usageError(
    `${nameOf(first)} is named twice, ${fault}: first at ${formatOrigin(first.origin)}`,
    {
      origin: second.origin,
      hint: 'make both the same, or remove one; in a list of lines " as NAME:TAG" gives another name',
    },
  );
}

function contradiction(first: Image, second: Image): string | undefined {
  const same = identityOf(first.source) === identityOf(second.source);
  if (!same && !pins(first, second) && !pins(second, first)) {
    return `as ${formatSource(first.source)} and as ${formatSource(second.source)}`;
  }
  return first.fetchOnly === second.fetchOnly ? undefined : 'once fetch-only and once not';
}

/** Whether the one is the other with a digest behind its tag. */
function pins({ source }: Image, { source: other }: Image): boolean {
  if (source.transport !== 'docker' || other.transport !== 'docker') return false;
  const { digest, ...tagged } = source.reference;
  return digest !== undefined && formatReference(tagged) === formatReference(other.reference);
}

/** Two sources with the same identity come to the same bytes; beside a digest the tag does not matter. */
function identityOf(source: ImageSource): string {
  if (source.transport !== 'docker') return formatSource(source);
  const { repository, digest } = source.reference;
  return digest === undefined ? formatSource(source) : formatReference({ repository, digest });
}
