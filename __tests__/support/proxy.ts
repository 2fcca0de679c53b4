import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './registry.ts';

export type RequestKind = 'ping' | 'manifest' | 'blob' | 'other';

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly kind: RequestKind;
}

/** A fault, and the requests that it happens to; without `on` to all, without `times` for ever. */
export type Fault = Trouble & {
  readonly on?: RequestKind;
  readonly method?: 'GET' | 'HEAD';
  readonly times?: number;
};

type Trouble =
  /** Nothing listens at all. */
  | { readonly fault: 'refuse' }
  /** The connection is closed before an answer. */
  | { readonly fault: 'reset' }
  /** No answer ever comes. */
  | { readonly fault: 'hang' }
  | {
      readonly fault: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The connection is closed in the middle of the body. */
  | { readonly fault: 'cut'; readonly afterBytes?: number }
  /** One byte of the body is another. */
  | { readonly fault: 'corrupt' }
  | { readonly fault: 'slow'; readonly bytesPerSecond: number };

/** A proxy in front of a registry that counts what is asked and spoils what comes back. */
export interface FaultProxy {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly url: string;
  /** Every request so far. */
  requests(): readonly ProxiedRequest[];
  /** How many requests there were of that kind and method. */
  count(kind?: RequestKind, method?: string): number;
  stop(): Promise<void>;
}

/** What a registry says that wants callers to wait: `times` times, then it answers. */
export function tooManyRequests(times: number, retryAfterSeconds: number): Fault {
  const headers = { 'retry-after': String(retryAfterSeconds) };
  return { fault: 'answer', status: 429, headers, body: registryError('TOOMANYREQUESTS'), times };
}

/** What a portal or a wrong address says: a page, and that all is well. */
export function htmlPage(): Fault {
  const body = '<!DOCTYPE html><title>Sign in</title><p>Please accept the terms.';
  return { fault: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body };
}

/** The body of a registry's error answer. */
export function registryError(code: string, message = code.toLowerCase()): string {
  return JSON.stringify({ errors: [{ code, message }] });
}

/** @param target the registry: `url`, and the PEM of its authority where it has one of its own */
export async function startProxy(
  target: { readonly url: string; readonly caPem?: string },
  faults: readonly Fault[] = [],
): Promise<FaultProxy> {
  const requests: ProxiedRequest[] = [];
  const pending = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
  const take = (request: ProxiedRequest): Fault | undefined => {
    const found = pending.find(({ fault, left }) => left > 0 && matches(fault, request));
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  };
  const server = createServer((incoming, answer) => {
    const request = describe(incoming);
    requests.push(request);
    serve(target, incoming, answer, take(request)).catch(() => answer.destroy());
  });

  const port = await freePort();
  if (!faults.some(({ fault }) => fault === 'refuse')) {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  }
  return {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    count: (kind, method) =>
      requests.filter(
        (request) =>
          (kind === undefined || request.kind === kind) &&
          (method === undefined || request.method === method),
      ).length,
    async stop() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function serve(
  target: { readonly url: string; readonly caPem?: string },
  incoming: IncomingMessage,
  answer: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.fault === 'hang') return;
  if (fault?.fault === 'reset') {
    answer.destroy();
    return;
  }
  if (fault?.fault === 'answer') {
    const type = { 'content-type': 'application/json' };
    answer.writeHead(fault.status, { ...type, ...fault.headers }).end(fault.body);
    return;
  }
  const upstream = await forward(target, incoming);
  answer.writeHead(upstream.statusCode ?? 502, upstream.headers);
  await pipeline([upstream, ...spoilers(fault, upstream), answer]);
}

function describe({ method = '', url = '' }: IncomingMessage): ProxiedRequest {
  const path = url.split('?')[0] ?? '';
  return { method, path, kind: kindOf(path) };
}

function kindOf(path: string): RequestKind {
  if (path === '/v2/') return 'ping';
  if (/\/manifests\/[^/]+$/.test(path)) return 'manifest';
  return /\/blobs\/[^/]+$/.test(path) ? 'blob' : 'other';
}

function matches(fault: Fault, { kind, method }: ProxiedRequest): boolean {
  return (fault.on ?? kind) === kind && (fault.method ?? method) === method;
}

async function forward(
  target: { readonly url: string; readonly caPem?: string },
  incoming: IncomingMessage,
): Promise<IncomingMessage> {
  const send = target.url.startsWith('https:') ? requestHttps : requestHttp;
  const request = send(new URL(incoming.url ?? '/', target.url), {
    method: incoming.method,
    headers: { ...incoming.headers, host: new URL(target.url).host },
    ...(target.caPem !== undefined && { ca: target.caPem }),
  });
  incoming.pipe(request);
  const [response] = await once(request, 'response');
  return response;
}

function spoilers(fault: Fault | undefined, { headers }: IncomingMessage): Transform[] {
  switch (fault?.fault) {
    case 'cut':
      return [cutAfter(fault.afterBytes ?? Math.floor(Number(headers['content-length']) / 2))];
    case 'corrupt':
      return [flipOneByte()];
    case 'slow':
      return [slowDown(fault.bytesPerSecond)];
    default:
      return [];
  }
}

/** The bytes before the cut are sent before the connection goes. */
function cutAfter(bytes: number): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      this.push(chunk.subarray(0, left));
      left -= chunk.length;
      if (left > 0) done();
      else setTimeout(() => done(new Error('cut')), 20);
    },
  });
}

function flipOneByte(): Transform {
  let flipped = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const copy = Buffer.from(chunk);
      const last = copy.length - 1;
      if (!flipped) copy.writeUInt8(copy.readUInt8(last) ^ 1, last);
      flipped = true;
      done(null, copy);
    },
  });
}

function slowDown(bytesPerSecond: number): Transform {
  return new Transform({
    async transform(chunk: Buffer, _encoding, done) {
      const slice = Math.max(1, Math.floor(bytesPerSecond / 20));
      for (let from = 0; from < chunk.length; from += slice) {
        this.push(chunk.subarray(from, from + slice));
        await sleep(50);
      }
      done();
    },
  });
}
