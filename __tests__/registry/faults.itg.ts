import { execFileSync } from 'node:child_process';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { formatError, UserError } from '../../src/errors.ts';
import { platformOf } from '../../src/images/platform.ts';
import { fetchBlobs, planFetch } from '../../src/registry/fetch.ts';
import { resolveImage } from '../../src/registry/resolve.ts';
import { checkAccess, checkSkopeo } from '../../src/registry/skopeo.ts';
import { buildImage, buildIndex, layerOfTar } from '../support/images.ts';
import {
  type Fault,
  type FaultProxy,
  htmlPage,
  startProxy,
  tooManyRequests,
} from '../support/proxy.ts';
import { push } from '../support/push.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { tempDirs } from '../support/temp.ts';
import { contextFor, fetchAll, imageOf, type TestContext } from './setup.ts';

const temp = tempDirs();
const environment = { ...process.env };
const amd64 = platformOf('amd64');
const small = await layerOfTar(Buffer.from('small'), 'none');
const big = await layerOfTar(Buffer.alloc(500_000, 'big '), 'none');
const image = buildImage({ layers: [small, big] });
const index = buildIndex([image]);
let registry: Registry;
let proxy: FaultProxy | undefined;

beforeAll(async () => {
  registry = await startRegistry();
  await push(registry, 'app', '1', index);
});
afterEach(async () => {
  process.env = { ...environment };
  await proxy?.stop();
});
afterAll(async () => {
  await registry.stop();
  await temp.remove();
});

async function through(...faults: Fault[]): Promise<FaultProxy> {
  proxy = await startProxy(registry, faults);
  return proxy;
}

/** Resolves and fetches the image behind a proxy with these faults. */
async function get(context: TestContext, ...faults: Fault[]) {
  const { host } = await through(...faults);
  const resolved = await resolveImage(imageOf(`${host}/app:1`), amd64, context);
  return fetchAll([resolved], context);
}

const newContext = async (given?: Parameters<typeof contextFor>[1]) =>
  contextFor(await temp.make('faults'), given);

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((caught: unknown) => caught);
  if (!(error instanceof UserError)) throw new Error(`no UserError but ${error}`);
  return formatError(error);
}

function children(): string[] {
  return execFileSync('ps', ['-o', 'comm=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name.startsWith('skopeo'));
}

const impatient = { tries: 2, inspectMs: 1500, stallMs: 400 };

describe('failures that pass are tried again', () => {
  test.each<[string, Fault]>([
    ['an answer of 500', { fault: 'answer', status: 500, body: 'oops', times: 1 }],
    ['an answer of 503 in HTML', { ...htmlPage(), fault: 'answer', status: 503, times: 1 }],
    ['a connection that is closed', { fault: 'reset', on: 'manifest', times: 1 }],
    ['a blob that is refused', { fault: 'answer', status: 502, on: 'blob', times: 1 }],
    ['a registry that hangs', { fault: 'hang', on: 'manifest', times: 1 }],
  ])('%s', async (_name, fault) => {
    const context = await newContext({ patience: { inspectMs: 1500 } });
    const blobs = await get(context, fault);
    expect(blobs.get(big.digest)?.equals(big.blob)).toBe(true);
    expect(context.retries).toMatchObject([{ attempt: 1, tries: 5, delayMs: 750 }]);
    expect(context.waits).toEqual([750]);
    expect(await readdir(context.workDir)).toEqual([]);
  });

  test('a blob that stops coming; the others are not asked for again', async () => {
    // Newer versions of skopeo try to go on where the connection broke, and wait a second before.
    const context = await newContext({ patience: { tries: 2 } });
    const blobs = await get(context, { fault: 'cut', afterBytes: 100_000, on: 'blob' }).catch(
      (error) => error,
    );
    // The cut comes each time, so the big one never arrives; the small one is whole before it.
    expect(formatError(blobs)).toMatch(/the connection broke \(unexpected EOF\), 2 times in a row/);
    const asked = proxy?.requests().filter(({ path }) => path.endsWith(small.digest));
    expect(asked).toHaveLength(1);
    expect(await readdir(context.workDir)).toEqual([]);
  });

  test('a blob that hangs', async () => {
    const context = await newContext({ patience: impatient });
    const { host } = await through({ fault: 'hang', on: 'blob' });
    const resolved = await resolveImage(imageOf(`${host}/app:1`), amd64, {
      ...context,
      cache: await known(context),
    });
    expect(await messageOf(fetchAll([resolved], context))).toMatch(
      /app:1: no byte came for 0\.4 s, 2 times in a row/,
    );
    expect(children()).toEqual([]);
  });

  test('too many requests: skopeo itself waits as it is told', async () => {
    const context = await newContext();
    const begin = Date.now();
    await get(context, tooManyRequests(1, 2));
    expect(Date.now() - begin).toBeGreaterThanOrEqual(2000);
    expect(context.retries).toEqual([]);
  });
});

/** A cache that has the config, so that only layers are asked for as blobs. */
async function known(context: TestContext) {
  await context.cache.put(image.config.digest, image.config.bytes);
  return context.cache;
}

describe('failures that stay are told at once', () => {
  test.each<[string, Fault, RegExp]>([
    ['HTML', htmlPage(), /sends HTML and is no registry/],
    ['spoilt blobs', { fault: 'corrupt', on: 'blob' }, /wrong bytes/],
    [
      'a lost blob',
      { fault: 'answer', status: 404, on: 'blob' },
      /the registry has lost the blob sha256:|the registry does not have it/,
    ],
    ['no access', { fault: 'answer', status: 403 }, /wants a login/],
    ['no image', { fault: 'answer', status: 404 }, /the registry does not have it/],
  ])('%s', async (_name, fault, message) => {
    const context = await newContext();
    const line = await messageOf(get(context, fault));
    expect(line).toMatch(message);
    expect(line).toMatch(/^images\.txt:7: 127\.0\.0\.1:\d+\/app:1: /);
    expect(context.retries).toEqual([]);
    expect(await readdir(context.workDir)).toEqual([]);
  });

  test('a manifest with wrong bytes', async () => {
    const context = await newContext();
    const { host } = await through({ fault: 'corrupt', on: 'manifest' });
    const byDigest = imageOf(`${host}/app@${index.digest}`);
    expect(await messageOf(resolveImage(byDigest, amd64, context))).toMatch(
      /its manifest has the wrong bytes: sha256:[0-9a-f]{64} instead of sha256:/,
    );
    expect(context.retries).toEqual([]);
    expect(context.cache.entries.size).toBe(0);
  });

  test('a layer with wrong bytes', async () => {
    const context = await newContext();
    const { host } = await through({ fault: 'corrupt', on: 'blob' });
    const plain = imageOf(`${registry.host}/app:1`);
    const resolved = await resolveImage(plain, amd64, context);
    const behind = { ...resolved, image: imageOf(`${host}/app:1`) };
    expect(await messageOf(fetchAll([behind], context))).toMatch(
      /the registry sent wrong bytes for sha256:/,
    );
    expect(context.retries).toEqual([]);
  });
});

describe('failures that do not pass end after some tries', () => {
  test('refused', async () => {
    const context = await newContext();
    expect(await messageOf(get(context, { fault: 'refuse' }))).toMatch(
      /the registry refuses the connection, 5 times in a row \(check the host and the port\)/,
    );
    expect(context.waits).toEqual([750, 1500, 3000, 6000]);
  });

  test('no answer', async () => {
    const context = await newContext({ patience: { ...impatient, inspectMs: 300 } });
    expect(await messageOf(get(context, { fault: 'hang' }))).toMatch(
      /the registry did not answer within 0\.3 s, 2 times in a row/,
    );
    expect(children()).toEqual([]);
  });
});

describe('a limit that lasts for an hour is named, though skopeo waits in silence', () => {
  const limit = tooManyRequests(Number.POSITIVE_INFINITY, 3600);
  const named =
    /app:1: the registry answers too many requests \(429\), 2 times in a row \(wait, log in for a higher limit, or use a mirror\)$/;

  test('for manifests', async () => {
    const context = await newContext({ patience: impatient });
    expect(await messageOf(get(context, limit))).toMatch(named);
    expect(children()).toEqual([]);
  });

  test('for blobs', async () => {
    const context = await newContext({ patience: { ...impatient, stallMs: 1000 } });
    await known(context);
    expect(await messageOf(get(context, { ...limit, on: 'blob' }))).toMatch(named);
    expect(children()).toEqual([]);
  });

  test('and not where it was over before the silence', async () => {
    const context = await newContext({ patience: { ...impatient, inspectMs: 3000 } });
    const faults = [tooManyRequests(1, 1), { fault: 'hang' }] as const;
    expect(await messageOf(get(context, ...faults))).toMatch(/did not answer within 3 s, 2 times/);
  });
});

describe('an abort', () => {
  test.each<[string, Fault]>([
    ['of a resolve', { fault: 'hang' }],
    ['of a fetch', { fault: 'slow', bytesPerSecond: 50_000, on: 'blob' }],
  ])('%s ends it with its reason and leaves nothing', async (_name, fault) => {
    const stop = new AbortController();
    const context = await newContext({ signal: stop.signal });
    await known(context);
    const reason = new Error('ctrl-C');
    setTimeout(() => stop.abort(reason), 700);
    await expect(get(context, fault)).rejects.toBe(reason);
    expect(children()).toEqual([]);
    expect(await readdir(context.workDir)).toEqual([]);
  });

  test('while waiting for the next try', async () => {
    const stop = new AbortController();
    const { sleep: _sleep, ...patience } = (await newContext()).patience ?? {};
    const reason = new Error('ctrl-C');
    const context = await newContext({ signal: stop.signal });
    const { host } = await through({ fault: 'refuse' });
    setTimeout(() => stop.abort(reason), 300);
    const resolving = resolveImage(imageOf(`${host}/app:1`), amd64, { ...context, patience });
    await expect(resolving).rejects.toBe(reason);
  });
});

describe('skopeo itself', () => {
  const fakeSkopeo = (says: string) => scriptAsSkopeo(`echo '${says}'`);

  async function scriptAsSkopeo(script: string): Promise<void> {
    const folder = await temp.make('bin');
    await writeFile(join(folder, 'skopeo'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'skopeo'), 0o755);
    process.env.PATH = folder + delimiter + environment.PATH;
  }

  test('is new enough here', async () => {
    const { version } = await checkSkopeo(await temp.make('check'));
    expect(version).toMatch(/^1\.\d+/);
  });

  test('must not be as old as the one of Ubuntu 22.04', async () => {
    await fakeSkopeo('skopeo version 1.4.1');
    expect(await messageOf(checkSkopeo(await temp.make('check')))).toMatch(
      /^skopeo 1\.4\.1 is too old: 1\.9 or newer is needed \(.*24\.04/,
    );
  });

  test.each(['1.9.0', '1.10.0-dev', '1.22.1', '2.0.0'])('may be %s', async (version) => {
    await fakeSkopeo(`skopeo version ${version}`);
    expect((await checkSkopeo(await temp.make('check'))).version).toBe(version);
  });

  test('is not believed: a config is hashed before it is kept', async () => {
    const others = `PATH='${environment.PATH}'; case "$*" in *--config*) echo '{}';; *) exec skopeo "$@";; esac`;
    await scriptAsSkopeo(others);
    const context = await newContext();
    expect(await messageOf(get(context))).toMatch(/its config has the wrong bytes/);
    expect([...context.cache.entries.keys()].sort()).toEqual([image.digest, index.digest].sort());
  });

  test.each(['inspect', 'copy'])('is killed while it works: %s', async (command) => {
    await scriptAsSkopeo(
      `PATH='${environment.PATH}'; case " $* " in *' ${command} '*) kill -KILL $$;; *) exec skopeo "$@";; esac`,
    );
    const context = await newContext();
    expect(await messageOf(get(context))).toBe('skopeo was killed by SIGKILL (out of memory?)');
    expect(context.retries).toEqual([]);
  });

  test('must be installed', async () => {
    process.env.PATH = await temp.make('empty');
    expect(await messageOf(checkSkopeo(await temp.make('check')))).toBe(
      'skopeo is not installed (apt-get install skopeo)',
    );
  });

  test('works without a policy of the machine, which is noted', async () => {
    const workDir = await temp.make('policy');
    const { policy, notes } = await checkSkopeo(workDir, undefined, ['/nowhere/policy.json']);
    expect(policy).toBe(join(workDir, 'policy.json'));
    expect(notes).toEqual([expect.stringContaining('/nowhere/policy.json')]);
    const context = await newContext({ access: { tlsVerify: false, ...(policy && { policy }) } });
    expect((await get(context)).size).toBe(2);
  });

  test('keeps to a policy that rejects', async () => {
    const policy = join(await temp.make('policy'), 'reject.json');
    await writeFile(policy, JSON.stringify({ default: [{ type: 'reject' }] }));
    const context = await newContext({ access: { tlsVerify: false, policy } });
    expect(await messageOf(get(context))).toMatch(/the trust policy rejects it/);
  });

  test('gets a login file that is there', () => {
    expect(() => checkAccess({ tlsVerify: true, authfile: '/nowhere/auth.json' })).toThrow(
      'authfile: there is no /nowhere/auth.json',
    );
    checkAccess({ tlsVerify: true, authfile: import.meta.filename });
    checkAccess({ tlsVerify: true });
  });

  test('cannot write below a colon', async () => {
    const context = await newContext();
    const { host } = await through();
    const resolved = await resolveImage(imageOf(`${host}/app:1`), amd64, context);
    const [task] = planFetch([resolved], () => false);
    if (task === undefined) throw new Error('nothing to fetch');
    const workDir = await temp.make('a:b');
    await expect(
      fetchBlobs(task, { ...context, workDir, onBlob: () => undefined }),
    ).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining('has a colon') });
  });
});
