import { type Origin, usageError } from '../../errors.ts';
import { quote } from '../quote.ts';
import type { ListFile } from './list-file.ts';
import { literal, originOf, type Piece, type Pieces, slicePieces, textOf } from './pieces.ts';

/** What a line of a recipe says, as far as it bears on variables. */
export type Statement =
  | {
      readonly type: 'assignment';
      /** with its operators and overrides: `SRC_URI:append:arm64` */
      readonly name: string;
      readonly operator: Operator;
      readonly value: Pieces;
      readonly origin: Origin;
    }
  | { readonly type: 'unset'; readonly name: string }
  | { readonly type: 'inherit'; readonly classes: Pieces }
  | { readonly type: 'include'; readonly paths: Pieces; readonly required: boolean }
  /** A line of a shell or Python function. */
  | { readonly type: 'code'; readonly line: Pieces };

export type Operator = '=' | ':=' | '??=' | '?=' | '+=' | '=+' | '=.' | '.=';

const FUNCTION = /^(?:(?:python(?=[\s(])|fakeroot(?=\s))\s*)*(?:[\w.\-+{}$:]+)?\s*\(\s*\)\s*\{$/;
const ASSIGNMENT =
  /^(?:export\s+)?([\w\-+.${}/~:]+?)(\[[\w\-+.][\w\-+.@]*\])?\s*(:=|\?\?=|\?=|\+=|=\+|=\.|\.=|=)\s*(?!'[^']*'[^']*'$)(?!"[^"]*"[^"]*"$)(?:"(.*)"|'(.*)')$/dsu;
/** What may stand in a recipe and has no say in variables. */
const OTHERS =
  /^(?:addtask|deltask|addhandler|addpylib|addfragments|EXPORT_FUNCTIONS|export|unset)\s/;

/**
 * Reads a recipe or a part of one as BitBake's own parser does: see "Syntax and Operators" in its
 * manual, and bb/parse/parse_py.
 *
 * @throws UserError (usage) for a line that BitBake would refuse
 */
export function parseBitbake(list: ListFile): Statement[] {
  let within: 'function' | 'def' | undefined;
  const statements: Statement[] = [];
  let joined: Piece[] = [];
  for (const line of physicalLines(list)) {
    const text = textOf(line);
    if (within === 'def' && !/^(?:\s|#|$)/.test(text)) within = undefined;
    if (within !== undefined) {
      if (within === 'function' && text === '}') within = undefined;
      else if (text !== '') statements.push({ type: 'code', line });
      continue;
    }
    checkComment(joined, line, text);
    const goesOn = text.endsWith('\\');
    joined.push(...(goesOn ? slicePieces(line, 0, text.length - 1) : line));
    if (goesOn) continue;
    const whole = textOf(joined);
    if (FUNCTION.test(whole)) within = 'function';
    else if (/^def\s+\w+.*:/.test(whole)) within = 'def';
    else if (whole !== '' && !whole.startsWith('#')) statements.push(...parseStatement(joined));
    joined = [];
  }
  if (joined.length === 0) return statements;
  throw usageError('the last line goes on with a backslash', { origin: originOf(joined) });
}

/** Lines without the white space at their ends. */
function physicalLines(list: ListFile): Pieces[] {
  return list.lineStarts.map((start, index) => {
    const end = list.lineStarts[index + 1] ?? list.text.length;
    return [literal(list, start, start + list.text.slice(start, end).trimEnd().length)];
  });
}

/** A comment cannot stand between the lines of a value, nor a value go on from a comment. */
function checkComment(joined: Pieces, line: Pieces, text: string): void {
  const [first] = joined;
  if (first === undefined || first.text.startsWith('#') === text.startsWith('#')) return;
  throw usageError('a comment within a value that goes on over several lines', {
    origin: text === '' ? originOf(joined) : originOf(line),
    hint: 'BitBake refuses it: put the comment before the value',
  });
}

function parseStatement(line: Pieces): Statement[] {
  const text = textOf(line);
  const keyword = /^(inherit|inherit_defer|require|include|include_all|unset)\s+(?=\S)/.exec(text);
  if (keyword)
    return parseKeyword(keyword[1] ?? '', slicePieces(line, keyword[0].length, text.length));
  const match = ASSIGNMENT.exec(text);
  if (match === null) {
    if (OTHERS.test(text)) return [];
    throw usageError(`${quote(text)} is nothing that BitBake knows`, {
      origin: originOf(line),
      hint: 'an assignment is NAME = "VALUE", its quotes closed',
    });
  }
  const { 1: name = '', 2: flag, 3: operator, indices } = match;
  const [start = 0, end = 0] = indices?.[4] ?? indices?.[5] ?? [];
  if (flag !== undefined) return [];
  return [
    {
      type: 'assignment',
      name,
      operator: operator as Operator,
      value: slicePieces(line, start, end),
      origin: originOf(line),
    },
  ];
}

function parseKeyword(keyword: string, rest: Pieces): Statement[] {
  if (keyword === 'unset') return [{ type: 'unset', name: textOf(rest) }];
  if (keyword.startsWith('inherit')) return [{ type: 'inherit', classes: rest }];
  return [{ type: 'include', paths: rest, required: keyword === 'require' }];
}
