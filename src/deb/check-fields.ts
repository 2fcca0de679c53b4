import { usageError } from '../errors.ts';
import { type FoundFile, findExtraFiles } from './extra.ts';
import { parseDepends, parseDescription, parseMaintainer, parseSection } from './fields.ts';
import { parsePackageName } from './name.ts';
import type { PackageSpec } from './types.ts';
import { fileVersion, parseDebianVersion } from './version.ts';

/** What people say about a package: all that can be checked before any image is fetched. */
export type PackageFields = Pick<
  PackageSpec,
  | 'name'
  | 'version'
  | 'architecture'
  | 'maintainer'
  | 'description'
  | 'section'
  | 'depends'
  | 'engine'
  | 'user'
  | 'compression'
  | 'files'
>;

/**
 * Checks all fields, and that the extra files are there.
 *
 * @throws UserError (usage) for the first one that Debian does not allow
 */
export async function checkPackageFields(fields: PackageFields): Promise<FoundFile[]> {
  parsePackageName(fields.name);
  debFileName(fields);
  parseMaintainer(fields.maintainer);
  parseDescription(fields.description);
  parseSection(fields.section);
  parseDepends(fields.depends, fields);
  return findExtraFiles(fields.files, fields.name);
}

/** `NAME_VERSION_ARCH.deb`, the version without its epoch. @throws UserError (usage) */
export function debFileName(
  fields: Pick<PackageSpec, 'name' | 'version' | 'architecture'>,
): string {
  const version = fileVersion(parseDebianVersion(fields.version));
  const name = `${fields.name}_${version}_${fields.architecture}.deb`;
  if (name.length > 255) {
    throw usageError(`the file name ${name} has more than 255 characters`, {
      hint: 'choose a shorter package name or version',
    });
  }
  return name;
}
