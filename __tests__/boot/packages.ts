import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { mustRun } from '../../src/exec.ts';
import { busyboxEntries } from '../support/debian.ts';
import { type BuiltImage, buildImage, buildLayer } from '../support/images.ts';
import { push } from '../support/push.ts';
import { type Registry, startRegistry } from '../support/registry.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

/** Packages with small images, made by the command as a user makes them. */
export interface TestPackages {
  /** Busybox, a larger image upon it, and one that has no program at all. */
  readonly first: string;
  /** One image, whose load takes long enough to be cut. */
  readonly large: string;
  /** One image. */
  readonly old: string;
  /** The same package, newer: its tag names another image, which shares a layer with the old one. */
  readonly newer: string;
  /** Another package, with an image of its own on the same layers. */
  readonly second: string;
  /** The same, which takes its tags back. */
  readonly resolute: string;
  /** Another image on the same layers; it keeps nothing that it does not need. */
  readonly frugal: string;
  /** The same, for the rootless Podman of a user. */
  readonly rootless?: string;
}

export type Engine = 'docker' | 'podman';
export type Architecture = 'amd64' | 'arm64' | 'armhf';

/** @param folder an existing folder for packages and cache */
export async function makePackages(
  folder: string,
  architecture: Architecture,
  engine: Engine,
): Promise<TestPackages> {
  const images = await testImages(architecture);
  const registry = await startRegistry();
  try {
    for (const [name, image] of Object.entries(images)) {
      await push(registry, `boot/${name}`, '1', image);
    }
    const build = (
      name: string,
      version: string,
      contents: BuildSpec['images'],
      more: readonly string[] = [],
    ) =>
      buildPackage(
        { name, version, images: contents, more },
        { registry, folder, architecture, engine, images },
      );
    return {
      first: await build('first-images', '1.0', {
        busybox: 'busybox',
        large: 'large',
        bare: 'bare',
      }),
      large: await build('large-images', '1.0', { large: 'large' }),
      old: await build('app-images', '1.0', { app: 'busybox' }),
      newer: await build('app-images', '2.0', { app: 'newer' }),
      second: await build('second-images', '1.0', { other: 'newer' }),
      resolute: await build('resolute-images', '1.0', { other: 'newer' }, [
        '--conflict',
        'package',
      ]),
      frugal: await build('frugal-images', '1.0', { app: 'newer' }, [
        '--delete-after-load',
        '--remove-replaced',
      ]),
      ...(engine === 'podman' && {
        rootless: await build('user-images', '1.0', { other: 'newer' }, ['--user', 'app']),
      }),
    };
  } finally {
    await registry.stop();
  }
}

/** As the registry names the platforms. */
const PLATFORMS = {
  amd64: { architecture: 'amd64' },
  arm64: { architecture: 'arm64', variant: 'v8' },
  armhf: { architecture: 'arm', variant: 'v7' },
} as const;

async function testImages(architecture: Architecture): Promise<Record<string, BuiltImage>> {
  const platform = PLATFORMS[architecture];
  const busybox = await buildLayer(await busyboxEntries(architecture));
  const added = await buildLayer([{ path: 'etc/release', content: 'newer\n' }]);
  const data = await buildLayer([{ path: 'srv/data', content: noise(LARGE) }]);
  const bare = await buildLayer([{ path: 'data', content: 'no program\n' }]);
  const config = { Cmd: ['sh'], Labels: { 'org.example.test': 'a "quoted" label, ümlaut' } };
  return {
    busybox: buildImage({ ...platform, layers: [busybox], config }),
    newer: buildImage({ ...platform, layers: [busybox, added], config }),
    large: buildImage({
      ...platform,
      layers: [busybox, data],
      config: { Entrypoint: ['/bin/sh', '-c'], Cmd: ['true'] },
    }),
    bare: buildImage({ ...platform, layers: [bare], config: { Cmd: ['/none'] } }),
  };
}

/** Bytes: enough for a load to be cut in the middle, and little for a processor that is emulated. */
const LARGE = 8_000_000;

/** Bytes that no compression makes smaller, and always the same. */
function noise(size: number): Buffer {
  const blocks: Buffer[] = [];
  for (let n = 0; n * 64 < size; n += 1) {
    blocks.push(createHash('sha512').update(String(n)).digest());
  }
  return Buffer.concat(blocks).subarray(0, size);
}

interface BuildSpec {
  readonly name: string;
  readonly version: string;
  /** Names in the registry by names on the device. */
  readonly images: Readonly<Record<string, string>>;
  /** Further options of `build`. */
  readonly more: readonly string[];
}

async function buildPackage(
  { name, version, images, more }: BuildSpec,
  where: {
    registry: Registry;
    folder: string;
    architecture: string;
    engine: Engine;
    images: Readonly<Record<string, BuiltImage>>;
  },
): Promise<string> {
  const references = Object.entries(images).map(
    ([device, source]) =>
      `${where.registry.host}/boot/${source}:1@${where.images[source]?.digest} as registry.example.org/boot/${device}:1`,
  );
  const { stdout } = await mustRun([
    ...[process.execPath, CLI, 'build', '--json', '--images', references.join('\n')],
    ...['--arch', where.architecture, '--engine', where.engine, '--tls-verify=false'],
    ...['--package', name, '--version', version, '--maintainer', 'Test <test@example.org>'],
    ...['--output-dir', where.folder, '--cache-dir', join(where.folder, 'cache'), ...more],
  ]);
  return (JSON.parse(stdout.toString()) as { deb: string }).deb;
}
