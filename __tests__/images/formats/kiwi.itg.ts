import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { tempDirs } from '../../support/temp.ts';
import { KIWI_CASES, kiwiDescription } from './kiwi-cases.ts';
import { askOracle } from './python.ts';

/** What "uname -m" says on a machine of the Debian port. */
const MACHINES = {
  amd64: 'x86_64',
  arm64: 'aarch64',
  armhf: 'armv7l',
  ppc64el: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
};

const temp = tempDirs();
afterAll(() => temp.remove());

// It installs kiwi from PyPI.
const long = process.env.LONG_TESTS === '1' ? describe : describe.skip;
if (process.env.LONG_TESTS !== '1') {
  process.stderr.write("skipped: kiwi's own parser on our table (LONG_TESTS=1 runs it)\n");
}

long("kiwi's own parser", () => {
  test('comes to the same on the same descriptions', async () => {
    const answers = await askKiwi();
    const told = KIWI_CASES.map(({ about }, index) => ({ about, ...answers[index] }));
    expect(told).toEqual(
      KIWI_CASES.map(({ about, expected }) =>
        typeof expected === 'string'
          ? { about, error: expect.any(String) }
          : { about, containers: expected },
      ),
    );
  }, 300_000);
});

async function askKiwi(): Promise<object[]> {
  const cases = await Promise.all(
    KIWI_CASES.map(async ({ body, architecture = 'amd64', profiles = [], files = {} }) => {
      const folder = await temp.make('description');
      const description = join(folder, 'config.xml');
      await writeFile(description, kiwiDescription(body));
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      return { description, machine: MACHINES[architecture], profiles };
    }),
  );
  // the version whose schema and code src/images/formats/kiwi.ts follows
  const oracle = { requirement: 'kiwi==11.1', script: 'kiwi-containers.py' };
  return askOracle(oracle, cases, await temp.make('kiwi'));
}
