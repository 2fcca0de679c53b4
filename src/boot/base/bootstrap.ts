import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from '../../exec.ts';
import { type FakeRoot, toolEnvironment } from './root.ts';
import type { BaseArchitecture } from './types.ts';

export interface BootstrapOptions {
  readonly architecture: BaseArchitecture;
  readonly suite: string;
  readonly packages: readonly string[];
  readonly sources: readonly string[];
  readonly root: string;
  readonly work: string;
  readonly fakeRoot: FakeRoot;
  readonly signal: AbortSignal;
}

/** Makes the root of a system with mmdebstrap, which runs the programs of it: with qemu-user where they are foreign. */
export async function bootstrapRoot(options: BootstrapOptions): Promise<void> {
  const { root, work, signal } = options;
  const tarball = join(work, 'root.tar');
  await mustRun(bootstrapArgv(options, tarball), {
    env: toolEnvironment(process.env),
    signal,
    withChildren: true,
  });
  await mkdir(root, { recursive: true });
  await options.fakeRoot.run(extractArgv(tarball, root), signal);
}

/** mmdebstrap finds by itself whether it is root or needs namespaces; a tarball comes out of both. */
export function bootstrapArgv(
  options: Pick<BootstrapOptions, 'architecture' | 'suite' | 'packages' | 'sources'>,
  tarball: string,
): string[] {
  return [
    'mmdebstrap',
    '--variant=essential',
    '--format=tar',
    `--architectures=${options.architecture}`,
    `--include=${options.packages.join(',')}`,
    // usr-is-merged in place of usrmerge and its perl, as in the recipe.
    '--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr',
    // As the quick way does; both shall have the same files.
    ...['man', 'locale', 'doc', 'info'].map(
      (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
    ),
    options.suite,
    tarball,
    ...options.sources,
  ];
}

export function extractArgv(tarball: string, root: string): string[] {
  return [
    'tar',
    '--extract',
    '--preserve-permissions',
    '--numeric-owner',
    '--exclude=./dev/*',
    `--file=${tarball}`,
    `--directory=${root}`,
  ];
}
