import { createHash } from 'node:crypto';
import { access, constants, open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { unzstd } from '../../decompress.ts';
import { failure, refusalOf, UserError } from '../../errors.ts';
import { ended, killed, lastLines, start } from '../../exec.ts';
import { readMembers } from '../ar.ts';
import { shareFolder } from '../tree.ts';
import { type Entry, readEntries } from './entries.ts';
import { type Piece, readPiece, tapped } from './piece.ts';

/** A file of a member as it was read. */
export interface ReadFile extends Pick<Entry, 'type' | 'mode' | 'ofRoot'> {
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

/** A member of the .deb: paths have no leading slash. */
export interface ReadMember {
  /** All that is no folder. */
  readonly files: ReadonlyMap<string, ReadFile>;
  /** The root is ``. */
  readonly folders: ReadonlyMap<string, Pick<Entry, 'mode' | 'ofRoot'>>;
  /** Paths that it has more than once: dpkg takes the last. */
  readonly repeated: readonly string[];
}

/** All that is in a .deb, the layers' bytes replaced by their digests. Nothing is judged yet. */
export interface ReadPackage {
  readonly control: ReadMember;
  readonly data: ReadMember;
  /** The fields of the control file. */
  readonly fields: ReadonlyMap<string, string>;
  readonly md5sums: string;
  /** Paths without a leading slash. */
  readonly conffiles: readonly string[];
  readonly imageList: string | undefined;
  readonly sha256sums: string | undefined;
  readonly manifest: string | undefined;
  /** By name below /usr/share/NAME; what is wrong with it where it cannot be read. */
  readonly pieces: ReadonlyMap<string, Piece | Fault>;
  /** What is wrong with the ar archive that holds both, though dpkg-deb reads it. */
  readonly archiveFault: string | undefined;
}

/**
 * Reads a .deb once from its start to its end; nothing is written.
 *
 * @throws UserError (failure) for what cannot be read or is no .deb, or one that is cut or damaged so
 *   that its files cannot be read; for a list in it that is too large for memory
 */
export async function readPackage(path: string, signal?: AbortSignal): Promise<ReadPackage> {
  await checkReadable(path);
  const control = await readControl(path, signal);
  const fields = parseControl(control.texts.get('control') ?? '');
  const data = await readData(path, shareFolder(fields.get('Package') ?? ''), signal);
  return {
    control,
    data,
    fields,
    md5sums: control.texts.get('md5sums') ?? '',
    conffiles: lines(control.texts.get('conffiles') ?? '').map(normalised),
    imageList: data.texts.get('image.list'),
    sha256sums: data.texts.get('sha256sums'),
    manifest: data.texts.get('manifest.json'),
    pieces: data.pieces,
    archiveFault: await archiveFault(path),
  };
}

/** A FIFO or a device might never end. */
async function checkReadable(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK);
    if ((await stat(path)).isFile()) return;
  } catch (error) {
    const hint = 'give the path of a .deb';
    throw failure(`${path} cannot be read: ${refusalOf(error)}`, { hint, cause: error });
  }
  throw failure(`${path} is no regular file`, { hint: 'give the path of a .deb' });
}

type Texts = ReadonlyMap<string, string>;

const CONTROL_TEXTS: ReadonlySet<string> = new Set(['control', 'md5sums', 'conffiles']);

async function readControl(
  path: string,
  signal: AbortSignal | undefined,
): Promise<ReadMember & { texts: Texts }> {
  const argv = ['dpkg-deb', '--ctrl-tarfile', path];
  const texts = new Map<string, string>();
  const refuse = (why: string) => failure(`${path} is no whole Debian package: ${why}`);
  const member = await readMember(argv, refuse, signal, async (file, size, chunks) => {
    if (CONTROL_TEXTS.has(file)) texts.set(file, await readText(path, file, size, chunks));
    else for await (const _ of chunks);
  });
  return { ...member, texts };
}

const DATA_TEXTS: ReadonlySet<string> = new Set(['image.list', 'sha256sums', 'manifest.json']);

/** @param share the folder of the fragments */
async function readData(
  path: string,
  share: string,
  signal: AbortSignal | undefined,
): Promise<ReadMember & { texts: Texts; pieces: ReadPackage['pieces'] }> {
  const argv = ['dpkg-deb', '--fsys-tarfile', path];
  const texts = new Map<string, string>();
  const pieces = new Map<string, Piece | Fault>();
  const refuse = (why: string) => failure(`${path} is cut or damaged: ${why}`);
  const member = await readMember(argv, refuse, signal, async (file, size, chunks) => {
    const name = file.startsWith(`${share}/`) ? file.slice(share.length + 1) : '';
    if (/^(?:layers|images)\/[^/]+$/.test(name))
      pieces.set(name, await readFragment(name, chunks, signal));
    else if (DATA_TEXTS.has(name)) texts.set(name, await readText(path, name, size, chunks));
    else for await (const _ of chunks);
  });
  return { ...member, texts, pieces };
}

/** Every list of a package with some ten thousand images is smaller. */
const MAX_TEXT = 16 * 1024 * 1024;

async function readText(
  path: string,
  name: string,
  size: number,
  chunks: AsyncIterable<Buffer>,
): Promise<string> {
  if (size > MAX_TEXT) {
    throw failure(`${path}: its ${name} has ${size} bytes: more than ${MAX_TEXT} are not read`);
  }
  return text(Readable.from(chunks));
}

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

type ReadContent = (file: string, size: number, chunks: AsyncIterable<Buffer>) => Promise<void>;

/**
 * Reads a tar that dpkg-deb writes to its standard output.
 *
 * @param readContent reads a file's bytes to their end
 * @throws UserError (failure) of `refuse` for a tar that cannot be read
 */
async function readMember(
  argv: readonly string[],
  refuse: (why: string) => UserError,
  signal: AbortSignal | undefined,
  readContent: ReadContent,
): Promise<ReadMember> {
  const child = start(argv, { signal });
  if (!child.stdout || !child.stderr) throw new Error('dpkg-deb without its streams');
  const { stdout } = child;
  const end = Promise.all([ended(child, argv), text(child.stderr)]);
  end.catch(() => undefined);
  // A program whose output nobody reads would wait for ever to write, and not count as ended.
  const stop = () => {
    stdout.destroy();
    child.kill();
  };
  const files = new Map<string, ReadFile>();
  const folders = new Map<string, Entry>();
  const repeated: string[] = [];
  try {
    const damage = await readEntries(stdout, async (entry, content) => {
      const path = normalised(entry.name);
      if (files.has(path) || folders.has(path)) repeated.push(path);
      const sums = new Sums();
      const chunks = tapped(content, (chunk) => sums.update(chunk));
      if (entry.type === 'folder') {
        folders.set(path, entry);
        for await (const _ of chunks);
        return;
      }
      await readContent(path, entry.size, chunks);
      const { type, mode, ofRoot } = entry;
      files.set(path, { type, mode, ofRoot, ...sums.result() });
    });
    // What dpkg-deb says of a pipe that was closed on it is no reason.
    const stopped = damage !== undefined && !stdout.readableEnded;
    if (stopped) stop();
    const [code, stderr] = await end;
    signal?.throwIfAborted();
    if (damage === undefined && code === 0) return { files, folders, repeated };
    if (stopped) throw refuse(String(damage));
    throw killed(argv, code) ?? refuse(code === 0 ? String(damage) : lastLines(stderr));
  } catch (error) {
    stop();
    await end;
    signal?.throwIfAborted();
    throw error;
  }
}

const AR_MEMBERS = ['debian-binary', 'control.tar', 'data.tar'];

/** dpkg-deb does not look at what comes after the data. */
async function archiveFault(path: string): Promise<string | undefined> {
  const file = await open(path, 'r');
  try {
    const names = (await readMembers(file)).map((member) => member.name);
    if (JSON.stringify(names) === JSON.stringify(AR_MEMBERS)) return undefined;
    return `its members are ${names.join(', ')} instead of ${AR_MEMBERS.join(', ')}`;
  } catch (error) {
    if ('code' in (error as Error)) throw error;
    return `it goes on after its data: ${(error as Error).message}`;
  } finally {
    await file.close();
  }
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

  result(): Pick<ReadFile, 'size' | 'md5' | 'sha256'> {
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

function lines(content: string): string[] {
  return content.split('\n').filter((line) => line !== '');
}

/** dpkg-deb writes `./usr/…`, conffiles `/etc/…`. */
function normalised(path: string): string {
  return path.replace(/^\.?\//, '').replace(/\/$/, '');
}
