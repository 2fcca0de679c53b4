import { basename, dirname, normalize } from 'node:path';
import { formatError, formatOrigin, UserError } from '../../../src/errors.ts';
import type { ListContext, ListFormat, ParsedList } from '../../../src/images/formats/format.ts';
import { listFile } from '../../../src/images/formats/list-file.ts';
import { pinnedLine } from '../../../src/images/pin.ts';

/** Files by their paths, as a format reads them. */
export type Files = Readonly<Record<string, string>>;

export function contextOf(files: Files, about: Partial<ListContext> = {}): ListContext {
  return {
    env: {},
    architecture: 'amd64',
    profiles: [],
    readFile: async (path) => {
      const text = files[normalize(path)];
      return text === undefined ? undefined : listFile(path, text);
    },
    readFolder: async (path) =>
      Object.keys(files)
        .filter((file) => dirname(file) === normalize(path))
        .map((file) => basename(file))
        .sort(),
    ...about,
  };
}

/** Reads the first of the files. */
export async function parse(
  format: ListFormat,
  files: Files,
  about?: Partial<ListContext>,
): Promise<ParsedList> {
  const [[file, text] = ['', '']] = Object.entries(files);
  return format.parse(listFile(file, text), contextOf(files, about), []);
}

/** `FILE:LINE:COLUMN REFERENCE`, with a `!` for an image that stays a file. */
export function shown({ images }: ParsedList): string[] {
  return images.map(
    ({ origin, written, fetchOnly }) => `${formatOrigin(origin)} ${written}${fetchOnly ? '!' : ''}`,
  );
}

/** The findings as people see them. */
export function told({ findings }: ParsedList): string[] {
  return findings.map(
    ({ level, origin, message }) => `${level} ${formatOrigin(origin)} ${message}`,
  );
}

/** The line of every image with this digest in it; of one without a place, why. */
export function pinned({ images }: ParsedList): string[] {
  return images.map((image) => image.unpinnable ?? pinnedLine(image, DIGEST));
}

export const DIGEST = `sha256:${'d'.repeat(64)}` as const;

/** The line that people see of what is refused. */
export async function refusal(
  format: ListFormat,
  files: Files,
  about?: Partial<ListContext>,
): Promise<string> {
  try {
    await parse(format, files, about);
  } catch (error) {
    if (error instanceof UserError && error.kind === 'usage') return formatError(error);
    throw error;
  }
  throw new Error('nothing was refused');
}
