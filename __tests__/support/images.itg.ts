import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mustRun } from '../../src/exec.ts';
import { busyboxEntries, debianTree } from './debian.ts';
import {
  attestationOf,
  type Built,
  buildImage,
  buildIndex,
  buildLayer,
  type Compression,
  digestOf,
  dockerArchive,
  entriesOfTree,
  type Format,
  imageFor,
  layerOfTar,
  ociArchive,
  tarOf,
  writeOciLayout,
} from './images.ts';
import { push } from './push.ts';
import { type Registry, startRegistry } from './registry.ts';
import { tempDirs } from './temp.ts';

const temp = tempDirs();
let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(async () => {
  await registry.stop();
  await temp.remove();
});

/** The digest of the manifest that skopeo, which knows nothing of ours, takes for a platform. */
async function skopeoManifest(source: string, architecture: string): Promise<string> {
  const directory = await temp.make('dir');
  await mustRun([
    ...['skopeo', '--override-os', 'linux', '--override-arch', architecture, 'copy'],
    ...['--preserve-digests', '--src-tls-verify=false', source, `dir:${directory}`],
  ]);
  return digestOf(await readFile(join(directory, 'manifest.json')));
}

async function multiPlatform(format: Format, compressions: readonly Compression[]) {
  const layers = await Promise.all(
    compressions.map((compression) =>
      buildLayer([{ path: compression, content: compression.repeat(9999) }], compression),
    ),
  );
  const amd64 = buildImage({ layers, format });
  const arm64 = buildImage({ layers, format, architecture: 'arm64', variant: 'v8' });
  const attestations = format === 'oci' ? [attestationOf(amd64)] : [];
  return buildIndex([...attestations, amd64, arm64], format);
}

describe('what is pushed is what skopeo fetches', () => {
  test.each<[Format, Compression[]]>([
    ['oci', ['gzip', 'gzip-members', 'zstd', 'none']],
    // skopeo knows no zstd layers in Docker's manifests.
    ['docker', ['gzip', 'gzip-members', 'none']],
  ])('an index of %s', async (format, compressions) => {
    const index = await multiPlatform(format, compressions);
    await push(registry, 'app', format, index);

    for (const architecture of ['amd64', 'arm64']) {
      const fetched = await skopeoManifest(`docker://${registry.host}/app:${format}`, architecture);
      expect(fetched).toBe(imageFor(index, architecture).digest);
    }
  });

  test('an index in an index stays one', async () => {
    const inner = await multiPlatform('oci', ['gzip']);
    const outer = buildIndex([inner]);
    await push(registry, 'nested', '1', outer);

    const inspect = ['skopeo', 'inspect', '--tls-verify=false', '--raw'];
    const raw = await mustRun([...inspect, `docker://${registry.host}/nested:1`]);
    expect(digestOf(raw.stdout)).toBe(outer.digest);
  });
});

test('an attestation stands in its index for no platform, and names its image', () => {
  const image = buildImage({ layers: [] });
  const index = JSON.parse(buildIndex([image, attestationOf(image)]).bytes.toString());
  expect(index.manifests[1]).toMatchObject({
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.digest': image.digest },
  });
});

describe('what is written locally is what skopeo reads', () => {
  const writers: [string, (built: Built, at: string) => Promise<string>][] = [
    [
      'an OCI layout',
      async (built, at) => {
        await writeOciLayout(join(at, 'layout'), built, 'v1');
        return `oci:${join(at, 'layout')}:v1`;
      },
    ],
    [
      'an OCI archive',
      async (built, at) => {
        await writeFile(join(at, 'oci.tar'), await ociArchive(built, 'v1'));
        return `oci-archive:${join(at, 'oci.tar')}:v1`;
      },
    ],
  ];

  test.each(writers)('%s', async (_name, write) => {
    const index = await multiPlatform('oci', ['gzip', 'none']);
    const source = await write(index, await temp.make());
    expect(await skopeoManifest(source, 'arm64')).toBe(imageFor(index, 'arm64').digest);
  });

  test("Docker's archive", async () => {
    const image = buildImage({ layers: [await buildLayer([{ path: 'a', content: 'x' }])] });
    const path = join(await temp.make(), 'docker.tar');
    await writeFile(path, await dockerArchive([{ image, tags: ['example.org/app:1'] }]));

    const source = `docker-archive:${path}:example.org/app:1`;
    const config = await mustRun(['skopeo', 'inspect', '--config', '--raw', source]);
    expect(digestOf(config.stdout)).toBe(image.config.digest);
  });
});

describe('a layer', () => {
  test.each<Compression>(['gzip', 'gzip-members', 'zstd', 'none'])(
    'of %s has its tar in it',
    async (compression) => {
      const tar = await tarOf([{ path: 'file', content: 'some bytes '.repeat(1000) }]);
      const layer = await layerOfTar(tar, compression);
      expect(digestOf(await unpack(compression, layer.blob))).toBe(digestOf(tar));
      expect(layer.diffId).toBe(digestOf(tar));
      expect(layer.digest).toBe(digestOf(layer.blob));
    },
  );

  test('is the same at each build', async () => {
    const build = () => buildLayer([{ path: 'd/' }, { path: 'd/f', content: 'x', mode: 0o755 }]);
    expect((await build()).digest).toBe((await build()).digest);
  });

  test('of several members is several gzip streams', async () => {
    const tar = await tarOf([{ path: 'file', content: 'x'.repeat(3000) }]);
    const { blob } = await layerOfTar(tar, 'gzip-members');
    const magic = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
    const members = blob.toString('latin1').split(magic.toString('latin1')).length - 1;
    expect(members).toBe(3);
  });
});

describe("Debian's programs", () => {
  // e_machine of an ELF header, as elf.h names it.
  test.each([
    ['amd64', 62],
    ['arm64', 183],
    ['armhf', 40],
  ] as const)('of %s are of that machine', async (architecture, machine) => {
    const entries = await busyboxEntries(architecture);
    const program = entries.find(({ path }) => path === 'bin/busybox')?.content;
    expect(Buffer.from(program ?? '').readUInt16LE(18)).toBe(machine);
  });

  test('come with what they depend on', async () => {
    const tree = await debianTree('arm64', ['coreutils'], { depends: true });
    const paths = (await entriesOfTree(tree)).map(({ path }) => path);
    expect(paths).toContain('usr/bin/true');
    expect(paths.some((path) => path.endsWith('/libc.so.6'))).toBe(true);
  });
});

async function unpack(compression: Compression, blob: Buffer): Promise<Buffer> {
  if (compression === 'none') return blob;
  if (compression !== 'zstd') return gunzipSync(blob);
  const path = join(await temp.make(), 'layer.zst');
  await writeFile(path, blob);
  return (await mustRun(['zstd', '-q', '-d', '-c', path])).stdout;
}
