import { createHash, type Hash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, refusalOf, usageError } from '../errors.ts';
import { mustRun } from '../exec.ts';
import { makeFolder } from '../folder.ts';
import { hashFile } from '../hash-file.ts';
import { ownerPrefix, removeLeftOvers } from '../owner.ts';
import { paddingOf, type TarEntry, tarHeader } from '../tar.ts';
import { MAX_MEMBER, readMembers, resizedHeader } from './ar.ts';
import { checkPackageFields, debFileName, type PackageFields } from './check-fields.ts';
import { comparePaths } from './control.ts';
import type { FoundFile } from './extra.ts';
import { endOfEntries, tarEnd } from './tar.ts';
import { readTemplates, renderTemplates } from './template.ts';
import {
  dataFiles,
  describingFiles,
  folders,
  scriptFiles,
  settle,
  shareFolder,
  writeFiles,
} from './tree.ts';
import type { Fragment, PackagedImage, PackageSpec } from './types.ts';

export interface BuildOptions {
  /** The folder device/ of this program. */
  readonly deviceDir: string;
  /** For temporary files of the size of the small part; must exist. */
  readonly workDir: string;
  /** Where the .deb appears; made when it is not there. */
  readonly outputDir: string;
  /** Name and version of this program, for manifest.json. */
  readonly generator: string;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the .deb that are written, of all. */
  readonly onProgress?: ((written: number, total: number) => void) | undefined;
}

export interface BuiltPackage {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hex, of the .deb. */
  readonly sha256: string;
  /** Whether it took the place of another package of its name and version. */
  readonly replaced: boolean;
}

/**
 * Builds NAME_VERSION_ARCH.deb. dpkg-deb makes the small part; the fragments are then copied into its
 * data member, so that the payload is written once: dpkg-deb itself would spool all of it in TMPDIR.
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
    return await writeDeb(skeleton, spec, fragments, fileName, options);
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
  const { file, part } = await openPart(outputDir, debFileName(fields));
  try {
    // A full disk may still take an empty file.
    await guarded(outputDir, () => file.writeFile(Buffer.alloc(4096)));
  } finally {
    await file.close();
    await rm(part);
  }
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
  });
  await mustRun(skeletonArgv(root, deb), {
    env: {
      PATH: process.env.PATH,
      LC_ALL: 'C',
      TMPDIR: work,
      SOURCE_DATE_EPOCH: String(spec.epoch),
    },
    signal: options.signal,
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

async function writeDeb(
  skeletonPath: string,
  spec: PackageSpec,
  fragments: readonly Fragment[],
  fileName: string,
  options: BuildOptions,
): Promise<BuiltPackage> {
  const { outputDir } = options;
  const path = join(outputDir, fileName);
  const skeleton = await open(skeletonPath, 'r');
  try {
    const { file: deb, part } = await openPart(outputDir, fileName);
    try {
      const writer = new DebWriter(deb, options);
      let replaced = false;
      const sha256 = await guarded(outputDir, async () => {
        await splice(skeleton, spec, fragments, writer);
        const digest = await writer.finish();
        replaced = await isAnother(path, writer.written, digest);
        await rename(part, path);
        return digest;
      });
      return { path, size: writer.written, sha256, replaced };
    } finally {
      await deb.close();
      await rm(part, { force: true });
    }
  } finally {
    await skeleton.close();
  }
}

/** Whether a file is there that is not the one of this size and sha256. */
async function isAnother(path: string, size: number, sha256: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.size !== size) return found !== undefined;
  return (await hashFile(path, 'sha256')) !== sha256;
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

/** Copies dpkg-deb's archive and adds the fragments to the end of its last member, the data. */
async function splice(
  skeleton: FileHandle,
  spec: PackageSpec,
  fragments: readonly Fragment[],
  writer: DebWriter,
): Promise<void> {
  const data = (await readMembers(skeleton)).at(-1);
  if (data?.name !== 'data.tar') throw new Error(`the last member is ${data?.name}, not data.tar`);
  const end = await endOfEntries(skeleton, data.data, data.size);
  const headers = fragments.map((fragment) => tarHeader(tarEntry(spec, fragment)));
  const entries = fragments.reduce(
    (sum, { size }, index) => sum + (headers[index]?.length ?? 0) + size + paddingOf(size),
    end - data.data,
  );
  const length = entries + tarEnd(entries);
  checkDebSize([], length);
  writer.total = data.data + length;
  await writer.copy(skeleton, 0, data.header);
  await writer.write(await resizedHeader(skeleton, data, length));
  await writer.copy(skeleton, data.data, end - data.data);
  for (const [index, fragment] of fragments.entries()) {
    await writer.write(headers[index] ?? Buffer.alloc(0));
    await copyFragment(fragment, writer);
    await writer.write(Buffer.alloc(paddingOf(fragment.size)));
  }
  await writer.write(Buffer.alloc(length - entries));
}

function tarEntry(spec: PackageSpec, { name, size }: Fragment): TarEntry {
  return { path: `./${shareFolder(spec.name)}/${name}`, size, mode: 0o644, mtime: spec.epoch };
}

/** Copies a fragment, whose size and digest must be what they were when it was made. */
async function copyFragment(fragment: Fragment, writer: DebWriter): Promise<void> {
  const hash = createHash('sha256');
  const start = writer.written;
  for (const piece of typeof fragment.path === 'string' ? [fragment.path] : fragment.path) {
    const left = fragment.size - (writer.written - start);
    if (typeof piece === 'string') await copyFile(fragment, piece, left, hash, writer);
    else await writer.write(piece, hash);
  }
  if (writer.written - start !== fragment.size) throw damaged(fragment, 'its size is another');
  if (hash.digest('hex') !== fragment.sha256) throw damaged(fragment, 'its sha256 is another');
}

/** @param left bytes of the fragment that are still missing: a longer file is not copied */
async function copyFile(
  fragment: Fragment,
  path: string,
  left: number,
  hash: Hash,
  writer: DebWriter,
): Promise<void> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw failure(`${path} of ${fragment.name} cannot be read: ${refusalOf(cause)}`, { cause });
  });
  try {
    const { size } = await file.stat();
    if (size > left) throw damaged(fragment, `${path} has ${size} bytes instead of ${left}`);
    await writer.copy(file, 0, size, hash);
  } finally {
    await file.close();
  }
}

function damaged(fragment: Fragment, why: string): Error {
  const from = typeof fragment.path === 'string' ? ` (${fragment.path})` : '';
  return failure(`fragment ${fragment.name}${from} is damaged: ${why}`, {
    hint: 'empty the cache and build again',
  });
}

const CHUNK = 1024 * 1024;

/**
 * Writes the .deb from its start to its end, and knows its sha256. A chunk is hashed and the next one
 * read while it is being written.
 */
class DebWriter {
  written = 0;
  total = 0;
  readonly #file: FileHandle;
  readonly #options: BuildOptions;
  readonly #hash = createHash('sha256');
  // Two, since one is filled while the other is written.
  #free = Buffer.allocUnsafe(CHUNK);
  #busy = Buffer.allocUnsafe(CHUNK);
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle, options: BuildOptions) {
    this.#file = file;
    this.#options = options;
  }

  /** Waits until all is written and on the disk. Returns the sha256, in hex. */
  async finish(): Promise<string> {
    await this.#writing;
    await this.#file.sync();
    return this.#hash.digest('hex');
  }

  /**
   * Writes bytes, which must stay as they are until the next write has begun.
   *
   * @param also is fed with the same bytes
   */
  async write(bytes: Uint8Array, also?: Hash): Promise<void> {
    await this.#writing;
    this.#options.signal?.throwIfAborted();
    // A write may take fewer bytes than it is given: writeFile goes on until all are there.
    this.#writing = this.#file.writeFile(bytes);
    // Waited for at the next write; nobody may wait for it when something else fails before.
    this.#writing.catch(() => undefined);
    this.#hash.update(bytes);
    also?.update(bytes);
    this.written += bytes.length;
    this.#options.onProgress?.(this.written, this.total);
  }

  /** Copies a part of another file. @param also is fed with the same bytes */
  async copy(from: FileHandle, start: number, length: number, also?: Hash): Promise<void> {
    for (let done = 0; done < length; ) {
      const buffer = this.#free;
      const wanted = Math.min(CHUNK, length - done);
      const { bytesRead } = await from.read(buffer, 0, wanted, start + done);
      if (bytesRead === 0) throw failure('a file became shorter while it was packed');
      await this.write(buffer.subarray(0, bytesRead), also);
      this.#free = this.#busy;
      this.#busy = buffer;
      done += bytesRead;
    }
  }
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
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    throw failure(`cannot write to ${folder}: ${reason}`, {
      hint: 'choose other folders with cache-dir and output-dir',
      cause: error,
    });
  }
}
