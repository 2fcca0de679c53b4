import type { FileHandle } from 'node:fs/promises';
import { failure } from '../errors.ts';
import type { FileRange } from '../read-chunks.ts';
import { paddingOf, tarHeader } from '../tar.ts';
import { MAX_MEMBER, readMembers, resizedHeader } from './ar.ts';
import { endOfEntries, tarEnd } from './tar.ts';
import { shareFolder } from './tree.ts';
import type { Fragment, PackageSpec } from './types.ts';

/** Some bytes of a .deb. */
export type Piece =
  | { readonly fragment: Fragment; readonly size: number }
  | { readonly bytes: Uint8Array; readonly size: number }
  /** Of another file, from an offset on. */
  | FileRange;

/** All of a .deb, before it is written. */
export interface DebLayout {
  /** In their order; none is empty. */
  readonly pieces: readonly Piece[];
  /** Bytes of the .deb. */
  readonly size: number;
}

/**
 * dpkg-deb's archive with the fragments added to the end of its last member, the data.
 *
 * @param skeleton stays open as long as the layout is used
 * @throws UserError (failure) for a package that is too large
 */
export async function debLayout(
  skeleton: FileHandle,
  spec: PackageSpec,
  fragments: readonly Fragment[],
): Promise<DebLayout> {
  const data = (await readMembers(skeleton)).at(-1);
  if (data?.name !== 'data.tar') throw new Error(`the last member is ${data?.name}, not data.tar`);
  const end = await endOfEntries(skeleton, data.data, data.size);
  const entries = fragments.flatMap((fragment) => [
    inline(tarHeader(tarEntry(spec, fragment))),
    { fragment, size: fragment.size },
    inline(Buffer.alloc(paddingOf(fragment.size))),
  ]);
  const length = sizeOf(entries) + end - data.data;
  const dataSize = length + tarEnd(length);
  checkDebSize([], dataSize);
  const pieces = [
    { file: skeleton, start: 0, size: data.header },
    inline(await resizedHeader(skeleton, data, dataSize)),
    { file: skeleton, start: data.data, size: end - data.data },
    ...entries,
    inline(Buffer.alloc(tarEnd(length))),
  ].filter(({ size }) => size > 0);
  return { pieces, size: sizeOf(pieces) };
}

/**
 * Refuses what cannot be one .deb: its data member ends at 9,999,999,999 bytes.
 *
 * @param sizes bytes of the fragments, each once
 * @param rest bytes of the data member beside them
 * @throws UserError (failure)
 */
export function checkDebSize(sizes: readonly number[], rest = tarEnd(0)): void {
  const entries = sizes.map((size) => 3 * 512 + size + paddingOf(size));
  const total = entries.reduce((sum, size) => sum + size, rest);
  if (total > MAX_MEMBER) {
    throw failure(
      `the images come to ${total} bytes, and a .deb cannot hold more than ${MAX_MEMBER}`,
      { hint: 'put them into several packages, or choose a higher compression level' },
    );
  }
}

function tarEntry(spec: PackageSpec, { name, size }: Fragment) {
  return { path: `./${shareFolder(spec.name)}/${name}`, size, mode: 0o644, mtime: spec.epoch };
}

function inline(bytes: Uint8Array): Piece {
  return { bytes, size: bytes.length };
}

function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { size }) => sum + size, 0);
}
