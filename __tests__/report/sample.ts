import type { PackagedImage, PackageSpec } from '../../src/deb/types.ts';
import type { Digest } from '../../src/images/digest.ts';
import type { Image } from '../../src/images/image.ts';
import type { Preloaded } from '../../src/preload.ts';
import type { Layer, Resolution } from '../../src/registry/types.ts';

/** A digest whose digits are all the same one. */
export function digest(digit: string): Digest {
  return `sha256:${digit.repeat(64)}`;
}

const base = fragment('layers/base.zst', 5_000_000);
const own = fragment('layers/own.zst', 1000);

/** Two images on one base; the second has its own layer twice and stays a file. */
export const preloaded: Preloaded = {
  deb: {
    path: '/out/app_1.0_arm64.deb',
    size: 5_100_000,
    sha256: 'd'.repeat(64),
    found: 'nothing',
  },
  spec: {
    name: 'app',
    version: '1.0',
    compression: 'zstd',
    images: [
      packagedImage({ reference: 'docker.io/library/one:1', layers: [base] }),
      packagedImage({ reference: 'ghcr.io/two:2', layers: [base, own, own], fetchOnly: true }),
    ],
  } as unknown as PackageSpec,
  resolutions: [
    resolution('docker.io/library/one', [{ diffId: digest('a'), size: 6_000_000 }]),
    resolution('ghcr.io/two', [
      { diffId: digest('a'), size: 6_000_000 },
      { diffId: digest('b'), size: 1200 },
      { diffId: digest('b'), size: 1200 },
    ]),
  ],
  made: new Map([[digest('b'), 1.234]]),
  stats: {
    images: 2,
    blobsDownloaded: 2,
    bytesDownloaded: 6_001_200,
    layersCompressed: 1,
    layersReused: 1,
    blobsReused: 0,
    layersRestored: 0,
    blobsRestored: 0,
    bytesRestored: 0,
    entriesSaved: 0,
    seconds: { resolve: 0.25, cache: 0, layers: 1.5, package: 0.1, total: 1.9 },
  },
};

export function image(fields: Partial<Image> = {}): Image {
  return {
    source: {
      transport: 'docker',
      reference: { repository: 'docker.io/library/alpine', tag: '3.20' },
    },
    name: 'docker.io/library/alpine:3.20',
    fetchOnly: false,
    written: 'alpine:3.20',
    syntax: 'plain',
    origin: { file: 'images.txt', line: 7 },
    ...fields,
  };
}

function packagedImage({
  reference,
  layers,
  fetchOnly = false,
}: {
  readonly reference: string;
  readonly layers: readonly ReturnType<typeof fragment>[];
  readonly fetchOnly?: boolean;
}): PackagedImage {
  return {
    reference,
    written: reference,
    fetchOnly,
    ...(fetchOnly ? {} : { indexDigest: digest('1') }),
    registryManifestDigest: digest('2'),
    configDigest: digest('3'),
    archiveManifestDigest: digest('4'),
    platform: 'linux/arm64/v8',
    unpackedSize: 20_000_000,
    pinned: !fetchOnly,
    imageFragment: fragment('images/own.zst', 500),
    layers: layers.map((one) => ({
      fragment: one,
      diffId: digest('5'),
      blob: digest('6'),
      unpackedSize: 20_000_000,
    })),
  };
}

function resolution(
  repository: string,
  layers: readonly Pick<Layer, 'diffId' | 'size'>[],
): Resolution {
  const source = { transport: 'docker', reference: { repository } };
  return { image: { source }, layers } as unknown as Resolution;
}

function fragment(name: string, size: number) {
  return { name, path: `/store/${name}`, size, md5: '', sha256: '' };
}
