import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { debianTree } from '../__tests__/support/debian.ts';
import { type BuiltLayer, digestOf } from '../__tests__/support/images.ts';
import { archiveHeader, TAR_END, tarPadding } from '../src/archive/tar.ts';
import { ended, start } from '../src/exec.ts';

/** A layer as a registry has it, gzip at level 6; its tar, which may be large, is not kept. */
export interface BenchLayer extends BuiltLayer {
  /** Bytes of the tar. */
  readonly unpackedSize: number;
}

/** What a layer has in it: Debian packages, with or without what they depend on. */
export interface Content {
  readonly packages: readonly string[];
  readonly depends: boolean;
}

/** Images are built without them. */
const LEFT_OUT = ['usr/share/doc/*', 'usr/share/info/*', 'usr/share/locale/*', 'usr/share/man/*'];

/** @param folder keeps the layer for the next time */
export async function debianLayer({ packages, depends }: Content, folder: string) {
  const name = digestOf(Buffer.from(JSON.stringify([packages, depends, LEFT_OUT]))).slice(-16);
  return keptLayer(join(folder, `debian-${name}`), async () =>
    tarOfTree(await debianTree('amd64', packages, { depends })),
  );
}

/** A layer that no program makes smaller: one file of that size, the same at each run. */
export async function randomLayer(size: number, folder: string) {
  return keptLayer(join(folder, `random-${size}`), async () => Readable.from(randomTar(size)));
}

/** Every so many MiB of a layer, as one file: the same mixture of content, whichever the slice. */
export async function sliceLayer(
  layer: BenchLayer,
  { slice, of }: { readonly slice: number; readonly of: number },
  folder: string,
) {
  const path = join(folder, `slice-${layer.diffId.slice(-16)}-${slice}-${of}`);
  return keptLayer(path, async () => Readable.from(sliceTar(layer, slice, of)));
}

/** The uncompressed layer. */
export function readLayer({ blob }: BenchLayer): Readable {
  return Readable.from(blobParts(blob)).pipe(createGunzip());
}

interface KeptFacts extends Pick<BenchLayer, 'diffId' | 'digest' | 'unpackedSize'> {}

async function keptLayer(path: string, makeTar: () => Promise<Readable>): Promise<BenchLayer> {
  const facts = await readFacts(path).catch(() => packLayer(path, makeTar));
  return {
    ...facts,
    compression: 'gzip',
    tar: Buffer.alloc(0),
    blob: await readFile(`${path}.tar.gz`),
  };
}

async function readFacts(path: string): Promise<KeptFacts> {
  return JSON.parse(await readFile(`${path}.json`, 'utf8')) as KeptFacts;
}

async function packLayer(path: string, makeTar: () => Promise<Readable>): Promise<KeptFacts> {
  const diffHash = createHash('sha256');
  const hash = createHash('sha256');
  let unpackedSize = 0;
  const tar = await makeTar();
  tar.on('data', (chunk: Buffer) => {
    diffHash.update(chunk);
    unpackedSize += chunk.length;
  });
  const temporary = `${path}.${process.pid}`;
  await pipeline(tar, createGzip({ level: 6 }), createWriteStream(temporary));
  for await (const chunk of createReadStream(temporary)) hash.update(chunk);
  const facts: KeptFacts = {
    diffId: `sha256:${diffHash.digest('hex')}`,
    digest: `sha256:${hash.digest('hex')}`,
    unpackedSize,
  };
  await rename(temporary, `${path}.tar.gz`);
  await writeFile(`${path}.json`, JSON.stringify(facts));
  return facts;
}

async function tarOfTree(tree: string): Promise<Readable> {
  const argv = [
    ...['tar', '--create', '--file=-', `--directory=${tree}`, '--sort=name', '--mtime=@0'],
    ...[
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      ...LEFT_OUT.map((path) => `--exclude=${path}`),
    ],
    ...(await readdir(tree)).sort(),
  ];
  const child = start(argv);
  const finished = ended(child, argv);
  return Readable.from(
    (async function* () {
      yield* child.stdout as Readable;
      const code = await finished;
      if (code !== 0) throw new Error(`tar of ${tree} ended with ${code}`);
    })(),
  );
}

/** A buffer larger than some hundred MB must not go through zlib in one piece. */
function* blobParts(blob: Buffer): Generator<Buffer> {
  for (let at = 0; at < blob.length; at += MiB) yield blob.subarray(at, at + MiB);
}

async function* sliceTar(layer: BenchLayer, slice: number, of: number): AsyncGenerator<Buffer> {
  const count = Math.floor(layer.unpackedSize / MiB / of);
  const size = count * MiB;
  yield archiveHeader('slice', size);
  let at = 0;
  for await (const chunk of readLayer(layer)) {
    for (let used = 0; used < chunk.length; ) {
      const block = Math.floor(at / MiB);
      const part = chunk.subarray(used, used + MiB - (at % MiB));
      if (block % of === slice && block < count * of) yield part;
      used += part.length;
      at += part.length;
    }
  }
  yield tarPadding(size);
  yield TAR_END;
}

const MiB = 1 << 20;

/** AES in counter mode over zeros: random to every compressor, and the same at each run. */
function* randomTar(size: number): Generator<Buffer> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  const zeros = Buffer.alloc(1 << 20);
  yield archiveHeader('random', size);
  for (let left = size; left > 0; left -= zeros.length) {
    yield cipher.update(zeros.subarray(0, Math.min(left, zeros.length)));
  }
  yield tarPadding(size);
  yield TAR_END;
}
