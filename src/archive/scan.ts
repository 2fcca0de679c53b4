import { readMembers, type TarMember } from './tar-members.ts';

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

/**
 * Reads a tar as it streams by: checks that it is one that container engines take, and notes its
 * programs and links.
 *
 * @returns `end` gives the notes; both throw an Error that says what is wrong with the tar
 */
export function scanLayer(): { write(chunk: Buffer): void; end(): LayerNotes } {
  const notes = new Map<string, PathNote>();
  const reader = readMembers((member, start) => {
    const note = noteOf(member, start);
    // A whiteout hides what lower layers have, never its neighbour in the same layer.
    const hides = note !== undefined && 'gone' in note[1] && notes.has(note[0]);
    if (note && !hides && notes.size < MAX_NOTES) notes.set(note[0], note[1]);
  });
  return {
    write: reader.write,
    end() {
      reader.end();
      return Object.fromEntries(notes);
    },
  };
}

const WHITEOUT = '.wh.';

function noteOf(member: TarMember, start: Buffer): [string, PathNote] | undefined {
  const path = relativePath(member.name);
  const slash = path.lastIndexOf('/') + 1;
  if (path.startsWith(WHITEOUT, slash)) {
    return [path.slice(0, slash) + path.slice(slash + WHITEOUT.length), { gone: true }];
  }
  if (member.type === '1') return [path, { link: `/${relativePath(member.linkname)}` }];
  if (member.type === '2') return [path, { link: member.linkname }];
  if (member.type !== '0' || (member.mode & 0o111) === 0) return undefined;
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
