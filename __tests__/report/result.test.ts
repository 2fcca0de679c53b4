import { expect, test } from '@jest/globals';
import { buildResult } from '../../src/report/result.ts';
import { digest, preloaded } from './sample.ts';

const result = buildResult(preloaded);

test('the outputs of a build', () => {
  const common = {
    platform: 'linux/arm64/v8',
    manifestDigest: digest('2'),
    configDigest: digest('3'),
    archiveManifestDigest: digest('4'),
    unpackedSize: 20_000_000,
  };
  expect(result).toEqual({
    deb: '/out/app_1.0_arm64.deb',
    'deb-sha256': 'd'.repeat(64),
    package: 'app',
    version: '1.0',
    images: [
      {
        ...common,
        reference: 'docker.io/library/one:1',
        source: 'docker.io/library/one:1',
        repository: 'docker.io/library/one',
        pinned: true,
        fetchOnly: false,
        indexDigest: digest('1'),
        layers: 1,
        layersReused: 1,
        seconds: 0,
        registrySize: 6_000_000,
        packageSize: 5_000_500,
        sharedSize: 5_000_000,
      },
      {
        ...common,
        reference: 'ghcr.io/two:2',
        source: 'ghcr.io/two:2',
        repository: 'ghcr.io/two',
        pinned: false,
        fetchOnly: true,
        indexDigest: null,
        layers: 3,
        layersReused: 1,
        seconds: 1.23,
        registrySize: 6_002_400,
        // The layer that stands twice in the image lies once in the package.
        packageSize: 5_001_500,
        sharedSize: 5_000_000,
      },
    ],
    'cache-hit': 'partial',
    stats: { ...preloaded.stats, debSize: 5_100_000, debReused: false, sharedSize: 5_000_000 },
  });
});

test('they can be written as JSON and read again', () => {
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
});
