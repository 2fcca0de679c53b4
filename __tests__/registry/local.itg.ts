import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mustRun } from '../../src/exec.ts';
import type { LocalTransport } from '../../src/images/image.ts';
import { type DebianArchitecture, platformOf } from '../../src/images/platform.ts';
import { resolveImage } from '../../src/registry/resolve.ts';
import {
  buildImage,
  buildIndex,
  buildLayer,
  digestOf,
  dockerArchive,
  ociArchive,
  writeOciLayout,
} from '../support/images.ts';
import { tempDirs } from '../support/temp.ts';
import { contextFor, fetchAll, localImage } from './setup.ts';

const temp = tempDirs();
const gzip = await buildLayer([{ path: 'a', content: 'a' }]);
const zstd = await buildLayer([{ path: 'b', content: 'b' }], 'zstd');
const image = buildImage({ layers: [gzip, zstd, gzip] });
const docker = buildImage({ layers: [gzip], format: 'docker' });
const index = buildIndex([
  image,
  buildImage({ layers: [gzip], architecture: 'arm64' }),
  buildImage({ layers: [gzip], architecture: 'arm', variant: 'v6' }),
]);
const name = 'registry.example/app:1';
let directory: string;
let at: (path: string) => string;

beforeAll(async () => {
  directory = await temp.make('local');
  at = (path) => join(directory, path);
  await writeOciLayout(at('layout'), image);
  await writeOciLayout(at('named'), image, 'v1');
  await writeOciLayout(at('index'), index);
  await writeFile(at('oci.tar'), await ociArchive(index));
  await writeFile(at('one.tar'), await dockerArchive([{ image: docker, tags: ['app:2'] }]));
  await writeFile(at('unnamed.tar'), await dockerArchive([{ image: docker, tags: [] }]));
  await writeFile(at('names.tar'), await dockerArchive([{ image: docker, tags: ['a:1', 'b:1'] }]));
  const two = [
    { image: docker, tags: ['app:1'] },
    { image: buildImage({ layers: [zstd], format: 'docker' }), tags: ['app:2'] },
  ];
  await writeFile(at('two.tar'), await dockerArchive(two));
  await writeFile(at('text'), 'neither a tar nor a layout, whatever its name says\n'.repeat(30));
  await mustRun(['skopeo', 'copy', '--quiet', `oci:${at('layout')}`, `dir:${at('dir')}`]);
});
afterAll(() => temp.remove());

async function resolve(
  transport: LocalTransport,
  location: string,
  { as, architecture = 'amd64' }: { as?: string; architecture?: DebianArchitecture } = {},
) {
  const context = contextFor(await temp.make('work'));
  const local = localImage(transport, location, as);
  return { context, resolved: await resolveImage(local, platformOf(architecture), context) };
}

describe('an image with a manifest keeps it byte for byte', () => {
  test.each<[LocalTransport, string]>([
    ['oci', 'layout'],
    ['oci', 'named:v1'],
    ['oci', 'index'],
    ['oci-archive', 'oci.tar'],
    ['dir', 'dir'],
  ])('%s:%s', async (transport, location) => {
    const { context, resolved } = await resolve(transport, at(location), { as: name });
    expect(resolved).toMatchObject({
      name,
      indexDigest: undefined,
      tagDigest: undefined,
      manifestDigest: image.digest,
      configDigest: image.config.digest,
    });
    expect(resolved.manifest.equals(image.bytes)).toBe(true);
    expect(resolved.layers.map(({ diffId }) => diffId)).toEqual(
      image.layers.map(({ diffId }) => diffId),
    );
    const blobs = await fetchAll([resolved], context);
    expect([...blobs].map(([digest]) => digest).sort()).toEqual([gzip.digest, zstd.digest].sort());
    for (const [digest, bytes] of blobs) expect(digestOf(bytes)).toBe(digest);
  });

  test('with a path from the working directory', async () => {
    const { resolved } = await resolve('oci', relative(process.cwd(), at('layout')), { as: name });
    expect(resolved.manifestDigest).toBe(image.digest);
  });
});

describe('a docker-archive gets a manifest of uncompressed layers', () => {
  test.each<[string, string | undefined, string]>([
    ['one.tar', undefined, 'docker.io/library/app:2'],
    ['one.tar', name, name],
    ['one.tar:docker.io/library/app:2', name, name],
    ['unnamed.tar', name, name],
    ['two.tar:app:1', name, name],
    ['two.tar:@0', name, name],
  ])('%s as %s', async (location, as, expected) => {
    const { context, resolved } = await resolve('docker-archive', at(location), {
      ...(as !== undefined && { as }),
    });
    expect(resolved.name).toBe(expected);
    expect(resolved.configDigest).toBe(docker.config.digest);
    expect(resolved.config.equals(docker.config.bytes)).toBe(true);
    expect(resolved.layers).toMatchObject([{ blob: gzip.diffId, diffId: gzip.diffId }]);
    const blobs = await fetchAll([resolved], context);
    expect(blobs.get(gzip.diffId)?.equals(gzip.tar)).toBe(true);
  });
});

describe('of several platforms the wanted one is taken', () => {
  test.each<[DebianArchitecture, string]>([
    ['arm64', 'arm64'],
    ['armhf', 'arm'],
  ])('%s', async (architecture, expected) => {
    const { resolved } = await resolve('oci', at('index'), { as: name, architecture });
    expect(JSON.parse(resolved.config.toString()).architecture).toBe(expected);
  });

  test.each<[LocalTransport, string, DebianArchitecture]>([
    ['oci', 'index', 'riscv64'],
    ['oci-archive', 'oci.tar', 'riscv64'],
    ['oci', 'index', 'armel'],
  ])('%s:%s has none for %s', async (transport, location, architecture) => {
    await expect(resolve(transport, at(location), { as: name, architecture })).rejects.toThrow(
      'only linux/amd64, linux/arm64, linux/arm/v6',
    );
  });

  test('a single one must be it', async () => {
    const resolving = resolve('docker-archive', at('one.tar'), { architecture: 'arm64' });
    await expect(resolving).rejects.toThrow('an image for linux/amd64 alone, not for linux/arm64');
  });
});

describe('what is no image', () => {
  test.each<[LocalTransport, string, string | undefined, RegExp]>([
    ['oci', 'nowhere', name, /there is no .*nowhere/],
    ['oci-archive', 'nowhere', name, /there is no .*nowhere/],
    ['docker-archive', 'nowhere', undefined, /there is no .*nowhere/],
    ['dir', 'nowhere', name, /there is no .*nowhere/],
    ['oci', 'dir', name, /it is not an OCI layout/],
    ['oci', 'named:v2', name, /it has no image of that name/],
    ['oci-archive', 'text', name, /it is not an archive/],
    ['oci-archive', 'one.tar', name, /it is not an OCI layout/],
    ['docker-archive', 'text', undefined, /it is not an archive/],
    ['docker-archive', 'text', name, /it is not an archive/],
    ['docker-archive', 'oci.tar', name, /it is not a docker-archive/],
    ['docker-archive', 'two.tar', name, /it has several images/],
    ['docker-archive', 'two.tar', undefined, /has the names app:1, app:2/],
    ['docker-archive', 'two.tar:app:3', name, /it has no image of that name/],
    ['docker-archive', 'names.tar', undefined, /has the names a:1, b:1/],
    ['docker-archive', 'unnamed.tar', undefined, /gives it no name/],
    ['dir', 'layout', name, /not a folder of the dir: transport/],
    ['containers-storage', 'localhost/surely-not-there:1', name, /has no such image/],
    ['docker-daemon', 'surely-not-there:1', name, /no Docker daemon answers|has no such image/],
  ])('%s:%s as %s', async (transport, location, as, message) => {
    const path = /storage|daemon/.test(transport) ? location : at(location);
    await expect(resolve(transport, path, as === undefined ? {} : { as })).rejects.toMatchObject({
      kind: 'failure',
      origin: { file: 'images.txt', line: 7 },
      message: expect.stringMatching(message),
    });
  });

  test('a damaged layout is no image either', async () => {
    await writeOciLayout(at('damaged'), image);
    await writeFile(at(`damaged/blobs/${gzip.digest.replace(':', '/')}`), gzip.blob.subarray(1));
    await expect(resolve('oci', at('damaged'), { as: name })).rejects.toThrow(
      `it is damaged: it has wrong bytes for ${gzip.digest}`,
    );
  });
});

const asRoot = process.getuid?.() === 0;
if (!asRoot) console.warn('containers-storage is not tested: only root can write one anywhere');

(asRoot ? test : test.skip)('containers-storage gives its layers uncompressed', async () => {
  const storage = `[vfs@${at('root')}+${at('run')}]localhost/app:1`;
  await mustRun([
    ...['skopeo', 'copy', '--quiet', `docker-archive:${at('one.tar')}`],
    `containers-storage:${storage}`,
  ]);
  const { context, resolved } = await resolve('containers-storage', storage, { as: name });
  expect(resolved.configDigest).toBe(docker.config.digest);
  const blobs = await fetchAll([resolved], context);
  expect(resolved.layers).toMatchObject([{ blob: gzip.diffId, diffId: gzip.diffId }]);
  expect(blobs.get(gzip.diffId)?.equals(gzip.tar)).toBe(true);
});
