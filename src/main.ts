import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import { explainSystemError, formatError, UserError, usageError } from './errors.ts';
import {
  BUILD_INPUTS,
  type BuildInput,
  parseBoolean,
  parseBuildOptions,
  type RawInputs,
  within,
} from './inputs.ts';
import { endInterrupted, unlessStuck, untilInterrupted } from './interrupt.ts';
import { preload } from './preload.ts';
import { actionScreen, annotationOf } from './report/action-screen.ts';
import { outliveOutput } from './report/output.ts';
import { showProgress } from './report/progress.ts';
import { buildResult, warmResult } from './report/result.ts';
import { markdownSummary, textSummary, warmSummary } from './report/summary.ts';
import { checkRunner, widenThreadPool } from './runner.ts';
import { installTools } from './tools.ts';
import { warmCaches } from './warm.ts';

/** Inputs that only the action has. */
export const ACTION_INPUTS = {
  'install-tools': { help: 'false: never install missing tools with apt', default: 'true' },
} as const;

async function run(signal: AbortSignal): Promise<void> {
  checkRunner();
  rejectUnknownInputs(process.env);
  const options = parseBuildOptions(readInputs(), process.env);
  widenThreadPool(options.jobs);
  await installTools(mayInstallTools());
  const watch = showProgress(actionScreen());
  const around = {
    env: process.env,
    cwd: process.env.GITHUB_WORKSPACE ?? process.cwd(),
    deviceDir: fileURLToPath(new URL('../device', import.meta.url)),
    actionsCache: { client: fileURLToPath(new URL('./cache-client.js', import.meta.url)) },
    signal,
    now: new Date(),
    watch,
  };
  try {
    if (options.shard) {
      const result = warmResult(await warmCaches(options, options.shard, around));
      watch.stop();
      core.info(warmSummary(result));
      return setOutputs(result);
    }
    const result = buildResult(await preload(options, around));
    watch.stop();
    core.info(textSummary(result));
    setOutputs(result);
    if (process.env.GITHUB_STEP_SUMMARY) {
      await core.summary.addRaw(`${markdownSummary(result)}\n`).write();
    }
  } finally {
    watch.stop();
  }
}

function mayInstallTools(): boolean {
  const text = core.getInput('install-tools') || ACTION_INPUTS['install-tools'].default;
  return within('install-tools', () => parseBoolean(text));
}

function readInputs(): RawInputs {
  const names = Object.keys(BUILD_INPUTS) as BuildInput[];
  return Object.fromEntries(
    names.map((name) => [name, core.getInput(name)]).filter(([, value]) => value !== ''),
  );
}

/** The runner only warns of an input that an action does not have; here it is an error. */
function rejectUnknownInputs(env: NodeJS.ProcessEnv): void {
  const known = new Set(
    [...Object.keys(BUILD_INPUTS), ...Object.keys(ACTION_INPUTS)].map((name) =>
      `INPUT_${name}`.toUpperCase(),
    ),
  );
  const unknown = Object.keys(env).find((name) => name.startsWith('INPUT_') && !known.has(name));
  if (unknown === undefined) return;
  const name = unknown.slice('INPUT_'.length).toLowerCase();
  throw usageError(`unknown input ${name}`, {
    hint: `one of ${Object.keys(BUILD_INPUTS).join(', ')}`,
  });
}

function setOutputs(outputs: object): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
}

async function main(): Promise<void> {
  outliveOutput();
  const signal = untilInterrupted();
  try {
    await unlessStuck(signal, run(signal));
  } catch (thrown) {
    if (signal.aborted) {
      core.info(signal.reason.message);
      return endInterrupted(signal.reason);
    }
    report(explainSystemError(thrown));
  }
}

function report(error: unknown): void {
  if (!(error instanceof UserError)) {
    core.setFailed(`A bug, please report it: ${(error as Error).stack}`);
    return;
  }
  process.exitCode = error.kind === 'usage' ? 2 : 1;
  core.error(formatError(error), annotationOf(error.origin));
  core.debug(error.stack ?? '');
}

void main();
