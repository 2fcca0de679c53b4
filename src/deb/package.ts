import { randomBytes } from 'node:crypto';
import { lstat, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, usageError } from '../errors.ts';
import { mustRun } from '../exec.ts';
import { makeFolder } from '../folder.ts';
import { ownerPrefix, removeLeftOvers } from '../owner.ts';
import { checkPackageFields, debFileName, type PackageFields } from './check-fields.ts';
import { comparePaths } from './control.ts';
import type { FoundFile } from './extra.ts';
import { checkDebSize, debLayout } from './layout.ts';
import { findDeb } from './present.ts';
import { readTemplates, renderTemplates } from './template.ts';
import { dataFiles, describingFiles, folders, scriptFiles, settle, writeFiles } from './tree.ts';
import type { Fragment, PackagedImage, PackageSpec } from './types.ts';
import { type WriteOptions, writeDeb } from './write.ts';

export interface BuildOptions extends WriteOptions {
  /** The folder device/ of this program. */
  readonly deviceDir: string;
  /** For temporary files of the size of the small part; must exist. */
  readonly workDir: string;
  /** Where the .deb appears; made when it is not there. */
  readonly outputDir: string;
  /** Name and version of this program, for manifest.json. */
  readonly generator: string;
}

export interface BuiltPackage {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hex, of the .deb. */
  readonly sha256: string;
  /**
   * What was in its place: nothing; the same package, which was verified and left as it is; or another
   * one of its name and version, whose place it took.
   */
  readonly found: 'nothing' | 'same' | 'another';
}

/**
 * Builds NAME_VERSION_ARCH.deb. dpkg-deb makes the small part; the fragments are then copied into its
 * data member, so that the payload is written once: dpkg-deb itself would spool all of it in TMPDIR.
 * Where a package of just these bytes is there already, nothing is written.
 *
 * The file appears by rename when it is whole; on every other way out nothing is left in `outputDir`.
 *
 * @throws UserError (usage) for a field that Debian does not allow; (failure) for a fragment that is
 *   not what its digest says, a package that is too large, no space, no permission
 */
export async function buildPackage(
  spec: PackageSpec,
  options: BuildOptions,
): Promise<BuiltPackage> {
  const extra = await checkPackageFields(spec);
  checkImages(spec.images);
  checkEpoch(spec.epoch);
  const fileName = debFileName(spec);
  const fragments = distinctFragments(spec);
  checkDebSize(fragments.map((fragment) => fragment.size));
  const work = await mkdtemp(join(options.workDir, 'deb-'));
  try {
    const skeleton = await buildSkeleton(spec, extra, fragments, work, options);
    return await placeDeb(skeleton, spec, fragments, fileName, options);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Tries whether the .deb can be written, by dpkg-deb and to its folder, which is better known before any
 * work is done for it. Makes the folder.
 *
 * @throws UserError (failure)
 */
export async function checkOutput(fields: PackageFields, outputDir: string): Promise<void> {
  await mustRun(['dpkg-deb', '--version']);
  const fileName = debFileName(fields);
  await checkNoFolder(join(outputDir, fileName));
  const { file, part } = await openPart(outputDir, fileName);
  try {
    // A full disk may still take an empty file.
    await guarded(outputDir, () => file.writeFile(Buffer.alloc(4096)));
  } finally {
    await file.close();
    await rm(part);
  }
}

/** A file takes the place of anything but a folder. */
async function checkNoFolder(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isDirectory()) return;
  throw failure(`a folder is in the place of the package: ${path}`, {
    hint: 'remove it, or choose another folder with output-dir',
  });
}

function checkImages(images: readonly PackagedImage[]): void {
  if (images.length === 0) throw usageError('a package without images: name at least one');
  const references = new Set(images.map((image) => image.reference));
  if (references.size !== images.length) throw new Error('two images of one reference');
}

/** Eleven octal digits: what the time field of a tar header holds. */
const MAX_EPOCH = 0o77777777777;

function checkEpoch(epoch: number): void {
  if (Number.isInteger(epoch) && epoch >= 0 && epoch <= MAX_EPOCH) return;
  throw usageError(`SOURCE_DATE_EPOCH ${epoch} is no time that a package can have`, {
    hint: `seconds since 1970, at most ${MAX_EPOCH}`,
  });
}

/** Every fragment once, in the order of their names. */
function distinctFragments(spec: PackageSpec): Fragment[] {
  const byName = new Map<string, Fragment>();
  for (const image of spec.images) {
    for (const fragment of [...image.layers.map((layer) => layer.fragment), image.imageFragment]) {
      const same = byName.get(fragment.name);
      if (same !== undefined && same.sha256 !== fragment.sha256) {
        throw new Error(`two fragments are called ${fragment.name}`);
      }
      byName.set(fragment.name, fragment);
    }
  }
  return [...byName.values()].toSorted((a, b) => comparePaths(a.name, b.name));
}

/** The package without its fragments. Returns the path of the .deb. */
async function buildSkeleton(
  spec: PackageSpec,
  extra: readonly FoundFile[],
  fragments: readonly Fragment[],
  work: string,
  options: BuildOptions,
): Promise<string> {
  const device = renderTemplates(await readTemplates(options.deviceDir), spec);
  const root = join(work, 'root');
  const deb = join(work, 'skeleton.deb');
  await guarded(work, async () => {
    const data = await writeFiles(root, dataFiles(spec, device, extra));
    const scripts = await writeFiles(root, scriptFiles(device, data));
    const last = describingFiles(spec, options.generator, { data, scripts, fragments });
    await writeFiles(root, last);
    const paths = [...data, ...scripts, ...last].map((file) => file.path);
    await settle(root, paths, folders(spec.name, paths), spec.epoch);
    await mustRun(skeletonArgv(root, deb), {
      env: {
        PATH: process.env.PATH,
        LC_ALL: 'C',
        TMPDIR: work,
        SOURCE_DATE_EPOCH: String(spec.epoch),
      },
      signal: options.signal,
    });
  });
  return deb;
}

/**
 * The data are compressed already, and can be added to at the end when the member is not. The control
 * member goes with them: its default compressor is zstd on Ubuntu, which dpkg before Debian 12 cannot
 * read.
 */
function skeletonArgv(root: string, deb: string): string[] {
  return ['dpkg-deb', '--root-owner-group', '-Znone', '--build', root, deb];
}

/** Writes the .deb, unless one of just these bytes is there already. */
async function placeDeb(
  skeletonPath: string,
  spec: PackageSpec,
  fragments: readonly Fragment[],
  fileName: string,
  options: BuildOptions,
): Promise<BuiltPackage> {
  const { outputDir, signal } = options;
  const path = join(outputDir, fileName);
  const skeleton = await open(skeletonPath, 'r');
  try {
    const layout = await debLayout(skeleton, spec, fragments);
    const { size } = layout;
    const present = await findDeb(path, layout, signal);
    if (present.sha256 !== undefined) return { path, size, sha256: present.sha256, found: 'same' };
    const { file: deb, part } = await openPart(outputDir, fileName);
    try {
      const sha256 = await guarded(outputDir, async () => {
        const digest = await writeDeb(layout, deb, options);
        await rename(part, path);
        return digest;
      });
      return { path, size, sha256, found: present.exists ? 'another' : 'nothing' };
    } finally {
      await deb.close();
      await rm(part, { force: true });
    }
  } finally {
    await skeleton.close();
  }
}

/** A new file for the .deb until it is whole. */
async function openPart(folder: string, fileName: string) {
  const prefix = `.${fileName.slice(0, 180)}.part-`;
  const part = join(folder, `${prefix}${ownerPrefix()}${randomBytes(6).toString('hex')}`);
  return guarded(folder, async () => {
    await makeFolder(folder);
    // Each may be as large as the package.
    await removeLeftOvers(folder, prefix);
    return { file: await open(part, 'wx'), part };
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file system takes no file of this size',
  ENOTDIR: 'it is no folder',
  EEXIST: 'it is no folder',
  EISDIR: 'a folder of the same name is there',
  ELOOP: 'symbolic links lead to each other',
  ENAMETOOLONG: 'a name in it is too long',
};

/** Runs what writes into a folder; what a user can mend there becomes one line. */
async function guarded<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = REASONS[codeOf(error as NodeJS.ErrnoException) ?? ''];
    if (reason === undefined) throw error;
    throw failure(`cannot write to ${folder}: ${reason}`, {
      hint: 'choose other folders with cache-dir and output-dir',
      cause: error,
    });
  }
}

/** dpkg-deb says in words what the operating system refused. */
function codeOf({ code, message }: NodeJS.ErrnoException): string | undefined {
  if (code !== undefined) return code;
  if (/No space left on device/.test(message)) return 'ENOSPC';
  return /Disk quota exceeded/.test(message) ? 'EDQUOT' : undefined;
}
