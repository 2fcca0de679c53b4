/** Tar's unit in bytes: headers are one block, contents are padded to whole blocks. */
export const BLOCK = 512;

/** The end of a tar: two zero blocks. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/**
 * A ustar header for a regular file: root:root, 0644, at the epoch, so that equal contents give
 * equal bytes.
 *
 * @param name at most 100 bytes
 * @param size in bytes; from 8 GiB on in GNU's base-256 form, which Go's and dpkg's readers know
 */
export function tarHeader(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`tar name too long: ${name}`);
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  sizeField(size).copy(header, 124);
  header.write('00000000000\0', 136);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** The zero bytes that follow a content of `size` bytes. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** A whole entry, for contents that are in memory. */
export function tarEntry(name: string, content: Uint8Array): Buffer {
  return Buffer.concat([tarHeader(name, content.length), content, tarPadding(content.length)]);
}

function sizeField(size: number): Buffer {
  const field = Buffer.alloc(12);
  if (size < 0o100000000000) {
    field.write(`${size.toString(8).padStart(11, '0')}\0`);
  } else {
    field.writeUInt32BE(Math.floor(size / 2 ** 32), 4);
    field.writeUInt32BE(size % 2 ** 32, 8);
    field[0] = 0x80;
  }
  return field;
}
