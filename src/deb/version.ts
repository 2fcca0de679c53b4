import { UserError, usageError } from '../errors.ts';

/** A Debian version in its parts (deb-version(7), Debian policy 5.6.12). */
export interface DebianVersion {
  /** As it was written, epoch and revision with it. */
  readonly text: string;
  readonly epoch: number | undefined;
  readonly upstream: string;
  /** Absent for a native package. */
  readonly revision: string | undefined;
}

/** dpkg keeps an epoch in a C int. */
const MAX_EPOCH = 2 ** 31 - 1;

/** @throws UserError (usage) */
export function parseDebianVersion(text: string): DebianVersion {
  const [, epoch, rest = ''] = /^(?:([^:]*):)?(.*)$/s.exec(text) ?? [];
  const hyphen = rest.lastIndexOf('-');
  const upstream = hyphen === -1 ? rest : rest.slice(0, hyphen);
  const revision = hyphen === -1 ? undefined : rest.slice(hyphen + 1);
  const fault = faultOf(epoch, upstream, revision);
  if (fault !== undefined) {
    throw usageError(`${JSON.stringify(text)} is no Debian version: ${fault}`, {
      hint: 'for example 1.2.3, 1.2.3-1, 1:1.2.3 or 1.2.3~rc1',
    });
  }
  return { text, epoch: epoch === undefined ? undefined : Number(epoch), upstream, revision };
}

/** The version as the name of a .deb has it: the epoch is left out, since no colon may stand there. */
export function fileVersion(version: DebianVersion): string {
  return version.text.slice(version.text.indexOf(':') + 1);
}

/** What git knows about the commit that a package is built from. */
export interface Commit {
  /** A tag of exactly this commit. */
  readonly gitTag?: string | undefined;
  readonly commitTime?: Date | undefined;
  /** The short hash. */
  readonly commit?: string | undefined;
  /** Whether all files that git tracks are as the commit has them. */
  readonly clean?: boolean | undefined;
}

/**
 * The version of a package that was given none: that of the tag, else one that grows with time and
 * stays below every real version. The time is that of the commit where the commit settles what is in
 * the package, else that of the build: two packages of one version must not differ.
 *
 * @param pinned whether the list of images settles their content
 */
export function defaultVersion({
  gitTag,
  commitTime,
  commit,
  clean = false,
  pinned,
  now,
}: Commit & { readonly pinned: boolean; readonly now: Date }): string {
  const tagged = gitTag === undefined ? undefined : versionOfTag(gitTag);
  const time = (pinned && clean && commitTime) || now;
  return tagged ?? [`0~${timestamp(time)}`, commit].filter(Boolean).join('.');
}

/**
 * `v1.2.3` says 1.2.3. A pre-release of Semantic Versioning (`v2.0.0-rc.1`) becomes `2.0.0~rc.1`, since
 * 2.0.0-rc.1 would be newer than 2.0.0 in Debian. Undefined for a tag that is no version.
 */
export function versionOfTag(tag: string): string | undefined {
  const version = tag.replace(/^v(?=\d)/, '').replace(/^([\d.]+)-(?=[A-Za-z])/, '$1~');
  try {
    return parseDebianVersion(version).text;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function faultOf(epoch: string | undefined, upstream: string, revision: string | undefined) {
  if (epoch !== undefined && !/^\d+$/.test(epoch)) return 'the epoch before the colon is no number';
  if (epoch !== undefined && Number(epoch) > MAX_EPOCH) return 'the epoch is too large';
  if (upstream === '') return 'it is empty';
  if (!/^\d/.test(upstream)) return 'it does not start with a digit';
  if (upstream.includes(':')) return 'a colon stands only after the epoch';
  if (!/^[A-Za-z0-9.+~-]+$/.test(upstream)) return 'only A-Z a-z 0-9 . + ~ - are allowed';
  if (revision === '') return 'the revision after the last hyphen is empty';
  if (revision !== undefined && !/^[A-Za-z0-9.+~]+$/.test(revision)) {
    return 'only A-Z a-z 0-9 . + ~ are allowed after the last hyphen';
  }
  return undefined;
}

/** YYYYMMDDhhmmss in UTC. */
function timestamp(time: Date): string {
  return time
    .toISOString()
    .slice(0, 19)
    .replaceAll(/[^0-9]/g, '');
}
