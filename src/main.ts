import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import {
  CACHE_CLIENT,
  mayInstallTools,
  readInputs,
  runAction,
  setOutput,
  summarize,
} from './action.ts';
import { bootInAction } from './action-boot.ts';
import { threadsFor } from './archive/frames.ts';
import { BOOT_TEST_INPUTS, parseBootTest } from './boot-inputs.ts';
import { missingBootTools } from './boot-test.ts';
import { BUILD_INPUTS, type BuildOptions, parseBuildOptions } from './inputs.ts';
import { preload } from './preload.ts';
import { actionScreen } from './report/action-screen.ts';
import { MOST_ANNOTATIONS } from './report/problems.ts';
import { type BuildResult, buildResult, warmResult } from './report/result.ts';
import { markdownSummary, textSummary, warmSummary } from './report/summary.ts';
import { type Audience, watched } from './report/watched.ts';
import { checkRunner, widenThreadPool } from './runner.ts';
import type { Shard } from './shards.ts';
import type { Surroundings, Watch } from './surroundings.ts';
import { installTools, missingBuildTools } from './tools.ts';
import { warmCaches } from './warm.ts';

/** The action `container-preload`: builds a package, and proves it in a machine. */
async function run(signal: AbortSignal): Promise<void> {
  checkRunner();
  const inputs = readInputs({ ...BUILD_INPUTS, ...BOOT_TEST_INPUTS });
  const options = parseBuildOptions(inputs, process.env);
  const boot = parseBootTest(inputs, options.architecture, process.env);
  widenThreadPool(threadsFor(options.level, options.jobs));
  const install = mayInstallTools();
  const missing = await missingBuildTools();
  if (options.shard) {
    await installTools(missing, install);
    return warm(options, options.shard, signal);
  }
  if (boot.test) missing.push(...missingBootTools(boot.architecture, process.env));
  await installTools(missing, install);
  const { deb } = await build(options, signal);
  if (boot.test) {
    const cached = options.cache !== 'off';
    return bootInAction({ ...boot.test, debs: [deb] }, { install, cached, signal });
  }
  if (boot.reason) core.notice(boot.reason);
  setOutput('boot-verdict', 'skipped');
}

async function warm(options: BuildOptions, shard: Shard, signal: AbortSignal): Promise<void> {
  await watched(
    audience(),
    async (watch) => warmResult(await warmCaches(options, shard, surroundings(signal, watch))),
    async (result) => {
      core.info(warmSummary(result));
      setOutputs(result);
      await summarize(warmSummary(result));
    },
  );
}

function build(options: BuildOptions, signal: AbortSignal): Promise<BuildResult> {
  return watched(
    audience(),
    async (watch) => buildResult(await preload(options, surroundings(signal, watch))),
    async (result) => {
      core.info(textSummary(result));
      setOutputs(result);
      await summarize(markdownSummary(result));
    },
  );
}

function audience(): Audience {
  return { screen: actionScreen(), summarize, mostFindings: MOST_ANNOTATIONS };
}

function surroundings(signal: AbortSignal, watch: Watch): Surroundings {
  return {
    env: process.env,
    cwd: process.env.GITHUB_WORKSPACE ?? process.cwd(),
    deviceDir: fileURLToPath(new URL('../device', import.meta.url)),
    actionsCache: { client: CACHE_CLIENT },
    signal,
    now: new Date(),
    watch,
  };
}

function setOutputs(outputs: object): void {
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
}

void runAction(run);
