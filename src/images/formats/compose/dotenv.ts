import { usageError } from '../../../errors.ts';
import type { Place } from '../../image.ts';
import { type ListFile, originAt, placeAt } from '../list-file.ts';
import {
  InterpolationError,
  interpolate,
  type Lookup,
  textOf,
  type Variable,
} from './interpolate.ts';

/** A variable of the environment or of an environment file. */
export interface Setting extends Variable {
  /** Where its value stands as it is; undefined for the environment, and for values that are made. */
  readonly place?: Place | undefined;
}

/** What ends or escapes a value, by its first character. */
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  c: '\\c',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  $: '$$',
  '"': '"',
  '\\': '\\',
};

/**
 * Reads an environment file in the syntax of Docker Compose: `KEY=value`, `export KEY=value`,
 * `KEY: value`, single quotes (as it is), double quotes (escapes and variables), values of several
 * lines in quotes, comments after white space.
 *
 * @param outer the environment, which wins over what stands above in the file
 * @throws UserError (usage) with the line
 */
export function parseDotenv(list: ListFile, outer: Lookup<Setting>): Map<string, Setting> {
  const { text } = list;
  const settings = new Map<string, Setting>();
  const lookup: Lookup<Setting> = (name) => outer(name) ?? settings.get(name);
  let at = statementAt(text, 0);
  while (at < text.length) {
    const { key, end, hasValue } = readKey(list, at);
    if (hasValue) {
      const value = readValue(list, end, lookup);
      settings.set(key, value.setting);
      at = value.end;
    } else {
      // A name alone passes the environment's value on.
      at = end;
    }
    at = statementAt(text, at);
  }
  return settings;
}

/** The next offset at which there is neither white space nor a comment. */
function statementAt(text: string, start: number): number {
  const blank = /(?:\s+|#[^\n]*)*/y;
  blank.lastIndex = start;
  blank.exec(text);
  return blank.lastIndex;
}

function readKey(list: ListFile, start: number) {
  const { text } = list;
  const pattern = /(?:export\s+)?([\p{L}\p{N}_.\-[\]\t\v\f\r \u0085\u00a0]*)([=:\n]|$)?/uy;
  pattern.lastIndex = start;
  const [, name = '', separator] = pattern.exec(text) ?? [];
  const key = name.trim();
  if (separator === undefined || /\s/.test(key)) {
    throw usageError(`not a line of an environment file: ${JSON.stringify(lineAt(text, start))}`, {
      origin: originAt(list, separator === undefined ? pattern.lastIndex : start),
      hint: 'KEY=value',
    });
  }
  return { key, end: pattern.lastIndex, hasValue: separator === '=' || separator === ':' };
}

function readValue(list: ListFile, start: number, lookup: Lookup<Setting>) {
  const { text } = list;
  const blank = /[\t\v\f\r \u0085\u00a0]*/y;
  blank.lastIndex = start;
  blank.exec(text);
  const at = blank.lastIndex;
  const quote = text[at];
  if (quote !== '"' && quote !== "'") {
    const [line = ''] = text.slice(at).split('\n', 1);
    const raw = (line.split(' #', 1)[0] ?? '').trimEnd();
    const value = expand(list, raw, at, lookup);
    return { setting: setting(list, at, raw, value), end: at + line.length };
  }
  const pattern = quote === '"' ? /"((?:\\[\s\S]|[^"\\])*)"/y : /'((?:\\[\s\S]|[^'\\])*)'/y;
  pattern.lastIndex = at;
  const raw = pattern.exec(text)?.[1];
  if (raw === undefined) {
    throw usageError(`a quoted value does not end: ${JSON.stringify(lineAt(text, at))}`, {
      origin: originAt(list, at),
    });
  }
  const unquoted = raw.replaceAll(`\\${quote}`, quote);
  const value = quote === '"' ? expand(list, expandEscapes(unquoted), at, lookup) : unquoted;
  return { setting: setting(list, at + 1, raw, value), end: pattern.lastIndex };
}

function setting(list: ListFile, start: number, raw: string, value: string): Setting {
  return raw === value ? { value, place: placeAt(list, start, start + raw.length) } : { value };
}

function expand(list: ListFile, raw: string, at: number, lookup: Lookup<Setting>): string {
  try {
    return textOf(interpolate(raw, lookup));
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    throw usageError(error.message, { origin: originAt(list, at), hint: error.hint });
  }
}

function expandEscapes(text: string): string {
  return text.replaceAll(/\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g, (whole, letter, octal) => {
    if (letter !== undefined) return ESCAPES[letter] ?? whole;
    return /^[0-3][0-7]{2}$/.test(octal) ? String.fromCharCode(Number.parseInt(octal, 8)) : whole;
  });
}

function lineAt(text: string, start: number): string {
  return text.slice(start).split('\n', 1)[0]?.trimEnd() ?? '';
}
