/** Tar's unit in bytes: headers are one block, contents are padded to whole blocks. */
export const BLOCK = 512;

/** A regular file's header, owned by root. */
export interface TarEntry {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

/**
 * The header as `tar --format=gnu` writes it, which dpkg-deb uses and every dpkg and engine reads:
 * long names in an entry of their own, sizes from 8 GiB on in base 256.
 */
export function tarHeader(entry: TarEntry): Buffer {
  const path = Buffer.from(entry.path);
  const header = headerBlock({ ...entry, path: path.subarray(0, 100), type: '0' });
  if (path.length <= 100) return header;
  const long = {
    path: Buffer.from('././@LongLink'),
    size: path.length + 1,
    mode: 0o644,
    mtime: 0,
    type: 'L',
  };
  return Buffer.concat([
    headerBlock(long),
    path,
    Buffer.alloc(paddingOf(path.length + 1) + 1),
    header,
  ]);
}

/** Bytes from the end of an entry's data to the next block. */
export function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** The size in a header block, octal or base 256. @throws Error for neither */
export function readSize(header: Buffer): number {
  if (header[124] === 0x80) return Number(header.readBigUInt64BE(128));
  const digits = header.toString('latin1', 124, 136).replace(/[\0 ]+$/, '');
  if (!/^ *[0-7]+$/.test(digits)) throw new Error('a tar header whose size is no number');
  return Number.parseInt(digits, 8);
}

/** The sum of a header's bytes, its own field taken as spaces. */
export function headerSum(header: Buffer): number {
  let sum = 8 * 0x20;
  for (const [index, byte] of header.entries()) if (index < 148 || index >= 156) sum += byte;
  return sum;
}

const MAX_OCTAL_SIZE = 0o77777777777;

function headerBlock(entry: Omit<TarEntry, 'path'> & { path: Buffer; type: string }): Buffer {
  const header = Buffer.alloc(BLOCK);
  entry.path.copy(header, 0);
  header.write(octal(entry.mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  if (entry.size > MAX_OCTAL_SIZE) {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(entry.size), 128);
  } else {
    header.write(octal(entry.size, 11), 124);
  }
  header.write(octal(entry.mtime, 11), 136);
  header.write(entry.type, 156);
  header.write('ustar  \0root', 257);
  header.write('root', 297);
  header.write(`${octal(headerSum(header), 6)}\0 `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
