import { type Origin, usageError } from '../../errors.ts';
import { quote } from '../quote.ts';
import type { ListFile } from './list-file.ts';
import {
  literal,
  originOf,
  type Piece,
  type Pieces,
  slicePieces,
  textOf,
  trimPieces,
} from './pieces.ts';

/** `Key=value` in a unit file, with the name of the section that it stands in. */
export interface Assignment {
  readonly section: string;
  readonly key: string;
  readonly value: Pieces;
  readonly origin: Origin;
}

/**
 * Reads a unit file as Podman's generator does: see systemd.syntax(7), and for what it leaves open
 * pkg/systemd/parser of github.com/containers/podman.
 *
 * @returns the assignments in their order; sections that come again are gone on with
 * @throws UserError (usage) for a line that is no section, assignment or comment
 */
export function parseUnitFile(list: ListFile): Assignment[] {
  let section: string | undefined;
  return logicalLines(list).flatMap((line) => {
    const text = textOf(line);
    const name = /^\[([^\][\p{Cc}]+)\][ \t]*$/u.exec(text)?.[1];
    if (name !== undefined) section = name;
    return name === undefined ? [parseAssignment(line, section)] : [];
  });
}

/** The value that counts: the last one, without the quotes around it. Undefined where there is none. */
export function lastValue(
  assignments: readonly Assignment[],
  section: string,
  key: string,
): Pieces | undefined {
  const value = valuesOf(assignments, section, key).at(-1);
  return value && unquote(trimPieces(value));
}

/** All values of a key that may be given several times; an empty one drops those before it. */
export function allValues(
  assignments: readonly Assignment[],
  section: string,
  key: string,
): Pieces[] {
  const values = valuesOf(assignments, section, key);
  return values.slice(values.findLastIndex((value) => textOf(value) === '') + 1);
}

function valuesOf(assignments: readonly Assignment[], section: string, key: string): Pieces[] {
  return assignments
    .filter((assignment) => assignment.section === section && assignment.key === key)
    .map(({ value }) => value);
}

function unquote(value: Pieces): Pieces {
  const text = textOf(value);
  return /^".*"$/s.test(text) && text.length > 1 ? slicePieces(value, 1, text.length - 1) : value;
}

function parseAssignment(line: Pieces, section: string | undefined): Assignment {
  const text = textOf(line);
  const origin = originOf(line);
  const [, key = '', gap = ''] = /^([^=]+)=(\s*)/.exec(text) ?? [];
  if (key === '') {
    throw usageError(`${quote(text)} is no section, no assignment and no comment`, { origin });
  }
  if (section === undefined) {
    throw usageError(`${quote(text)} stands before the first section`, {
      origin,
      hint: 'a unit begins with a line such as [Container]',
    });
  }
  const value = slicePieces(line, key.length + 1 + gap.length, text.length);
  return { section, key: key.trimEnd(), value, origin };
}

/**
 * Lines without the white space around them, comments and empty ones left out. A backslash at its end
 * joins a line with the next that is no comment.
 */
function logicalLines(list: ListFile): Pieces[] {
  const lines: Pieces[] = [];
  let joined: Piece[] = [];
  for (const [index, start] of list.lineStarts.entries()) {
    const end = list.lineStarts[index + 1] ?? list.text.length;
    const [line] = trimPieces([literal(list, start, end)]);
    if (line === undefined || /^[#;]/.test(line.text)) continue;
    const goesOn = line.text.endsWith('\\');
    joined.push(goesOn ? literal(list, line.start, line.end - 1) : line);
    if (goesOn) continue;
    lines.push(joined);
    joined = [];
  }
  return [...lines, joined].filter((line) => textOf(line) !== '');
}
