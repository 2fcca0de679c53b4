import { type ExtractEvents, extract, type Header } from 'tar-stream';

/**
 * What a layer says about a path that could be, or lead to, a program: the ELF machine number of an
 * executable, the target of a link, the interpreter of a script, or that lower layers' file is gone.
 */
export type PathNote =
  | { readonly machine: number }
  | { readonly link: string }
  | { readonly interpreter: string }
  | { readonly gone: true };

/** Notes by path, without leading `./` or `/`. */
export type LayerNotes = Readonly<Record<string, PathNote>>;

/** The entrypoint check is a help, not a promise: an odd layer with more paths goes without. */
const MAX_NOTES = 100_000;

/** Bytes read of a program: an ELF header, or the first line of a script. */
const START = 256;

/**
 * Reads a tar as it streams by: checks that it is one, and notes its programs and links.
 *
 * `write` resolves when more may be written; `end` gives the notes. Both reject with an Error that
 * says what is wrong with the tar.
 */
export function scanLayer(): {
  write(chunk: Buffer): Promise<void>;
  end(): Promise<LayerNotes>;
} {
  const notes = new Map<string, PathNote>();
  const reader = extract();
  let broken: Error | undefined;
  const finished = new Promise<void>((resolve) => {
    reader.once('close', () => resolve());
    reader.on('error', (error) => {
      broken = error;
    });
  });
  reader.on('entry', (header, content, next) => {
    readStart(header, content).then((start) => {
      const note = noteOf(header, start);
      // A whiteout hides what lower layers have, never its neighbour in the same layer.
      const hides = note !== undefined && 'gone' in note[1] && notes.has(note[0]);
      if (note && !hides && notes.size < MAX_NOTES) notes.set(note[0], note[1]);
      next();
    }, next);
  });
  return {
    async write(chunk) {
      if (broken) throw broken;
      if (!reader.write(chunk)) {
        await Promise.race([
          new Promise<void>((resolve) => reader.once('drain', () => resolve())),
          finished,
        ]);
      }
    },
    async end() {
      reader.end(undefined);
      await finished;
      if (broken) throw broken;
      return Object.fromEntries(notes);
    },
  };
}

/** The first bytes of a file that could be a program; of others nothing is needed. */
async function readStart(header: Header, content: ExtractEvents['entry'][1]): Promise<Buffer> {
  const program = header.type === 'file' && (header.mode & 0o111) !== 0;
  let start = Buffer.alloc(0);
  content.on('data', (chunk) => {
    if (program && start.length < START) {
      start = Buffer.concat([start, (chunk as Buffer).subarray(0, START)]);
    }
  });
  await new Promise<void>((resolve, reject) => {
    content.once('end', () => resolve());
    content.once('error', reject);
  });
  return start;
}

const WHITEOUT = '.wh.';

function noteOf(header: Header, start: Buffer): [string, PathNote] | undefined {
  const path = relativePath(header.name);
  const slash = path.lastIndexOf('/') + 1;
  if (path.startsWith(WHITEOUT, slash)) {
    return [path.slice(0, slash) + path.slice(slash + WHITEOUT.length), { gone: true }];
  }
  if (header.type === 'symlink') return [path, { link: header.linkname }];
  if (header.type === 'link') return [path, { link: `/${relativePath(header.linkname)}` }];
  if (start.length >= 20 && start.readUInt32BE(0) === 0x7f454c46) {
    const machine = start[5] === 2 ? start.readUInt16BE(18) : start.readUInt16LE(18);
    return [path, { machine }];
  }
  const script = /^#![ \t]*(\/[^\s]+)/.exec(start.toString('latin1'));
  return script?.[1] ? [path, { interpreter: script[1] }] : undefined;
}

function relativePath(name: string): string {
  return name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
}
