import { UserError } from '../errors.ts';
import { run } from '../exec.ts';
import { type Commit, versionOfTag } from './version.ts';

/**
 * The commit that is checked out in a folder. Undefined where there is no git, no repository, no
 * commit, or a repository that git does not trust: a version can be had without.
 */
export async function readGit(cwd: string, signal?: AbortSignal): Promise<Commit | undefined> {
  try {
    const head = await run(['git', 'log', '-1', '--format=%ct %h', 'HEAD'], { cwd, signal });
    const [, seconds, commit] = /^(\d+) ([0-9a-f]+)$/.exec(head.stdout.toString().trim()) ?? [];
    if (head.code !== 0 || seconds === undefined) return undefined;
    const tags = await run(TAGS_OF_HEAD, { cwd, signal });
    const changes = await run(CHANGES, { cwd, signal });
    return {
      gitTag: tags.stdout.toString().split('\n').find(namesVersion),
      commitTime: new Date(Number(seconds) * 1000),
      commit,
      clean: changes.code === 0 && changes.stdout.length === 0,
    };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The highest version first, a pre-release below its release: `v1.2.3`, `v1.2.3-rc1`, `v1`. */
const TAGS_OF_HEAD = [
  ...['git', '-c', 'versionsort.suffix=-'],
  ...['tag', '--points-at', 'HEAD', '--sort=-version:refname'],
];

/** What belongs to no commit may have been made by the job itself. */
const CHANGES = ['git', '--no-optional-locks', 'status', '--porcelain', '--untracked-files=no'];

function namesVersion(tag: string): boolean {
  return versionOfTag(tag) !== undefined;
}
