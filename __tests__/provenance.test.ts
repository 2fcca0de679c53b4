import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { formatError, type UserError } from '../src/errors.ts';
import { readProvenance } from '../src/provenance.ts';
import { tempDirs } from './support/temp.ts';

const temp = tempDirs();
const now = new Date('2026-05-06T07:08:09.999Z');
const signal = new AbortController().signal;
const before = { ...process.env };
let folder: string;

beforeAll(async () => {
  // Neither the repository that the tests lie in nor the settings of who runs them.
  process.env.GIT_CONFIG_GLOBAL = '/dev/null';
  process.env.GIT_CONFIG_SYSTEM = '/dev/null';
});
beforeEach(async () => {
  folder = await temp.make('provenance');
});
afterAll(async () => {
  process.env = before;
  await temp.remove();
});

const read = (
  env: NodeJS.ProcessEnv = {},
  given: { version?: string; maintainer?: string; pinned?: boolean } = {},
) =>
  readProvenance(
    { version: given.version, maintainer: given.maintainer, pinned: given.pinned ?? true },
    { env: { DEBFULLNAME: 'Me', DEBEMAIL: 'me@example.org', ...env }, cwd: folder, now, signal },
  );

describe('the version', () => {
  test('given', async () => {
    commit();
    tag('v1.2.3');
    expect(await read({}, { version: '7' })).toMatchObject({ version: '7' });
  });

  test('without a repository is the time', async () => {
    expect(await read()).toMatchObject({ version: '0~20260506070809', epoch: undefined });
  });

  test("of a commit is the commit's time and hash, and the epoch its seconds", async () => {
    const hash = commit();
    expect(await read()).toMatchObject({
      version: `0~20240102030405.${hash}`,
      epoch: Date.parse('2024-01-02T03:04:05Z') / 1000,
    });
  });

  test('of a commit that does not settle the content has the time of the build', async () => {
    const hash = commit();
    expect(await read({}, { pinned: false })).toMatchObject({
      version: `0~20260506070809.${hash}`,
      epoch: Date.parse('2024-01-02T03:04:05Z') / 1000,
    });
    await writeFile(join(folder, 'untracked'), 'made by the job');
    expect(await read()).toMatchObject({ version: `0~20240102030405.${hash}` });
    git('add', 'untracked');
    expect(await read()).toMatchObject({ version: `0~20260506070809.${hash}` });
    // What is built again with its old clock is to be the same.
    expect(await read({ SOURCE_DATE_EPOCH: '1700000000' })).toMatchObject({
      version: `0~20231114221320.${hash}`,
    });
  });

  test('of a tag', async () => {
    commit();
    tag('v1.2.3-rc.1');
    expect(await read()).toMatchObject({ version: '1.2.3~rc.1' });
  });

  test('of the tag that started the workflow, where the checkout has none', async () => {
    const hash = commit();
    const env = { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v4.5' };
    expect(await read(env)).toMatchObject({ version: '4.5' });
    expect(await read({ ...env, GITHUB_REF_TYPE: 'branch' })).toMatchObject({
      version: `0~20240102030405.${hash}`,
    });
  });
});

describe('the maintainer', () => {
  const nobody = { DEBFULLNAME: '', DEBEMAIL: '' };

  test('given', async () => {
    expect(await read({}, { maintainer: 'You <you@example.org>' })).toMatchObject({
      maintainer: 'You <you@example.org>',
    });
  });

  test('as Debian knows him', async () => {
    expect(await read()).toMatchObject({ maintainer: 'Me <me@example.org>' });
  });

  test('as git knows him, before GitHub', async () => {
    commit();
    git('config', 'user.name', 'Git User');
    git('config', 'user.email', 'git@example.org');
    expect(await read({ ...nobody, GITHUB_REPOSITORY_OWNER: 'acme' })).toMatchObject({
      maintainer: 'Git User <git@example.org>',
    });
  });

  test('as GitHub knows him', async () => {
    expect(await read({ ...nobody, GITHUB_REPOSITORY_OWNER: 'acme' })).toMatchObject({
      maintainer: 'acme <acme@users.noreply.github.com>',
    });
  });

  test('nobody is an error', async () => {
    expect(await errorOf(read({ ...nobody, DEBEMAIL: 'me@example.org' }))).toBe(
      'maintainer is missing (give it as "Name <mail>", or set DEBFULLNAME and DEBEMAIL)',
    );
  });
});

describe('SOURCE_DATE_EPOCH', () => {
  test.each([
    ['0', 0],
    ['1700000000', 1_700_000_000],
  ])('%s', async (text, epoch) => {
    commit();
    expect(await read({ SOURCE_DATE_EPOCH: text })).toMatchObject({ epoch });
  });

  test.each(['yesterday', '-1', '1.5', '123456789012', ' 1'])('%j is refused', async (text) => {
    expect(await errorOf(read({ SOURCE_DATE_EPOCH: text }))).toBe(
      `SOURCE_DATE_EPOCH is not a number of seconds: ${JSON.stringify(text)}`,
    );
  });

  test('an empty one is none', async () => {
    expect(await read({ SOURCE_DATE_EPOCH: '' })).toMatchObject({ epoch: undefined });
  });
});

function git(...args: string[]): string {
  const date = '2024-01-02T03:04:05Z';
  return execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  }).trim();
}

/** A repository with one commit. Gives its short hash. */
function commit(): string {
  git('init', '--quiet');
  const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.org'];
  git(...who, 'commit', '--quiet', '--allow-empty', '--message', 'first');
  return git('log', '-1', '--format=%h');
}

function tag(name: string): void {
  git('tag', name);
}

async function errorOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'nothing was refused',
    (error: UserError) => `${error.kind === 'usage' ? '' : 'not usage: '}${formatError(error)}`,
  );
}
