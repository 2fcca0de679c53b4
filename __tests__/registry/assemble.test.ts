import { describe, expect, test } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { sha256 } from '../../src/images/digest.ts';
import { type DebianArchitecture, platformOf } from '../../src/images/platform.ts';
import { assembleImage } from '../../src/registry/assemble.ts';
import type { Descriptor, ImageManifest, NamedPlatform } from '../../src/registry/manifest.ts';
import { imageOf } from './setup.ts';

const image = imageOf('registry.example/app:1');
const manifest = Buffer.from('the manifest');
const indexDigest = sha256('an index');
const diffIds = [sha256('tar 1'), sha256('tar 2')];
const layers = ['blob 1', 'blob 2'].map(
  (blob): Descriptor => ({ mediaType: 'a/layer', digest: sha256(blob), size: blob.length }),
);

interface Changes {
  readonly given?: Buffer;
  /** What the manifest says of the config. */
  readonly size?: number;
  readonly fromIndex?: boolean;
  readonly architecture?: DebianArchitecture;
}

/** Assembles an image whose config says `platform`; `given` stands for the config's bytes. */
function assemble(platform: Partial<NamedPlatform>, changes: Changes = {}) {
  const { given, fromIndex = false, architecture = 'amd64' } = changes;
  const config = Buffer.from(
    JSON.stringify({ os: 'linux', ...platform, rootfs: { type: 'layers', diff_ids: diffIds } }),
  );
  const parsed: ImageManifest = {
    kind: 'manifest',
    mediaType: 'a/manifest',
    config: { mediaType: 'a/config', digest: sha256(config), size: changes.size ?? config.length },
    layers,
  };
  const parts = {
    image,
    name: 'registry.example/app:1',
    indexDigest: fromIndex ? indexDigest : undefined,
    manifestDigest: sha256(manifest),
    manifest,
    parsed,
    config: given ?? config,
  };
  return assembleImage(parts, platformOf(architecture));
}

describe('assembleImage', () => {
  test('pairs layers with diff IDs', () => {
    expect(assemble({ architecture: 'amd64' })).toMatchObject({
      manifestMediaType: 'a/manifest',
      configMediaType: 'a/config',
      layers: [
        { blob: sha256('blob 1'), size: 6, mediaType: 'a/layer', diffId: diffIds[0] },
        { blob: sha256('blob 2'), size: 6, mediaType: 'a/layer', diffId: diffIds[1] },
      ],
    });
  });

  test('hashes the config', () => {
    expect(() => assemble({ architecture: 'amd64' }, { given: Buffer.from('{}') })).toThrow(
      /registry\.example\/app:1: its config has the wrong bytes: sha256:44136f/,
    );
  });

  test.each([0, 1000])('refuses a manifest that says %i bytes of the config', (size) => {
    expect(() => assemble({ architecture: 'amd64' }, { size })).toThrow(
      new RegExp(`its manifest says ${size} bytes, its config has \\d+$`),
    );
  });

  test('says which image has a config that engines refuse', () => {
    const command = { config: { Entrypoint: '/app' } };
    expect(() => assemble({ architecture: 'amd64', ...command })).toThrow(
      new UserError('failure', `${image.written}: Entrypoint in its config is not a list`),
    );
  });

  test.each<[Partial<NamedPlatform>, DebianArchitecture, boolean]>([
    [{ architecture: 'amd64' }, 'amd64', true],
    [{ architecture: 'arm64' }, 'arm64', false],
    [{ architecture: 'arm64', variant: 'v8' }, 'arm64', true],
    [{ architecture: 'arm' }, 'armhf', false],
    [{ architecture: 'arm', variant: 'v5' }, 'armhf', false],
    [{ architecture: 'arm', variant: 'v5' }, 'armel', false],
    // The index said v5, and a config may say no variant at all.
    [{ architecture: 'arm' }, 'armel', true],
  ])('takes %j for %s, from an index: %s', (platform, architecture, fromIndex) => {
    expect(assemble(platform, { architecture, fromIndex }).layers).toHaveLength(2);
  });

  test.each<[Partial<NamedPlatform>, DebianArchitecture, boolean, string]>([
    [
      { architecture: 'amd64' },
      'arm64',
      true,
      'it has linux/amd64 content in its linux/arm64 image',
    ],
    [
      { architecture: 'amd64' },
      'arm64',
      false,
      'it is an image for linux/amd64 alone, not for linux/arm64',
    ],
    [{ architecture: 'arm' }, 'armel', false, 'linux/arm alone, not for linux/arm/v5'],
    [{ architecture: 'arm', variant: 'v7' }, 'armel', true, 'linux/arm/v7 content'],
    [{ architecture: 'amd64', variant: 'v3' }, 'amd64', false, 'linux/amd64/v3 alone'],
    [{ os: 'windows', architecture: 'amd64' }, 'amd64', false, 'windows/amd64 alone'],
  ])('refuses %j for %s, from an index: %s', (platform, architecture, fromIndex, message) => {
    expect(() => assemble(platform, { architecture, fromIndex })).toThrow(message);
  });
});
