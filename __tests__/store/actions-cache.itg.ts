import { randomBytes } from 'node:crypto';
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ActionsCache, openActionsCache } from '../../src/store/actions-cache.ts';
import { ROOT } from '../program.ts';
import {
  type CacheService,
  type CacheVersion,
  startCacheService,
} from '../support/cache-service.ts';
import { tempDirs } from '../support/temp.ts';

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
      patience: { answerMs: 30_000 },
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

  test('requests on their way together do not get mixed up', async () => {
    const keys = ['one', 'two', 'three', 'four', 'five'];
    const contents = keys.map(() => randomBytes(2_000_000));
    const areEqual = (given: readonly (Buffer | undefined)[]) =>
      given.map((content, index) => content && contents[index]?.equals(content));
    const saving = keys.map(async (key, index) => {
      const path = join(folder, key);
      await writeFile(path, contents[index] as Buffer);
      return cache.save(key, path);
    });
    expect(await Promise.all(saving)).toEqual(keys.map(() => true));
    expect(areEqual(keys.map((key) => service.entries.get(key)))).toEqual(keys.map(() => true));
    service.entries.set('three', Buffer.alloc(0));
    open();
    const restored = await Promise.all([...keys, 'none'].map(restore));
    expect(areEqual(restored)).toEqual([true, true, undefined, true, true, undefined]);
    expect(troubles).toEqual(['three: it has 0 bytes']);
  });

  test('what is there already is not sent again', async () => {
    await save('one');
    open();
    service.requests.length = 0;
    expect(await save('one')).toBe(false);
    expect(service.requests).toEqual([{ what: 'look', key: 'one', bytes: 0 }]);
    // Of two jobs that look at the same time, one comes too late: nobody's fault.
    open();
    service.entries.delete('two');
    await cache.has('two');
    service.entries.set('two', bytes);
    expect(await save('two')).toBe(false);
    expect(troubles).toEqual([]);
  });

  test('a key is not the start of others', async () => {
    await save('one-more');
    open();
    expect(await restore('one')).toBeUndefined();
    expect(await cache.has('one')).toBe(false);
  });

  test('what a key says is no command', async () => {
    const link = join(folder, 'link');
    await save(`one\n::debug::archive path: ${link}`);
    open();
    expect(await restore('one')).toBeUndefined();
    await expect(lstat(link)).rejects.toThrow('ENOENT');
    expect(troubles).toEqual([]);
  });

  test('after a failure of the service nothing more is asked', async () => {
    service.fail({ status: 403 });
    expect(await cache.has('one')).toBe(false);
    service.requests.length = 0;
    service.fail(undefined);
    expect(await cache.has('two')).toBe(false);
    expect(await save('two')).toBe(false);
    expect(service.requests).toEqual([]);
    expect(troubles).toHaveLength(1);
  });

  test('what one entry lacks is not the fault of others', async () => {
    await save('one');
    await save('two');
    open();
    service.fail('evicted');
    expect(await restore('one')).toBeUndefined();
    service.fail(undefined);
    expect((await restore('two'))?.equals(bytes)).toBe(true);
    expect(troubles).toEqual([expect.stringMatching(/^one: /)]);
  });

  test('a client that cannot start is a cache that does not work', async () => {
    open({ ACTIONS_RUNTIME_TOKEN: '' });
    cache.close();
    cache = openActionsCache({
      client: join(folder, 'none.js'),
      workDir: folder,
      env: process.env,
      signal: new AbortController().signal,
      onTrouble: (why) => troubles.push(why),
    });
    expect(await cache.has('one')).toBe(false);
    expect(troubles).toEqual(['its client does not start']);
  });

  test('closed while something is on its way, it starts no other client', async () => {
    await cache.has('none');
    service.fail('silent');
    const asked = cache.has('one');
    setTimeout(() => cache.close(), 300);
    expect(await asked).toBe(false);
    const clients = (await readdir(folder)).filter((name) => name.startsWith('cache-client-'));
    expect(clients).toHaveLength(1);
    expect(troubles).toEqual([]);
  });

  test('a signal ends what is on its way', async () => {
    const stop = new AbortController();
    service.fail('silent');
    const ended = openActionsCache({
      client: CLIENT,
      workDir: folder,
      env: { ...process.env, ...service.env(version) },
      signal: stop.signal,
      onTrouble: (why) => troubles.push(why),
    });
    const asked = ended.has('one');
    setTimeout(() => stop.abort(new Error('enough')), 500);
    await expect(asked).rejects.toThrow('enough');
    expect(troubles).toEqual([]);
  });
});

test('a limit is waited for: by all that are on their way, and again after a success', async () => {
  const service = await startCacheService();
  const folder = await temp.make('limited');
  const troubles: string[] = [];
  const cache = openActionsCache({
    client: CLIENT,
    workDir: folder,
    env: { ...process.env, ...service.env('v2') },
    signal: new AbortController().signal,
    onTrouble: (why) => troubles.push(why),
  });
  try {
    await writeFile(join(folder, 'file'), bytes);
    const keys = ['one', 'two', 'three', 'four', 'five'];
    for (let round = 1; round <= 2; round += 1) {
      // What is limited is told twice at least, and then served.
      service.limit({ answers: 2, seconds: 1 });
      const saved = keys.map((key) => cache.save(`${key}-${round}`, join(folder, 'file')));
      expect(await Promise.all(saved)).toEqual(keys.map(() => true));
    }
    expect(troubles).toEqual([]);
  } finally {
    cache.close();
    await service.stop();
  }
});

describe('a client that ends while several requests are on their way', () => {
  /** The first processes of this program do only what is said here; the others are the client. */
  const clientAfter = async (folder: string, first: readonly string[]) => {
    const path = join(folder, 'client.mjs');
    const client = JSON.stringify(CLIENT);
    await writeFile(
      path,
      `import { existsSync, writeFileSync } from 'node:fs';
      const acts = [${first.map((act) => `({ id, key }) => { ${act} }`).join(', ')}];
      const n = acts.findIndex((_, n) => !existsSync(\`../started-\${n}\`));
      if (n < 0) await import(${client});
      else {
        writeFileSync(\`../started-\${n}\`, '');
        process.send({ ready: true });
        process.on('message', acts[n]);
      }`,
    );
    return path;
  };
  const restoreFour = async (...first: string[]) => {
    const service = await startCacheService();
    const folder = await temp.make('ending');
    const troubles: string[] = [];
    const options = {
      workDir: folder,
      env: { ...process.env, ...service.env('v2') },
      signal: new AbortController().signal,
      onTrouble: (why: string) => void troubles.push(why),
    };
    const saving = openActionsCache({ ...options, client: CLIENT });
    const client = await clientAfter(folder, first);
    const patience = { answerMs: 30_000, transferMs: 2000 };
    const cache = openActionsCache({ ...options, client, patience });
    try {
      const keys = ['one', 'two', 'three', 'four'];
      await writeFile(join(folder, 'file'), bytes);
      await Promise.all(keys.map((key) => saving.save(key, join(folder, 'file'))));
      const restored = await Promise.all(
        keys.map((key) => cache.restore(key, join(folder, key), bytes.length)),
      );
      return { restored, troubles };
    } finally {
      saving.close();
      cache.close();
      await service.stop();
    }
  };

  test('is started again', async () => {
    expect(await restoreFour("if (key === 'three') process.exit(1)")).toEqual({
      restored: [true, true, true, true],
      troubles: [],
    });
  });

  test('killed for one that hangs: the others are asked for again, as often as that is', async () => {
    const hang = (hanging: string) => `if (key === '${hanging}') process.send({ id, found: true })`;
    expect(await restoreFour(hang('two'), hang('three'))).toEqual({
      restored: [true, false, false, true],
      troubles: [expect.stringMatching(/^two: no answer within/)],
    });
  });
});
