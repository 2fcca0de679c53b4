import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { mustRun } from '../../exec.ts';
import type { Downloads } from './apt.ts';
import { readPackages, type UnpackedPackage } from './control.ts';
import { writeDatabase } from './database.ts';
import { pamFiles } from './pam.ts';
import { type FakeRoot, toolEnvironment } from './root.ts';
import { type ScriptEffects, scriptEffects, unknownPackages } from './scripts.ts';
import type { BaseArchitecture } from './types.ts';

export interface RootOptions {
  readonly architecture: BaseArchitecture;
  readonly downloads: Downloads;
  /** The new system's root, which this makes. */
  readonly root: string;
  readonly work: string;
  readonly guestDir: string;
  readonly fakeRoot: FakeRoot;
  readonly signal: AbortSignal;
}

/**
 * Makes the root of a system without running one program of it: unpacks, writes dpkg's database, and
 * does what the maintainer scripts would have done.
 *
 * @returns the packages that nobody knows how to configure so: the root is not to be used then
 */
export async function makeRoot(options: RootOptions): Promise<readonly string[]> {
  const { root, work, signal } = options;
  const control = join(work, 'control');
  await mkdir(control);
  await makeSkeleton(root, options.architecture);
  await options.fakeRoot.run(
    unpackArgv(options.guestDir, availableParallelism(), root, control, options.downloads.packages),
    signal,
  );
  const packages = await readPackages(control);
  const unknown = unknownPackages(packages);
  if (unknown.length > 0) return unknown;
  await configure(options, packages);
  return [];
}

export function unpackArgv(
  guestDir: string,
  jobs: number,
  root: string,
  control: string,
  debs: readonly string[],
): string[] {
  return [join(guestDir, 'base/unpack'), String(jobs), root, control, ...debs];
}

/** What the postinst of systemd enables by itself, and all others by deb-systemd-helper. */
export function enableArgvs(root: string, effects: ScriptEffects): string[][] {
  const { units, userUnits } = effects;
  return [
    ['systemctl', '--root', root, '--quiet', 'enable', ...SYSTEMD_UNITS],
    ...(units.length > 0 ? [['deb-systemd-helper', 'enable', ...units]] : []),
    ...(userUnits.length > 0 ? [['deb-systemd-helper', '--user', 'enable', ...userUnits]] : []),
  ];
}

const SYSTEMD_UNITS = ['getty@tty1.service', 'remote-fs.target', 'systemd-pstore.service'];

/**
 * One sysusers.d of many, for this machine's systemd-sysusers. That may be older than the base's: it
 * does not know `u!`. Of two lines for one name, the first counts.
 */
export function joinSysusers(texts: readonly string[]): string {
  const lines = texts
    .flatMap((text) => text.split('\n'))
    .map((line) => line.replace(/^([a-z])!/, '$1'));
  const taken = new Set<string>();
  const first = lines.filter((line) => {
    const [type = '', name = ''] = line.split(/\s+/);
    const again = (type === 'u' || type === 'g') && taken.has(`${type} ${name}`);
    taken.add(`${type} ${name}`);
    return !again;
  });
  return `${first.join('\n')}\n`;
}

async function makeSkeleton(root: string, architecture: BaseArchitecture): Promise<void> {
  const folders = ['bin', 'sbin', 'lib', ...(architecture === 'amd64' ? ['lib64'] : [])];
  for (const name of folders) {
    await mkdir(join(root, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(root, name));
  }
  await mkdir(join(root, 'etc'));
}

async function configure(options: RootOptions, packages: readonly UnpackedPackage[]) {
  const { root, work, signal } = options;
  const env = {
    ...toolEnvironment(process.env),
    DPKG_ROOT: root,
    DPKG_MAINTSCRIPT_PACKAGE: 'base',
  };
  const effects = scriptEffects(packages);
  await writeDatabase(root, packages);
  for (const args of effects.alternatives.filter((each) => isThere(root, each))) {
    await mustRun(['update-alternatives', '--root', root, '--quiet', ...args], { env, signal });
  }
  await writePam(root);
  const accounts = join(work, 'accounts.conf');
  await writeFile(accounts, await sysusers(root, effects.accounts));
  await options.fakeRoot.run([join(options.guestDir, 'base/configure'), root, accounts], signal);
  for (const argv of enableArgvs(root, effects)) await mustRun(argv, { env, signal });
}

/** Pages of the manual are not unpacked, and update-alternatives refuses what is not there. */
function isThere(root: string, [, , , path = '']: readonly string[]): boolean {
  return existsSync(join(root, path));
}

async function writePam(root: string): Promise<void> {
  const templates = await readFolder(join(root, 'usr/share/pam'), /^common-[a-z-]+$/);
  const profiles = await readFolder(join(root, 'usr/share/pam-configs'), /^[^.]+$/);
  for (const [name, text] of pamFiles(templates, [...profiles.values()])) {
    await writeFile(join(root, 'etc/pam.d', name), text);
  }
}

async function sysusers(root: string, accounts: readonly string[]): Promise<string> {
  const files = await readFolder(join(root, 'usr/lib/sysusers.d'), /\.conf$/);
  // adduser of the scripts comes before systemd-sysusers, and sets the home.
  return joinSysusers([...accounts, ...files.values()]);
}

/** The texts of a folder's files by name, in the order of their names; none of a folder that is not there. */
async function readFolder(folder: string, wanted: RegExp): Promise<Map<string, string>> {
  const names = existsSync(folder)
    ? (await readdir(folder)).filter((name) => wanted.test(name))
    : [];
  const texts = names
    .toSorted()
    .map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const);
  return new Map(await Promise.all(texts));
}
