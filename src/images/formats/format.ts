import type { Origin } from '../../errors.ts';
import type { Finding } from '../finding.ts';
import type { Image } from '../image.ts';
import type { DebianArchitecture } from '../platform.ts';
import type { ListFile } from './list-file.ts';

export const formatNames = ['lines', 'compose', 'quadlet', 'kiwi', 'isar', 'kubernetes'] as const;

/** What stands before a path in `image-list`, where the file's content does not say enough. */
export type FormatName = (typeof formatNames)[number];

/** A way in which files name images. */
export interface ListFormat {
  readonly name: FormatName;
  /** What most of its files are known by, in a word: `services:`. */
  readonly looksFor: string;
  /**
   * Whether this surely is such a file, by its content, and by its name where that says more. It must
   * not throw, not even for a broken file, and must never be true for the file of another format.
   *
   * @param file the path as it was given
   */
  recognises(file: string, text: string): boolean;
  /**
   * Reads all images of a file in their order.
   *
   * @param overrides files that belong to the first one: `compose:compose.yml:compose.prod.yml`.
   *   A format that knows no such thing leaves the parameter out and is never given any.
   * @throws UserError (usage) with file, line and column for what cannot be understood
   */
  parse(
    list: ListFile,
    context: ListContext,
    overrides: readonly ListFile[],
  ): ParsedList | Promise<ParsedList>;
  /** Whether several files, parted by colons, can be one list. */
  readonly takesOverrides?: boolean;
}

/** What a list comes to. */
export interface ParsedList {
  readonly images: readonly Image[];
  /** What is left out, and why; what people should know. */
  readonly findings: readonly Finding[];
  /** Those that can be asked for here. */
  readonly profiles?: readonly string[];
}

/** What a list means depends on, beside its own text. */
export interface ListContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the device. Undefined where the list is read for every architecture (`list`, `lock`). */
  readonly architecture: DebianArchitecture | undefined;
  /** Those that were asked for by `profile`. */
  readonly profiles: readonly string[];
  /** What the package does, where one is built: what a list says of it may be something else. */
  readonly engine?: 'docker' | 'podman' | undefined;
  readonly deleteAfterLoad?: boolean | undefined;
  /**
   * Reads a further file, by its path as people see it (`join(dirname(list.file), 'other.yml')`).
   *
   * @param from where it is named, for the error
   * @returns undefined where there is no such file
   * @throws UserError (usage) for one that is not readable, not text or too large
   */
  readFile(path: string, from?: Origin): Promise<ListFile | undefined>;
  /** The names in a folder, sorted; none where there is no such folder. */
  readFolder(path: string): Promise<readonly string[]>;
}
