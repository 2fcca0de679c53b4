import { expect, test } from '@jest/globals';
import { buildResult } from '../../src/report/result.ts';
import { markdownSummary, textSummary } from '../../src/report/summary.ts';
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
        pinned: true,
        fetchOnly: false,
        indexDigest: digest('1'),
        layers: 1,
        registrySize: 6_000_000,
        packageSize: 5_000_500,
        sharedSize: 5_000_000,
      },
      {
        ...common,
        reference: 'ghcr.io/two:2',
        source: 'ghcr.io/two:2',
        pinned: false,
        fetchOnly: true,
        indexDigest: null,
        layers: 3,
        registrySize: 6_002_400,
        // The layer that stands twice in the image lies once in the package.
        packageSize: 5_001_500,
        sharedSize: 5_000_000,
      },
    ],
    'cache-hit': 'partial',
    stats: { ...preloaded.stats, debSize: 5_100_000 },
  });
});

test('they can be written as JSON and read again', () => {
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
});

test('the summary for a terminal', () => {
  expect(textSummary(result)).toBe(
    [
      'image                       image ID      layers  in the registry  in the package  shared',
      'docker.io/library/one:1     333333333333       1           6.0 MB          5.0 MB  5.0 MB',
      'ghcr.io/two:2 (fetch-only)  333333333333       3           6.0 MB          5.0 MB  5.0 MB',
      '',
      '/out/app_1.0_arm64.deb: 5.1 MB',
      `sha256 ${'d'.repeat(64)}`,
      '2 blobs downloaded (6.0 MB), 1 layers compressed, 1 reused, 1.9 s (resolve 0.25, layers 1.5, package 0.1)',
    ].join('\n'),
  );
});

test('the summary of the job', () => {
  expect(markdownSummary(result).split('\n')).toEqual([
    '### /out/app_1.0_arm64.deb: 5.1 MB',
    '',
    '| image | image ID | layers | in the registry | in the package | shared |',
    '| --- | --- | ---: | ---: | ---: | ---: |',
    '| docker.io/library/one:1 | 333333333333 | 1 | 6.0 MB | 5.0 MB | 5.0 MB |',
    '| ghcr.io/two:2 (fetch-only) | 333333333333 | 3 | 6.0 MB | 5.0 MB | 5.0 MB |',
    '',
    `sha256 ${'d'.repeat(64)}`,
    expect.stringMatching(/^2 blobs downloaded/),
  ]);
});
