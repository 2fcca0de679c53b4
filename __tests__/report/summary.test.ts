import { describe, expect, test } from '@jest/globals';
import { bars } from '../../src/report/bars.ts';
import { type BuildResult, buildResult } from '../../src/report/result.ts';
import { markdownSummary, textSummary, warmSummary } from '../../src/report/summary.ts';
import { preloaded } from './sample.ts';

const result = buildResult(preloaded);

/** The same build with other facts about its first image. */
function withFirst(facts: Partial<BuildResult['images'][number]>): BuildResult {
  const [first, ...others] = result.images;
  return { ...result, images: [{ ...(first as NonNullable<typeof first>), ...facts }, ...others] };
}

test('for a terminal', () => {
  expect(textSummary(result).split('\n')).toEqual([
    'image                       digest        in the registry  in the package  shared  layers from caches  seconds',
    'docker.io/library/one:1     111111111111           6.0 MB          5.0 MB  5.0 MB              1 of 1      0.0',
    'ghcr.io/two:2 (fetch-only)  222222222222           6.0 MB          5.0 MB  5.0 MB              1 of 3      1.2',
    '',
    '/out/app_1.0_arm64.deb: 5.1 MB',
    `sha256 ${'d'.repeat(64)}`,
    'layers that images share saved 5.0 MB of 10.0 MB (50 %)',
    '2 blobs downloaded (6.0 MB), 1 layer compressed, 1 reused, 1.9 s (resolve 0.25, layers 1.5, package 0.1)',
  ]);
});

test('for a job', () => {
  expect(markdownSummary(result).split('\n')).toEqual([
    '## app_1.0_arm64.deb: 5.1 MB',
    '',
    '| image | digest | in the registry | in the package | shared | layers from caches | seconds |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: |',
    '| [`docker.io/library/one:1`](https://hub.docker.com/_/one) | 111111111111 | 6.0 MB | 5.0 MB | 5.0 MB | 1 of 1 | 0.0 |',
    '| [`ghcr.io/two:2`](https://ghcr.io/two) (fetch-only) | 222222222222 | 6.0 MB | 5.0 MB | 5.0 MB | 1 of 3 | 1.2 |',
    '',
    '```text',
    'shared layers               ███████████████████████████████▍   5.0 MB  98.0 %',
    'all else                    ▋                                 98.0 kB   1.9 %',
    'ghcr.io/two:2 (fetch-only)                                     1.5 kB   0.0 %',
    'docker.io/library/one:1                                         500 B   0.0 %',
    '```',
    '',
    `- sha256 ${'d'.repeat(64)}`,
    '- layers that images share saved 5.0 MB of 10.0 MB (50 %)',
    '- 2 blobs downloaded (6.0 MB), 1 layer compressed, 1 reused, 1.9 s (resolve 0.25, layers 1.5, package 0.1)',
    '',
    '',
  ]);
});

test('of a package that was there already', () => {
  const { deb } = preloaded;
  const kept = buildResult({ ...preloaded, deb: { ...deb, found: 'same' } });
  const line = `sha256 ${deb.sha256}, of a package that was there already: verified, not written`;
  expect(textSummary(kept)).toContain(`\n${line}\n`);
  expect(markdownSummary(kept)).toContain(`\n- ${line}\n`);
});

test('of a job that made a share', () => {
  expect(warmSummary({ parts: 3, 'cache-hit': 'false', stats: preloaded.stats })).toBe(
    '3 parts: 2 blobs downloaded (6.0 MB), 1 layer compressed, 1 reused, 1.9 s (resolve 0.25, layers 1.5, package 0.1)',
  );
});

describe('an image has a link', () => {
  test.each([
    ['docker.io/library/alpine', 'https://hub.docker.com/_/alpine'],
    ['docker.io/acme/app', 'https://hub.docker.com/r/acme/app'],
    ['quay.io/acme/app', 'https://quay.io/repository/acme/app'],
    ['ghcr.io/acme/group/app', 'https://ghcr.io/acme/group/app'],
  ])('%s', (repository, page) => {
    expect(markdownSummary(withFirst({ repository }))).toContain(
      `| [\`docker.io/library/one:1\`](${page}) | 111111111111 |`,
    );
  });

  test.each(['registry.example.org/app', '127.0.0.1:5000/app', null])(
    'but not to where nobody has a page: %s',
    (repository) => {
      expect(markdownSummary(withFirst({ repository }))).toContain(
        '| `docker.io/library/one:1` | 111111111111 |',
      );
    },
  );
});

test('nothing is said of saving where nothing is shared', () => {
  const alone = {
    ...result,
    images: result.images.map((image) => ({ ...image, sharedSize: 0 })),
    stats: { ...result.stats, sharedSize: 0, debSize: 11_000_000 },
  };
  for (const text of [textSummary(alone), markdownSummary(alone)]) {
    expect(text).not.toMatch(/saved|shared layers/);
  }
});

describe('bars', () => {
  test('the largest first, and of all the parts together as long as they may be', () => {
    expect(
      bars([
        ['a', 1],
        ['b', 3],
      ]).split('\n'),
    ).toEqual([
      `b  ${'█'.repeat(24)}  3 B  75.0 %`,
      `a  ${'█'.repeat(8)}${' '.repeat(16)}  1 B  25.0 %`,
    ]);
  });

  test('of many parts the smallest are one', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, n): [string, number] => [`image ${n}`, 100 + n]);
    expect(bars(many(21)).split('\n')).toHaveLength(21);
    const lines = bars(many(200)).split('\n');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toMatch(/^180 others +█+.* 34\.1 kB +85\.5 %$/);
  });
});
