import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../errors.ts';
import { mustRun, type RunOptions, run } from '../../exec.ts';
import type { Recipe } from './recipe.ts';
import type { Sources } from './sources.ts';
import type { BaseArchitecture } from './types.ts';

/** Downloaded and verified packages: paths of .deb files. */
export interface Downloads {
  /** What was asked for; `packages` has all that comes with it, too. */
  readonly names: readonly string[];
  readonly packages: readonly string[];
  /** One package, or since forky several: the kernel and its modules. */
  readonly kernel: readonly string[];
  readonly busybox: string;
}

/**
 * Resolves and downloads with a state of our own: nothing of this machine's apt is read but how it
 * reaches the network, and nothing is written.
 *
 * @throws UserError (failure) for a suite, an architecture or a package that the mirror does not have
 */
export async function download(
  folder: string,
  options: {
    readonly architecture: BaseArchitecture;
    readonly suite: string;
    readonly sources: Sources;
    readonly recipe: Recipe;
    readonly signal: AbortSignal;
  },
): Promise<Downloads> {
  const { architecture, sources, recipe, signal } = options;
  const runOptions = {
    env: await aptEnvironment(folder, architecture, sources, signal),
    signal,
    withChildren: true,
  };
  await apt(['apt-get', '-qq', 'update', '--error-on=any'], options.suite, runOptions);
  const there = await present(recipe.packagesWhereThere, runOptions);
  const wanted = [...recipe.packages, ...there];
  await apt(installArgv(wanted), options.suite, runOptions);
  const kernelPackages = await kernelOf(recipe.kernelMetaPackage, runOptions);
  const extra = join(folder, 'extra');
  await mkdir(extra);
  await apt(['apt-get', '-qq', 'download', ...kernelPackages, 'busybox-static'], options.suite, {
    ...runOptions,
    cwd: extra,
  });
  return {
    names: wanted,
    packages: await debs(join(folder, 'cache/archives')),
    kernel: (await debs(extra)).filter((path) => !path.includes('/busybox-static_')),
    busybox: oneOf(await debs(extra), 'busybox-static'),
  };
}

/** `?essential` is apt's own pattern: what every Debian has, for that architecture. */
export function installArgv(packages: readonly string[]): string[] {
  return ['apt-get', '-qq', '--yes', '--download-only', 'install', '?essential', ...packages];
}

/** @param network lines of `apt-config dump` that say how to reach the mirrors */
export function aptConfiguration(
  folder: string,
  architecture: BaseArchitecture,
  network: readonly string[],
): string {
  const lines = [
    `APT::Architecture "${architecture}";`,
    `APT::Architectures { "${architecture}"; };`,
    `Dir::Etc "${folder}/etc";`,
    `Dir::Etc::sourcelist "${folder}/etc/sources.list";`,
    'Dir::Etc::netrc "/etc/apt/auth.conf";',
    'Dir::Etc::netrcparts "/etc/apt/auth.conf.d";',
    `Dir::State "${folder}/state";`,
    `Dir::State::status "${folder}/status";`,
    `Dir::Cache "${folder}/cache";`,
    'APT::Install-Recommends "false";',
    'APT::Get::AllowUnauthenticated "false";',
    // Downloads happen as who we are: the sandbox's user could not write here.
    'APT::Sandbox::User "";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
    'pkgCacheGen::ForceEssential ",";',
    ...network,
  ];
  return `${lines.join('\n')}\n`;
}

/** Proxies, credentials and transports of this machine, out of all of its apt's settings. */
export function networkSettings(dump: string): string[] {
  return dump
    .split('\n')
    .filter((line) =>
      /^Acquire::(?:https?|ftp|tor|Check-|Max-ValidTime|ForceIPv)[^ ]* "/i.test(line),
    );
}

/** The package that a kernel's meta package depends on. */
export function parseKernelPackage(show: string): string | undefined {
  return /^Depends:.*?\b(linux-image-[0-9][^\s,]*)/m.exec(show)?.[1];
}

/** The packages that a kernel's package depends on for its files; none where it has them itself. */
export function parseKernelParts(show: string): string[] {
  const depends = /^Depends:.*$/m.exec(show)?.[0] ?? '';
  return [...depends.matchAll(/\blinux-(?:base|binary|modules)-[0-9][^\s,]*/g)].map(
    ([name]) => name,
  );
}

async function aptEnvironment(
  folder: string,
  architecture: BaseArchitecture,
  sources: Sources,
  signal: AbortSignal,
): Promise<NodeJS.ProcessEnv> {
  const folders = [
    ...['apt.conf.d', 'preferences.d', 'sources.list.d', 'trusted.gpg.d'].map((d) => `etc/${d}`),
    'state/lists/partial',
    'cache/archives/partial',
  ];
  await Promise.all(folders.map((name) => mkdir(join(folder, name), { recursive: true })));
  const { stdout } = await mustRun(['apt-config', 'dump'], { signal });
  const configuration = join(folder, 'apt.conf');
  const network = networkSettings(stdout.toString());
  await writeFile(configuration, aptConfiguration(folder, architecture, network));
  await writeFile(join(folder, 'etc/sources.list'), `${sources.join('\n')}\n`);
  await writeFile(join(folder, 'status'), '');
  return { ...process.env, LC_ALL: 'C', APT_CONFIG: configuration };
}

async function apt(argv: readonly string[], suite: string, options: RunOptions): Promise<void> {
  const { code, stderr } = await run(argv, options);
  if (code === 0) return;
  const errors = stderr.split('\n').filter((line) => line.startsWith('E: '));
  const why = errors.length > 0 ? errors.map((line) => line.slice(3)).join(' | ') : stderr.trim();
  throw failure(`the packages of ${suite} cannot be had: ${why}`, {
    hint: 'check the suite, the mirror and the network',
  });
}

async function present(names: readonly string[], options: RunOptions): Promise<string[]> {
  const { stdout } = await mustRun(['apt-cache', 'policy', ...names], options);
  const candidates = parseCandidates(stdout.toString());
  return names.filter((name) => candidates.has(name));
}

/** Names that `apt-cache policy` can install. */
export function parseCandidates(policy: string): Set<string> {
  const found = policy.matchAll(/^(\S+):\n {2}Installed:.*\n {2}Candidate: (.*)$/gm);
  return new Set(
    [...found].flatMap(([, name, version]) => (version === '(none)' ? [] : [name ?? ''])),
  );
}

async function kernelOf(metaPackage: string, options: RunOptions): Promise<string[]> {
  const show = ['apt-cache', 'show', '--no-all-versions'];
  const meta = await mustRun([...show, metaPackage], options);
  const name = parseKernelPackage(meta.stdout.toString());
  if (name === undefined) throw failure(`${metaPackage} depends on no kernel`);
  const parts = parseKernelParts((await mustRun([...show, name], options)).stdout.toString());
  return parts.length > 0 ? parts : [name];
}

async function debs(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
  return names.toSorted().map((name) => join(folder, name));
}

function oneOf(paths: readonly string[], packageName: string): string {
  const path = paths.find((candidate) => candidate.includes(`/${packageName}_`));
  if (path === undefined) throw new Error(`apt-get download gave no ${packageName}`);
  return path;
}
