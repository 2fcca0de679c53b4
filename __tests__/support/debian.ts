import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebianArchitecture } from '../../src/images/platform.ts';
import { type Entry, parentsOf } from './images.ts';

const ROOT = join(import.meta.dirname, '../..');
const DEBIAN_TREE = join(ROOT, 'script/lib/debian-tree');

export interface TreeOptions {
  /** Also what the packages depend on, so that their programs run. */
  readonly depends?: boolean;
  /** Of another Debian than this machine's own. */
  readonly suite?: string;
}

/**
 * Unpacks Debian packages of any architecture and keeps the result for the next time.
 *
 * @returns the directory, which is shared: not to be written to
 */
export async function debianTree(
  architecture: DebianArchitecture,
  packages: readonly string[],
  { depends = false, suite }: TreeOptions = {},
): Promise<string> {
  const cache = await cacheDirectory();
  const wanted = JSON.stringify([depends, ...(suite ? [suite] : []), ...packages]);
  const key = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const directory = join(cache, 'trees', `${architecture}-${packages[0]}-${key}`);
  const flags = [...(depends ? ['--depends'] : []), ...(suite ? ['--suite', suite] : [])];
  const argv = [...flags, architecture, directory, ...packages];
  const child = spawn(DEBIAN_TREE, argv, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_TREE_CACHE: cache },
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`debian-tree ${argv.join(' ')} ended with ${code}`);
  return directory;
}

/** A static busybox of that architecture: a program that runs in an image with nothing else in it. */
export async function busybox(architecture: DebianArchitecture): Promise<Buffer> {
  const tree = await debianTree(architecture, ['busybox-static']);
  return readFile(join(tree, 'usr/bin/busybox'));
}

/** The members of a layer with busybox and links to it, `true` and `sh` among them. */
export async function busyboxEntries(architecture: DebianArchitecture): Promise<Entry[]> {
  const links = ['cat', 'echo', 'ls', 'sh', 'sleep', 'true'];
  return [
    ...parentsOf('bin/busybox'),
    { path: 'bin/busybox', content: await busybox(architecture), mode: 0o755 },
    ...links.map((name): Entry => ({ path: `bin/${name}`, type: 'symlink', linkname: 'busybox' })),
  ];
}

/** In the clone, so that CI can keep it; elsewhere where the clone is read-only. */
async function cacheDirectory(): Promise<string> {
  const inClone = join(ROOT, '.tools/debian');
  try {
    await mkdir(inClone, { recursive: true });
    await access(inClone, constants.W_OK);
    return inClone;
  } catch {
    return join(tmpdir(), 'container-preload-debian');
  }
}
