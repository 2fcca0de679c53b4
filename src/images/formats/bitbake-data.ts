import { type UserError, usageError } from '../../errors.ts';
import type { Operator, Statement } from './bitbake.ts';
import { matchPieces, originOf, type Pieces, slicer, textOf } from './pieces.ts';

/**
 * BitBake's variables: what was assigned, and what it comes to for some overrides. As bb/data_smart.py
 * does it.
 */
export interface BitbakeData {
  readonly variables: Map<string, Variable>;
  /** In the order of OVERRIDES: the last one counts most. */
  readonly overrides: readonly string[];
  /** Values of variables that no file sets: undefined where there is none. */
  readonly given: (name: string) => string | undefined;
}

interface Variable {
  value: Pieces | undefined;
  /** Of `??=`. */
  weak: Pieces | undefined;
  readonly changes: Change[];
}

/** `:append`, `:prepend` or `:remove`, with the overrides that it depends on. */
interface Change {
  readonly keyword: string;
  readonly overrides: readonly string[];
  readonly value: Pieces;
}

type Assignment = Extract<Statement, { type: 'assignment' }>;

/** Does an assignment. */
export function assign(data: BitbakeData, { name: written, operator, value }: Assignment): void {
  const name = replaceVariables(written, (variable) => {
    const found = currentValue(data, variable);
    return found === undefined ? data.given(variable) : textOf(found);
  });
  const [, base, keyword, conditions] =
    /^(.*?):(append|prepend|remove)(?::([^A-Z]*))?$/.exec(name) ?? [];
  if (base !== undefined && keyword !== undefined) {
    const change = {
      keyword,
      overrides: conditions ? conditions.split(':') : [],
      value: combine(undefined, operator, value),
    };
    variableOf(data, base).changes.push(change);
    return;
  }
  const variable = variableOf(data, name);
  if (operator === '??=') variable.weak = value;
  else if (operator === ':=') variable.value = expand(data, value, []);
  else if (operator !== '?=' || variable.value === undefined) {
    variable.value = combine(variable.value, operator, value);
    if (variable.value.length > MOST_PIECES) throw tooLong(value);
  }
}

/** The value that counts, its variables replaced; undefined for a variable that is not set. */
export function currentValue(data: BitbakeData, name: string): Pieces | undefined {
  return lookUp(data, name, []);
}

/** What may be part of a variable's value, each with the overrides that it depends on. */
export function conditionsOf(data: BitbakeData, name: string): [string[], Pieces][] {
  return [...data.variables].flatMap(([full, { value, weak, changes }]) => {
    if (full !== name && !full.startsWith(`${name}:`)) return [];
    const own = full.slice(name.length).split(':').filter(Boolean);
    const parts = [value, weak].filter((part) => part !== undefined);
    return [
      ...parts.map((part): [string[], Pieces] => [own, part]),
      ...changes
        .filter(({ keyword }) => keyword !== 'remove')
        .map(({ overrides, value }): [string[], Pieces] => [[...own, ...overrides], value]),
    ];
  });
}

/** Characters: variables that hold each other twice would double with each step. */
const LONGEST_VALUE = 100_000;
/** Of assignments that add to each other. */
const MOST_PIECES = 20_000;

const VARIABLE = /\$\{[\w\-+./~:]+?\}/g;

/** The text with those variables replaced that have a value. */
export function replaceVariables(
  text: string,
  value: (name: string) => string | undefined,
): string {
  return text.replaceAll(VARIABLE, (variable) => value(variable.slice(2, -1)) ?? variable);
}

function variableOf({ variables }: BitbakeData, name: string): Variable {
  const variable = variables.get(name) ?? { value: undefined, weak: undefined, changes: [] };
  variables.set(name, variable);
  return variable;
}

function combine(old: Pieces | undefined, operator: Operator, value: Pieces): Pieces {
  switch (operator) {
    case '+=':
      return [...(old ?? []), ...space(value), ...value];
    case '=+':
      return [...value, ...space(value), ...(old ?? [])];
    case '.=':
      return [...(old ?? []), ...value];
    case '=.':
      return [...value, ...(old ?? [])];
    default:
      return value;
  }
}

/** A space that stands nowhere. */
function space([near]: Pieces): Pieces {
  return near === undefined ? [] : [{ ...near, text: ' ', end: near.start, variable: '' }];
}

/** @param around the variables whose values this is for */
function lookUp(data: BitbakeData, name: string, around: readonly string[]): Pieces | undefined {
  const value = changedValue(data, name);
  if (value === undefined) return undefined;
  const expanded = expand(data, value, [...around, name]);
  const removed = new Set(
    changesOf(data, name, 'remove').flatMap((change) =>
      textOf(expand(data, change, [...around, name])).split(/\s+/),
    ),
  );
  return matchPieces(expanded, /\s+|\S+/g)
    .filter((word) => !removed.has(textOf(word)))
    .flat();
}

/** The value with what is appended and prepended, its variables not yet replaced. */
function changedValue(data: BitbakeData, name: string): Pieces | undefined {
  const variable = data.variables.get(name);
  const overriding = overridingName(data, name);
  const own = variable?.value ?? variable?.weak;
  const base = overriding === undefined ? own : (changedValue(data, overriding) ?? own);
  const appended = changesOf(data, name, 'append').flat();
  const prepended = changesOf(data, name, 'prepend').toReversed().flat();
  if (base === undefined && appended.length + prepended.length === 0) return undefined;
  return [...prepended, ...(base ?? []), ...appended];
}

function changesOf({ variables, overrides }: BitbakeData, name: string, keyword: string): Pieces[] {
  return (variables.get(name)?.changes ?? [])
    .filter((change) => change.keyword === keyword)
    .filter((change) => change.overrides.every((override) => overrides.includes(override)))
    .map(({ value }) => value);
}

/** `SRC_URI:arm64` for SRC_URI where arm64 is an override: of several the one whose override counts most. */
function overridingName({ variables, overrides }: BitbakeData, name: string): string | undefined {
  const rank = (full: string) =>
    full
      .slice(name.length + 1)
      .split(':')
      .map((override) => overrides.indexOf(override))
      .toReversed();
  return [...variables.keys()]
    .filter((full) => full.startsWith(`${name}:`) && !rank(full).includes(-1))
    .toSorted((a, b) => compareRanks(rank(a), rank(b)))
    .at(-1);
}

function compareRanks(first: readonly number[], second: readonly number[]): number {
  const at = first.findIndex((rank, index) => rank !== second[index]);
  return at < 0 ? first.length - second.length : (first[at] ?? 0) - (second[at] ?? -1);
}

/**
 * The text with its variables replaced, as far as they are known. A variable that holds whole entries is
 * where those stand; one that holds a part of an entry leaves the entry where it is.
 */
function expand(data: BitbakeData, pieces: Pieces, around: readonly string[]): Pieces {
  const text = textOf(pieces);
  checkLength(text, pieces);
  const slice = slicer(pieces);
  const expanded: Pieces[] = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(VARIABLE)) {
    const before = slice(end, index);
    const site = slice(index, index + match.length);
    expanded.push(before, replaced(data, site, match.slice(2, -1), around));
    end = index + match.length;
  }
  const all = [...expanded, slice(end, text.length)].flat();
  checkLength(textOf(all), pieces);
  return all;
}

function checkLength(text: string, written: Pieces): void {
  if (text.length > LONGEST_VALUE) throw tooLong(written);
}

function tooLong(written: Pieces): UserError {
  return usageError('the value of a variable is too long', { origin: originOf(written) });
}

function replaced(
  data: BitbakeData,
  site: Pieces,
  name: string,
  around: readonly string[],
): Pieces {
  if (around.includes(name)) {
    throw usageError(`the variable ${name} refers to itself`, { origin: originOf(site) });
  }
  const value = lookUp(data, name, around);
  const given = value === undefined ? data.given(name) : textOf(value);
  if (given === undefined) return site;
  if (value !== undefined && /\s|:\/\//.test(given)) return value;
  const [first] = site;
  const last = site.at(-1);
  return first && last ? [{ ...first, text: given, end: last.end, variable: name }] : [];
}
