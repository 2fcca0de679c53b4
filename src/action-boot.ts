import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import { failureReport } from './boot/failure-report.ts';
import type { Verdict } from './boot/types.ts';
import { baseCacheDir } from './boot-base-cache.ts';
import type { BootOptions } from './boot-inputs.ts';
import { proveByBoot } from './boot-test.ts';
import { printable } from './errors.ts';
import { actionScreen, printVerbatim } from './report/action-screen.ts';
import { showBoot } from './report/boot-progress.ts';
import { describe, failedChecks, textVerdict, verdictError } from './report/verdict.ts';
import { installTools } from './tools.ts';

/**
 * A boot test as a part of an action: with its outputs, annotations and the job summary.
 *
 * @param install whether missing tools may be installed
 * @throws UserError (failure) when a check failed; UserError for what keeps the test from being made
 */
export async function bootInAction(
  options: BootOptions,
  { install, signal }: { readonly install: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const logDir = await mkdtemp(join(process.env.RUNNER_TEMP ?? tmpdir(), 'boot-'));
  const junit = join(logDir, 'junit.xml');
  core.setOutput('boot-verdict', 'failed');
  core.setOutput('boot-logs', logDir);
  const watch = showBoot(actionScreen());
  try {
    const summary = process.env.GITHUB_STEP_SUMMARY || undefined;
    const verdict = await proveByBoot(
      { ...options, logDir, junit, summary },
      {
        guestDir: fileURLToPath(new URL('../guest', import.meta.url)),
        bases: { cacheDir: baseCacheDir(options.cacheDir, process.env) },
        provideTools: (missing) => installTools(missing, install),
        signal,
        watch,
      },
    );
    watch.stop();
    core.setOutput('junit', junit);
    core.info(textVerdict(verdict).split('\n').map(printable).join('\n'));
    if (!verdict.ok) {
      await explain(verdict);
      throw verdictError(verdict, logDir);
    }
  } finally {
    watch.stop();
  }
  core.setOutput('boot-verdict', 'passed');
}

/** GitHub shows ten annotations of a step. */
const MOST_ANNOTATIONS = 10;

/** All that failed but the first, which the error of the step names; and what the machines told of it. */
async function explain(verdict: Verdict): Promise<void> {
  printVerbatim('What the machines told', await failureReport(verdict));
  for (const found of failedChecks(verdict).slice(1, MOST_ANNOTATIONS)) {
    core.error(printable(describe(found)));
  }
}
