import { formatOrigin } from '../errors.ts';
import type { Digest } from '../images/digest.ts';
import type { FormatName } from '../images/formats/format.ts';
import type { Image } from '../images/image.ts';
import { formatSource, type Lists } from '../images/list.ts';
import { formatTable } from './text.ts';

/** One image of a list, as `list --json` shows it. */
export interface ListedImage {
  /** NAME:TAG on the device; null where only the archive itself tells. */
  readonly name: string | null;
  /** Where it comes from, normalised. */
  readonly source: string;
  readonly digest: Digest | null;
  readonly fetchOnly: boolean;
  readonly written: string;
  /** Of the list file; null for the input. */
  readonly format: FormatName | null;
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
}

export function imageListResult({ images, files }: Lists): ListedImage[] {
  return images.map((image) => ({
    name: image.name ?? null,
    source: formatSource(image.source),
    digest: digestOf(image),
    fetchOnly: image.fetchOnly,
    written: image.written,
    format: files.get(image.origin.file)?.format ?? null,
    file: image.origin.file,
    line: image.origin.line ?? null,
    column: image.origin.column ?? null,
  }));
}

export function formatImageList({ images, files }: Lists): string {
  const rows = images.map((image) => [
    image.name ?? '(told by the archive)',
    formatSource(image.source),
    image.fetchOnly ? 'fetch-only' : '',
    files.get(image.origin.file)?.format ?? '',
    formatOrigin(image.origin),
  ]);
  return formatTable([['image', 'source', 'flags', 'format', 'written at'], ...rows], new Set());
}

function digestOf({ source }: Image): Digest | null {
  return source.transport === 'docker' ? (source.reference.digest ?? null) : null;
}
