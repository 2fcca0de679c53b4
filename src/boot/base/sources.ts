import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun, run } from '../../exec.ts';
import type { BaseOptions } from './types.ts';

/** Lines of a sources.list for one suite. */
export type Sources = readonly string[];

/** What apt tells about one index of this machine's own sources. */
interface IndexTarget {
  readonly uri: string;
  /** The folder under dists/: `bookworm`, `bookworm-security`, … */
  readonly release: string;
  readonly component: string;
  /** Who made the archive; empty before the first `apt-get update`. */
  readonly origin: string;
}

export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const FORMAT = '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)';

/**
 * Where the packages of a suite come from: the given mirror, else the mirrors of this machine's apt
 * sources if those are Debian's, else what mmdebstrap would take.
 */
export async function findSources(
  options: Pick<BaseOptions, 'suite' | 'mirror' | 'workDir' | 'signal'>,
): Promise<Sources> {
  if (options.mirror !== undefined) return [sourceLine(options.mirror, options.suite)];
  const argv = ['apt-get', 'indextargets', '--format', FORMAT, 'Created-By: Packages'];
  const { stdout } = await run(argv, { signal: options.signal });
  const own = sourcesLike(parseIndexTargets(stdout.toString()), options.suite);
  return own.length > 0 ? own : bootstrapSources(options);
}

export function parseIndexTargets(text: string): IndexTarget[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [uri = '', release = '', component = '', origin = ''] = line.split('|');
      return { uri, release, component, origin: origin.startsWith('$(') ? '' : origin };
    });
}

/**
 * The same archives for another suite: where a machine of bookworm has `bookworm-updates`, a base of
 * trixie gets `trixie-updates`. Empty when none of the targets is Debian's main archive.
 */
export function sourcesLike(targets: readonly IndexTarget[], suite: string): string[] {
  const lines = targets
    .filter(({ origin, component }) => origin === 'Debian' && component === 'main')
    .flatMap(({ uri, release }) => {
      const kind = /^[a-z]+(-updates|-security)?$/.exec(release);
      // What moves all the time has neither updates nor a security archive.
      if (kind === null || (kind[1] !== undefined && isRolling(suite))) return [];
      return [sourceLine(uri, `${suite}${kind[1] ?? ''}`)];
    });
  const unique = [...new Set(lines)];
  return unique.some((line) => line.includes(` ${suite} `)) ? unique : [];
}

function isRolling(suite: string): boolean {
  return suite === 'sid' || suite === 'unstable';
}

function sourceLine(uri: string, release: string): string {
  return `deb [signed-by=${DEBIAN_KEYRING}] ${uri} ${release} main`;
}

/** Lets mmdebstrap write its sources.list and stops it there. */
async function bootstrapSources(
  options: Pick<BaseOptions, 'suite' | 'workDir' | 'signal'>,
): Promise<Sources> {
  const work = await mkdtemp(join(options.workDir, 'sources-'));
  const list = join(work, 'sources.list');
  try {
    await run(bootstrapSourcesArgv(options.suite, join(work, 'root'), list), {
      signal: options.signal,
    });
    const { stdout } = await mustRun(['cat', list], { signal: options.signal });
    return signed(stdout.toString());
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** chrootless: the one mode that needs neither root nor user namespaces to come as far as this. */
export function bootstrapSourcesArgv(suite: string, root: string, list: string): string[] {
  const hook = `cp "$1/etc/apt/sources.list" '${list}'; exit 1`;
  return [
    'mmdebstrap',
    '--mode=chrootless',
    '--variant=custom',
    '--format=directory',
    `--setup-hook=${hook}`,
    suite,
    root,
  ];
}

/** Every archive with Debian's keys, also on a machine of another distribution. */
export function signed(sourcesList: string): string[] {
  return sourcesList
    .split('\n')
    .map((line) => /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s/.exec(line))
    .flatMap((match) => (match === null ? [] : [sourceLine(match[1] ?? '', match[2] ?? '')]));
}
