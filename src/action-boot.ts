import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import { CACHE_CLIENT, setOutput, summarize } from './action.ts';
import { failureReport } from './boot/failure-report.ts';
import { failedOf, type Verdict } from './boot/types.ts';
import { baseCacheDir, isHosted, remoteBases } from './boot-base-cache.ts';
import type { BootOptions } from './boot-inputs.ts';
import { type BootWatch, proveByBoot } from './boot-test.ts';
import { formatError, printable } from './errors.ts';
import { NoSuchMachine } from './package-under-test.ts';
import { actionScreen, printVerbatim } from './report/action-screen.ts';
import { showBoot } from './report/boot-progress.ts';
import { MOST_ANNOTATIONS } from './report/problems.ts';
import { describe, markdownVerdict, textVerdict, verdictError } from './report/verdict.ts';
import { cacheOfStep } from './store/actions-cache.ts';
import { installTools } from './tools.ts';

/** What an action lets a boot test do. */
interface BootLeave {
  /** Whether missing tools may be installed. */
  readonly install: boolean;
  /** Whether the Actions cache may keep base systems, where the runner has one. */
  readonly cached: boolean;
  readonly signal: AbortSignal;
}

/**
 * A boot test as a part of an action: with its outputs, annotations and the job summary. Packages for
 * an architecture without machines are skipped, which is said.
 *
 * @throws UserError (failure) when a check failed; UserError for what keeps the test from being made
 */
export async function bootInAction(options: BootOptions, leave: BootLeave): Promise<void> {
  const temp = process.env.RUNNER_TEMP ?? tmpdir();
  const logDir = await mkdtemp(join(temp, 'boot-logs-'));
  setOutput('boot-logs', logDir);
  const workDir = await mkdtemp(join(temp, 'boot-work-'));
  const watch = showBoot(actionScreen());
  let outcome: 'passed' | 'failed' | 'skipped' = 'failed';
  try {
    const verdict = await prove({ ...options, logDir }, { ...leave, workDir, watch });
    watch.stop();
    core.info(textVerdict(verdict).split('\n').map(printable).join('\n'));
    if (!verdict.ok) {
      await explain(verdict);
      throw verdictError(verdict, logDir);
    }
    outcome = 'passed';
  } catch (error) {
    if (!(error instanceof NoSuchMachine)) throw error;
    core.notice(`no boot test: ${formatError(error)}`);
    outcome = 'skipped';
  } finally {
    watch.stop();
    await rm(workDir, { recursive: true, force: true });
    setOutput('boot-verdict', outcome);
  }
}

async function prove(
  options: BootOptions,
  around: BootLeave & { readonly workDir: string; readonly watch: BootWatch },
): Promise<Verdict> {
  const { install, signal, watch } = around;
  const { env } = process;
  const junit = join(options.logDir, 'junit.xml');
  const cache =
    around.cached && isHosted(env)
      ? cacheOfStep({ ...around, client: CACHE_CLIENT, env, warn: watch.warning })
      : undefined;
  try {
    const verdict = await proveByBoot(
      { ...options, junit },
      {
        guestDir: fileURLToPath(new URL('../guest', import.meta.url)),
        bases: {
          cacheDir: baseCacheDir(options.cacheDir, env),
          remote: cache && remoteBases(cache, around.workDir, { signal, warn: watch.warning }),
        },
        provideTools: (missing) => installTools(missing, install),
        signal,
        watch,
      },
    );
    setOutput('junit', junit);
    await summarize(markdownVerdict(verdict));
    return verdict;
  } finally {
    cache?.close();
  }
}

/** All that failed but the first, which the error of the step names; and what the machines told of it. */
async function explain(verdict: Verdict): Promise<void> {
  printVerbatim('What the machines told', await failureReport(verdict));
  for (const found of failedOf(verdict.cases).slice(1, MOST_ANNOTATIONS)) {
    core.error(printable(describe(found)));
  }
}
