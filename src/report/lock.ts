import { formatOrigin } from '../errors.ts';
import type { Digest } from '../images/digest.ts';
import type { LockPlan } from '../images/lock.ts';
import { formatTable } from './text.ts';

/** What `lock --json` shows. */
export interface LockResult {
  readonly changes: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    /** As it was written. */
    readonly reference: string;
    /** null where there was none. */
    readonly old: Digest | null;
    readonly new: Digest;
    /** What stands there with the digest. */
    readonly written: string;
  }[];
  /** What stays without a digest, or with one whose tag is gone. */
  readonly unpinnable: readonly { readonly place: string; readonly reference: string }[];
  readonly kept: number;
  /** Files that were written; none by `--check`. */
  readonly files: readonly string[];
}

export function lockResult(locked: LockPlan & { files: readonly string[] }): LockResult {
  return {
    changes: locked.changes.map(({ image, place, old, text, new: digest }) => ({
      file: place.file,
      line: place.line,
      column: place.column,
      reference: image.written,
      old: old ?? null,
      new: digest,
      written: text,
    })),
    unpinnable: locked.obstacles.map(({ origin, written }) => ({
      place: formatOrigin(origin),
      reference: written,
    })),
    kept: locked.kept,
    files: locked.files,
  };
}

/**
 * A table of the changes, and what they come to.
 *
 * @param check whether they are only to be made
 */
export function formatLocked(
  locked: LockPlan & { files: readonly string[] },
  check: boolean,
): string {
  const { changes, obstacles, kept, files } = locked;
  const rows = changes.map(({ image, place, old, new: digest }) => [
    formatOrigin({ file: place.file, line: place.line, column: place.column }),
    image.written.split('@', 1)[0] ?? '',
    old === undefined ? '' : short(old),
    short(digest),
  ]);
  const table = formatTable([['place', 'image', 'old', 'new'], ...rows], new Set());
  const counts = [
    `${changes.filter(({ old }) => old === undefined).length} ${check ? 'to pin' : 'pinned'}`,
    `${changes.filter(({ old }) => old !== undefined).length} ${check ? 'to move' : 'moved'}`,
    `${kept} as they ${check ? 'should be' : 'were'}`,
    ...(obstacles.length === 0 ? [] : [`${obstacles.length} that cannot be pinned in place`]),
  ].join(', ');
  const where = files.length === 0 ? 'no file written' : `written: ${files.join(', ')}`;
  const end = check ? counts : `${counts}; ${where}`;
  return [...(rows.length === 0 ? [] : [table, '']), end].join('\n');
}

/** What to do about what `--check` found. */
export function checkHint({ changes, obstacles }: Pick<LockPlan, 'changes' | 'obstacles'>): string {
  const moved = changes.filter(({ old }) => old !== undefined).length;
  return [
    ...(changes.length > moved ? ['container-preload lock FILE… writes missing digests'] : []),
    ...(moved > 0 ? ['container-preload lock --update FILE… moves digests'] : []),
    ...(obstacles.length > 0
      ? [`${obstacles.length} cannot be pinned in place, each for the reason given above`]
      : []),
  ].join('; ');
}

/** `sha256:0123456789ab`: enough to tell digests apart. */
function short(digest: Digest): string {
  const [algorithm, hex = ''] = digest.split(':');
  return `${algorithm}:${hex.slice(0, 12)}`;
}
