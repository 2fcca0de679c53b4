import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { buildImage, buildLayer } from './images.ts';
import { ask, push } from './push.ts';
import { parseAccessLog, type Registry, type RegistryOptions, startRegistry } from './registry.ts';

const started: Registry[] = [];

async function start(options?: RegistryOptions): Promise<Registry> {
  const registry = await startRegistry(options);
  started.push(registry);
  return registry;
}

afterAll(() => Promise.all(started.map((registry) => registry.stop())));

describe('a registry', () => {
  test('keeps an image and tells every request', async () => {
    const registry = await start();
    const image = buildImage({ layers: [await buildLayer([{ path: 'a', content: 'one' }])] });
    await push(registry, 'team/app', '1.0', image);

    const before = registry.requests().length;
    const path = '/v2/team/app/manifests/1.0';
    const answer = await ask(registry, {
      method: 'GET',
      path,
      headers: { accept: image.mediaType },
    });

    expect(answer.headers['docker-content-digest']).toBe(image.digest);
    expect(answer.body.equals(image.bytes)).toBe(true);
    expect(registry.requests().slice(before)).toEqual([
      { method: 'GET', path, status: 200, bytes: image.bytes.length },
    ]);
  });

  test('does not answer without the login that it wants', async () => {
    const registry = await start({ htpasswd: { user: 'reader', password: 'secret word' } });
    const question = { method: 'GET', path: '/v2/' };

    expect((await ask({ url: registry.url }, question)).status).toBe(401);
    expect((await ask(registry, question)).status).toBe(200);
  });

  test('speaks TLS under an authority of its own', async () => {
    const registry = await start({ tls: true });
    const question = { method: 'GET', path: '/v2/' };

    expect((await ask(registry, question)).status).toBe(200);
    await expect(ask({ url: registry.url }, question)).rejects.toThrow(/certificate/);
    expect(existsSync(registry.ca ?? '')).toBe(true);
  });

  test('is gone after stop, with all that it stored', async () => {
    const registry = await start({ tls: true });
    await registry.stop();

    await expect(ask(registry, { method: 'GET', path: '/v2/' })).rejects.toThrow(/ECONNREFUSED/);
    expect(existsSync(registry.ca ?? '')).toBe(false);
  });
});

test('an access log is read between the other lines of a log', () => {
  const log = `time="2026-01-01T00:00:00Z" level=info msg="listening on 127.0.0.1:1"
127.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET /v2/ HTTP/1.1" 200 2 "" "curl/7.88"
::1 - reader [01/Jan/2026:00:00:01 +0000] "HEAD /v2/a/blobs/sha256:0?x=1 HTTP/1.1" 404 0 "" ""
`;
  expect(parseAccessLog(log)).toEqual([
    { method: 'GET', path: '/v2/', status: 200, bytes: 2 },
    { method: 'HEAD', path: '/v2/a/blobs/sha256:0?x=1', status: 404, bytes: 0 },
  ]);
});
