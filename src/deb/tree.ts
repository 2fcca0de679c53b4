import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { usageError } from '../errors.ts';
import {
  comparePaths,
  formatConffiles,
  formatControl,
  formatMd5sums,
  formatSha256sums,
  installedSize,
  type SizedFile,
} from './control.ts';
import { changelog, changelogName, copyright, lintianOverrides } from './docs.ts';
import type { FoundFile } from './extra.ts';
import { formatImageList, listedImage } from './list.ts';
import { formatManifest, packageManifest } from './manifest.ts';
import { LOADER_PARTS, type Templates } from './template.ts';
import type { Fragment, PackagedImage, PackageSpec } from './types.ts';

/** A file of the skeleton: what dpkg-deb packs before the fragments are added. */
export interface TreeFile {
  /** Without a leading slash: `usr/lib/NAME/load`, `DEBIAN/control`. */
  readonly path: string;
  readonly mode: 0o644 | 0o755;
  readonly content: string | Buffer | { readonly source: string };
}

/** Where the fragments go, relative to the root. */
export function shareFolder(name: string): string {
  return `usr/share/${name}`;
}

/** A file as it was written. */
export interface WrittenFile extends SizedFile {
  readonly mode: TreeFile['mode'];
  /** Hex. */
  readonly sha256: string;
}

/**
 * The files of the data member but for the fragments and manifest.json.
 *
 * @param device the filled templates of device/
 * @throws UserError (usage) where an extra file meets another file
 */
export function dataFiles(
  spec: PackageSpec,
  device: Templates,
  extra: readonly FoundFile[],
): TreeFile[] {
  const { name } = spec;
  const share = shareFolder(name);
  const own: TreeFile[] = [
    plain(`${share}/image.list`, formatImageList(spec.images.map(listedImage))),
    plain(`${share}/sha256sums`, formatSha256sums(spec.images.flatMap(fragmentsOf))),
    // Several loader packages bring this file: /usr/lib/systemd/system has it by update-alternatives.
    plain(`${share}/container-preload.target`, device.target),
    { path: `usr/lib/${name}/load`, mode: 0o755, content: device.load },
    ...LOADER_PARTS.map((part) => plain(`usr/lib/${name}/${basename(part)}`, device[part])),
    plain(`usr/lib/systemd/system/${name}.service`, device.service),
    plain(`usr/share/doc/${name}/README.Debian`, device['README.Debian']),
    plain(`usr/share/doc/${name}/copyright`, copyright(spec)),
    plain(`usr/share/doc/${name}/${changelogName(spec.version)}`, changelog(spec)),
    plain(`usr/share/lintian/overrides/${name}`, lintianOverrides(spec)),
    plain(`etc/container-preload/${name}.conf`, device.conffile),
  ];
  const files = [...own, ...extra.map(({ source, ...file }) => ({ ...file, content: { source } }))];
  checkCollisions(files.map((file) => file.path));
  return files;
}

function fragmentsOf({ imageFragment, layers }: PackagedImage): Fragment[] {
  return [imageFragment, ...layers.map(({ fragment }) => fragment)];
}

/** What of the control member does not depend on sizes. @param data `dataFiles` as they were written */
export function scriptFiles(device: Templates, data: readonly WrittenFile[]): TreeFile[] {
  return [
    plain('DEBIAN/conffiles', formatConffiles(conffilesOf(data))),
    { path: 'DEBIAN/postinst', mode: 0o755, content: device.postinst },
    { path: 'DEBIAN/prerm', mode: 0o755, content: device.prerm },
    { path: 'DEBIAN/postrm', mode: 0o755, content: device.postrm },
  ];
}

/** The files of a package that say what is in the others. */
export interface Described {
  /** `dataFiles` as they were written. */
  readonly data: readonly WrittenFile[];
  /** `scriptFiles` as they were written. */
  readonly scripts: readonly WrittenFile[];
  readonly fragments: readonly Fragment[];
}

/**
 * manifest.json, which names every file beside the fragments; control with Installed-Size; md5sums of
 * all of the data.
 *
 * @param generator name and version of this program
 */
export function describingFiles(
  spec: PackageSpec,
  generator: string,
  { data, scripts, fragments }: Described,
): TreeFile[] {
  const path = `${shareFolder(spec.name)}/manifest.json`;
  const manifestOf = (control: string) => {
    const files = [...data, ...scripts, { path: 'DEBIAN/control', mode: 0o644, sha256: control }];
    return formatManifest(packageManifest(spec, generator, files.map(manifestFile)));
  };
  const rest = [...data, ...fragments.map((fragment) => fragmentFile(spec.name, fragment))];
  // control counts the bytes of manifest.json, which names control: any digest makes it as long.
  const control = formatControl(
    spec,
    sizeOf(spec.name, [...rest, sizedFile(path, manifestOf(sha256('')))]),
  );
  const manifest = manifestOf(sha256(control));
  return [
    plain(path, manifest),
    plain('DEBIAN/control', control),
    plain('DEBIAN/md5sums', formatMd5sums([...rest, sizedFile(path, manifest)], conffilesOf(data))),
  ];
}

function manifestFile({ path, mode, sha256 }: { path: string; mode: number; sha256: string }) {
  return { path, mode: formatMode(mode), sha256 };
}

/** `0755` */
export function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function conffilesOf(files: readonly SizedFile[]): string[] {
  return files.map((file) => file.path).filter((path) => path.startsWith('etc/'));
}

/** KiB */
function sizeOf(name: string, files: readonly SizedFile[]): number {
  const paths = files.map((file) => file.path);
  return installedSize(
    files.map((file) => file.size),
    folders(name, paths).length,
  );
}

/** Every folder of a package, the root (``) first, parents before their children. */
export function folders(name: string, paths: readonly string[]): string[] {
  const share = shareFolder(name);
  const all = new Set<string>([
    '',
    ...ancestors(`${share}/images/x`),
    ...ancestors(`${share}/layers/x`),
  ]);
  for (const path of paths) for (const folder of ancestors(path)) all.add(folder);
  return [...all].toSorted(comparePaths);
}

/** Writes files below an existing folder, with their modes whatever the umask; sizes and sums as written. */
export async function writeFiles(root: string, files: readonly TreeFile[]): Promise<WrittenFile[]> {
  const written: WrittenFile[] = [];
  for (const { path, mode, content } of files) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    const sum = isSource(content)
      ? await copy(content.source, target)
      : await write(content, target);
    await chmod(target, mode);
    written.push({ path, mode, ...sum });
  }
  return written;
}

/** Gives all of a tree its time, and its folders their mode. @param epoch seconds since 1970 */
export async function settle(
  root: string,
  paths: readonly string[],
  folderPaths: readonly string[],
  epoch: number,
): Promise<void> {
  for (const folder of folderPaths) {
    await mkdir(join(root, folder), { recursive: true });
    await chmod(join(root, folder), 0o755);
  }
  // The deepest first: nothing may touch a folder after its time was set.
  for (const path of [...paths, ...folderPaths.toReversed()]) {
    await utimes(join(root, path), epoch, epoch);
  }
}

function plain(path: string, content: string | Buffer): TreeFile {
  return { path, mode: 0o644, content };
}

function fragmentFile(name: string, { name: file, size, md5 }: Fragment): SizedFile {
  return { path: `${shareFolder(name)}/${file}`, size, md5 };
}

function checkCollisions(paths: readonly string[]): void {
  const seen = new Set<string>();
  const parents = new Set(paths.flatMap(ancestors));
  for (const path of paths) {
    if (seen.has(path)) throw usageError(`two files of the package are called /${path}`);
    if (parents.has(path)) throw usageError(`/${path} is both a file and a folder of the package`);
    seen.add(path);
  }
}

/** `usr/lib/x` comes to `usr`, `usr/lib`. */
function ancestors(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function isSource(content: TreeFile['content']): content is { readonly source: string } {
  return typeof content === 'object' && 'source' in content;
}

async function write(content: string | Buffer, target: string) {
  const bytes = Buffer.from(content);
  await writeFile(target, bytes);
  return sumsOf(bytes);
}

function sizedFile(path: string, content: string): SizedFile {
  return { path, ...sumsOf(Buffer.from(content)) };
}

function sumsOf(bytes: Buffer) {
  return { size: bytes.length, md5: hex('md5', bytes), sha256: hex('sha256', bytes) };
}

function sha256(content: string): string {
  return hex('sha256', Buffer.from(content));
}

function hex(algorithm: 'md5' | 'sha256', bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

/** Copies and hashes in one go, so that the sums are those of the copy. */
async function copy(source: string, target: string) {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  let size = 0;
  await pipeline(
    createReadStream(source),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        md5.update(chunk);
        sha256.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(target),
  );
  return { size, md5: md5.digest('hex'), sha256: sha256.digest('hex') };
}
