import { describe, expect, test } from '@jest/globals';
import { platformOf } from '../../src/images/platform.ts';
import {
  copyToDirectory,
  copyToLayout,
  dockerSource,
  inspectConfigRaw,
  inspectRaw,
  listTags,
  version,
} from '../../src/registry/skopeo.ts';
import type { RegistryAccess } from '../../src/registry/types.ts';

const source = 'docker://registry.example/app:1';
const plain: RegistryAccess = { tlsVerify: true };
const everything: RegistryAccess = {
  tlsVerify: false,
  authfile: 'auth.json',
  policy: '/w/policy.json',
};
const digest = `sha256:${'a'.repeat(64)}` as const;

describe('argv', () => {
  test.each<[string, string[], string]>([
    ['version', version(), 'skopeo --version'],
    ['inspectRaw', inspectRaw(source, plain), `skopeo --debug inspect --raw ${source}`],
    [
      'inspectRaw with everything',
      inspectRaw(source, everything),
      `skopeo --debug --policy /w/policy.json inspect --authfile auth.json --tls-verify=false --raw ${source}`,
    ],
    [
      'inspectConfigRaw',
      inspectConfigRaw(source, plain),
      `skopeo --debug inspect --config --raw ${source}`,
    ],
    [
      'inspectConfigRaw with everything',
      inspectConfigRaw(source, everything),
      `skopeo --debug --policy /w/policy.json inspect --authfile auth.json --tls-verify=false --config --raw ${source}`,
    ],
    [
      'listTags',
      listTags('docker-archive:a.tar', '/w'),
      'skopeo --tmpdir /w list-tags docker-archive:a.tar',
    ],
    [
      'inspectRaw of an archive',
      inspectRaw('oci-archive:a.tar', plain, '/w'),
      'skopeo --debug --tmpdir /w inspect --raw oci-archive:a.tar',
    ],
    [
      'copyToLayout',
      copyToLayout({ source, layout: '/w/l', blobs: '/w/b', access: plain }),
      `skopeo --debug copy --quiet --remove-signatures --preserve-digests --dest-shared-blob-dir /w/b ${source} oci:/w/l:image`,
    ],
    [
      'copyToLayout with everything',
      copyToLayout({ source, layout: '/w/l', blobs: '/w/b', access: everything }),
      `skopeo --debug --policy /w/policy.json copy --src-authfile auth.json --src-tls-verify=false --quiet --remove-signatures --preserve-digests --dest-shared-blob-dir /w/b ${source} oci:/w/l:image`,
    ],
    [
      'copyToDirectory for armhf',
      copyToDirectory({
        source: 'oci:here',
        platform: platformOf('armhf'),
        directory: '/w/d',
        access: plain,
        tempDir: '/w',
      }),
      'skopeo --tmpdir /w --override-os linux --override-arch arm --override-variant v7 copy --quiet --remove-signatures oci:here dir:/w/d',
    ],
    [
      'copyToDirectory for amd64, which has no variants',
      copyToDirectory({
        source: 'containers-storage:app',
        platform: platformOf('amd64'),
        directory: '/w/d',
        access: plain,
        tempDir: '/w',
      }),
      'skopeo --tmpdir /w --override-os linux --override-arch amd64 copy --quiet --remove-signatures containers-storage:app dir:/w/d',
    ],
  ])('%s', (_name, argv, expected) => {
    expect(argv.join(' ')).toBe(expected);
  });

  test('a source with blanks stays one argument', () => {
    expect(inspectRaw('dir:my image', plain)).toContain('dir:my image');
  });
});

test.each([
  [
    { repository: 'docker.io/library/alpine', tag: '3.20' },
    'docker://docker.io/library/alpine:3.20',
  ],
  [{ repository: 'quay.io/a/b', digest }, `docker://quay.io/a/b@${digest}`],
  [{ repository: 'quay.io/a/b', tag: '1', digest }, `docker://quay.io/a/b@${digest}`],
])('dockerSource of %j', (reference, expected) => {
  expect(dockerSource(reference)).toBe(expected);
});
