import { type Digest, digestLike } from '../../images/digest.ts';
import { formatPlatform } from '../../images/platform.ts';
import { formatImageList, parseImageList, referenceKey } from '../list.ts';
import type { ManifestFragment, ManifestImage, PackageManifest } from '../manifest.ts';
import { shareFolder } from '../tree.ts';
import type { PieceEntry } from './piece.ts';
import type { ReadPackage } from './read.ts';

/** Compares everything that a package says about itself with what is in it: one line a problem. */
export function checkPackage(read: ReadPackage, manifest: PackageManifest): string[] {
  return [
    ...checkFields(read, manifest),
    ...checkFiles(read),
    ...checkFragmentFiles(read, manifest),
    ...checkImageList(read, manifest),
    ...manifest.images.flatMap((image) => checkImage(image, manifest, read)),
  ];
}

function checkFields({ control }: ReadPackage, manifest: PackageManifest): string[] {
  const pairs = [
    ['Package', manifest.package],
    ['Version', manifest.version],
    ['Architecture', manifest.architecture],
  ] as const;
  return pairs
    .filter(([field, value]) => control.get(field) !== value)
    .map(
      ([field, value]) => `manifest.json says ${value}, control ${field}: ${control.get(field)}`,
    );
}

function checkFiles({ files, md5sums, conffiles, control }: ReadPackage): string[] {
  const name = control.get('Package') ?? '';
  const needed = [`usr/lib/${name}/load`, `usr/lib/systemd/system/${name}.service`];
  const missing = [...md5sums.keys(), ...conffiles, ...needed].filter((path) => !files.has(path));
  return [
    ...[...new Set(missing)].map((path) => `/${path} is missing`),
    ...[...files].flatMap(([path, file]) => {
      if (file.type !== 'file') return [`/${path} is no regular file but a ${file.type}`];
      if (conffiles.includes(path)) return [];
      const md5 = md5sums.get(path);
      if (md5 === undefined) return [`/${path} is unknown: md5sums does not name it`];
      return md5 === file.md5 ? [] : [`/${path} is damaged: its MD5 is not that of md5sums`];
    }),
  ];
}

function checkFragmentFiles(read: ReadPackage, manifest: PackageManifest): string[] {
  const share = shareFolder(manifest.package);
  const fragments = new Map<string, ManifestFragment>();
  for (const image of manifest.images) {
    for (const fragment of [image.fragment, ...image.layers])
      fragments.set(fragment.file, fragment);
  }
  const unknown = [...read.pieces.keys()].filter((file) => !fragments.has(file));
  return [
    ...unknown.map((file) => `${file} is unknown: no image of manifest.json has it`),
    ...[...fragments.values()].flatMap(({ file, size, sha256 }) => {
      const found = read.files.get(`${share}/${file}`);
      if (found === undefined) return [`${file} is missing`];
      if (found.size !== size) return [`${file} has ${found.size} bytes instead of ${size}`];
      return found.sha256 === sha256 ? [] : [`${file} is damaged: its sha256 is not ${sha256}`];
    }),
  ];
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
    layers: [...new Set(image.layers.map((layer) => layer.file))],
  }));
  try {
    const same = formatImageList(parseImageList(read.imageList)) === formatImageList(expected);
    return same ? [] : ['image.list and manifest.json do not agree'];
  } catch (error) {
    return [`image.list: ${(error as Error).message}`];
  }
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
    os: String(config.os),
    architecture: String(config.architecture),
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
