import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { formatError, UserError } from '../src/errors.ts';
import { installTools, missingBuildTools } from '../src/tools.ts';
import { tempDirs } from './support/temp.ts';

const temp = tempDirs();
const before = { ...process.env };
let bin: string;
let log: string;
beforeEach(async () => {
  const folder = await temp.make('tools');
  bin = join(folder, 'bin');
  log = join(folder, 'log');
  await mkdir(bin);
  for (const shell of ['sh']) await symlink(`/bin/${shell}`, join(bin, shell));
  process.env.PATH = bin;
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});
afterAll(() => temp.remove());

test('nothing is installed where all is there', async () => {
  for (const name of ['skopeo', 'zstd', 'dpkg-deb']) await program(name, 'exit 0');
  await program('apt-get', 'exit 1');
  await install(true);
  await install(false);
});

describe('a missing tool', () => {
  test('is only named where nothing may be installed', async () => {
    await program('zstd', 'exit 0');
    await program('apt-get', `echo "$@" >>${log}`);
    expect(await errorOf(install(false))).toBe(
      'not installed: skopeo, dpkg (apt-get install skopeo dpkg)',
    );
    await expect(readFile(log)).rejects.toThrow('ENOENT');
  });

  test('that does not start counts as missing', async () => {
    for (const name of ['zstd', 'dpkg-deb']) await program(name, 'exit 0');
    await program('skopeo', 'exit 127');
    expect(await errorOf(install(false))).toMatch(/^not installed: skopeo/);
  });

  test('is installed by apt, with sudo where not root, without questions', async () => {
    const uid = jest.spyOn(process, 'getuid' as never) as jest.SpiedFunction<() => number>;
    await program('dpkg-deb', 'exit 0');
    await program('apt-get', `echo "$DEBIAN_FRONTEND $*" >>${log}`);
    await program('sudo', `echo sudo >>${log}; "$@"`);
    for (const [user, prefix] of [
      [0, ''],
      [1000, 'sudo\n'],
    ] as const) {
      uid.mockReturnValue(user);
      await writeFile(log, '');
      await install(true);
      expect(await readFile(log, 'utf8')).toBe(
        `${prefix}noninteractive update --quiet=2\n` +
          `${prefix}noninteractive install --yes --quiet=2 --no-install-recommends skopeo zstd\n`,
      );
    }
  });

  test('that cannot be installed is a failure that says what to do', async () => {
    await program('apt-get', 'exit 100');
    const uid = jest.spyOn(process, 'getuid' as never) as jest.SpiedFunction<() => number>;
    uid.mockReturnValue(0);
    expect(await errorOf(install(true))).toMatch(
      /^missing tools could not be installed: .*apt-get.* failed with exit code 100 \(have them on the runner: apt-get install skopeo zstd dpkg\)$/,
    );
  });
});

async function install(allowed: boolean): Promise<void> {
  await installTools(await missingBuildTools(), allowed);
}

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}

async function errorOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => 'nothing failed',
    (thrown: unknown) => thrown,
  );
  return error instanceof UserError && error.kind === 'failure'
    ? formatError(error)
    : String(error);
}
