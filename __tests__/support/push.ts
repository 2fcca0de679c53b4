import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { type Built, blobsOf, manifestsOf } from './images.ts';
import type { Credentials } from './registry.ts';

/** Where to push: what `startRegistry` returns will do. */
export interface Target {
  readonly url: string;
  readonly caPem?: string;
  readonly credentials?: Credentials;
}

/** What a registry answered. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

/** Pushes an image or an index with all that it names, by the registry's HTTP API. */
export async function push(target: Target, repository: string, tag: string, built: Built) {
  for (const [digest, bytes] of blobsOf(built)) await pushBlob(target, repository, digest, bytes);
  for (const manifest of manifestsOf(built)) {
    const reference = manifest === built ? tag : manifest.digest;
    await expectStatus(201, target, {
      method: 'PUT',
      path: `/v2/${repository}/manifests/${reference}`,
      headers: { 'content-type': manifest.mediaType },
      body: manifest.bytes,
    });
  }
}

async function pushBlob(target: Target, repository: string, digest: string, bytes: Buffer) {
  const path = `/v2/${repository}/blobs`;
  const there = await ask(target, { method: 'HEAD', path: `${path}/${digest}` });
  if (there.status === 200) return;
  const upload = await expectStatus(202, target, { method: 'POST', path: `${path}/uploads/` });
  const location = new URL(String(upload.headers.location), target.url);
  location.searchParams.set('digest', digest);
  await expectStatus(201, target, {
    method: 'PUT',
    path: location.pathname + location.search,
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
  });
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer;
}

/** One request, with the target's certificate authority and login. */
export function ask(target: Target, { method, path, headers, body }: Question): Promise<Answer> {
  const url = new URL(path, target.url);
  const { user, password } = target.credentials ?? {};
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const sent = send(url, {
      method,
      headers: { ...headers, 'content-length': body?.length ?? 0 },
      ...(target.caPem !== undefined && { ca: target.caPem }),
      ...(user !== undefined && { auth: `${user}:${password}` }),
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      buffer(response).then(
        (received) =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received }),
        reject,
      );
    });
    sent.end(body);
  });
}

async function expectStatus(status: number, target: Target, question: Question): Promise<Answer> {
  const answer = await ask(target, question);
  if (answer.status === status) return answer;
  const said = answer.body.toString().slice(0, 500);
  throw new Error(`${question.method} ${question.path}: ${answer.status}: ${said}`);
}
