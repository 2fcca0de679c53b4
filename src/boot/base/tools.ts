import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../errors.ts';
import { toolEnvironment } from './root.ts';
import { DEBIAN_KEYRING } from './sources.ts';

/** Programs of the quick way, and the Debian package of each. */
const PACKAGE_OF: Readonly<Record<string, string>> = {
  'apt-get': 'apt',
  'deb-systemd-helper': 'init-system-helpers',
  depmod: 'kmod',
  'dpkg-deb': 'dpkg',
  mke2fs: 'e2fsprogs',
  systemctl: 'systemd',
  'systemd-sysusers': 'systemd',
  xz: 'xz-utils',
};

/**
 * Asked once before any work: scripts would find out in the middle of it.
 *
 * @throws UserError (failure) with the packages to install
 */
export function requireTools(uid: number | undefined, env: NodeJS.ProcessEnv): void {
  const missing = missingTools(uid, env);
  if (missing.length === 0) return;
  throw failure(`a base system cannot be made without: ${missing.join(', ')}`, {
    hint: `apt-get install ${missing.join(' ')}`,
  });
}

/** The Debian packages that this machine lacks for the making of a base system. */
export function missingTools(uid: number | undefined, env: NodeJS.ProcessEnv): string[] {
  const programs = [...Object.keys(PACKAGE_OF), ...(uid === 0 ? [] : ['fakeroot'])];
  const missing = missingPackages(programs, (program) => isThere(program, env));
  return [...missing, ...(existsSync(DEBIAN_KEYRING) ? [] : ['debian-archive-keyring'])];
}

export function isThere(program: string, env: NodeJS.ProcessEnv): boolean {
  const folders = (toolEnvironment(env).PATH ?? '').split(':');
  return folders.some((folder) => existsSync(join(folder, program)));
}

export function missingPackages(
  programs: readonly string[],
  isThere: (program: string) => boolean,
): string[] {
  const packages = programs
    .filter((program) => !isThere(program))
    .map((program) => PACKAGE_OF[program] ?? program);
  return [...new Set(packages)];
}
