import { type Origin, usageError } from '../errors.ts';
import type { Image, ImageSource, Syntax } from './image.ts';
import { parseIsar } from './isar.ts';
import { quote } from './quote.ts';
import { nameAndTag, parseReference } from './reference.ts';
import { ownName, parseLocal } from './transport.ts';

const FORM = 'a line is REFERENCE [as NAME:TAG] [fetch-only], without white space in a path';

/**
 * Reads a list of images, one a line, with `#` comments: plain references, Isar's SRC_URI entries and
 * skopeo's transports, mixed as wanted.
 *
 * @throws UserError (usage) for the first line that names no image
 */
export function parseLines(text: string, file: string): Image[] {
  // a byte order mark, and the CR of a CRLF, are white space to what reads the line
  return text
    .split('\n')
    .flatMap((line, index) => parseLine(line, { file, line: index + 1 }) ?? []);
}

/**
 * Reads `REFERENCE [as NAME:TAG] [fetch-only]`.
 *
 * @param origin the line's; the image's has the column too
 * @returns undefined for a blank line or a comment
 * @throws UserError (usage)
 */
export function parseLine(text: string, origin: Origin): Image | undefined {
  const content = text.replace(/(?:^|\s)#.*$/s, '');
  const [written, ...suffix] = content.split(/\s+/).filter((word) => word !== '');
  if (written === undefined) return undefined;
  const at = { ...origin, column: content.search(/\S/) + 1 };
  if (/\p{Cc}/u.test(content.trim().replaceAll('\t', ''))) {
    throw usageError(`control character in ${quote(content.trim())}`, { origin: at });
  }
  const { givenName, fetchOnly } = parseSuffix(suffix, at);
  const { source, syntax } = parseSource(written, at);
  const name = givenName ?? nameOf(source, at);
  return {
    source,
    ...(name === undefined ? {} : { name }),
    fetchOnly,
    written,
    syntax,
    origin: at,
  };
}

function parseSuffix(words: readonly string[], origin: Origin) {
  const fetchOnly = words.at(-1) === 'fetch-only';
  const [as, name, ...rest] = fetchOnly ? words.slice(0, -1) : words;
  if (as === undefined) return { givenName: undefined, fetchOnly };
  if (as !== 'as' || name === undefined || rest.length > 0) {
    throw usageError(`unexpected ${quote(words.join(' '))} after the reference`, {
      origin,
      hint: FORM,
    });
  }
  return { givenName: parseName(name, origin), fetchOnly };
}

/** The name after `as`, normalised. */
function parseName(text: string, origin: Origin): string {
  const reference = parseReference(text, origin);
  if (reference.digest === undefined) return nameAndTag(reference);
  throw usageError(`the name ${quote(text)} has a digest`, {
    origin,
    hint: 'a digest belongs to the reference before " as "',
  });
}

function parseSource(written: string, origin: Origin): { source: ImageSource; syntax: Syntax } {
  const local = parseLocal(written, origin);
  if (local !== undefined) return { source: local, syntax: 'plain' };
  const [scheme, rest] = written.split(/:\/\/(.*)/s);
  if (rest !== undefined && scheme !== 'docker') {
    throw usageError(`${quote(written)}: images do not come by ${quote(`${scheme}://`)}`, {
      origin,
      hint: 'write HOST/PATH:TAG or docker://HOST/PATH:TAG',
    });
  }
  const syntax = rest?.includes(';') ? 'isar' : 'plain';
  const reference =
    syntax === 'isar' ? parseIsar(written, origin) : parseReference(rest ?? written, origin);
  return { source: { transport: 'docker', reference }, syntax };
}

function nameOf(source: ImageSource, origin: Origin): string | undefined {
  return source.transport === 'docker' ? nameAndTag(source.reference) : ownName(source, origin);
}
