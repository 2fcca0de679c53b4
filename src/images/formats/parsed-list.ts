import type { Origin } from '../../errors.ts';
import type { Finding } from '../finding.ts';
import type { ListContext, ParsedList } from './format.ts';

export const NOTHING: ParsedList = { images: [], findings: [] };

export function joinLists(lists: readonly ParsedList[]): ParsedList {
  return {
    images: lists.flatMap(({ images }) => images),
    findings: lists.flatMap(({ findings }) => findings),
  };
}

/** No image but something to say. */
export function remark(level: Finding['level'], message: string, origin: Origin): ParsedList {
  return { images: [], findings: [{ level, message, origin }] };
}

/** Each once, by what tells them apart. */
export function distinct<T>(items: readonly T[], keyOf: (item: T) => unknown): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(keyOf(item)), item])).values()];
}

/** What is said where a list is for another engine than the package. */
export function checkEngine(
  engine: string,
  { engine: input }: ListContext,
  origin: Origin,
): ParsedList {
  return input === undefined || input === engine
    ? NOTHING
    : remark('warning', `this is for ${engine}, but the input engine is ${input}`, origin);
}
