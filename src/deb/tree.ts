import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { usageError } from '../errors.ts';
import {
  comparePaths,
  formatConffiles,
  formatControl,
  formatMd5sums,
  installedSize,
  type SizedFile,
} from './control.ts';
import { changelog, changelogName, copyright, lintianOverrides } from './docs.ts';
import type { FoundFile } from './extra.ts';
import { formatImageList, listedImage } from './list.ts';
import { formatManifest, packageManifest } from './manifest.ts';
import type { Templates } from './template.ts';
import type { Fragment, PackageSpec } from './types.ts';

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

/**
 * The files of the data member but for the fragments.
 *
 * @param device the filled templates of device/
 * @throws UserError (usage) where an extra file meets another file
 */
export function dataFiles(
  spec: PackageSpec,
  device: Templates,
  extra: readonly FoundFile[],
  generator: string,
): TreeFile[] {
  const { name } = spec;
  const share = shareFolder(name);
  const own: TreeFile[] = [
    plain(`${share}/image.list`, formatImageList(spec.images.map(listedImage))),
    plain(`${share}/manifest.json`, formatManifest(packageManifest(spec, generator))),
    // Several loader packages bring this file: /usr/lib/systemd/system has it by update-alternatives.
    plain(`${share}/container-preload.target`, device.target),
    { path: `usr/lib/${name}/load`, mode: 0o755, content: device.load },
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

/** The control member: what dpkg reads. @param written the files of `dataFiles` as they were written */
export function controlFiles(
  spec: PackageSpec,
  device: Templates,
  written: readonly SizedFile[],
  fragments: readonly Fragment[],
): TreeFile[] {
  const files = [...written, ...fragments.map((fragment) => fragmentFile(spec.name, fragment))];
  const conffiles = written.map((file) => file.path).filter((path) => path.startsWith('etc/'));
  const size = installedSize(
    files.map((file) => file.size),
    folders(
      spec.name,
      files.map((file) => file.path),
    ).length,
  );
  return [
    plain('DEBIAN/control', formatControl(spec, size)),
    plain('DEBIAN/conffiles', formatConffiles(conffiles)),
    plain('DEBIAN/md5sums', formatMd5sums(files, conffiles)),
    { path: 'DEBIAN/postinst', mode: 0o755, content: device.postinst },
    { path: 'DEBIAN/prerm', mode: 0o755, content: device.prerm },
    { path: 'DEBIAN/postrm', mode: 0o755, content: device.postrm },
  ];
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

/** Writes files below an existing folder, with their modes whatever the umask; sizes and md5 as written. */
export async function writeFiles(root: string, files: readonly TreeFile[]): Promise<SizedFile[]> {
  const written: SizedFile[] = [];
  for (const { path, mode, content } of files) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    const sum = isSource(content)
      ? await copy(content.source, target)
      : await write(content, target);
    await chmod(target, mode);
    written.push({ path, ...sum });
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
  return { size: bytes.length, md5: createHash('md5').update(bytes).digest('hex') };
}

/** Copies and hashes in one go, so that the sum is that of the copy. */
async function copy(source: string, target: string) {
  const md5 = createHash('md5');
  let size = 0;
  await pipeline(
    createReadStream(source),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        md5.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(target),
  );
  return { size, md5: md5.digest('hex') };
}
