import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readGit } from '../../src/deb/git.ts';
import { defaultVersion } from '../../src/deb/version.ts';
import { NAMES, VERSIONS } from './versions.ts';

describe('the tables agree with dpkg', () => {
  test.each(VERSIONS)('version %j: %p', (text, valid) => {
    expect(spawnSync('dpkg', ['--validate-version', '--', text]).status === 0).toBe(valid);
  });

  // Policy is narrower than dpkg (upper case, _, one character), so only one way is compared.
  test.each(NAMES.filter(([, valid]) => valid))('package name %j: %p', (text) => {
    expect(spawnSync('dpkg', ['--validate-pkgname', '--', text]).status).toBe(0);
  });

  test.each([
    ['0~20260102030405.abcdef0', 'lt', '0~20260102030406.0000000'],
    ['0~20260102030405.abcdef0', 'lt', '0.0.1'],
    ['2.0.0~rc.1', 'lt', '2.0.0'],
  ])('%s is %s %s', (a, relation, b) => {
    expect(spawnSync('dpkg', ['--compare-versions', a, relation, b]).status).toBe(0);
  });
});

describe('readGit', () => {
  let folder: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'Jane',
        GIT_AUTHOR_EMAIL: 'jane@example.org',
        GIT_COMMITTER_NAME: 'Jane',
        GIT_COMMITTER_EMAIL: 'jane@example.org',
        GIT_COMMITTER_DATE: '1767323045 +0200',
      },
      encoding: 'utf8',
      stdio: 'pipe',
    });
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'git-itg-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('knows nothing without a repository, a commit, or git', async () => {
    expect(await readGit(folder)).toBeUndefined();
    git('init', '-q');
    expect(await readGit(folder)).toBeUndefined();
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    const without = await readGit(folder).finally(() => {
      process.env.PATH = path;
    });
    expect(without).toBeUndefined();
  });

  test('reads hash and time of the commit, and its highest tag', async () => {
    writeFileSync(join(folder, 'file'), 'x');
    git('add', 'file');
    git('commit', '-q', '-m', 'One');
    const commit = git('rev-parse', '--short', 'HEAD').trim();
    const commitTime = new Date(1_767_323_045_000);
    const clean = true;
    expect(await readGit(folder)).toEqual({ gitTag: undefined, commitTime, commit, clean });
    for (const tag of ['latest', 'v1', 'v1.10.0-rc.1', 'v1.10.0', 'v1.9.0']) git('tag', tag);
    expect(await readGit(folder)).toEqual({ gitTag: 'v1.10.0', commitTime, commit, clean });
  });

  test('does not take the tag of an earlier commit', async () => {
    git('commit', '-q', '--allow-empty', '-m', 'Two');
    const read = await readGit(folder);
    expect(read?.gitTag).toBeUndefined();
    expect(defaultVersion({ ...read, pinned: true, now: new Date() })).toMatch(
      /^0~20260102030405\.[0-9a-f]{7,}$/,
    );
  });
});
