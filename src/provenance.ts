import { readGit } from './deb/git.ts';
import { defaultVersion } from './deb/version.ts';
import { UserError, usageError } from './errors.ts';
import { run } from './exec.ts';

/** Whose package it is, of which version, from when. */
export interface Provenance {
  readonly version: string;
  /** `Name <mail>` */
  readonly maintainer: string;
  /** Seconds since 1970; undefined where neither SOURCE_DATE_EPOCH nor a commit tells. */
  readonly epoch: number | undefined;
}

/**
 * Fills in what was not given from where the build runs: the checked-out commit, and who builds.
 *
 * @throws UserError (usage) for a SOURCE_DATE_EPOCH that is no time, and when nobody can be named
 */
export async function readProvenance(
  given: {
    readonly version: string | undefined;
    readonly maintainer: string | undefined;
    /** Whether every image has a digest. */
    readonly pinned: boolean;
  },
  {
    env,
    cwd,
    now,
    signal,
  }: {
    readonly env: NodeJS.ProcessEnv;
    readonly cwd: string;
    readonly now: Date;
    readonly signal: AbortSignal;
  },
): Promise<Provenance> {
  const commit = await readGit(cwd, signal);
  const refTag = env.GITHUB_REF_TYPE === 'tag' ? env.GITHUB_REF_NAME : undefined;
  const gitTag = commit?.gitTag ?? refTag;
  const { pinned } = given;
  const epoch = sourceDateEpoch(env);
  const buildTime = epoch === undefined ? now : new Date(epoch * 1000);
  return {
    version: given.version ?? defaultVersion({ ...commit, gitTag, pinned, now: buildTime }),
    maintainer: given.maintainer ?? (await defaultMaintainer(env, cwd, signal)),
    epoch: epoch ?? seconds(commit?.commitTime),
  };
}

/** https://reproducible-builds.org/specs/source-date-epoch/ */
function sourceDateEpoch({ SOURCE_DATE_EPOCH: text }: NodeJS.ProcessEnv): number | undefined {
  if (!text) return undefined;
  if (/^\d{1,11}$/.test(text)) return Number(text);
  throw usageError(`SOURCE_DATE_EPOCH is not a number of seconds: ${JSON.stringify(text)}`);
}

function seconds(time: Date | undefined): number | undefined {
  return time && Math.floor(time.getTime() / 1000);
}

/** As Debian's own tools (debchange(1)), then as git, then as GitHub knows them. */
async function defaultMaintainer(
  env: NodeJS.ProcessEnv,
  cwd: string,
  signal: AbortSignal,
): Promise<string> {
  if (env.DEBFULLNAME && env.DEBEMAIL) return `${env.DEBFULLNAME} <${env.DEBEMAIL}>`;
  const [name, mail] = await Promise.all(
    ['user.name', 'user.email'].map((key) => gitConfig(key, cwd, signal)),
  );
  if (name && mail) return `${name} <${mail}>`;
  const owner = env.GITHUB_REPOSITORY_OWNER;
  if (owner) return `${owner} <${owner}@users.noreply.github.com>`;
  throw usageError('maintainer is missing', {
    hint: 'give it as "Name <mail>", or set DEBFULLNAME and DEBEMAIL',
  });
}

async function gitConfig(key: string, cwd: string, signal: AbortSignal): Promise<string> {
  try {
    const { code, stdout } = await run(['git', 'config', key], { cwd, signal });
    return code === 0 ? stdout.toString().trim() : '';
  } catch (error) {
    if (error instanceof UserError) return '';
    throw error;
  }
}
