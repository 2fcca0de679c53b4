/** A member of an archive in the format "newc": all owned by root. */
export interface CpioMember {
  readonly path: string;
  /** File type and permissions, as in `st_mode`. */
  readonly mode: number;
  readonly content?: Buffer;
  /** Major and minor number of a device. */
  readonly device?: readonly [number, number];
}

/** Format: the kernel's Documentation/driver-api/early-userspace/buffer-format.rst. */
export function cpio(members: readonly CpioMember[]): Buffer {
  const all = [...members, { path: 'TRAILER!!!', mode: 0 }];
  return Buffer.concat(all.flatMap((member, index) => entry(member, index)));
}

function entry({ path, mode, content, device = [0, 0] }: CpioMember, inode: number): Buffer[] {
  const name = Buffer.from(`${path}\0`);
  const data = content ?? Buffer.alloc(0);
  const numbers = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, ...device, name.length, 0];
  const header = `070701${numbers.map(hex).join('')}`;
  return [padded(Buffer.concat([Buffer.from(header), name])), padded(data)];
}

function hex(number: number): string {
  return number.toString(16).toUpperCase().padStart(8, '0');
}

function padded(bytes: Buffer): Buffer {
  const missing = -bytes.length & 3;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}
