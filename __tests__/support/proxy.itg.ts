import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { buildImage, digestOf, layerOfTar } from './images.ts';
import { type Fault, type FaultProxy, htmlPage, startProxy, tooManyRequests } from './proxy.ts';
import { ask, push } from './push.ts';
import { type Registry, startRegistry } from './registry.ts';

let registry: Registry;
let proxy: FaultProxy | undefined;
const size = 300_000;
const layer = await layerOfTar(Buffer.alloc(size, 'layer '), 'none');
const image = buildImage({ layers: [layer] });
const blob = { method: 'GET', path: `/v2/app/blobs/${layer.digest}` };
const manifest = {
  method: 'GET',
  path: `/v2/app/manifests/${image.digest}`,
  headers: { accept: image.mediaType },
};

beforeAll(async () => {
  registry = await startRegistry();
  await push(registry, 'app', '1', image);
});
afterEach(() => proxy?.stop());
afterAll(() => registry.stop());

async function through(...faults: Fault[]): Promise<FaultProxy> {
  proxy = await startProxy(registry, faults);
  return proxy;
}

describe('a proxy', () => {
  test('counts by kind and method, and lets pushes pass', async () => {
    const between = await through();
    await push(between, 'other', '1', image);
    await ask(between, blob);
    await ask(between, { method: 'GET', path: '/v2/' });

    expect(between.count('blob', 'HEAD')).toBe(2);
    expect(between.count('blob', 'GET')).toBe(1);
    expect(between.count('manifest', 'PUT')).toBe(1);
    expect(between.count('ping')).toBe(1);
    expect(between.count()).toBe(between.requests().length);
  });

  test.each<[string, Fault, RegExp]>([
    ['refuses', { fault: 'refuse' }, /ECONNREFUSED/],
    ['resets', { fault: 'reset' }, /socket hang up|ECONNRESET/],
    ['cuts', { fault: 'cut', on: 'blob' }, /aborted/],
  ])('%s', async (_name, fault, message) => {
    await expect(ask(await through(fault), blob)).rejects.toThrow(message);
  });

  test('cuts where it is told', async () => {
    const between = await through({ fault: 'cut', afterBytes: 1000 });
    const response = await fetch(between.url + blob.path);
    const received: number[] = [];
    const read = async () => {
      for await (const chunk of response.body ?? []) received.push(chunk.length);
    };
    await expect(read()).rejects.toThrow();
    expect(received.reduce((sum, length) => sum + length, 0)).toBe(1000);
  });

  test('hangs', async () => {
    const between = await through({ fault: 'hang' });
    const asked = fetch(between.url + blob.path, { signal: AbortSignal.timeout(300) });
    await expect(asked).rejects.toThrow(/timeout/);
  });

  test('answers a page', async () => {
    const answer = await ask(await through(htmlPage()), manifest);
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toMatch(/^<!DOCTYPE html>/);
  });

  test('wants callers to wait, and then answers', async () => {
    const between = await through(tooManyRequests(2, 7));
    const answers = [
      await ask(between, manifest),
      await ask(between, manifest),
      await ask(between, manifest),
    ];
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 200]);
    expect(answers[0]?.headers['retry-after']).toBe('7');
  });

  test('spoils the bytes of blobs alone', async () => {
    const between = await through({ fault: 'corrupt', on: 'blob', times: 1 });
    expect(digestOf((await ask(between, manifest)).body)).toBe(image.digest);
    const spoilt = await ask(between, blob);
    expect(spoilt.body.length).toBe(size);
    expect(digestOf(spoilt.body)).not.toBe(layer.digest);
    expect(digestOf((await ask(between, blob)).body)).toBe(layer.digest);
  });

  test('is slow', async () => {
    const between = await through({ fault: 'slow', bytesPerSecond: 10 * size });
    const begin = Date.now();
    expect(digestOf((await ask(between, blob)).body)).toBe(layer.digest);
    expect(Date.now() - begin).toBeGreaterThanOrEqual(90);
  });
});
