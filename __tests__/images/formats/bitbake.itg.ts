import { afterAll, describe, expect, test } from '@jest/globals';
import { tempDirs } from '../../support/temp.ts';
import { BITBAKE_CASES } from './bitbake-cases.ts';
import { askOracle } from './python.ts';

const temp = tempDirs();
afterAll(() => temp.remove());

// It installs BitBake from PyPI.
const long = process.env.LONG_TESTS === '1' ? describe : describe.skip;
if (process.env.LONG_TESTS !== '1') {
  process.stderr.write('skipped: BitBake itself on our table (LONG_TESTS=1 runs it)\n');
}

long('BitBake itself', () => {
  test('comes to the same on the same recipes', async () => {
    const answers = await askOracle<object>(
      // the package has all of BitBake's library
      { requirement: 'bitbake-setup==2.19.0', script: 'bitbake-entries.py' },
      BITBAKE_CASES.map(([, text]) => text),
      await temp.make('bitbake'),
    );
    const told = BITBAKE_CASES.map(([about], index) => ({ about, ...answers[index] }));
    expect(told).toEqual(
      BITBAKE_CASES.map(([about, , expected]) =>
        typeof expected === 'string'
          ? { about, error: expect.any(String) }
          : { about, entries: expected },
      ),
    );
  }, 300_000);
});
