import { type Origin, usageError } from '../../errors.ts';
import type { Image } from '../image.ts';
import { quote } from '../quote.ts';
import { nameAndTag, parseReference } from '../reference.ts';
import { readWritten } from '../written.ts';
import type { ListFormat } from './format.ts';
import { firstContent, type ListFile, originAt, placeAt } from './list-file.ts';

const FORM = 'a line is REFERENCE [as NAME:TAG] [fetch-only], without white space in a path';

/**
 * Images one a line, with `#` comments: plain references, Isar's SRC_URI entries and skopeo's
 * transports, mixed as wanted. What no other format recognises may be such a list.
 */
export const lines: ListFormat = {
  name: 'lines',
  looksFor: 'NAME:TAG',
  recognises: (_file, text) => isReference(firstContent(text)),
  parse: (list) => ({ images: parseLines(list), findings: [] }),
};

/** @throws UserError (usage) for the first line that names no image */
export function parseLines(list: ListFile): Image[] {
  return list.lineStarts.flatMap((start, index) => {
    const end = list.lineStarts[index + 1] ?? list.text.length;
    return parseLine(list, start, end) ?? [];
  });
}

function isReference(line: string): boolean {
  if (line === '') return true;
  const [written = '', ...suffix] = words(line);
  try {
    parseSuffix(suffix, { file: '' });
    readWritten(written, { origin: { file: '' }, name: '' });
    return true;
  } catch {
    return false;
  }
}

/** Reads `REFERENCE [as NAME:TAG] [fetch-only]`; undefined for a blank line or a comment. */
function parseLine(list: ListFile, start: number, end: number): Image | undefined {
  const line = list.text.slice(start, end);
  const [written, ...suffix] = words(line);
  if (written === undefined) return undefined;
  const at = start + line.indexOf(written);
  const origin = originAt(list, at);
  if (/\p{Cc}/u.test(content(line).replaceAll('\t', ''))) {
    throw usageError(`control character in ${quote(content(line))}`, { origin });
  }
  const place = placeAt(list, at, at + written.length);
  return readWritten(written, { origin, place, ...parseSuffix(suffix, origin) });
}

/** What is no comment and no white space around it, such as the CR of a CRLF. */
function content(line: string): string {
  return line.replace(/(?:^|\s)#.*$/s, '').trim();
}

function words(line: string): string[] {
  return content(line)
    .split(/\s+/)
    .filter((word) => word !== '');
}

function parseSuffix(words: readonly string[], origin: Origin) {
  const fetchOnly = words.at(-1) === 'fetch-only';
  const [as, name, ...rest] = fetchOnly ? words.slice(0, -1) : words;
  if (as === undefined) return { fetchOnly };
  if (as !== 'as' || name === undefined || rest.length > 0) {
    throw usageError(`unexpected ${quote(words.join(' '))} after the reference`, {
      origin,
      hint: FORM,
    });
  }
  return { name: parseName(name, origin), fetchOnly };
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
