import { buildImage, buildLayer } from '../__tests__/support/images.ts';
import { push } from '../__tests__/support/push.ts';
import type { Registry } from '../__tests__/support/registry.ts';
import { type BenchLayer, type Content, debianLayer, randomLayer, sliceLayer } from './layers.ts';

/** An image that stands in the registry under its own repository. */
export interface BenchImage {
  readonly repository: string;
  readonly about: string;
  readonly layers: readonly BenchLayer[];
}

const BASE: Content = {
  packages: ['bash', 'coreutils', 'python3', 'git', 'curl', 'ca-certificates'],
  depends: true,
};

const APPLICATIONS: readonly Content[] = [
  { packages: ['mosquitto', 'mosquitto-clients', 'libmosquitto1', 'libcjson1'], depends: false },
  { packages: ['redis-server', 'redis-tools', 'liblua5.1-0', 'libjemalloc2'], depends: false },
  {
    packages: ['python3-numpy', 'libblas3', 'liblapack3', 'libgfortran5', 'libquadmath0'],
    depends: false,
  },
];

const ALONE: Content = { packages: ['nginx-light'], depends: true };

const LARGE: Content = {
  packages: [
    ...['openjdk-17-jdk-headless', 'postgresql-15', 'mariadb-server', 'g++', 'nodejs'],
    ...['python3-numpy', 'llvm-14-dev'],
  ],
  depends: true,
};

const MORE: Content = {
  packages: ['ghc', 'rustc', 'golang-go', 'chromium', 'firefox-esr'],
  depends: true,
};

/** An image as most are built: a system, what the application needs, and the application. */
const LAYERED: readonly Content[] = [
  { packages: ['apt', 'bash', 'coreutils', 'perl-base'], depends: true },
  {
    packages: ['nodejs', 'libnode108', 'libicu72', 'libc-ares2', 'libnghttp2-14', 'libuv1'],
    depends: false,
  },
  { packages: ['redis-server', 'redis-tools', 'liblua5.1-0', 'libjemalloc2'], depends: false },
];

/** One image of three layers. */
export async function layeredImage(folder: string): Promise<BenchImage> {
  const layers: BenchLayer[] = [];
  for (const content of LAYERED) layers.push(await debianLayer(content, folder));
  return { repository: 'bench/layered', about: LAYERED.map(about).join('; '), layers };
}

/** The base of the first three of `fourImages`, as an image. */
export async function baseImage(folder: string): Promise<BenchImage> {
  return {
    repository: 'bench/base',
    about: about(BASE),
    layers: [await debianLayer(BASE, folder)],
  };
}

/** Four images, of which the first three stand on the same base. */
export async function fourImages(folder: string): Promise<BenchImage[]> {
  const base = await debianLayer(BASE, folder);
  const images: BenchImage[] = [];
  for (const content of APPLICATIONS) {
    const layers = [base, await debianLayer(content, folder)];
    images.push({ repository: repository(content), about: `base, ${about(content)}`, layers });
  }
  const layers = [await debianLayer(ALONE, folder)];
  return [...images, { repository: repository(ALONE), about: about(ALONE), layers }];
}

/** What is in the small images, beside the base that they share. */
const SMALL = [
  ...['jq', 'mosquitto', 'redis-tools', 'sqlite3', 'nginx', 'lighttpd', 'haproxy', 'memcached'],
  ...['dnsmasq-base', 'chrony', 'socat', 'tmux', 'vim-tiny', 'nano', 'rsync', 'openssh-client'],
  ...['strace', 'tcpdump', 'iperf3', 'screen'],
];

/** Images of a base that all share and a layer of their own. */
export async function smallImages(count: number, folder: string): Promise<BenchImage[]> {
  const base = await debianLayer(LAYERED[0] as Content, folder);
  const images: BenchImage[] = [];
  for (const name of SMALL.slice(0, count)) {
    const own = await debianLayer({ packages: [name], depends: false }, folder);
    images.push({ repository: `bench/small-${name}`, about: name, layers: [base, own] });
  }
  return images;
}

/** The same image, with a small layer more, under the same name. */
export async function withSmallLayer(image: BenchImage): Promise<BenchImage> {
  const layer = await buildLayer([{ path: 'srv/' }, { path: 'srv/release', content: '2\n' }]);
  return { ...image, layers: [...image.layers, { ...layer, unpackedSize: layer.tar.length }] };
}

/** One image of one layer, of more than 1 GiB. */
export async function largeImage(folder: string): Promise<BenchImage> {
  const layers = [await debianLayer(LARGE, folder)];
  return { repository: 'bench/large', about: about(LARGE), layers };
}

/** One image of two layers, of more than 4 GB together. */
export async function hugeImage(folder: string): Promise<BenchImage> {
  const layers = [await debianLayer(LARGE, folder), await debianLayer(MORE, folder)];
  return { repository: 'bench/huge', about: `${about(LARGE)}; ${about(MORE)}`, layers };
}

/** Images of one size that share nothing, with the same mixture of content in each. */
export async function equalImages(count: number, folder: string): Promise<BenchImage[]> {
  const whole = await debianLayer(LARGE, folder);
  const images: BenchImage[] = [];
  for (let slice = 0; slice < count; slice += 1) {
    const layers = [await sliceLayer(whole, { slice, of: 2 * count }, folder)];
    images.push({ repository: `bench/slice-${slice}`, about: `slice ${slice}`, layers });
  }
  return images;
}

/** One image of one layer that no program makes smaller. */
export async function randomImage(size: number, folder: string): Promise<BenchImage> {
  const layers = [await randomLayer(size, folder)];
  return { repository: 'bench/random', about: 'random bytes', layers };
}

/** @returns the reference, with the tag */
export async function pushImage(registry: Registry, image: BenchImage): Promise<string> {
  await push(registry, image.repository, '1', buildImage({ layers: image.layers }));
  return `${registry.host}/${image.repository}:1`;
}

/** Bytes of the tars of layers, each layer once or as often as it stands there. */
export function unpackedSize(layers: readonly BenchLayer[]): number {
  return layers.reduce((sum, layer) => sum + layer.unpackedSize, 0);
}

export function distinct(layers: readonly BenchLayer[]): BenchLayer[] {
  return [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
}

function repository({ packages }: Content): string {
  return `bench/${packages[0]}`;
}

function about({ packages }: Content): string {
  return packages.slice(0, 3).join(', ');
}
