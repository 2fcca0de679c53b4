import { open } from 'node:fs/promises';
import { failure } from '../../errors.ts';
import { ended, start } from '../../exec.ts';

/** Programs that decompress their standard input, by the first bytes of what they read. */
const DECOMPRESSORS: readonly (readonly [magic: string, argv: readonly string[]])[] = [
  ['1f8b', ['gzip', '-dc']],
  ['28b52ffd', ['zstd', '-dc']],
  ['fd377a585a00', ['xz', '-dc']],
  ['02214c18', ['lz4', '-dc']],
  ['425a68', ['bzip2', '-dc']],
  ['5d0000', ['xz', '--format=lzma', '-dc']],
];

/**
 * The paths in an initrd: archives in the format "newc", one behind the other, the last of them
 * mostly compressed (the kernel's Documentation/driver-api/early-userspace/buffer-format.rst).
 *
 * @throws UserError (failure) for what is no initrd
 */
export async function initrdPaths(path: string, signal: AbortSignal): Promise<string[]> {
  const plain = await plainArchives(path);
  const magic = await bytesAt(path, plain.end, 6);
  const argv = DECOMPRESSORS.find(([prefix]) => magic.toString('hex').startsWith(prefix))?.[1];
  if (argv === undefined) {
    if (plain.paths.length > 0) return plain.paths;
    throw failure(`${path} is no initrd: it begins with ${magic.toString('hex')}`);
  }
  const line = 'tail -c "+$1" "$2" | { shift 2; "$@"; }';
  const all = ['sh', '-c', line, 'sh', String(plain.end + 1), path, ...argv];
  const child = start(all, { signal });
  const end = ended(child, all);
  const reader = archiveReader();
  for await (const chunk of child.stdout ?? []) reader.take(chunk as Buffer);
  // Zeros behind the archive make some programs complain at the end of what they have written.
  await end;
  signal.throwIfAborted();
  if (reader.paths.length === 0) throw failure(`${path} cannot be decompressed by ${argv[0]}`);
  return [...plain.paths, ...reader.paths];
}

/** What is not compressed at the begin of an initrd: the processor's microcode, or all of it. */
async function plainArchives(path: string): Promise<{ paths: string[]; end: number }> {
  const file = await open(path);
  try {
    const reader = archiveReader();
    const buffer = Buffer.alloc(1 << 20);
    for (let at = 0; ; ) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0 || !reader.take(buffer.subarray(0, bytesRead))) break;
      at += bytesRead;
    }
    return { paths: reader.paths, end: reader.position };
  } finally {
    await file.close();
  }
}

async function bytesAt(path: string, position: number, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), { position });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const HEADER = 110;

/** Reads archives piece by piece; content is passed over. */
function archiveReader() {
  const paths: string[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let skip = 0;
  let position = 0;
  const advance = (bytes: number) => {
    position += bytes;
    rest = rest.subarray(bytes);
  };
  return {
    /** Of all members so far. */
    paths,
    /** Bytes from the begin to the end of the last member. */
    get position() {
      return position;
    },
    /** False when what comes is no member. */
    take(chunk: Buffer): boolean {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (;;) {
        const passed = Math.min(skip, rest.length);
        advance(passed);
        skip -= passed;
        // Between archives there are zeros.
        while (skip === 0 && rest[0] === 0) advance(1);
        if (skip > 0 || rest.length < HEADER) return true;
        if (!/^07070[12]$/.test(rest.toString('latin1', 0, 6))) return false;
        const [size, nameSize] = [54, 94].map((at) =>
          Number.parseInt(rest.toString('latin1', at, at + 8), 16),
        ) as [number, number];
        if (rest.length < HEADER + nameSize) return true;
        const name = rest.toString('utf8', HEADER, HEADER + nameSize - 1);
        if (name !== 'TRAILER!!!') paths.push(name);
        skip = padded(HEADER + nameSize) + padded(size);
      }
    },
  };
}

function padded(size: number): number {
  return (size + 3) & ~3;
}
