import type { Origin } from '../../errors.ts';
import type { Finding } from '../finding.ts';
import type { ParsedList } from './format.ts';

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
