import { mkdir, open, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../errors.ts';
import { extractArgv } from '../base/bootstrap.ts';
import { type FakeRoot, fakeRoot } from '../base/root.ts';

/** What a system can be given as. */
type RootfsKind = 'folder' | 'tarball' | 'ext4';

/** Beside its files: journal, inode tables, and room to boot until it grows. */
const SPARE_MIB = 256;

/**
 * A raw ext4 file system with the system in it: the image itself, or one that is made in `workDir`.
 *
 * @throws UserError (failure) for what is none of the kinds
 */
export async function rootfsDisk(
  path: string,
  workDir: string,
  signal: AbortSignal,
): Promise<string> {
  const kind = await rootfsKind(path);
  if (kind === 'ext4') return path;
  const asRoot = fakeRoot(workDir, process.getuid?.());
  const disk = join(workDir, 'rootfs.ext4');
  if (kind === 'folder') {
    await makeFileSystem(path, disk, asRoot, signal);
    return disk;
  }
  const root = join(workDir, 'rootfs');
  await mkdir(root);
  await asRoot.run(extractArgv(path, root), signal);
  await makeFileSystem(root, disk, asRoot, signal);
  await asRoot.run(['rm', '-r', root], signal);
  return disk;
}

/** Bytes at a place that tell what a file is. */
const MAGICS: readonly (readonly [at: number, hex: string, kind: string])[] = [
  [1080, '53ef', 'ext4'],
  [0, '1f8b', 'tarball'],
  [0, 'fd377a585a00', 'tarball'],
  [0, '28b52ffd', 'tarball'],
  [0, '425a68', 'tarball'],
  [257, '7573746172', 'tarball'],
  [0, '514649fb', 'a qcow2 image'],
  [0, '68737173', 'a squashfs'],
  [512, '4546492050415254', 'an image of a whole disk with partitions'],
  [510, '55aa', 'an image of a whole disk with partitions'],
];

/** @throws UserError (failure) for what no machine can be made of */
async function rootfsKind(path: string): Promise<RootfsKind> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw failure(`${path} does not exist`);
  if (found.isDirectory()) return 'folder';
  const begin = await readBegin(path);
  const kind = MAGICS.find(([at, hex]) => begin.toString('hex', at).startsWith(hex))?.[2];
  if (kind === 'ext4' || kind === 'tarball') return kind;
  throw failure(
    `${path} is ${kind ?? 'neither a folder nor a tarball nor an ext4 image'}: it cannot be booted`,
    {
      hint: 'give the root file system: a folder, a tarball (gz, xz, zst) or an image of ext4 without partitions',
    },
  );
}

async function readBegin(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function makeFileSystem(
  root: string,
  disk: string,
  asRoot: FakeRoot,
  signal: AbortSignal,
): Promise<void> {
  const used = await asRoot.run(['du', '-s', '--block-size=1M', '--', root], signal);
  const size = Math.ceil(Number.parseInt(used.stdout.toString(), 10) * 1.1) + SPARE_MIB;
  await writeFile(disk, '');
  await truncate(disk, size * 1024 * 1024);
  await asRoot.run(fileSystemArgv(root, disk), signal);
}

export function fileSystemArgv(root: string, disk: string): string[] {
  return [
    ...['mke2fs', '-q', '-F', '-t', 'ext4', '-m', '0'],
    ...['-E', 'lazy_itable_init=1,lazy_journal_init=1,nodiscard', '-d', root, disk],
  ];
}
