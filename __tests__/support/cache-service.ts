import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What goes wrong; with the words in which GitHub says it. */
export type Fault =
  /** Every request is answered with this. */
  | { readonly status: number; readonly retryAfter?: number }
  /** Only writing is refused, as for pull requests from forks. */
  | 'read-only'
  | 'quota'
  /** Requests are taken and never answered. */
  | 'silent'
  /** A download ends in the middle. */
  | 'cut'
  | 'wrong bytes'
  /** An entry is found, and gone when it is downloaded. */
  | 'evicted';

export interface CacheRequestLog {
  readonly what: 'look' | 'reserve' | 'upload' | 'commit' | 'download';
  /** Of a look and a reservation. */
  readonly key?: string;
  /** Of the body that came or went. */
  readonly bytes: number;
}

/** GitHub's cache service on loopback: the old protocol and the new one on the same entries. */
export interface CacheService {
  /** What the runner gives to an action. */
  env(version: CacheVersion): NodeJS.ProcessEnv;
  /** From now on; undefined for none. */
  fail(fault: Fault | undefined): void;
  /** The next answers are 429, with so many seconds to wait. */
  limit(limit: { readonly answers: number; readonly seconds: number }): void;
  /** The entries' bytes by key. */
  readonly entries: Map<string, Buffer>;
  readonly requests: CacheRequestLog[];
  stop(): Promise<void>;
}

export type CacheVersion = 'v1' | 'v2';

const SERVICE = 'github.actions.results.api.v1.CacheService';

/** A file that is being written. */
interface Upload {
  readonly key: string;
  readonly blocks: Map<string, Buffer>;
  whole: Buffer | undefined;
}

export async function startCacheService(): Promise<CacheService> {
  const entries = new Map<string, Buffer>();
  /** A part of what an entry is found by: of the path and the compression. */
  const versions = new Map<string, string>();
  const uploads = new Map<string, Upload>();
  const requests: CacheRequestLog[] = [];
  let fault: Fault | undefined;
  let limit = { answers: 0, seconds: 0 };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const signed = (path: string) => `${url}${path}?sig=${randomBytes(16).toString('hex')}`;

  /** The entry of the longest match: a key stands for all that start with it. */
  const find = (key: string, version: string): string | undefined => {
    requests.push({ what: 'look', key, bytes: 0 });
    const names = [...entries.keys()].filter((name) => versions.get(name) === version);
    return names.find((name) => name === key) ?? names.find((name) => name.startsWith(key));
  };
  const reserve = (key: string, version: string): string | Refusal => {
    requests.push({ what: 'reserve', key, bytes: 0 });
    if (fault === 'read-only') return REFUSALS.readOnly;
    if (fault === 'quota') return REFUSALS.quota;
    if (entries.has(key)) return REFUSALS.exists;
    const id = String(uploads.size + 1);
    uploads.set(id, { key, blocks: new Map(), whole: undefined });
    versions.set(key, version);
    return id;
  };
  const commit = (id: string, bytes: Buffer) => {
    requests.push({ what: 'commit', bytes: 0 });
    const { key } = uploads.get(id) as Upload;
    entries.set(key, bytes);
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const question = { request, pathname, searchParams, body: await buffer(request) };
    if (fault === 'silent') return;
    const given = reply(question);
    if (Buffer.isBuffer(given)) return send(response, given);
    response.writeHead(given.status, { 'content-type': 'application/json', ...given.headers });
    response.end(given.body && JSON.stringify(given.body));
  }

  function reply(question: Question): Reply | Buffer {
    if (typeof fault === 'object') return refuse(fault);
    if (limit.answers > 0) {
      limit.answers -= 1;
      return refuse({ status: 429, retryAfter: limit.seconds });
    }
    const [, first, , name = ''] = question.pathname.split('/');
    if (first === '_apis') return oldProtocol(question);
    if (first === 'twirp') return newProtocol(question);
    if (question.request.method === 'PUT') return put(name, question);
    return download(decodeURIComponent(name));
  }

  function oldProtocol({ request, pathname, searchParams, body }: Question): Reply {
    const id = pathname.split('/')[4];
    if (request.method === 'GET') {
      const key = find(searchParams.get('keys') ?? '', searchParams.get('version') ?? '');
      if (key === undefined) return { status: 204 };
      const archiveLocation = signed(`/old/entries/${encodeURIComponent(key)}`);
      return { status: 200, body: { cacheKey: key, archiveLocation } };
    }
    if (id === undefined) {
      const { key, version } = JSON.parse(body.toString());
      const reserved = reserve(key, version);
      if (typeof reserved === 'string') return { status: 201, body: { cacheId: Number(reserved) } };
      return { status: reserved.status, body: { message: reserved.message } };
    }
    const upload = uploads.get(id) as Upload;
    if (request.method === 'PATCH') {
      requests.push({ what: 'upload', bytes: body.length });
      upload.blocks.set(/\d+/.exec(request.headers['content-range'] ?? '')?.[0] ?? '', body);
    } else {
      const blocks = [...upload.blocks].sort(([one], [other]) => Number(one) - Number(other));
      commit(id, Buffer.concat(blocks.map(([, block]) => block)));
    }
    return { status: 204 };
  }

  function newProtocol({ pathname, body }: Question): Reply {
    const { key, version } = JSON.parse(body.toString());
    if (pathname === `/twirp/${SERVICE}/GetCacheEntryDownloadURL`) {
      const found = find(key, version);
      if (found === undefined) return { status: 200, body: { ok: false } };
      const signed_download_url = signed(`/new/entries/${encodeURIComponent(found)}`);
      return { status: 200, body: { ok: true, signed_download_url, matched_key: found } };
    }
    if (pathname === `/twirp/${SERVICE}/CreateCacheEntry`) {
      const reserved = reserve(key, version);
      if (typeof reserved === 'string') {
        const signed_upload_url = signed(`/new/uploads/${reserved}`);
        return { status: 200, body: { ok: true, signed_upload_url } };
      }
      const { status, code, message } = reserved;
      return { status, body: { code, msg: message } };
    }
    const [id, upload] = [...uploads].findLast(([, { key: its }]) => its === key) ?? [];
    if (id === undefined || upload?.whole === undefined)
      return { status: 200, body: { ok: false } };
    commit(id, upload.whole);
    return { status: 200, body: { ok: true, entry_id: id } };
  }

  /** A blob in one piece, a block of it, or the list of the blocks. */
  function put(id: string, { searchParams, body }: Question): Reply {
    const upload = uploads.get(id) as Upload;
    requests.push({ what: 'upload', bytes: body.length });
    const kind = searchParams.get('comp');
    if (kind === 'block') upload.blocks.set(searchParams.get('blockid') ?? '', body);
    else if (kind === 'blocklist') {
      const names = [...body.toString().matchAll(/<Latest>(.*?)<\/Latest>/g)];
      upload.whole = Buffer.concat(
        names.map(([, name]) => upload.blocks.get(name ?? '') as Buffer),
      );
    } else upload.whole = body;
    return { status: 201 };
  }

  function download(key: string): Reply | Buffer {
    const bytes = Buffer.from(entries.get(key) ?? '');
    requests.push({ what: 'download', bytes: bytes.length });
    if (fault === 'evicted' || !entries.has(key)) return { status: 404 };
    const middle = Math.floor(bytes.length / 2);
    if (fault === 'wrong bytes') bytes.writeUInt8((bytes[middle] ?? 0) ^ 0x55, middle);
    return bytes;
  }

  function send(response: ServerResponse, bytes: Buffer): void {
    response.writeHead(200, { 'content-length': bytes.length });
    if (fault !== 'cut') response.end(bytes);
    else response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  }

  return {
    env: (version) => ({
      ACTIONS_RUNTIME_TOKEN: 'token',
      ACTIONS_RESULTS_URL: `${url}/`,
      ACTIONS_CACHE_URL: `${url}/`,
      ACTIONS_CACHE_SERVICE_V2: version === 'v2' ? 'true' : '',
      GITHUB_SERVER_URL: 'https://github.com',
    }),
    fail(next) {
      fault = next;
    },
    limit(next) {
      limit = { ...next };
    },
    entries,
    requests,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Question {
  readonly request: IncomingMessage;
  readonly pathname: string;
  readonly searchParams: URLSearchParams;
  readonly body: Buffer;
}

interface Reply {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Refusal {
  readonly status: number;
  /** Twirp's name for the status. */
  readonly code: string;
  readonly message: string;
}

const REFUSALS = {
  exists: {
    status: 409,
    code: 'already_exists',
    message: 'cache entry with the same key, version, and scope already exists',
  },
  readOnly: {
    status: 403,
    code: 'permission_denied',
    message: 'cache write denied: the token is read-only',
  },
  quota: {
    status: 400,
    code: 'resource_exhausted',
    message: 'the repository has used up its cache storage',
  },
} as const satisfies Record<string, Refusal>;

function refuse({ status, retryAfter }: Extract<Fault, object>): Reply {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return { status, body: { message: 'refused', msg: 'refused' }, headers };
}
