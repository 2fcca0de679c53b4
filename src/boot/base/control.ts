import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A package with its control files and what was unpacked of it. */
export interface UnpackedPackage {
  readonly name: string;
  /** The file `control`: one stanza. */
  readonly control: string;
  /** All other control files by name: postinst, conffiles, triggers, … */
  readonly files: ReadonlyMap<string, string>;
  /** What tar wrote, in its own spelling: `./usr/bin/`. */
  readonly listing: readonly string[];
}

/** Reads what guest/base/unpack left: a folder NAME and a file NAME.files for every package. */
export async function readPackages(folder: string): Promise<UnpackedPackage[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.toSorted().map((name) => readPackage(folder, name)));
}

/** A field's value of a stanza, without the lines that continue it. */
export function field(control: string, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*)$`, 'mi').exec(control)?.[1];
}

async function readPackage(folder: string, name: string): Promise<UnpackedPackage> {
  const fileNames = await readdir(join(folder, name));
  const files = await Promise.all(
    fileNames.map(
      async (file) => [file, await readFile(join(folder, name, file), 'latin1')] as const,
    ),
  );
  const listing = await readFile(join(folder, `${name}.files`), 'latin1');
  const { control = '', ...others } = Object.fromEntries(files);
  return {
    name,
    control,
    files: new Map(Object.entries(others)),
    listing: listing.split('\n').filter((line) => line !== ''),
  };
}
