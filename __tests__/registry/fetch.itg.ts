import { createReadStream } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { platformOf } from '../../src/images/platform.ts';
import { fetchBlobs, planFetch } from '../../src/registry/fetch.ts';
import { resolveImage } from '../../src/registry/resolve.ts';
import type { Layer, Resolution } from '../../src/registry/types.ts';
import {
  type Built,
  type BuiltLayer,
  buildImage,
  buildLayer,
  digestOf,
  layerOfTar,
} from '../support/images.ts';
import { startProxy } from '../support/proxy.ts';
import { push } from '../support/push.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { tempDirs } from '../support/temp.ts';
import { contextFor, fetchAll, imageOf } from './setup.ts';

const temp = tempDirs();
const amd64 = platformOf('amd64');
let registry: Registry;
let workDir: string;

const small = await buildLayer([{ path: 'a', content: 'small' }]);
const zstd = await buildLayer([{ path: 'b', content: 'zstd' }], 'zstd');
const plain = await buildLayer([{ path: 'c', content: 'plain' }], 'none');
const empty = await buildLayer([]);
const big = await layerOfTar(Buffer.alloc(4_000_000, 'big '), 'none');

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(async () => {
  await registry.stop();
  await temp.remove();
});

async function resolved(repository: string, built: Built, host = registry.host) {
  await push(registry, repository, '1', built);
  workDir = await temp.make('fetch');
  return resolveImage(imageOf(`${host}/${repository}:1`), amd64, contextFor(workDir));
}

/** Which layers were downloaded while `work` ran; skopeo reads a config at each copy in any case. */
async function downloads(images: readonly Resolution[], work: () => Promise<unknown>) {
  const configs = images.map(({ configDigest }) => configDigest as string);
  const before = registry.requests().length;
  await work();
  return registry
    .requests()
    .slice(before)
    .filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'))
    .map(({ path }) => path.split('/').at(-1) ?? '')
    .filter((digest) => !configs.includes(digest))
    .sort();
}

const digestsOf = (layers: readonly BuiltLayer[]) => layers.map(({ digest }) => digest).sort();

describe('fetching', () => {
  test.each<[string, BuiltLayer[], 'docker' | 'oci']>([
    ['gzip, zstd and none', [small, zstd, plain], 'oci'],
    ['docker', [small, plain], 'docker'],
    ['an empty layer', [empty, small], 'oci'],
    ['one layer twice', [small, zstd, small], 'oci'],
  ])('brings each blob once: %s', async (name, layers, format) => {
    const image = await resolved(
      `f-${name.replaceAll(/\W+/g, '-')}`,
      buildImage({ layers, format }),
    );
    let blobs = new Map<string, Buffer>();
    const downloaded = await downloads([image], async () => {
      blobs = await fetchAll([image], contextFor(workDir));
    });
    expect([...blobs.keys()].sort()).toEqual(digestsOf([...new Set(layers)]));
    for (const [digest, bytes] of blobs) expect(digestOf(bytes)).toBe(digest);
    // skopeo copies several layers at a time and does not see that two of them are the same one.
    expect([...new Set(downloaded)]).toEqual(digestsOf([...new Set(layers)]));
    expect(await readdir(workDir)).toEqual([]);
  });

  test('127 layers', async () => {
    const layers = await Promise.all(
      Array.from({ length: 127 }, (_, n) => buildLayer([{ path: `n${n}`, content: `${n}` }])),
    );
    const image = await resolved('many', buildImage({ layers }));
    const blobs = await fetchAll([image], contextFor(workDir));
    expect([...blobs.keys()].sort()).toEqual(digestsOf(layers));
  });

  test('leaves out what a fragment stands for', async () => {
    const image = await resolved('partial', buildImage({ layers: [small, zstd, plain] }));
    const allButZstd = ({ diffId }: Layer) => diffId !== zstd.diffId;
    const downloaded = await downloads([image], async () => {
      const blobs = await fetchAll([image], contextFor(workDir), allButZstd);
      expect([...blobs.keys()]).toEqual([zstd.digest]);
    });
    expect(downloaded).toEqual([zstd.digest]);
  });

  test('shared layers come with the first image that has them', async () => {
    const first = await resolved('first', buildImage({ layers: [small, zstd] }));
    const second = await resolved('second', buildImage({ layers: [small, plain] }));
    const downloaded = await downloads([first, second], async () => {
      const blobs = await fetchAll([first, second], contextFor(workDir));
      expect(blobs.size).toBe(3);
    });
    expect(downloaded).toEqual(digestsOf([small, zstd, plain]));
  });

  test('hands a blob over while others still come, and lets it be moved away', async () => {
    const proxy = await startProxy(registry, [
      { fault: 'slow', bytesPerSecond: 4_000_000, on: 'blob' },
    ]);
    const image = await resolved('stream', buildImage({ layers: [big, small] }), proxy.host);
    const order: string[] = [];
    const progress: number[] = [];
    for (const task of planFetch([image], () => false)) {
      await fetchBlobs(task, {
        ...contextFor(workDir),
        onProgress: (bytes) => progress.push(bytes),
        onBlob: async (digest, path) => {
          order.push(`${digest} ${progress.at(-1) ?? 0}`);
          await rename(path, join(workDir, 'kept'));
        },
      });
    }
    await proxy.stop();
    const [firstDigest, atFirst] = (order[0] ?? '').split(' ');
    expect(firstDigest).toBe(small.digest);
    expect(Number(atFirst)).toBeLessThan(big.blob.length);
    expect(progress.length).toBeGreaterThan(5);
    expect(progress.at(-1)).toBe(big.blob.length + small.blob.length);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(await readdir(workDir)).toEqual(['kept']);
  });

  test('an onBlob that fails ends a download that still runs', async () => {
    const proxy = await startProxy(registry, [
      { fault: 'slow', bytesPerSecond: 400_000, on: 'blob' },
    ]);
    const image = await resolved('stopped', buildImage({ layers: [big, small] }), proxy.host);
    const [task] = planFetch([image], () => false);
    if (task === undefined) throw new Error('nothing to fetch');
    const begin = Date.now();
    const fetching = fetchBlobs(task, {
      ...contextFor(workDir),
      onBlob: () => Promise.reject(new Error('not a layer')),
    });
    await expect(fetching).rejects.toThrow('not a layer');
    expect(Date.now() - begin).toBeLessThan(5000);
    await proxy.stop();
  });

  test('an onBlob that fails after all have come fails the fetch', async () => {
    const image = await resolved('late', buildImage({ layers: [small] }));
    const [task] = planFetch([image], () => false);
    if (task === undefined) throw new Error('nothing to fetch');
    const fetching = fetchBlobs(task, {
      ...contextFor(workDir),
      onBlob: async () => {
        await sleep(1000);
        throw new Error('late');
      },
    });
    await expect(fetching).rejects.toThrow('late');
  });

  test('an onBlob that fails ends the download with its error', async () => {
    const image = await resolved('refused', buildImage({ layers: [big, small] }));
    const [task] = planFetch([image], () => false);
    if (task === undefined) throw new Error('nothing to fetch');
    const fetching = fetchBlobs(task, {
      ...contextFor(workDir),
      onBlob: async (_digest, path) => {
        for await (const _chunk of createReadStream(path)) throw new Error('not a layer');
      },
    });
    await expect(fetching).rejects.toThrow('not a layer');
    expect(await readdir(workDir)).toEqual([]);
  });
});
