import type { FileHandle } from 'node:fs/promises';

/** The size field of an ar header has ten decimal digits (deb(5), ar(5)). */
export const MAX_MEMBER = 9_999_999_999;

const MAGIC = '!<arch>\n';
const HEADER = 60;
const SIZE_FIELD = 48;
/** A .deb has three, and a signed one some more. */
const MAX_MEMBERS = 16;

export interface ArMember {
  readonly name: string;
  /** Offset of the header in the file; the data begin 60 bytes later. */
  readonly header: number;
  readonly data: number;
  /** Bytes of the data. */
  readonly size: number;
}

/** The members of an ar archive in their order. @throws Error for what is no ar archive */
export async function readMembers(file: FileHandle): Promise<ArMember[]> {
  const { size: length } = await file.stat();
  if ((await readText(file, 0, MAGIC.length)) !== MAGIC) throw new Error('not an ar archive');
  const members: ArMember[] = [];
  for (let header = MAGIC.length; header < length; ) {
    const text = await readText(file, header, HEADER);
    const digits = text.slice(SIZE_FIELD, SIZE_FIELD + 10).trimEnd();
    if (!text.endsWith('`\n') || !/^\d+$/.test(digits)) throw new Error('a damaged ar header');
    if (members.length === MAX_MEMBERS) throw new Error(`more than ${MAX_MEMBERS} ar members`);
    const size = Number(digits);
    const data = header + HEADER;
    members.push({ name: text.slice(0, 16).trimEnd(), header, data, size });
    header = data + size + (size % 2);
  }
  return members;
}

/** The 60 bytes of a member's header, with another size in it. @throws Error beyond `MAX_MEMBER` */
export async function resizedHeader(
  file: FileHandle,
  member: ArMember,
  size: number,
): Promise<Buffer> {
  if (size > MAX_MEMBER) throw new Error(`an ar member of ${size} bytes`);
  const header = Buffer.from(await readText(file, member.header, HEADER), 'latin1');
  header.write(String(size).padEnd(10), SIZE_FIELD, 'latin1');
  return header;
}

async function readText(file: FileHandle, offset: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
  return buffer.toString('latin1', 0, bytesRead);
}
