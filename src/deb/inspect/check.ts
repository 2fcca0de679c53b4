import { type Digest, digestLike, hexOf } from '../../images/digest.ts';
import { formatPlatform } from '../../images/platform.ts';
import { formatMd5sums, formatSha256sums } from '../control.ts';
import { formatImageList, parseImageList, referenceKey } from '../list.ts';
import type { ManifestFragment, ManifestImage, PackageManifest } from '../manifest.ts';
import { folders, formatMode, shareFolder } from '../tree.ts';
import type { PieceEntry } from './piece.ts';
import type { ReadFile, ReadMember, ReadPackage } from './read.ts';

/** Compares everything that a package says about itself with what is in it: one line a problem. */
export function checkPackage(read: ReadPackage, manifest: PackageManifest): string[] {
  return [
    ...checkArchive(read),
    ...checkFields(read, manifest),
    ...checkControl(read, manifest),
    ...checkData(read, manifest),
    ...checkMd5sums(read),
    ...checkFragmentFiles(read, manifest),
    ...checkImageList(read, manifest),
    ...checkSums(read, manifest),
    ...manifest.images.flatMap((image) => checkImage(image, manifest, read)),
  ];
}

function checkArchive({ archiveFault }: ReadPackage): string[] {
  return archiveFault === undefined ? [] : [`the .deb is not as it was built: ${archiveFault}`];
}

function checkFields({ fields }: ReadPackage, manifest: PackageManifest): string[] {
  const pairs = [
    ['Package', manifest.package],
    ['Version', manifest.version],
    ['Architecture', manifest.architecture],
  ] as const;
  return pairs
    .filter(([field, value]) => fields.get(field) !== value)
    .map(([field, value]) => `manifest.json says ${value}, control ${field}: ${fields.get(field)}`);
}

/** A file as it has to be; without a digest where something else tells whether its bytes are right. */
interface ExpectedFile {
  readonly path: string;
  readonly mode: string;
  readonly sha256?: string;
}

const CONTROL = 'DEBIAN/';

function checkControl({ control }: ReadPackage, manifest: PackageManifest): string[] {
  const expected = manifest.files.flatMap(({ path, ...file }) =>
    path.startsWith(CONTROL) ? [{ path: path.slice(CONTROL.length), ...file }] : [],
  );
  return checkMember(control, CONTROL, [...expected, { path: 'md5sums', mode: '0644' }], ['']);
}

function checkData({ data }: ReadPackage, manifest: PackageManifest): string[] {
  const share = shareFolder(manifest.package);
  const files = manifest.files.filter(({ path }) => !path.startsWith(CONTROL));
  const fragments = [...fragmentsOf(manifest).keys()];
  const expected: ExpectedFile[] = [
    ...files,
    ...['manifest.json', ...fragments].map((name) => ({ path: `${share}/${name}`, mode: '0644' })),
  ];
  const paths = expected.map(({ path }) => path);
  return checkMember(data, '/', expected, folders(manifest.package, paths));
}

/** @param prefix of the member's paths in messages */
function checkMember(
  member: ReadMember,
  prefix: string,
  expected: readonly ExpectedFile[],
  expectedFolders: readonly string[],
): string[] {
  const byPath = new Map(expected.map((file) => [file.path, file]));
  const known = new Set(expectedFolders);
  const missing = [...byPath.keys()].filter((path) => !member.files.has(path));
  const missingFolders = expectedFolders.filter((path) => !member.folders.has(path));
  const problems = [
    ...member.repeated.map((path) => `${path} is there more than once`),
    ...[...missing, ...missingFolders].map((path) => `${path} is missing`),
    ...[...member.folders].flatMap(([path, folder]) => [
      ...(known.has(path) ? [] : [`${path} is a folder that nothing needs`]),
      ...checkRights(path, folder, '0755'),
    ]),
    ...[...member.files].flatMap(([path, file]) => checkFile(path, file, byPath.get(path))),
  ];
  return problems.map((problem) => `${prefix}${problem}`);
}

function checkFile(path: string, file: ReadFile, expected: ExpectedFile | undefined): string[] {
  if (file.type !== 'file') return [`${path} is no regular file but a ${file.type}`];
  if (expected === undefined) return [`${path} is unknown: manifest.json does not name it`];
  return [
    ...checkRights(path, file, expected.mode),
    ...(expected.sha256 === undefined || expected.sha256 === file.sha256
      ? []
      : [`${path} is damaged: its sha256 is not that of manifest.json`]),
  ];
}

function checkRights(
  path: string,
  { mode, ofRoot }: Pick<ReadFile, 'mode' | 'ofRoot'>,
  expected: string,
): string[] {
  return [
    ...(formatMode(mode) === expected
      ? []
      : [`${path} has the mode ${formatMode(mode)} instead of ${expected}`]),
    ...(ofRoot ? [] : [`${path} does not belong to root`]),
  ];
}

/** md5sums has to name all of the data but conffiles: dpkg --verify relies on it. */
function checkMd5sums({ data, md5sums, conffiles }: ReadPackage): string[] {
  const isConffile = new Set(conffiles);
  const named = new Map(
    md5sums.split('\n').map((line) => [line.slice(34), line.slice(0, 32)] as const),
  );
  const damaged = [...data.files].flatMap(([path, file]) => {
    if (isConffile.has(path)) return [];
    const md5 = named.get(path);
    if (md5 === undefined) return [`/${path} is unknown: md5sums does not name it`];
    return md5 === file.md5 ? [] : [`/${path} is damaged: its MD5 is not that of md5sums`];
  });
  if (damaged.length > 0) return damaged;
  const files = [...data.files].map(([path, file]) => ({ path, ...file }));
  return md5sums === formatMd5sums(files, conffiles)
    ? []
    : ['DEBIAN/md5sums is damaged: it is not the list of the files that are there'];
}

function fragmentsOf(manifest: PackageManifest): Map<string, ManifestFragment> {
  const fragments = manifest.images.flatMap((image) => [image.fragment, ...image.layers]);
  return new Map(fragments.map((fragment) => [fragment.file, fragment]));
}

function checkFragmentFiles(read: ReadPackage, manifest: PackageManifest): string[] {
  const share = shareFolder(manifest.package);
  const fragments = fragmentsOf(manifest);
  return [...fragments.values()].flatMap(({ file, size, sha256 }) => {
    const found = read.data.files.get(`${share}/${file}`);
    // checkData says what is missing.
    if (found === undefined) return [];
    if (found.size !== size) return [`${file} has ${found.size} bytes instead of ${size}`];
    return found.sha256 === sha256 ? [] : [`${file} is damaged: its sha256 is not ${sha256}`];
  });
}

function checkImageList(read: ReadPackage, manifest: PackageManifest): string[] {
  if (read.imageList === undefined) return ['image.list is missing'];
  const expected = manifest.images.map((image) => ({
    reference: image.reference,
    key: referenceKey(image.reference),
    config: image.configDigest,
    manifest: image.archiveManifestDigest,
    size: image.unpackedSize,
    fetchOnly: image.fetchOnly,
    image: image.fragment.file,
    layers: image.layers.map(({ file, diffId, unpackedSize }) => ({
      fragment: file,
      diffId: hexOf(diffId),
      size: unpackedSize,
    })),
  }));
  try {
    const same = formatImageList(parseImageList(read.imageList)) === formatImageList(expected);
    return same ? [] : ['image.list and manifest.json do not agree'];
  } catch (error) {
    return [`image.list: ${(error as Error).message}`];
  }
}

function checkSums({ sha256sums }: ReadPackage, manifest: PackageManifest): string[] {
  const expected = [...fragmentsOf(manifest).values()].map(({ file, sha256 }) => ({
    name: file,
    sha256,
  }));
  // checkData says so where it is missing.
  return sha256sums === undefined || sha256sums === formatSha256sums(expected)
    ? []
    : ['sha256sums and manifest.json do not agree'];
}

function checkImage(image: ManifestImage, manifest: PackageManifest, read: ReadPackage): string[] {
  const original = manifest.compression === 'original';
  const layers = image.layers.map((layer) => (original ? layer.blob : layer.diffId));
  const problems = [
    ...image.layers.flatMap((layer) =>
      checkLayer(layer.file, original ? layer.blob : layer.diffId, layer.diffId, read.pieces),
    ),
    ...checkImageFragment(image, layers, original, read.pieces),
  ];
  return [...new Set(problems)].map((problem) => `${image.reference}: ${problem}`);
}

type Pieces = ReadPackage['pieces'];

function checkLayer(file: string, name: Digest, diffId: Digest, pieces: Pieces): string[] {
  const piece = pieces.get(file);
  if (piece === undefined) return [`its layer ${file} is missing`];
  if ('fault' in piece) return [`its layer ${file} cannot be read: ${piece.fault}`];
  const [entry, ...more] = piece.entries;
  if (entry === undefined || more.length > 0 || piece.ended) {
    return [`its layer ${file} is not one tar entry`];
  }
  return [
    ...checkBlob(file, entry, name),
    ...(entry.diffId === diffId
      ? []
      : [`its layer ${file} unpacks to ${entry.diffId}, not ${diffId}`]),
  ];
}

function checkBlob(file: string, entry: PieceEntry | undefined, digest: Digest): string[] {
  const name = blobName(digest);
  if (entry?.name !== name) return [`${file} holds ${entry?.name}, not ${name}`];
  return entry.digest === digest ? [] : [`${file}: the bytes of ${name} are ${entry.digest}`];
}

function checkImageFragment(
  image: ManifestImage,
  layers: Digest[],
  original: boolean,
  pieces: Pieces,
): string[] {
  const { file } = image.fragment;
  const piece = pieces.get(file);
  if (piece === undefined) return [`its ${file} is missing`];
  if ('fault' in piece) return [`its ${file} cannot be read: ${piece.fault}`];
  const [config, manifest, layout, index, docker, ...more] = piece.entries;
  if (more.length > 0 || !piece.ended) return [`${file} does not end where an archive ends`];
  const problems = [
    ...checkBlob(file, config, image.configDigest),
    ...checkBlob(file, manifest, image.archiveManifestDigest),
  ];
  if (problems.length > 0 || config === undefined || manifest === undefined) return problems;
  return [
    ...differences(`${file}: oci-layout`, parsed(layout, 'oci-layout'), LAYOUT),
    ...differences(`${file}: index.json`, parsed(index, 'index.json'), indexOf(image, manifest)),
    ...differences(`${file}: manifest.json`, parsed(docker, 'manifest.json'), [
      {
        Config: config.name,
        RepoTags: [image.reference],
        Layers: layers.map(blobName),
      },
    ]),
    ...differences(`${file}: the manifest`, parsed(manifest), {
      config: { digest: image.configDigest, size: config.size },
      layers: layers.map((digest, at) => ({ digest, ...layerSize(image, at, pieces) })),
    }),
    ...checkConfig(file, image, parsed(config)),
    ...(original ? checkRegistryManifest(file, image, manifest) : []),
  ];
}

/** `original` keeps the registry's manifest byte for byte. */
function checkRegistryManifest(file: string, image: ManifestImage, manifest: PieceEntry): string[] {
  const expected = image.registryManifestDigest;
  const actual = digestLike(expected, manifest.content ?? Buffer.alloc(0));
  return actual === expected ? [] : [`${file}: the manifest is not the registry's ${expected}`];
}

const LAYOUT = { imageLayoutVersion: '1.0.0' };

function indexOf(image: ManifestImage, manifest: PieceEntry) {
  const annotations = {
    'org.opencontainers.image.ref.name': image.reference,
    'io.containerd.image.name': image.reference,
  };
  const { size } = manifest;
  return { manifests: [{ digest: image.archiveManifestDigest, size, annotations }] };
}

function checkConfig(file: string, image: ManifestImage, value: unknown): string[] {
  const config = isRecord(value) ? value : {};
  const platform = formatPlatform({
    os: textOf(config.os),
    architecture: textOf(config.architecture),
  });
  return [
    ...differences(`${file}: the config`, config, {
      rootfs: { diff_ids: image.layers.map((layer) => layer.diffId) },
    }),
    // Many configs of arm images leave the variant out.
    ...(`${image.platform}/`.startsWith(`${platform}/`)
      ? []
      : [`${file}: the config is for ${platform}, not ${image.platform}`]),
  ];
}

/** Another value could refuse to become a string. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'nothing';
}

/** Nothing for a layer that could not be read, which is said elsewhere. */
function layerSize(image: ManifestImage, at: number, pieces: Pieces): { size?: number } {
  const piece = pieces.get(image.layers[at]?.file ?? '');
  const entry = piece === undefined || 'fault' in piece ? undefined : piece.entries[0];
  return entry === undefined ? {} : { size: entry.size };
}

/** What of `expected` is not in `actual`: other fields of objects do not matter, lists are whole. */
function differences(where: string, actual: unknown, expected: unknown): string[] {
  const path = differs(actual, expected);
  return path === undefined
    ? []
    : [`${where} does not agree with the package: ${path || 'it is no JSON'}`];
}

/** The first place where the two differ: `manifests.0.digest`. */
function differs(actual: unknown, expected: unknown): string | undefined {
  if (!isRecord(expected)) return actual === expected ? undefined : '';
  if (!isRecord(actual)) return '';
  if (Array.isArray(expected) && (actual as unknown as unknown[]).length !== expected.length) {
    return 'length';
  }
  for (const [key, value] of Object.entries(expected)) {
    const below = differs(actual[key], value);
    if (below !== undefined) return below === '' ? key : `${key}.${below}`;
  }
  return undefined;
}

/** Undefined for another entry and for what is no JSON. */
function parsed(entry: PieceEntry | undefined, name = entry?.name): unknown {
  if (entry?.name !== name || entry?.content === undefined) return undefined;
  try {
    return JSON.parse(entry.content.toString());
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function blobName(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}
