import { BLOCK, paddingOf, tarHeader } from '../tar.ts';

/** The end of a tar: two zero blocks. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** The header of a blob or document in an archive: equal contents give equal bytes. */
export function archiveHeader(path: string, size: number): Buffer {
  return tarHeader({ path, size, mode: 0o644, mtime: 0 });
}

/** The zero bytes that follow a content of `size` bytes. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc(paddingOf(size));
}

/** A whole entry, for contents that are in memory. */
export function archiveEntry(path: string, content: Uint8Array): Buffer {
  return Buffer.concat([archiveHeader(path, content.length), content, tarPadding(content.length)]);
}
