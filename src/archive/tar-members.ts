import { quote } from '../images/quote.ts';
import { BLOCK, paddingOf } from '../tar.ts';

/** What a tar says of a member, long names and sizes from its extended headers included. */
export interface TarMember {
  /** The type flag: `0` a file, `1` a hard link, `2` a symbolic link, `5` a directory … */
  readonly type: string;
  readonly name: string;
  readonly linkname: string;
  readonly mode: number;
  /** Bytes of its content in the tar. */
  readonly size: number;
}

/** Bytes that are given of a member's content. */
const START = 256;

/** As Go's archive/tar has it: an extended header is held in memory. */
const MAX_EXTENDED = 1024 * 1024;

/**
 * Reads the members of a tar that comes in pieces: v7, ustar, pax and GNU. It takes what container
 * engines take, which read with Go's archive/tar and unpack seven types: the tar ends at two zero
 * blocks whatever follows, or without them at a member's end.
 *
 * @param onMember gets each member and the first bytes of its content, for as long as it runs
 * @returns both functions throw an Error that says what is wrong with the tar
 */
export function readMembers(onMember: (member: TarMember, start: Buffer) => void): {
  write(chunk: Buffer): void;
  end(): void;
} {
  const parser = parse(onMember);
  let wish = parser.next();
  let taken: Buffer[] = [];
  let left = wish.done ? 0 : wish.value.bytes;
  // What was wished for may be no bytes at all.
  const grant = () => {
    while (!wish.done && left === 0) {
      wish = parser.next(taken.length === 1 ? (taken[0] as Buffer) : Buffer.concat(taken));
      taken = [];
      left = wish.done ? 0 : wish.value.bytes;
    }
  };
  return {
    write(chunk) {
      for (let at = 0; at < chunk.length && !wish.done; grant()) {
        const part = chunk.subarray(at, at + left);
        // What is left for the next chunk is copied: this one's bytes may be others then.
        if (wish.value.keep) taken.push(part.length === left ? part : Buffer.from(part));
        at += part.length;
        left -= part.length;
      }
    },
    end() {
      const complete = wish.done || (wish.value.mayEnd && taken.length === 0);
      if (!complete) throw new Error('Unexpected end of data');
    },
  };
}

/** The next bytes of the tar that the parser wants: to have them, or to pass them over. */
interface Wish {
  readonly bytes: number;
  readonly keep: boolean;
  /** Whether the tar is whole without them. */
  readonly mayEnd: boolean;
}

const take = (bytes: number): Wish => ({ bytes, keep: true, mayEnd: false });
const header: Wish = { bytes: BLOCK, keep: true, mayEnd: true };
const passOver = (bytes: number): Wish => ({ bytes, keep: false, mayEnd: false });
const padding = (size: number): Wish => ({ bytes: paddingOf(size), keep: false, mayEnd: true });

type Extended = Partial<Pick<TarMember, 'name' | 'linkname' | 'size'>>;

/** Is given what it wishes for, and ends where the tar ends. */
function* parse(
  onMember: (member: TarMember, start: Buffer) => void,
): Generator<Wish, void, Buffer> {
  let extended: Extended = {};
  for (;;) {
    const block = yield header;
    if (isZero(block)) {
      if (isZero(yield header)) return;
      throw invalid('one block of zeros, and then more');
    }
    const own = readHeader(block);
    if (EXTENDED.includes(own.type)) {
      if (own.size > MAX_EXTENDED) throw invalid(`an extended header of ${own.size} bytes`);
      extended = { ...extended, ...readExtended(own.type, yield take(own.size)) };
      yield padding(own.size);
      continue;
    }
    const member = asEnginesDo({ ...own, ...extended });
    extended = {};
    const start = yield take(Math.min(START, member.size));
    onMember(member, start);
    yield passOver(member.size - start.length);
    yield padding(member.size);
  }
}

/** A global pax header, a pax header, GNU's long name and long target of a link. */
const EXTENDED = ['g', 'x', 'L', 'K'];

/** Types of which nothing but the header is in the tar, whatever size that says. */
const HEADER_ONLY = ['1', '2', '3', '4', '5', '6'];

const REFUSED: Readonly<Record<string, string>> = {
  '7': 'a contiguous file',
  D: "GNU's list of a directory",
  M: 'the rest of a file on another volume',
  S: "GNU's sparse file of the old format",
  V: 'the name of a volume',
};

/** @throws Error for a type that engines do not unpack */
function asEnginesDo(member: TarMember): TarMember {
  // Tars of before 1988 know neither a type for files nor one for directories.
  const v7 = member.name.endsWith('/') ? '5' : '0';
  const type = member.type === '\0' ? v7 : member.type;
  if (HEADER_ONLY.includes(type)) return { ...member, type, size: 0 };
  if (type === '0') return { ...member, type };
  const what = REFUSED[type] === undefined ? '' : ` (${REFUSED[type]})`;
  throw new Error(
    `${quote(member.name)} has the type ${quote(type)}${what}, which container engines refuse`,
  );
}

function readHeader(block: Buffer): TarMember {
  if (!isSum(readNumber(block, 148, 8), block)) throw invalid('its checksum is wrong');
  // Owner, group and time are not used here, but engines refuse what is no number there.
  for (const [at, length] of OTHER_NUMBERS) readNumber(block, at, length);
  const size = readNumber(block, 124, 12);
  if (size < 0) throw invalid(`a size of ${size} bytes`);
  const name = readText(block, 0, 100);
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? readText(block, 345, 155) : '';
  return {
    type: block.toString('latin1', 156, 157),
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkname: readText(block, 157, 100),
    mode: readNumber(block, 100, 8),
    size,
  };
}

const OTHER_NUMBERS = [
  [108, 8],
  [116, 8],
  [136, 12],
] as const;

/** Of bytes, or of signed bytes as some old programs have it; its own field counts as spaces. */
function isSum(sum: number, block: Buffer): boolean {
  let plain = 8 * 0x20;
  let negative = 0;
  // An index: this runs over every header, and iterators are ten times slower.
  for (let at = 0; at < BLOCK; at += at === 147 ? 9 : 1) {
    const byte = block[at] as number;
    plain += byte;
    if (byte > 127) negative += 256;
  }
  return sum === plain || sum === plain - negative;
}

/** Octal digits between spaces and zero bytes, none being 0; or base 256 in two's complement. */
function readNumber(block: Buffer, at: number, length: number): number {
  const field = block.subarray(at, at + length);
  const first = field[0] as number;
  if (first > 127) {
    const inverse = first & 0x40 ? 0xff : 0;
    let value = 0;
    for (const [index, byte] of field.entries()) {
      value = value * 256 + ((byte ^ inverse) & (index === 0 ? 0x7f : 0xff));
    }
    return inverse ? -value - 1 : value;
  }
  const digits = /^[ \0]*([0-7]*)(?:[ \0]*|\0.*)$/s.exec(field.toString('latin1'))?.[1];
  if (digits === undefined) throw invalid(`the number ${quote(field.toString('latin1'))}`);
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function readExtended(type: string, content: Buffer): Extended {
  if (type === 'L') return { name: readText(content, 0, content.length) };
  if (type === 'K') return { linkname: readText(content, 0, content.length) };
  const records = readRecords(content);
  // No engine applies a global header to the members that follow it.
  return type === 'x' ? named(records) : {};
}

/** An empty value takes nothing away from the header. */
function named(records: ReadonlyMap<string, string>): Extended {
  const [name, linkname, size] = ['path', 'linkpath', 'size'].map((key) => records.get(key) || '');
  if (size && !/^\d+$/.test(size)) throw invalid(`a size of ${quote(size)} bytes`);
  return { ...(name && { name }), ...(linkname && { linkname }), ...(size && { size: +size }) };
}

/** Pax's records: `LENGTH KEY=VALUE` and a newline each, the length that of the whole record. */
function readRecords(content: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const digits = /^(\d+) /.exec(content.toString('latin1', at, at + 20))?.[1] ?? '';
    const end = at + Number(digits);
    const record = content.toString('utf8', at + digits.length + 1, end);
    const equals = record.indexOf('=');
    if (equals < 1 || end > content.length || !record.endsWith('\n')) {
      throw invalid('a pax record that is none');
    }
    records.set(record.slice(0, equals), record.slice(equals + 1, -1));
    at = end;
  }
  return records;
}

function readText(bytes: Buffer, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

const ZEROS = Buffer.alloc(BLOCK);

function isZero(block: Buffer): boolean {
  return block.equals(ZEROS);
}

function invalid(what: string): Error {
  return new Error(`Invalid tar header: ${what}`);
}
