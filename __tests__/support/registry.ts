import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { tempDirs } from './temp.ts';

/** A real registry (Debian's docker-registry) on loopback. */
export interface Registry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `http://127.0.0.1:PORT`, or https */
  readonly url: string;
  /** Path of the certificate of the authority that signed the registry's one. */
  readonly ca?: string;
  /** PEM of the same, for Node's own clients. */
  readonly caPem?: string;
  readonly credentials?: Credentials;
  /** Every request so far, in the order in which they were answered. */
  requests(): RequestLog[];
  /** Ends the registry and removes all that it stored. */
  stop(): Promise<void>;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface RequestLog {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Bytes of the answer's body. */
  readonly bytes: number;
}

export interface RegistryOptions {
  /** Wants a login: basic authentication. */
  readonly htpasswd?: Credentials;
  /** Speaks TLS with a certificate of an authority of its own. */
  readonly tls?: boolean;
}

const ATTEMPTS = 5;
const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5000;
/** The registry writes its log line before the last bytes of an answer leave it, or just after. */
const LOG_SETTLES_MS = 20;

export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const temp = tempDirs();
  const directory = await temp.make('registry');
  try {
    const tls = options.tls ? await makeCertificates(directory) : undefined;
    const htpasswd = options.htpasswd && (await makeHtpasswd(directory, options.htpasswd));
    const { child, port, log } = await serve(directory, { tls, htpasswd });
    const host = `127.0.0.1:${port}`;
    return {
      host,
      url: `${tls ? 'https' : 'http'}://${host}`,
      ...(tls && { ca: tls.ca, caPem: await readFile(tls.ca, 'utf8') }),
      ...(options.htpasswd && { credentials: options.htpasswd }),
      requests() {
        pause(LOG_SETTLES_MS);
        return parseAccessLog(readFileSync(log, 'utf8'));
      },
      async stop() {
        await endProcess(child);
        await temp.remove();
      },
    };
  } catch (error) {
    await temp.remove();
    throw error;
  }
}

/** The requests in a log of docker-registry: lines of Apache's combined format among others. */
export function parseAccessLog(text: string): RequestLog[] {
  const line =
    /^\S+ \S+ \S+ \[[^\]]+\] "(?<method>[A-Z]+) (?<path>\S+) [^"]*" (?<status>\d+) (?<bytes>\d+)/gm;
  return [...text.matchAll(line)].map(({ groups = {} }) => ({
    method: groups.method ?? '',
    path: groups.path ?? '',
    status: Number(groups.status),
    bytes: Number(groups.bytes),
  }));
}

interface Certificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

interface Access {
  readonly tls: Certificates | undefined;
  readonly htpasswd: string | undefined;
}

/** A free port may be taken by another between asking and serving: then another is tried. */
async function serve(directory: string, access: Access) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const config = join(directory, 'config.json');
    await writeFile(config, JSON.stringify(configuration(directory, port, access)));
    const log = join(directory, `log-${attempt}`);
    const child = await spawnRegistry(config, log);
    if (await listens(child, port, log)) return { child, port, log };
    await endProcess(child);
    if (attempt === ATTEMPTS) {
      throw new Error(`docker-registry does not start: ${await readFile(log, 'utf8')}`);
    }
  }
}

/** docker-registry reads YAML, of which JSON is a part. */
function configuration(directory: string, port: number, { tls, htpasswd }: Access) {
  return {
    version: 0.1,
    log: { level: 'info' },
    storage: {
      filesystem: { rootdirectory: join(directory, 'storage') },
      delete: { enabled: true },
    },
    http: {
      addr: `127.0.0.1:${port}`,
      // The answers name no host, so that a proxy in front of the registry stays in the way.
      relativeurls: true,
      ...(tls && { tls: { certificate: tls.certificate, key: tls.key } }),
    },
    ...(htpasswd && { auth: { htpasswd: { realm: 'test', path: htpasswd } } }),
  };
}

/** setpriv ends the registry when this process dies without having stopped it. */
async function spawnRegistry(config: string, log: string): Promise<ChildProcess> {
  const file = await open(log, 'w');
  try {
    const argv = ['--pdeathsig', 'TERM', 'docker-registry', 'serve', config];
    const child = spawn('setpriv', argv, {
      stdio: ['ignore', file.fd, file.fd],
      env: { PATH: process.env.PATH, OTEL_TRACES_EXPORTER: 'none' },
    });
    await once(child, 'spawn');
    return child;
  } finally {
    await file.close();
  }
}

async function listens(child: ChildProcess, port: number, log: string): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    if ((await readFile(log, 'utf8')).includes(`listening on 127.0.0.1:${port}`)) return true;
    await sleep(20);
  }
  return false;
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(timer);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function makeHtpasswd(directory: string, { user, password }: Credentials): Promise<string> {
  const path = join(directory, 'htpasswd');
  const cheapest = ['-C', '4'];
  await promisify(execFile)('htpasswd', ['-c', '-b', '-B', ...cheapest, path, user, password]);
  return path;
}

/** An authority and a certificate of it for 127.0.0.1 and localhost. */
async function makeCertificates(directory: string): Promise<Certificates> {
  const at = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    ...['req', '-x509', ...newKey, '-keyout', at('ca.key'), '-out', at('ca.crt'), '-days', '2'],
    ...['-subj', '/CN=test authority', '-addext', 'keyUsage=critical,keyCertSign'],
  );
  await openssl(
    ...['req', '-x509', ...newKey, '-keyout', at('server.key'), '-out', at('server.crt')],
    ...['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
  );
  return { ca: at('ca.crt'), certificate: at('server.crt'), key: at('server.key') };
}

/** Waits without letting anything else of this process run. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
