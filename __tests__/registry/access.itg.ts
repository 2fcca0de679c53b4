import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { platformOf } from '../../src/images/platform.ts';
import { resolveImage } from '../../src/registry/resolve.ts';
import type { RegistryAccess } from '../../src/registry/types.ts';
import { buildImage, buildLayer } from '../support/images.ts';
import { push } from '../support/push.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { tempDirs } from '../support/temp.ts';
import { contextFor, fetchAll, imageOf } from './setup.ts';

const temp = tempDirs();
const environment = { ...process.env };
const layer = await buildLayer([{ path: 'a', content: 'a' }]);
const built = buildImage({ layers: [layer] });
const login = { user: 'builder', password: 'correct horse' };
const started: Registry[] = [];
let directory: string;

beforeAll(async () => {
  directory = await temp.make('access');
});
afterEach(() => {
  process.env = { ...environment };
});
afterAll(async () => {
  await Promise.all(started.map((registry) => registry.stop()));
  await temp.remove();
});

async function serve(options: Parameters<typeof startRegistry>[0], repository = 'app') {
  const registry = await startRegistry(options);
  started.push(registry);
  await push(registry, repository, '1', built);
  return registry;
}

async function resolveAndFetch(name: string, access: RegistryAccess) {
  const context = contextFor(await temp.make('work'), { access });
  const resolved = await resolveImage(imageOf(name), platformOf('amd64'), context);
  const blobs = await fetchAll([resolved], context);
  expect(blobs.get(layer.digest)?.equals(layer.blob)).toBe(true);
  return resolved;
}

/** Sets what a user of this machine would have, and nothing of the user who runs the tests. */
async function atHome(environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const home = await temp.make('home');
  process.env = { PATH: process.env.PATH, HOME: home, ...environment };
  return home;
}

describe('a registry that wants a login', () => {
  let host: string;
  let auth: string;
  beforeAll(async () => {
    ({ host } = await serve({ htpasswd: login }));
    const secret = Buffer.from(`${login.user}:${login.password}`).toString('base64');
    auth = JSON.stringify({ auths: { [host]: { auth: secret } } });
  });

  test('takes the one of authfile', async () => {
    await atHome();
    const authfile = join(directory, 'auth.json');
    await writeFile(authfile, auth);
    await resolveAndFetch(`${host}/app:1`, { authfile, tlsVerify: false });
  });

  test('takes the one of REGISTRY_AUTH_FILE', async () => {
    const file = join(directory, 'environment.json');
    await writeFile(file, auth);
    await atHome({ REGISTRY_AUTH_FILE: file });
    await resolveAndFetch(`${host}/app:1`, { tlsVerify: false });
  });

  test('takes the one of docker login', async () => {
    const home = await atHome();
    await mkdir(join(home, '.docker'));
    await writeFile(join(home, '.docker/config.json'), auth);
    await resolveAndFetch(`${host}/app:1`, { tlsVerify: false });
  });

  test('refuses nobody and says how to log in', async () => {
    await atHome();
    await expect(resolveAndFetch(`${host}/app:1`, { tlsVerify: false })).rejects.toMatchObject({
      message: `${host}/app:1: the registry wants a login, or this one has no access`,
      hint: expect.stringContaining('skopeo login'),
    });
  });

  test('refuses a wrong password, which is not told', async () => {
    await atHome();
    const authfile = join(directory, 'wrong.json');
    const secret = Buffer.from('builder:wrong-secret').toString('base64');
    await writeFile(authfile, JSON.stringify({ auths: { [host]: { auth: secret } } }));
    const error = await resolveAndFetch(`${host}/app:1`, { authfile, tlsVerify: false }).catch(
      (caught: Error) => caught,
    );
    expect(String(error)).toContain('wants a login');
    expect(JSON.stringify(error)).not.toContain('wrong-secret');
  });

  test('an authfile that is no JSON is named', async () => {
    await atHome();
    const authfile = join(await temp.make('auth'), 'auth.json');
    await writeFile(authfile, 'auths');
    const resolving = resolveAndFetch(`${host}/app:1`, { authfile, tlsVerify: false });
    await expect(resolving).rejects.toThrow(authfile);
  });
});

describe('a registry with a certificate of its own authority', () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = await serve({ tls: true });
  });

  test('is trusted through SSL_CERT_FILE', async () => {
    await atHome({ SSL_CERT_FILE: registry.ca });
    await resolveAndFetch(`${registry.host}/app:1`, { tlsVerify: true });
  });

  test('is trusted through certs.d', async () => {
    const home = await atHome();
    const folder = join(home, '.config/containers/certs.d', registry.host);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'ca.crt'), registry.caPem ?? '');
    await resolveAndFetch(`${registry.host}/app:1`, { tlsVerify: true });
  });

  test('is taken as it is without verification', async () => {
    await atHome();
    await resolveAndFetch(`${registry.host}/app:1`, { tlsVerify: false });
  });

  test('is not trusted otherwise', async () => {
    await atHome();
    await expect(
      resolveAndFetch(`${registry.host}/app:1`, { tlsVerify: true }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('its certificate is not trusted: x509:'),
      hint: expect.stringContaining('/etc/containers/certs.d/'),
    });
  });
});

describe('registries.conf', () => {
  test('sends a registry to its mirror, and may call that insecure', async () => {
    const { host } = await serve({}, 'mirror/app');
    const folder = join(await atHome(), '.config/containers');
    await mkdir(folder, { recursive: true });
    const conf = `[[registry]]
prefix = "registry.example/team"
location = "127.0.0.1:1/nowhere"
[[registry.mirror]]
location = "${host}/mirror"
insecure = true
`;
    await writeFile(join(folder, 'registries.conf'), conf);
    const resolved = await resolveAndFetch('registry.example/team/app:1', { tlsVerify: true });
    expect(resolved.name).toBe('registry.example/team/app:1');
    expect(resolved.manifestDigest).toBe(built.digest);
  });
});

test('plain HTTP is refused with the way out', async () => {
  const { host } = await serve({});
  await atHome();
  await expect(resolveAndFetch(`${host}/app:1`, { tlsVerify: true })).rejects.toMatchObject({
    message: `${host}/app:1: the registry speaks plain HTTP`,
    hint: expect.stringContaining('tls-verify'),
  });
});
