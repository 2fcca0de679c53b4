import { closeSync, constants, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import {
  explainSystemError,
  failure,
  formatError,
  formatExcerpt,
  refusalOf,
  UserError,
  usageError,
} from './errors.ts';
import { type InputInfo, parseBoolean, type RawInputs, within } from './inputs.ts';
import { endInterrupted, unlessStuck, untilInterrupted } from './interrupt.ts';
import { annotationOf } from './report/action-screen.ts';
import { outliveOutput } from './report/output.ts';
import { appendSummary } from './report/summary.ts';

/** Inputs that only actions have. */
const ACTION_INPUTS = {
  'install-tools': { help: 'false: never install missing tools with apt', default: 'true' },
} as const satisfies Record<string, InputInfo>;

/** The program that `src/store/client.ts` starts, beside the bundle of the action. */
export const CACHE_CLIENT = fileURLToPath(new URL('./cache-client.js', import.meta.url));

/** Runs an action until it ends or is ended, and reports an error as an annotation. */
export async function runAction(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  outliveOutput();
  const signal = untilInterrupted();
  try {
    checkOutputFile();
    await unlessStuck(signal, work(signal));
  } catch (thrown) {
    if (signal.aborted) {
      core.info(signal.reason.message);
      return endInterrupted(signal.reason);
    }
    report(explainSystemError(thrown));
  }
}

/**
 * The inputs that were given. The runner only warns of one that an action does not have; here it is
 * an error.
 *
 * @throws UserError (usage)
 */
export function readInputs<Name extends string>(
  known: Readonly<Record<Name, InputInfo>>,
): RawInputs<Name> {
  const names = [...(Object.keys(known) as Name[]), ...Object.keys(ACTION_INPUTS)];
  const variables = new Set(names.map((name) => `INPUT_${name}`.toUpperCase()));
  const unknown = Object.keys(process.env).find(
    (name) => name.startsWith('INPUT_') && !variables.has(name),
  );
  if (unknown !== undefined) {
    throw usageError(`unknown input ${unknown.slice('INPUT_'.length).toLowerCase()}`, {
      hint: `one of ${names.join(', ')}`,
    });
  }
  const given = names
    .map((name) => [name, core.getInput(name)])
    .filter(([, value]) => value !== '');
  return Object.fromEntries(given) as RawInputs<Name>;
}

export function mayInstallTools(): boolean {
  const text = core.getInput('install-tools') || ACTION_INPUTS['install-tools'].default;
  return within('install-tools', () => parseBoolean(text));
}

/** @throws UserError (failure) */
export function setOutput(name: string, value: unknown): void {
  checkOutputFile();
  core.setOutput(name, value);
}

/** Into the job summary, which is no reason to fail where it cannot be written. */
export function summarize(markdown: string | undefined): Promise<void> {
  return appendSummary(process.env.GITHUB_STEP_SUMMARY, markdown, core.warning);
}

/** The file that the runner has made for a step's outputs is better tried before any work. */
function checkOutputFile(): void {
  const path = process.env.GITHUB_OUTPUT;
  if (!path) return;
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK));
  } catch (cause) {
    const why = refusalOf(cause);
    if (why === undefined) throw cause;
    throw failure(`${path} cannot be written: ${why}`, {
      origin: { file: 'GITHUB_OUTPUT' },
      hint: 'the runner keeps the outputs of the step there: check what has become of that file',
      cause,
    });
  }
}

function report(error: unknown): void {
  if (!(error instanceof UserError)) {
    core.setFailed(`A bug, please report it: ${(error as Error).stack}`);
    return;
  }
  process.exitCode = error.kind === 'usage' ? 2 : 1;
  core.error(formatError(error), annotationOf(error.origin));
  const excerpt = formatExcerpt(error);
  if (excerpt) core.info(excerpt);
  core.debug(error.stack ?? '');
}
