import { createHash } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { extract, type Header } from 'tar-stream';
import { unzstd } from '../../decompress.ts';
import { failure, UserError } from '../../errors.ts';
import { ended, lastLines, run, start } from '../../exec.ts';
import { shareFolder } from '../tree.ts';
import { type Piece, readPiece, tapped } from './piece.ts';

/** A file of the data member as it was read. */
export interface ReadFile {
  readonly type: Header['type'];
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly md5: string;
  /** Hex. */
  readonly sha256: string;
}

export interface Fault {
  readonly fault: string;
}

/** All that is in a .deb, the layers' bytes replaced by their digests. Nothing is judged yet. */
export interface ReadPackage {
  /** The fields of the control file. */
  readonly control: ReadonlyMap<string, string>;
  /** MD5 by path, without a leading slash. */
  readonly md5sums: ReadonlyMap<string, string>;
  /** Paths without a leading slash. */
  readonly conffiles: readonly string[];
  /** By path without a leading slash; no folders. */
  readonly files: ReadonlyMap<string, ReadFile>;
  readonly imageList: string | undefined;
  readonly manifest: string | undefined;
  /** By name below /usr/share/NAME; what is wrong with it where it cannot be read. */
  readonly pieces: ReadonlyMap<string, Piece | Fault>;
}

/**
 * Reads a .deb once from its start to its end; nothing is written.
 *
 * @throws UserError (failure) for what cannot be read or is no .deb, or one that is cut or damaged so
 *   that dpkg-deb cannot read it either
 */
export async function readPackage(path: string, signal?: AbortSignal): Promise<ReadPackage> {
  await access(path, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw failure(`${path} cannot be read: ${error.code}`, { cause: error });
  });
  const members = await readControl(path, signal);
  const control = parseControl(members.get('control') ?? '');
  const share = shareFolder(control.get('Package') ?? '');
  const files = new Map<string, ReadFile>();
  const texts = new Map<string, string>();
  const pieces = new Map<string, Piece | Fault>();
  await readData(path, signal, async (header, content) => {
    const file = normalised(header.name);
    const name = file.startsWith(`${share}/`) ? file.slice(share.length + 1) : '';
    const sums = new Sums();
    const chunks = tapped(content, (chunk) => sums.update(chunk));
    if (/^(?:layers|images)\/[^/]+$/.test(name))
      pieces.set(name, await readFragment(name, chunks, signal));
    else if (TEXTS.has(name)) texts.set(name, await text(Readable.from(chunks)));
    else for await (const _ of chunks);
    files.set(file, { type: header.type, ...sums.result() });
  });
  return {
    control,
    md5sums: parseMd5sums(members.get('md5sums') ?? ''),
    conffiles: lines(members.get('conffiles') ?? '').map(normalised),
    files,
    imageList: texts.get('image.list'),
    manifest: texts.get('manifest.json'),
    pieces,
  };
}

const TEXTS: ReadonlySet<string> = new Set(['image.list', 'manifest.json']);

async function readFragment(
  name: string,
  chunks: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<Piece | Fault> {
  const kind = name.startsWith('layers/') ? 'layer' : 'image';
  try {
    return await readPiece(name.endsWith('.zst') ? unzstd(chunks, signal) : chunks, kind, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UserError) throw error;
    return { fault: (error as Error).message };
  }
}

async function readControl(
  path: string,
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  const { code, stdout, stderr } = await run(['dpkg-deb', '--ctrl-tarfile', path], { signal });
  if (code !== 0) throw failure(`${path} is no whole Debian package: ${lastLines(stderr)}`);
  const members = new Map<string, string>();
  const tar = extract();
  tar.end(stdout);
  for await (const entry of tar) {
    members.set(normalised(entry.header.name), (await buffer(entry)).toString());
  }
  return members;
}

/** Hands every entry of the data member to `visit`, which reads it to its end. */
async function readData(
  path: string,
  signal: AbortSignal | undefined,
  visit: (header: Header, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  const argv = ['dpkg-deb', '--fsys-tarfile', path];
  const child = start(argv, { signal });
  if (!child.stdout || !child.stderr) throw new Error('dpkg-deb without its streams');
  const end = Promise.all([ended(child, argv), text(child.stderr)]);
  end.catch(() => undefined);
  const tar = extract();
  child.stdout.pipe(tar);
  const fault = await visitAll(tar, visit);
  // Whoever stopped reading must not leave a program that waits for ever to write.
  if (fault !== undefined) child.kill();
  const [code, stderr] = await end;
  signal?.throwIfAborted();
  if (fault !== undefined && !isTarFault(fault)) throw fault;
  if (fault !== undefined || code !== 0) {
    const why = stderr.trim() === '' ? fault?.message : lastLines(stderr);
    throw failure(`${path} is cut or damaged: ${why}`, { cause: fault });
  }
}

async function visitAll(
  tar: ReturnType<typeof extract>,
  visit: (header: Header, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<Error | undefined> {
  try {
    for await (const entry of tar) {
      if (entry.header.type === 'directory') entry.resume();
      else await visit(entry.header, entry as AsyncIterable<Buffer>);
    }
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function isTarFault(error: Error): boolean {
  return /^(?:Invalid tar header|Invalid header|Unexpected end of data|Header exceeds)/.test(
    error.message,
  );
}

class Sums {
  #size = 0;
  readonly #md5 = createHash('md5');
  readonly #sha256 = createHash('sha256');

  update(chunk: Buffer): void {
    this.#size += chunk.length;
    this.#md5.update(chunk);
    this.#sha256.update(chunk);
  }

  result(): Omit<ReadFile, 'type'> {
    return {
      size: this.#size,
      md5: this.#md5.digest('hex'),
      sha256: this.#sha256.digest('hex'),
    };
  }
}

/** Fields of a control paragraph; continuation lines keep to their field. */
function parseControl(paragraph: string): Map<string, string> {
  const fields = paragraph.split(/\n(?! )/).flatMap((field) => {
    const [, name, value] = /^([^\s:]+):[ \t]*(.*)$/s.exec(field) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value.trimEnd()] as const];
  });
  return new Map(fields);
}

function parseMd5sums(md5sums: string): Map<string, string> {
  return new Map(lines(md5sums).map((line) => [normalised(line.slice(34)), line.slice(0, 32)]));
}

function lines(content: string): string[] {
  return content.split('\n').filter((line) => line !== '');
}

/** dpkg-deb writes `./usr/…`, conffiles `/etc/…`, md5sums `usr/…`. */
function normalised(path: string): string {
  return path.replace(/^\.?\//, '').replace(/\/$/, '');
}
