import { expect, test } from '@jest/globals';
import { type Results, tally } from '../../script/lib/tally.ts';

function results(passed: number, failed: number, brokenFiles = 0): Results {
  return {
    numPassedTests: passed,
    numFailedTests: failed,
    numRuntimeErrorTestSuites: brokenFiles,
  };
}

test.each<[string, Results | undefined, number, [number, number]]>([
  ['all passed', results(7, 0), 0, [7, 0]],
  ['failed tests count, and not jest as well', results(5, 2), 1, [5, 2]],
  ['a failed check counts', results(7, 0), 1, [7, 1]],
  ['a failed check counts beside failed tests', results(5, 2), 2, [5, 3]],
  ['a file that cannot be read counts', results(5, 0, 1), 1, [5, 1]],
  ['no test at all is a failure', results(0, 0), 0, [0, 1]],
  ['a jest that found nothing is one failure', results(0, 0), 1, [0, 1]],
  ['a jest that died is a failure', undefined, 1, [0, 1]],
  ['a jest that died without saying so, too', undefined, 0, [0, 1]],
])('%s', (_name, said, brokenSteps, [passed, failed]) => {
  expect(tally(said, brokenSteps, 0)).toEqual({ passed, failed });
});

test('a step that is a test counts, and does not stand for the others', () => {
  expect(tally(results(7, 1), 1, 1)).toEqual({ passed: 8, failed: 1 });
  expect(tally(results(0, 0), 0, 1)).toEqual({ passed: 1, failed: 1 });
});
