import { randomBytes } from 'node:crypto';
import { cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { baseFiles, baseFolder, readBase, sealBase } from '../src/boot/base/cache.ts';
import { prepareBase } from '../src/boot/base/prepare.ts';
import { baseIngredients, baseKey } from '../src/boot/base/recipe.ts';
import { baseCacheDir, isHosted, remoteBases } from '../src/boot-base-cache.ts';
import { type ActionsCache, openActionsCache } from '../src/store/actions-cache.ts';
import { commands, outputs, runJob, startJob } from './job.ts';
import { build, ROOT, workplace } from './program.ts';
import { type CacheService, type Fault, startCacheService } from './support/cache-service.ts';
import { buildImage, buildLayer, writeOciLayout } from './support/images.ts';
import { tempDirs } from './support/temp.ts';

const wanted = { architecture: 'arm64', suite: 'trixie', engine: 'docker' } as const;

const temp = tempDirs();
let service: CacheService;
/** Each has clients, which are processes: jest does not end before they do. */
const caches: ActionsCache[] = [];
beforeAll(async () => {
  service = await startCacheService();
});
afterEach(() => {
  service.fail(undefined);
  service.entries.clear();
  for (const cache of caches.splice(0)) cache.close();
});
afterAll(async () => {
  await service.stop();
  await temp.remove();
});

/** The bases of a job, with GitHub's own client; what is wrong is told. */
async function job() {
  const workDir = await temp.make('job');
  const { signal } = new AbortController();
  const told: string[] = [];
  const warn = (message: string) => void told.push(message);
  const cache = openActionsCache({
    client: join(ROOT, 'src/cache-client.ts'),
    workDir,
    env: { ...process.env, ...service.env('v2') },
    signal,
    onTrouble: warn,
    patience: { answerMs: 10_000, transferMs: 5000 },
  });
  caches.push(cache);
  const remote = remoteBases(cache, workDir, { signal, warn });
  /** No folder guest/ and no mirror: nothing but what is brought can come of it. */
  const prepare = async () => {
    const place = { guestDir: '/none', mirror: 'file:///none', cacheDir: await temp.make('cache') };
    const options = { ...wanted, ...place, workDir, signal, remote, onWarning: warn };
    return prepareBase(options);
  };
  return { remote, prepare, told, workDir };
}

/** The key has the mirror in it. */
const keyHere = baseKey(baseIngredients({ ...wanted, mirror: 'file:///none' }));

async function made(): Promise<{ folder: string; bytes: Buffer }> {
  const folder = await temp.make('made');
  const bytes = randomBytes(100_000);
  for (const path of Object.values(baseFiles(folder))) await writeFile(path, bytes);
  await sealBase(folder, { suite: 'trixie', architecture: 'arm64', packages: [], key: keyHere });
  return { folder, bytes };
}

describe('the Actions cache', () => {
  test('gives another job the base that one has put, verified and kept', async () => {
    const { folder } = await made();
    const first = await job();
    await first.remote.put(keyHere, folder);
    expect([...service.entries.keys()]).toEqual([`container-preload-base-${keyHere}`]);
    const second = await job();
    const base = await second.prepare();
    expect(
      await readBase(join(base.disk, '..'), keyHere, (message) => second.told.push(message)),
    ).toEqual(base);
    expect([first.told, second.told]).toEqual([[], []]);
    // Packed and unpacked files are gone.
    for (const { workDir } of [first, second]) {
      expect((await readdir(workDir)).filter((name) => !name.startsWith('cache-client-'))).toEqual(
        [],
      );
    }
  });

  test.each<[string, Fault]>([
    ['that has the wrong bytes', 'wrong bytes'],
    ['that ends in the middle', 'cut'],
    ['that is out of order', { status: 500 }],
    ['that never answers', 'silent'],
  ])('%s is told once, and is a miss', async (_name, fault) => {
    const { folder } = await made();
    await (await job()).remote.put(keyHere, folder);
    service.fail(fault);
    const { prepare, told } = await job();
    // The base would be made now, which cannot be done here.
    await expect(prepare()).rejects.toMatchObject({ kind: 'failure' });
    expect(told).toHaveLength(1);
  });

  test('that does not have it is no trouble', async () => {
    const { prepare, told } = await job();
    await expect(prepare()).rejects.toMatchObject({ kind: 'failure' });
    expect(told).toEqual([]);
  });

  test('that takes nothing is told once, or not at all where that is usual', async () => {
    const { folder } = await made();
    for (const [fault, warnings] of [
      ['read-only', 0],
      ['quota', 1],
      [{ status: 500 }, 1],
    ] as const) {
      service.fail(fault);
      const { remote, told } = await job();
      await remote.put(keyHere, folder);
      expect([fault, told.length]).toEqual([fault, warnings]);
    }
    expect(service.entries.size).toBe(0);
  });

  test('a full disk is told, and no more', async () => {
    const { folder } = await made();
    const { signal } = new AbortController();
    const told: string[] = [];
    const cache = { restore: async () => true, save: async () => true };
    const workDir = await temp.make('gone');
    const remote = remoteBases(cache, workDir, { signal, warn: (message) => told.push(message) });
    // What was restored is not there, and what is to be packed is not a base.
    expect(await remote.get(keyHere, folder)).toBe(false);
    await remote.put(keyHere, workDir);
    expect(told).toEqual([
      expect.stringMatching(/^a base system cannot be kept between jobs: tar failed/),
      expect.stringMatching(/^a base system cannot be kept between jobs: tar failed/),
    ]);
    expect(await readdir(workDir)).toEqual([]);
  });
});

describe('the boot action takes a base', () => {
  /** One that does not boot: where it comes from is known before that. */
  async function takesFrom(
    env: (folder: string) => NodeJS.ProcessEnv,
    put: (base: string, key: string, folder: string) => Promise<void>,
  ): Promise<{ said: string; folder: string }> {
    const machine = { suite: 'bookworm', architecture: 'amd64', engine: 'podman' } as const;
    const key = baseKey(baseIngredients(machine));
    const base = await temp.make('made');
    for (const path of Object.values(baseFiles(base))) await writeFile(path, 'x'.repeat(4096));
    await sealBase(base, { ...machine, packages: [], key });
    const deb = await tinyPackage();
    const job = await startJob(temp, 'boot/action.yml', () => ({ deb, timeout: '15' }));
    await put(base, key, job.folder);
    const ended = await runJob('dist/boot.js', job, { ...env(job.folder), HOME: job.folder });
    expect(await outputs(job)).toMatchObject({ 'boot-verdict': 'failed' });
    expect(commands(ended, 'error').at(-1)).toContain('the first: fresh: boots: the machine: ');
    expect(commands(ended, 'warning')).toEqual([]);
    return { said: ended.stdout, folder: job.folder };
  }

  test('from the Actions cache, on a runner of GitHub', async () => {
    const { said, folder } = await takesFrom(
      (at) => ({
        ...service.env('v2'),
        RUNNER_ENVIRONMENT: 'github-hosted',
        RUNNER_TOOL_CACHE: join(at, 'tools'),
      }),
      async (base, key) => (await job()).remote.put(key, base),
    );
    expect(said).toMatch(/^bookworm-amd64-podman-\S+ is in the cache$/m);
    expect(await readdir(join(folder, '.cache/container-preload/bases'))).toHaveLength(1);
  });

  test('from the tool cache, on a runner that stays', async () => {
    const { said } = await takesFrom(
      (at) => ({ RUNNER_ENVIRONMENT: 'self-hosted', RUNNER_TOOL_CACHE: join(at, 'tools') }),
      async (base, key, at) => {
        const folder = baseFolder(join(at, 'tools/container-preload'), key);
        await cp(base, folder, { recursive: true });
      },
    );
    expect(said).toMatch(/^bookworm-amd64-podman-\S+ is here already$/m);
    expect(said).toMatch(/^archive in the week from: \d{4}-\d\d-\d\d$/m);
  });
});

async function tinyPackage(): Promise<string> {
  const folder = await temp.make('package');
  const layers = [await buildLayer([{ path: 'etc/motd', content: 'hello' }])];
  await writeOciLayout(join(folder, 'layout'), buildImage({ layers }), 'app:1');
  const { args } = workplace(folder, { engine: 'podman' });
  return (await build([`oci:${join(folder, 'layout')}:app:1`, ...args])).deb;
}

test.each([
  [{}, '/cache'],
  [{ RUNNER_TOOL_CACHE: '/tools' }, '/tools/container-preload'],
  [{ RUNNER_TOOL_CACHE: '/tools', RUNNER_ENVIRONMENT: 'self-hosted' }, '/tools/container-preload'],
  [{ RUNNER_TOOL_CACHE: '/tools', RUNNER_ENVIRONMENT: 'github-hosted' }, '/cache'],
])('on a runner with %j they lie in %s', (env, folder) => {
  expect(baseCacheDir('/cache', env)).toBe(folder);
  expect(isHosted(env)).toBe('RUNNER_ENVIRONMENT' in env && env.RUNNER_ENVIRONMENT.startsWith('g'));
});
