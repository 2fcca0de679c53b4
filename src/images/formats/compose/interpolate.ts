import { quote } from '../../quote.ts';

/**
 * What a variable stands for. The type parameter is what its user wants to know of it: where the value
 * can be changed, for instance.
 */
export interface Variable {
  readonly value: string;
}

export type Lookup<V extends Variable = Variable> = (name: string) => V | undefined;

/** A part of an interpolated text. */
export type Piece<V extends Variable = Variable> =
  /** Text of the template, of these offsets; without them where it is written otherwise (`$$`). */
  | { readonly text: string; readonly start?: number; readonly end?: number }
  /** The value of the variable that stands at `start`. */
  | {
      readonly text: string;
      readonly name: string;
      readonly variable: V | undefined;
      readonly start: number;
    };

/** A template that cannot be interpolated. */
export class InterpolationError extends Error {
  /** Where in the template. */
  readonly offset: number;
  readonly hint: string | undefined;

  constructor(message: string, offset: number, hint?: string) {
    super(message);
    this.offset = offset;
    this.hint = hint;
  }
}

/** Beyond what anybody writes. */
const DEEPEST = 50;
const NAME = '[A-Za-z_][A-Za-z0-9_]*';
const START = new RegExp(`\\$(?:\\$|${NAME}|\\{)`, 'g');
const BRACED = new RegExp(`^(${NAME})(?:(:?[-+?])([^\\n]*))?$`);

/**
 * Replaces variables as the Compose Specification's "Interpolation" says: `$VAR`, `${VAR}`,
 * `${VAR:-default}`, `${VAR-default}`, `${VAR:?error}`, `${VAR?error}`, `${VAR:+replacement}`,
 * `${VAR+replacement}`, with templates in what follows the operator, and `$$` for a dollar sign. A
 * dollar sign before anything else is itself.
 *
 * A variable that is not set is a piece without text.
 *
 * @param offset of the template in a larger one
 * @param depth how many templates it stands in
 * @throws InterpolationError
 */
export function interpolate<V extends Variable>(
  template: string,
  lookup: Lookup<V>,
  offset = 0,
  depth = 0,
): Piece<V>[] {
  if (depth > DEEPEST) throw new InterpolationError('templates in templates, too deep', offset);
  const pieces: Piece<V>[] = [];
  let at = 0;
  const copyUntil = (end: number) => {
    if (end <= at) return;
    pieces.push({ text: template.slice(at, end), start: offset + at, end: offset + end });
  };
  while (at < template.length) {
    START.lastIndex = at;
    const found = START.exec(template);
    if (found === null) break;
    copyUntil(found.index);
    at = found.index + found[0].length;
    if (found[0] === '$$') pieces.push({ text: '$' });
    else if (found[0] !== '${')
      pieces.push(valuePiece(found[0].slice(1), lookup, offset + found.index));
    else {
      const end = closingBrace(template, at);
      const body = end < 0 ? '' : template.slice(at, end);
      const about = { template, offset: offset + found.index, depth };
      pieces.push(...braced(body, lookup, offset + at, about));
      at = end + 1;
    }
  }
  copyUntil(template.length);
  return pieces;
}

export function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}

function braced<V extends Variable>(
  body: string,
  lookup: Lookup<V>,
  start: number,
  about: { template: string; offset: number; depth: number },
): Piece<V>[] {
  const [, name, operator, word = ''] = BRACED.exec(body) ?? [];
  if (name === undefined) {
    const message = `invalid interpolation in ${quote(about.template)}`;
    throw new InterpolationError(message, about.offset, 'a dollar sign itself is written as $$');
  }
  const wordAt = start + name.length + (operator?.length ?? 0);
  const expanded = () => interpolate(word, lookup, wordAt, about.depth + 1);
  const found = lookup(name);
  const isSet = found !== undefined && (found.value !== '' || !operator?.startsWith(':'));
  if (operator?.endsWith('-') && !isSet) return expanded();
  // Nothing in place of a replacement is meant, and no variable that somebody forgot.
  if (operator?.endsWith('+')) return isSet ? expanded() : [];
  if (operator?.endsWith('?') && !isSet) {
    const why = textOf(expanded());
    const message = `required variable ${name} is missing a value${why && `: ${why}`}`;
    throw new InterpolationError(
      message,
      about.offset,
      `set ${name} in the environment or in .env`,
    );
  }
  return [valuePiece(name, lookup, about.offset)];
}

function valuePiece<V extends Variable>(name: string, lookup: Lookup<V>, start: number): Piece<V> {
  const variable = lookup(name);
  return { text: variable?.value ?? '', name, variable, start };
}

/**
 * The brace that belongs to the one before `start`, whatever the braces between them stand for; the
 * last one of the line where they do not match; -1 where there is none. So Docker Compose reads it.
 */
function closingBrace(template: string, start: number): number {
  let open = 1;
  // The character after an opening brace counts for nothing.
  for (let at = start + 1; at < template.length; at += 1) {
    if (template[at] === '}') open -= 1;
    if (open === 0) return at;
    if (template[at] !== '{') continue;
    open += 1;
    at += 1;
  }
  const [line = ''] = template.slice(start).split('\n', 1);
  const last = line.lastIndexOf('}');
  return last < 0 ? -1 : start + last;
}
