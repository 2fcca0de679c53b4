import { describe, expect, test } from '@jest/globals';
import { type DebianArchitecture, platformOf } from '../../src/images/platform.ts';
import {
  choosePlatform,
  fitsPlatform,
  formatWanted,
  type IndexEntry,
  ManifestError,
  type NamedPlatform,
  parseConfig,
  parseManifest,
} from '../../src/registry/manifest.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}` as const;
const bytes = (document: unknown) => Buffer.from(JSON.stringify(document));
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';
const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar';

const config = { mediaType: OCI_CONFIG, digest: digest('c'), size: 2 };
const layer = { mediaType: `${OCI_LAYER}+gzip`, digest: digest('1'), size: 3 };
const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer, layer] };

describe('parseManifest', () => {
  test('reads a manifest and passes over what it does not know', () => {
    const annotated = { ...manifest, annotations: { a: 'b' }, layers: [{ ...layer, data: 'AA' }] };
    expect(parseManifest(bytes(annotated))).toEqual({
      kind: 'manifest',
      mediaType: OCI_MANIFEST,
      config,
      layers: [layer],
    });
  });

  test('keeps a layer that stands there twice', () => {
    expect(parseManifest(bytes(manifest))).toMatchObject({ layers: [layer, layer] });
  });

  test.each([
    [OCI_CONFIG, OCI_MANIFEST],
    [DOCKER_CONFIG, 'application/vnd.docker.distribution.manifest.v2+json'],
  ])('tells by the config %s what a manifest without media type is', (mediaType, expected) => {
    const { mediaType: _none, ...bare } = manifest;
    const document = { ...bare, config: { ...config, mediaType } };
    expect(parseManifest(bytes(document)).mediaType).toBe(expected);
  });

  test.each([
    OCI_LAYER,
    `${OCI_LAYER}+gzip`,
    `${OCI_LAYER}+zstd`,
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    DOCKER_LAYER,
    `${DOCKER_LAYER}.gzip`,
    `${DOCKER_LAYER}.zstd`,
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  ])('takes layers of %s', (mediaType) => {
    const document = { ...manifest, layers: [{ ...layer, mediaType }] };
    expect(parseManifest(bytes(document))).toMatchObject({ layers: [{ mediaType }] });
  });

  test('reads an index', () => {
    const entry = { mediaType: OCI_MANIFEST, digest: digest('2'), size: 4 };
    const platform = { os: 'linux', architecture: 'arm', variant: 'v7', 'os.features': [] };
    const document = {
      schemaVersion: 2,
      manifests: [
        { ...entry, platform },
        { ...entry, platform: { os: 'unknown', architecture: 'unknown' } },
        { ...entry, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
        { ...entry, mediaType: OCI_INDEX },
        { ...entry, mediaType: 'application/vnd.other' },
      ],
    };
    expect(parseManifest(bytes(document))).toEqual({
      kind: 'index',
      mediaType: OCI_INDEX,
      entries: [
        {
          ...entry,
          kind: 'manifest',
          platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
          attestation: false,
        },
        {
          ...entry,
          kind: 'manifest',
          platform: { os: 'unknown', architecture: 'unknown' },
          attestation: true,
        },
        { ...entry, kind: 'manifest', platform: undefined, attestation: true },
        { ...entry, mediaType: OCI_INDEX, kind: 'index', platform: undefined, attestation: false },
        {
          ...entry,
          mediaType: 'application/vnd.other',
          kind: 'other',
          platform: undefined,
          attestation: false,
        },
      ],
    });
  });

  const foreign = { ...layer, urls: ['https://example.com/layer'] };
  test.each<[string, unknown, RegExp]>([
    ['schema 1', { schemaVersion: 1, fsLayers: [] }, /schema 1/],
    [
      'signed schema 1',
      { mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws' },
      /schema 1/,
    ],
    ['an index that is an image too', { ...manifest, manifests: [] }, /at the same time/],
    ['an unknown type', { ...manifest, mediaType: 'text/plain' }, /unknown media type text\/plain/],
    ['an unknown index', { mediaType: 'a/b', manifests: [] }, /unknown media type a\/b/],
    [
      'a chart',
      { ...manifest, config: { ...config, mediaType: 'application/vnd.cncf.helm.config.v1+json' } },
      /artifact of type application\/vnd\.cncf\.helm/,
    ],
    [
      'an artifact',
      {
        ...manifest,
        artifactType: 'application/vnd.example',
        config: { ...config, mediaType: 'application/vnd.oci.empty.v1+json' },
      },
      /artifact of type application\/vnd\.example/,
    ],
    [
      'an encrypted layer',
      { ...manifest, layers: [{ ...layer, mediaType: `${OCI_LAYER}+gzip+encrypted` }] },
      /unknown media type .*\+encrypted/,
    ],
    ['a foreign layer', { ...manifest, layers: [foreign] }, /foreign layer/],
    ['a bad digest', { ...manifest, config: { ...config, digest: 'sha256:1' } }, /bad digest/],
    ['a path for a digest', { ...manifest, config: { ...config, digest: '../..' } }, /bad digest/],
    ['a negative size', { ...manifest, config: { ...config, size: -1 } }, /size -1/],
    ['no size', { ...manifest, layers: [{ ...layer, size: undefined }] }, /has the size/],
    ['no layers', { ...manifest, layers: undefined }, /not a list/],
    ['no config', { ...manifest, config: undefined }, /not an object/],
    ['a list', [], /not an object/],
    ['nothing', null, /not an object/],
  ])('refuses %s', (_name, document, message) => {
    expect(() => parseManifest(bytes(document))).toThrow(ManifestError);
    expect(() => parseManifest(bytes(document))).toThrow(message);
  });

  test('refuses what is not JSON', () => {
    expect(() => parseManifest(Buffer.from('{'))).toThrow('its manifest is not JSON');
  });
});

describe('parseConfig', () => {
  const rootfs = { type: 'layers', diff_ids: [digest('d'), digest('d')] };

  test.each<[string, object, NamedPlatform]>([
    ['amd64', { os: 'linux', architecture: 'amd64' }, { os: 'linux', architecture: 'amd64' }],
    [
      'arm',
      { os: 'linux', architecture: 'arm', variant: 'v7' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ],
    ['no os', { architecture: 's390x', variant: '' }, { os: 'linux', architecture: 's390x' }],
  ])('reads %s', (_name, given, platform) => {
    expect(parseConfig(bytes({ ...given, rootfs }))).toEqual({
      platform,
      diffIds: rootfs.diff_ids,
    });
  });

  test.each<[string, unknown, RegExp]>([
    ['no architecture', { os: 'linux', rootfs }, /no architecture/],
    ['no rootfs', { architecture: 'amd64' }, /rootfs/],
    ['a bad diff ID', { architecture: 'amd64', rootfs: { diff_ids: ['x'] } }, /bad digest "x"/],
    ['an architecture that is a number', { architecture: 64, rootfs }, /not a string/],
  ])('refuses %s', (_name, document, message) => {
    expect(() => parseConfig(bytes(document))).toThrow(message);
  });

  test.each<[string, object]>([
    ['no command', {}],
    ['a command that is null', { config: null }],
    ['a command that says nothing', { config: {} }],
    [
      'nulls',
      {
        created: null,
        config: { Entrypoint: null, Cmd: null, Env: null, User: null, Labels: null },
      },
    ],
    [
      'everything',
      {
        created: '2026-11-21T10:14:00.123456789+01:00',
        config: {
          Entrypoint: ['/app'],
          Cmd: [],
          Env: ['PATH=/bin', ''],
          User: '0:0',
          WorkingDir: '/',
          ExposedPorts: { '80/tcp': {} },
          Volumes: { '/data': {} },
          Labels: { a: 'b' },
          ArgsEscaped: true,
        },
      },
    ],
    ['the time of Go that is none', { created: '0001-01-01T00:00:00Z' }],
  ])('takes %s', (_name, given) => {
    const { diffIds } = parseConfig(bytes({ architecture: 'amd64', rootfs, ...given }));
    expect(diffIds).toEqual(rootfs.diff_ids);
  });

  test.each<[object, string]>([
    [{ config: [] }, 'config in its config is not an object'],
    [{ config: 'x' }, 'config in its config is not an object'],
    [{ config: { Entrypoint: '/app' } }, 'Entrypoint in its config is not a list'],
    [{ config: { Entrypoint: [5] } }, 'Entrypoint in its config is not a list of strings'],
    [{ config: { Cmd: {} } }, 'Cmd in its config is not a list'],
    [{ config: { Cmd: [['a']] } }, 'Cmd in its config is not a list of strings'],
    [{ config: { Env: [3, null] } }, 'Env in its config is not a list of strings'],
    [{ config: { Env: ['A=b', null] } }, 'Env in its config is not a list of strings'],
    [{ config: { Env: { A: 'b' } } }, 'Env in its config is not a list'],
    [{ config: { Shell: 'sh' } }, 'Shell in its config is not a list'],
    [{ config: { User: 0 } }, 'User in its config is not a string'],
    [{ config: { WorkingDir: ['/'] } }, 'WorkingDir in its config is not a string'],
    [{ config: { ExposedPorts: [80] } }, 'ExposedPorts in its config is not an object'],
    [{ config: { Volumes: '/data' } }, 'Volumes in its config is not an object'],
    [{ config: { Labels: ['a=b'] } }, 'Labels in its config is not an object'],
    [{ config: { Labels: { a: 1 } } }, 'Labels in its config are not strings'],
    [{ created: 0 }, 'created in its config is not a string'],
    [{ created: 'today' }, 'created in its config is not a time but "today"'],
    [{ created: '' }, 'created in its config is not a time but ""'],
    [{ rootfs: { diff_ids: {} } }, 'diff_ids is not a list'],
    [{ rootfs: { diff_ids: [null] } }, 'diff_ids has the bad digest null'],
  ])('refuses %j', (given, message) => {
    const document = { architecture: 'amd64', rootfs, ...given };
    expect(() => parseConfig(bytes(document))).toThrow(new ManifestError(message));
  });

  test('an image without layers has none', () => {
    expect(parseConfig(bytes({ architecture: 'amd64', rootfs: {} })).diffIds).toEqual([]);
  });
});

function entry(platform: string | undefined, more: Partial<IndexEntry> = {}): IndexEntry {
  const [os = '', architecture = '', variant] = platform?.split('/') ?? [];
  return {
    mediaType: OCI_MANIFEST,
    digest: digest('0'),
    size: 1,
    kind: 'manifest',
    platform:
      platform === undefined ? undefined : { os, architecture, ...(variant && { variant }) },
    attestation: false,
    ...more,
  };
}

describe('choosePlatform', () => {
  test.each<[DebianArchitecture, string[], number]>([
    ['amd64', ['linux/arm64', 'linux/amd64'], 1],
    ['amd64', ['windows/amd64', 'linux/amd64'], 1],
    ['amd64', ['linux/amd64/v3', 'linux/amd64/v2', 'linux/amd64'], 2],
    ['amd64', ['linux/amd64/v2', 'linux/amd64/v1'], 1],
    ['amd64', ['linux/amd64', 'linux/amd64'], 0],
    ['arm64', ['linux/arm/v8', 'linux/arm64'], 1],
    ['arm64', ['linux/arm64/v9', 'linux/arm64/v8'], 1],
    ['armhf', ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7'], 2],
    ['armhf', ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v8'], 1],
    ['armhf', ['linux/arm/v6', 'linux/arm'], 1],
    ['armhf', ['linux/arm/7'], 0],
    ['armel', ['linux/arm/v7', 'linux/arm', 'linux/arm/v6', 'linux/arm/v5'], 3],
    ['i386', ['linux/amd64', 'linux/386'], 1],
    ['ppc64el', ['linux/ppc64', 'linux/ppc64le'], 1],
    ['riscv64', ['linux/riscv64'], 0],
  ])('%s of %j', (architecture, platforms, expected) => {
    const entries = platforms.map((platform) => entry(platform));
    expect(choosePlatform(entries, platformOf(architecture))).toBe(entries[expected]);
  });

  test.each<[DebianArchitecture, IndexEntry[], string]>([
    ['arm64', [entry('linux/amd64'), entry('windows/amd64')], 'only linux/amd64, windows/amd64'],
    ['amd64', [entry('linux/amd64/v2')], 'only linux/amd64/v2'],
    ['armel', [entry('linux/arm'), entry('linux/arm/v7')], 'only linux/arm, linux/arm/v7'],
    ['amd64', [entry('linux/amd64', { attestation: true })], 'nor for any other platform'],
    [
      'amd64',
      [entry('linux/amd64', { kind: 'other' }), entry(undefined)],
      'only one without a platform',
    ],
    ['amd64', [entry('linux/amd64', { kind: 'index' })], 'nor for any other platform'],
    ['amd64', [], 'nor for any other platform'],
  ])('%s has none in %j', (architecture, entries, names) => {
    expect(() => choosePlatform(entries, platformOf(architecture))).toThrow(
      `it has no image for ${formatWanted(platformOf(architecture))}, ${names}`,
    );
  });
});

test.each<[DebianArchitecture, string]>([
  ['amd64', 'linux/amd64'],
  ['arm64', 'linux/arm64'],
  ['armhf', 'linux/arm/v7 (or v6, v5)'],
  ['armel', 'linux/arm/v5'],
])('formatWanted: %s', (architecture, expected) => {
  expect(formatWanted(platformOf(architecture))).toBe(expected);
});

test('fitsPlatform', () => {
  const armhf = platformOf('armhf');
  expect(fitsPlatform({ os: 'linux', architecture: 'arm', variant: 'v6' }, armhf)).toBe(true);
  expect(fitsPlatform({ os: 'linux', architecture: 'arm64' }, armhf)).toBe(false);
});
