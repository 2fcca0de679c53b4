import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { extract } from 'tar-stream';
import { imageArchive, OCI_MANIFEST, uncompressedManifest } from '../../src/archive/image.ts';
import { buildImage, buildLayer, digestOf } from '../support/images.ts';

const layers = [
  await buildLayer([{ path: 'one', content: '1' }]),
  await buildLayer([{ path: 'two', content: '2' }]),
];
const image = buildImage({ layers: [...layers, layers[0] as (typeof layers)[0]] });
const diffIds = image.layers.map(({ diffId }) => diffId);
const NAME = 'registry.example.org/app:1';

test('the manifest of uncompressed layers', () => {
  const manifest = uncompressedManifest(
    image.config.bytes,
    image.layers.map(({ diffId, tar }) => ({ diffId, unpackedSize: tar.length })),
  );
  expect(JSON.parse(manifest.toString())).toEqual({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: image.config.digest,
      size: image.config.bytes.length,
    },
    layers: image.layers.map(({ diffId, tar }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: diffId,
      size: tar.length,
    })),
  });
});

describe('the end of an archive', () => {
  const manifest = Buffer.from('{"any": "manifest"}');
  const archive = imageArchive({
    name: NAME,
    config: image.config.bytes,
    configDigest: image.config.digest,
    manifest,
    manifestMediaType: OCI_MANIFEST,
    layers: diffIds,
  });

  test('has config and manifest as blobs, and what both formats ask for, in this order', async () => {
    const members = await read(archive.bytes);
    expect(members.map(({ name }) => name)).toEqual([
      blob(image.config.digest),
      blob(digestOf(manifest)),
      'oci-layout',
      'index.json',
      'manifest.json',
    ]);
    expect(members[0]?.content.equals(image.config.bytes)).toBe(true);
    expect(members[1]?.content.equals(manifest)).toBe(true);
    expect(json(members[2])).toEqual({ imageLayoutVersion: '1.0.0' });
    expect(json(members[3])).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: OCI_MANIFEST,
          digest: digestOf(manifest),
          size: manifest.length,
          annotations: {
            'org.opencontainers.image.ref.name': NAME,
            'io.containerd.image.name': NAME,
          },
        },
      ],
    });
    expect(json(members[4])).toEqual([
      { Config: blob(image.config.digest), RepoTags: [NAME], Layers: diffIds.map(blob) },
    ]);
  });

  test('ends with two zero blocks, on a block', () => {
    expect(archive.bytes.length % 512).toBe(0);
    expect(archive.bytes.subarray(-1024).every((byte) => byte === 0)).toBe(true);
  });

  test('tells the digest of the manifest in it', () => {
    expect(archive.manifestDigest).toBe(digestOf(manifest));
  });

  test('is a function of the image alone', () => {
    const again = imageArchive({
      name: NAME,
      config: Buffer.from(image.config.bytes),
      configDigest: image.config.digest,
      manifest,
      manifestMediaType: OCI_MANIFEST,
      layers: [...diffIds],
    });
    expect(again.bytes.equals(archive.bytes)).toBe(true);
  });
});

function blob(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

async function read(tar: Buffer): Promise<{ name: string; content: Buffer }[]> {
  const members: { name: string; content: Buffer }[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    members.push({ name: entry.header.name, content: await buffer(entry) });
  }
  return members;
}

function json(member: { content: Buffer } | undefined): unknown {
  return JSON.parse(member?.content.toString() ?? '');
}
