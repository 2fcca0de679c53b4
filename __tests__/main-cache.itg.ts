import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { commands, outputs, runJob, startJob } from './job.ts';
import { buildInputs, cli, namesIn } from './program.ts';
import {
  type CacheService,
  type CacheVersion,
  startCacheService,
} from './support/cache-service.ts';
import { buildImage, buildIndex, buildLayer } from './support/images.ts';
import { push } from './support/push.ts';
import { type Registry, startRegistry } from './support/registry.ts';
import { tempDirs } from './support/temp.ts';

jest.setTimeout(120_000);

const temp = tempDirs();
const large = await buildLayer([
  { path: 'usr/lib/large', content: randomBytes(1_500_000).toString('base64') },
]);
const small = await buildLayer([{ path: 'etc/motd', content: 'hello' }]);
const index = buildIndex([buildImage({ layers: [large, small] })]);

let registry: Registry;
let service: CacheService;
beforeAll(async () => {
  registry = await startRegistry();
  service = await startCacheService();
  await push(registry, 'app', '1', index);
});
afterAll(async () => {
  await registry.stop();
  await service.stop();
  await temp.remove();
});
beforeEach(() => {
  service.entries.clear();
  service.fail(undefined);
});

/** The action on a runner that has nothing but the Actions cache. */
async function freshRunner(version: CacheVersion, inputs: Readonly<Record<string, string>> = {}) {
  const job = await startJob(temp, 'action.yml', (folder) => ({
    images: `${registry.host}/app:1@${index.digest}`,
    ...buildInputs(folder),
    'boot-test': 'false',
    ...inputs,
  }));
  const before = registry.requests().length;
  const ended = await runJob('dist/main.js', job, service.env(version));
  const asked = registry.requests().slice(before);
  const given = await outputs(job);
  return {
    ...ended,
    given,
    stats: JSON.parse(given.stats ?? 'null'),
    blobs: asked.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/')).length,
    warnings: commands(ended, 'warning'),
    debs: await namesIn(job.output),
    left: await namesIn(join(job.cache, 'work')),
  };
}

describe.each<CacheVersion>(['v1', 'v2'])('the action with the cache service %s', (version) => {
  test('the second run on a fresh runner: 0 blobs, 0 compressions', async () => {
    const first = await freshRunner(version);
    expect(first).toMatchObject({ code: 0, stderr: '', warnings: [] });
    expect(first.given['cache-hit']).toBe('false');
    expect(first.stats).toMatchObject({ blobsDownloaded: 2, layersCompressed: 2, entriesSaved: 2 });

    const second = await freshRunner(version);
    expect(second).toMatchObject({ code: 0, stderr: '', warnings: [], blobs: 0, left: [] });
    expect(second.given).toMatchObject({
      'cache-hit': 'true',
      'deb-sha256': first.given['deb-sha256'],
    });
    expect(second.stats).toMatchObject({
      blobsDownloaded: 0,
      layersCompressed: 0,
      layersRestored: 2,
    });
    // Keys stand in a group of their own, and nothing of what GitHub's client says of its work.
    expect(second.stdout).toMatch(
      /^::group::Using the Actions cache\nentries of format \d+: .*\nhit {2}container-preload-.*\nhit {2}container-preload-.*\n::endgroup::/m,
    );
    expect(second.stdout).not.toMatch(/^\[command\]|^::(debug|add-mask)::|Cache Size/m);
  });

  test('another level with cached blobs: 0 blobs downloaded', async () => {
    await freshRunner(version, { cache: 'all', level: '3' });
    const second = await freshRunner(version, { cache: 'all', level: '4' });
    expect(second).toMatchObject({ code: 0, warnings: [], blobs: 0 });
    expect(second.given['cache-hit']).toBe('partial');
    expect(second.stats).toMatchObject({ blobsDownloaded: 0, layersCompressed: 2 });
  });
});

test('a service that refuses: a green job, and one warning', async () => {
  service.fail({ status: 403 });
  const { code, warnings, debs } = await freshRunner('v2');
  expect(code).toBe(0);
  expect(debs).toEqual(['app-images_1.0_amd64.deb']);
  expect(warnings).toEqual([
    expect.stringMatching(/^::warning::the Actions cache does not work: .*403/),
  ]);
});

test('planned, warmed in shares, and built of them', async () => {
  const folder = await temp.make('plan');
  const lists = ['one.txt', 'two.txt'].map((name) => join(folder, name));
  await Promise.all(
    lists.map((list) => writeFile(list, `${registry.host}/app:1@${index.digest}\n`)),
  );
  const { stdout, code } = await cli([
    'plan',
    ...lists.map((list) => `--image-list=${list}`),
    ...['--arch=amd64', '--shard=2', '--tls-verify=false', `--cache-dir=${join(folder, 'cache')}`],
  ]);
  expect(code).toBe(0);
  // As it goes into $GITHUB_OUTPUT.
  expect(stdout.trim().split('\n')).toHaveLength(1);
  const plan = JSON.parse(stdout);
  expect(plan.build.include).toEqual(lists.map((list) => ({ arch: 'amd64', 'image-list': list })));
  expect(plan.warm.include).toEqual([
    { arch: 'amd64', 'image-list': lists.join('\n'), shard: '1/2', bytes: large.blob.length },
    { arch: 'amd64', 'image-list': lists.join('\n'), shard: '2/2', bytes: expect.any(Number) },
  ]);

  for (const { arch, shard, 'image-list': list } of plan.warm.include) {
    const inputs = { images: '', arch, shard, 'image-list': list, package: '' };
    const warmed = await freshRunner('v2', inputs);
    expect(warmed).toMatchObject({ code: 0, warnings: [], debs: [] });
    expect(warmed.given).toMatchObject({ parts: '1', 'cache-hit': 'false' });
    expect(warmed.stats).toMatchObject({ layersCompressed: 1, entriesSaved: 1 });
  }
  const built = await freshRunner('v2');
  expect(built).toMatchObject({ code: 0, blobs: 0 });
  expect(built.given['cache-hit']).toBe('true');
});
