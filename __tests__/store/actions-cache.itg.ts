import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import { type ActionsCache, openActionsCache } from '../../src/store/actions-cache.ts';
import { ROOT } from '../program.ts';
import {
  type CacheService,
  type CacheVersion,
  startCacheService,
} from '../support/cache-service.ts';
import { tempDirs } from '../support/temp.ts';

jest.setTimeout(60_000);

const CLIENT = join(ROOT, 'src/cache-client.ts');
const bytes = randomBytes(3_000_000);

const temp = tempDirs();
afterAll(() => temp.remove());

describe.each<CacheVersion>(['v1', 'v2'])('the service %s', (version) => {
  let service: CacheService;
  let cache: ActionsCache;
  let folder: string;
  let troubles: string[];

  /** As another job has it. */
  const open = (env: NodeJS.ProcessEnv = {}) => {
    cache?.close();
    cache = openActionsCache({
      client: CLIENT,
      workDir: folder,
      env: { ...process.env, ...service.env(version), ...env },
      signal: new AbortController().signal,
      onTrouble: (why) => troubles.push(why),
      patience: { answerMs: 3000, transferMs: 5000 },
    });
    return cache;
  };
  beforeAll(async () => {
    service = await startCacheService();
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    folder = await temp.make('actions-cache');
    await writeFile(join(folder, 'file'), bytes);
    service.entries.clear();
    service.requests.length = 0;
    service.fail(undefined);
    troubles = [];
    open();
  });
  afterEach(() => cache.close());

  const save = (key: string) => cache.save(key, join(folder, 'file'));
  const restore = async (key: string) => {
    const path = join(folder, `restored-${Math.random()}`);
    return (await cache.restore(key, path, bytes.length)) ? readFile(path) : undefined;
  };

  test('gives back what another job kept, the bytes as they are', async () => {
    expect(await restore('one')).toBeUndefined();
    expect(await save('one')).toBe(true);
    expect(service.entries.get('one')?.equals(bytes)).toBe(true);
    open();
    expect((await restore('one'))?.equals(bytes)).toBe(true);
    expect(await cache.has('two')).toBe(false);
    expect(troubles).toEqual([]);
  });
});
