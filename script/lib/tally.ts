/** What jest's `--json` says of a whole run, as far as the closing line needs it. */
export interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files in which no test ran: a syntax error, a missing import. */
  readonly numRuntimeErrorTestSuites: number;
}

/**
 * How many passed and failed. A step that failed counts as a test, and so does a run that tested
 * nothing: that all of nothing passed would prove nothing.
 *
 * @param results undefined of a jest that never came to its end
 * @param brokenSteps how many steps of the run failed, jest among them
 * @param provedSteps how many steps beside jest passed that are a test
 */
export function tally(results: Results | undefined, brokenSteps: number, provedSteps: number) {
  const tests = results?.numPassedTests ?? 0;
  const failedTests = (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0);
  // Jest is broken when its tests are: they count instead of it.
  const failedSteps = failedTests > 0 ? Math.max(0, brokenSteps - 1) : brokenSteps;
  const failed = failedTests + failedSteps;
  return { passed: tests + provedSteps, failed: tests + failed === 0 ? 1 : failed };
}
