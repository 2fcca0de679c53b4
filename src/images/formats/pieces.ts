import type { Origin } from '../../errors.ts';
import type { Place } from '../image.ts';
import { type ListFile, originAt, placeAt } from './list-file.ts';

/** A stretch of a file and the text that it stands for: itself, or the value of a variable. */
export interface Piece {
  readonly text: string;
  readonly list: ListFile;
  readonly start: number;
  readonly end: number;
  /** The name of the variable that stands there. */
  readonly variable?: string;
}

/**
 * Text that is put together from stretches of files, as lines that go on, variables and several
 * assignments make it necessary. It knows where each of its characters was written.
 */
export type Pieces = readonly Piece[];

/** A stretch of a file that stands for itself. */
export function literal(list: ListFile, start: number, end: number): Piece {
  return { text: list.text.slice(start, end), list, start, end };
}

export function textOf(pieces: Pieces): string {
  return pieces.map(({ text }) => text).join('');
}

/** The part between two offsets in the whole text. Of a variable, a part has the place of all of it. */
export function slicePieces(pieces: Pieces, start: number, end: number): Pieces {
  return slicer(pieces)(start, end);
}

/** As `slicePieces`, for many slices that come one after the other. */
export function slicer(pieces: Pieces): (start: number, end: number) => Pieces {
  let index = 0;
  let offset = 0;
  return (start, end) => {
    for (let piece = pieces[index]; piece && offset + piece.text.length <= start; ) {
      offset += piece.text.length;
      index += 1;
      piece = pieces[index];
    }
    const slice: Piece[] = [];
    let at = offset;
    for (let next = index; at < end && next < pieces.length; next += 1) {
      const piece = pieces[next] as Piece;
      const part = partOf(piece, Math.max(start - at, 0), Math.min(end - at, piece.text.length));
      if (part.text !== '') slice.push(part);
      at += piece.text.length;
    }
    return slice;
  };
}

function partOf(piece: Piece, from: number, to: number): Piece {
  const text = piece.text.slice(from, to);
  return piece.variable === undefined
    ? { ...piece, text, start: piece.start + from, end: piece.start + to }
    : { ...piece, text };
}

/** The matches of a global pattern, as pieces. */
export function matchPieces(pieces: Pieces, pattern: RegExp): Pieces[] {
  const slice = slicer(pieces);
  const matches = [...textOf(pieces).matchAll(pattern)];
  return matches.map(({ 0: text, index }) => slice(index, index + text.length));
}

/** Without the white space around it. */
export function trimPieces(pieces: Pieces): Pieces {
  const text = textOf(pieces);
  const start = text.length - text.trimStart().length;
  return slicePieces(pieces, start, text.trimEnd().length);
}

/** Where the text begins, which must not be empty. */
export function originOf([first]: Pieces): Required<Origin> {
  if (first === undefined) throw new Error('no text, no place');
  return originAt(first.list, first.start);
}

/** The place of text that stands in one file without a gap; undefined for any other. */
export function placeOf(pieces: Pieces): Place | undefined {
  const [first] = pieces;
  const last = pieces.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const gap = pieces.some((piece, index) => {
    const next = pieces[index + 1];
    return next !== undefined && (next.list !== piece.list || next.start !== piece.end);
  });
  return gap ? undefined : placeAt(first.list, first.start, last.end);
}
