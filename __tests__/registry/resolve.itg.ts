import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Platform } from '../../src/images/platform.ts';
import { platformOf } from '../../src/images/platform.ts';
import { resolveImage } from '../../src/registry/resolve.ts';
import {
  attestationOf,
  type Built,
  type BuiltImage,
  buildImage,
  buildIndex,
  buildLayer,
  digestOf,
  type Format,
} from '../support/images.ts';
import { ask, push } from '../support/push.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { tempDirs } from '../support/temp.ts';
import { contextFor, imageOf } from './setup.ts';

const temp = tempDirs();
const amd64 = platformOf('amd64');
const arm64 = platformOf('arm64');
let registry: Registry;
let workDir: string;

const layer = await buildLayer([{ path: 'hello', content: 'hello' }]);
const platformImage = (format: Format, architecture: string, variant?: string) =>
  buildImage({ layers: [layer], format, architecture, ...(variant && { variant }) });

/** A media type that a registry takes without looking at what the config is. */
function artifact(): Built {
  const image = platformImage('oci', 'amd64');
  const document = JSON.parse(image.bytes.toString());
  document.config.mediaType = 'application/vnd.cncf.helm.config.v1+json';
  return { ...image, ...encode(document, image.mediaType) };
}

function encode(document: unknown, mediaType: string) {
  const bytes = Buffer.from(JSON.stringify(document));
  return { bytes, digest: digestOf(bytes), mediaType };
}

beforeAll(async () => {
  registry = await startRegistry();
  workDir = await temp.make('resolve');
});
afterAll(async () => {
  await registry.stop();
  await temp.remove();
});

async function pushed(repository: string, built: Built, tag = '1'): Promise<string> {
  await push(registry, repository, tag, built);
  return `${registry.host}/${repository}`;
}

async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = registry.requests().length;
  await work();
  return registry
    .requests()
    .slice(before)
    .map(({ method, path }) => `${method} ${path}`)
    .filter((request) => request !== 'GET /v2/');
}

describe.each<Format>(['docker', 'oci'])('an index in the format of %s', (format) => {
  const images = {
    amd64: platformImage(format, 'amd64'),
    arm64: platformImage(format, 'arm64', 'v8'),
    armv6: platformImage(format, 'arm', 'v6'),
    armv7: platformImage(format, 'arm', 'v7'),
    windows: buildImage({ layers: [layer], format, os: 'windows' }),
  };
  const index = buildIndex(Object.values(images), format);
  let name: string;
  beforeAll(async () => {
    name = await pushed(`index-${format}`, index);
  });

  test.each<[string, Platform, BuiltImage]>([
    ['amd64', amd64, images.amd64],
    ['arm64', arm64, images.arm64],
    ['armhf', platformOf('armhf'), images.armv7],
  ])('gives the image of %s with its bytes', async (_name, platform, expected) => {
    const resolved = await resolveImage(imageOf(`${name}:1`), platform, contextFor(workDir));
    expect(resolved).toMatchObject({
      name: `${name}:1`,
      indexDigest: index.digest,
      tagDigest: index.digest,
      manifestDigest: expected.digest,
      manifestMediaType: expected.mediaType,
      configDigest: expected.config.digest,
      configMediaType: expected.config.mediaType,
      localBlobs: undefined,
      layers: [{ blob: layer.digest, size: layer.blob.length, diffId: layer.diffId }],
    });
    expect(resolved.manifest.equals(expected.bytes)).toBe(true);
    expect(resolved.config.equals(expected.config.bytes)).toBe(true);
  });

  test('has no image for riscv64 and says what it has', async () => {
    const resolving = resolveImage(
      imageOf(`${name}:1`),
      platformOf('riscv64'),
      contextFor(workDir),
    );
    await expect(resolving).rejects.toMatchObject({
      kind: 'failure',
      origin: { file: 'images.txt', line: 7 },
      message: `${name}:1: it has no image for linux/riscv64, only linux/amd64, linux/arm64/v8, linux/arm/v6, linux/arm/v7, windows/amd64`,
    });
  });

  test('a single platform named by its digest is taken as it is', async () => {
    const image = imageOf(`${name}@${images.arm64.digest}`);
    const resolved = await resolveImage(image, arm64, contextFor(workDir));
    expect(resolved).toMatchObject({
      name: `${name}:latest`,
      indexDigest: undefined,
      tagDigest: undefined,
      manifestDigest: images.arm64.digest,
    });
  });

  test('a single platform that is another one is refused', async () => {
    const image = imageOf(`${name}@${images.amd64.digest}`);
    await expect(resolveImage(image, arm64, contextFor(workDir))).rejects.toThrow(
      'it is an image for linux/amd64 alone, not for linux/arm64',
    );
  });
});

describe('what is asked for', () => {
  const index = buildIndex([platformImage('oci', 'amd64'), platformImage('oci', 'arm64')]);
  const manifests = (name: string, reference: string) => `GET /v2/${name}/manifests/${reference}`;

  test('a tag each time, what digests name once', async () => {
    const name = await pushed('warm', index);
    const context = contextFor(workDir);
    const again = () => resolveImage(imageOf(`${name}:1`), amd64, context);
    await again();
    expect(await requestsOf(again)).toEqual([manifests('warm', '1')]);
    expect(context.cache.entries.get(index.digest)?.equals(index.bytes)).toBe(true);
  });

  test('nothing for a digest that is known', async () => {
    const name = await pushed('warm', index);
    const context = contextFor(workDir);
    const again = () => resolveImage(imageOf(`${name}@${index.digest}`), amd64, context);
    expect(await requestsOf(again)).not.toEqual([]);
    expect(await requestsOf(again)).toEqual([]);
  });

  test('what the cache holds damaged', async () => {
    const name = await pushed('warm', index);
    const context = contextFor(workDir);
    const again = () => resolveImage(imageOf(`${name}@${index.digest}`), amd64, context);
    const first = await again();
    context.cache.entries.set(first.configDigest, Buffer.from('{}'));
    expect((await again()).config.equals(first.config)).toBe(true);
    expect(context.cache.entries.get(first.configDigest)?.equals(first.config)).toBe(true);
  });
});

describe('a reference with tag and digest', () => {
  const before = platformImage('oci', 'amd64');
  const after = buildImage({ layers: [layer, layer] });

  test('follows the digest and tells where the tag points now', async () => {
    const name = await pushed('moved', before);
    await pushed('moved', after);
    const image = imageOf(`${name}:1@${before.digest}`);
    const resolved = await resolveImage(image, amd64, contextFor(workDir));
    expect(resolved.manifestDigest).toBe(before.digest);
    expect(resolved.tagDigest).toBe(after.digest);
  });

  test('has not moved where the index of the tag lists the digest', async () => {
    const one = platformImage('oci', 'amd64');
    const name = await pushed('listed', buildIndex([one, platformImage('oci', 'arm64')]));
    const image = imageOf(`${name}:1@${one.digest}`);
    const resolved = await resolveImage(image, amd64, contextFor(workDir));
    expect(resolved.tagDigest).toBe(one.digest);
  });

  test('may have lost its tag', async () => {
    const name = await pushed('untagged', before);
    const image = imageOf(`${name}:gone@${before.digest}`);
    const resolved = await resolveImage(image, amd64, contextFor(workDir));
    expect(resolved.manifestDigest).toBe(before.digest);
    expect(resolved.tagDigest).toBeUndefined();
  });

  test('may not have lost its image', async () => {
    const name = await pushed('untagged', before);
    const image = imageOf(`${name}:1@${digestOf(Buffer.from('no image'))}`);
    await expect(resolveImage(image, amd64, contextFor(workDir))).rejects.toThrow(
      'the registry does not have it',
    );
  });
});

describe('shapes of images', () => {
  test('an index in an index', async () => {
    const wanted = platformImage('oci', 'arm64', 'v8');
    const inner = buildIndex([wanted, attestationOf(wanted)]);
    const outer = buildIndex([buildIndex([platformImage('oci', 'amd64')]), inner]);
    const name = await pushed('nested', outer);
    const resolved = await resolveImage(imageOf(`${name}:1`), arm64, contextFor(workDir));
    expect(resolved.manifestDigest).toBe(wanted.digest);
    expect(resolved.indexDigest).toBe(outer.digest);
  });

  test('attestations are never images', async () => {
    const image = platformImage('oci', 'amd64');
    const name = await pushed('attested', buildIndex([attestationOf(image), image]));
    const resolved = await resolveImage(imageOf(`${name}:1`), amd64, contextFor(workDir));
    expect(resolved.manifestDigest).toBe(image.digest);
    await expect(resolveImage(imageOf(`${name}:1`), arm64, contextFor(workDir))).rejects.toThrow(
      'no image for linux/arm64, only linux/amd64',
    );
  });

  test('127 layers, of which many are the same', async () => {
    const layers = Array.from({ length: 127 }, () => layer);
    const name = await pushed('many', buildImage({ layers }));
    const resolved = await resolveImage(imageOf(`${name}:1`), amd64, contextFor(workDir));
    expect(resolved.layers).toHaveLength(127);
  });

  test('amd64 content in an arm64 image', async () => {
    const liar = buildImage({
      layers: [layer],
      architecture: 'arm64',
      configFile: { architecture: 'amd64' },
    });
    const name = await pushed('liar', buildIndex([liar]));
    await expect(resolveImage(imageOf(`${name}:1`), arm64, contextFor(workDir))).rejects.toThrow(
      'it has linux/amd64 content in its linux/arm64 image',
    );
  });

  test('a chart is no image', async () => {
    const name = await pushed('chart', artifact());
    await expect(resolveImage(imageOf(`${name}:1`), amd64, contextFor(workDir))).rejects.toThrow(
      'not a container image but an artifact of type application/vnd.cncf.helm.config.v1+json',
    );
  });

  test('layers and diff IDs must be as many', async () => {
    const odd = buildImage({
      layers: [layer],
      configFile: { rootfs: { type: 'layers', diff_ids: [] } },
    });
    const name = await pushed('odd', odd);
    await expect(resolveImage(imageOf(`${name}:1`), amd64, contextFor(workDir))).rejects.toThrow(
      'its manifest names 1 layer and its config 0',
    );
  });
});

test('a tag that is not there', async () => {
  const name = await pushed('there', platformImage('oci', 'amd64'));
  await expect(
    resolveImage(imageOf(`${name}:2`), amd64, contextFor(workDir)),
  ).rejects.toMatchObject({ message: `${name}:2: the registry does not have it` });
  expect((await ask(registry, { method: 'GET', path: '/v2/there/manifests/2' })).status).toBe(404);
});
