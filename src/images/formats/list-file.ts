import type { Origin } from '../../errors.ts';
import type { Place } from '../image.ts';

/** A file that names images, as text without a byte order mark. */
export interface ListFile {
  /** The path as people gave it, for messages. */
  readonly file: string;
  readonly text: string;
  /** The offsets at which lines start. */
  readonly lineStarts: readonly number[];
}

export function listFile(file: string, text: string): ListFile {
  const lineStarts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
    lineStarts.push(end + 1);
  }
  return { file, text, lineStarts };
}

/** The place of an offset in the text, for people. */
export function originAt({ file, lineStarts }: ListFile, offset: number): Required<Origin> {
  const line = lineAt(lineStarts, offset);
  return { file, line: line + 1, column: offset - (lineStarts[line] ?? 0) + 1 };
}

/** A piece of the text and the lines around it. */
export function placeAt(list: ListFile, start: number, end: number): Place {
  const { text, lineStarts } = list;
  const lineStart = lineStarts[lineAt(lineStarts, start)] ?? 0;
  const [rest = ''] = text.slice(end).split(/\r?\n/, 1);
  return {
    ...originAt(list, start),
    start,
    end,
    text: text.slice(start, end),
    before: text.slice(lineStart, start),
    after: rest,
  };
}

/** A line without its end. @param line from 1 */
export function lineText({ text, lineStarts }: ListFile, line: number): string {
  const start = lineStarts[line - 1] ?? text.length;
  return text.slice(start, lineStarts[line]).replace(/\r?\n$/, '');
}

/** The first line that is neither blank nor a comment, without white space around it; '' where there is none. */
export function firstContent(text: string): string {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? undefined : end).trim();
    if (line !== '' && !line.startsWith('#')) return line;
    start = end < 0 ? text.length : end + 1;
  }
  return '';
}

/** The last line that starts at or before the offset, from 0. */
function lineAt(lineStarts: readonly number[], offset: number): number {
  let [low, high] = [0, lineStarts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
