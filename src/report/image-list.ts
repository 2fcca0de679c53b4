import { formatOrigin } from '../errors.ts';
import type { Digest } from '../images/digest.ts';
import type { Image } from '../images/image.ts';
import { formatSource } from '../images/list.ts';
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
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
}

export function imageListResult(images: readonly Image[]): ListedImage[] {
  return images.map((image) => ({
    name: image.name ?? null,
    source: formatSource(image.source),
    digest: digestOf(image),
    fetchOnly: image.fetchOnly,
    written: image.written,
    file: image.origin.file,
    line: image.origin.line ?? null,
    column: image.origin.column ?? null,
  }));
}

export function formatImageList(images: readonly Image[]): string {
  const rows = images.map((image) => [
    image.name ?? '(told by the archive)',
    formatSource(image.source),
    image.fetchOnly ? 'fetch-only' : '',
    formatOrigin(image.origin),
  ]);
  return formatTable([['image', 'source', 'flags', 'written at'], ...rows], new Set());
}

function digestOf({ source }: Image): Digest | null {
  return source.transport === 'docker' ? (source.reference.digest ?? null) : null;
}
