#!/usr/bin/env node
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { threadsFor } from './archive/frames.ts';
import { type Arguments, parseArguments } from './arguments.ts';
import { failureReport } from './boot/failure-report.ts';
import { BOOT_INPUTS, parseBootOptions } from './boot-inputs.ts';
import { proveByBoot } from './boot-test.ts';
import {
  type Commands,
  commandHelp,
  explainOption,
  findCommand,
  help,
  isHelp,
} from './commands.ts';
import { inspectPackage } from './deb/inspect/inspect.ts';
import {
  explainSystemError,
  failure,
  formatError,
  formatExcerpt,
  UserError,
  usageError,
} from './errors.ts';
import { readImages } from './images/list.ts';
import { debianArchitectures, parseArchitecture } from './images/platform.ts';
import {
  BUILD_INPUTS,
  cacheDir,
  integer,
  lines,
  parseBuildOptions,
  parseSize,
  within,
} from './inputs.ts';
import { endInterrupted, unlessStuck, untilInterrupted } from './interrupt.ts';
import { lock } from './lock.ts';
import { LOCK_INPUTS, parseLockOptions } from './lock-inputs.ts';
import { planJobs } from './plan.ts';
import { preload } from './preload.ts';
import { showBoot } from './report/boot-progress.ts';
import { formatImageList, imageListResult } from './report/image-list.ts';
import { formatInspection } from './report/inspection.ts';
import { checkHint, formatLocked, lockResult } from './report/lock.ts';
import { outliveOutput, prepareFile, print } from './report/output.ts';
import type { Screen } from './report/progress.ts';
import { buildResult, warmResult } from './report/result.ts';
import { consoleScreen } from './report/screen.ts';
import { appendSummary, markdownSummary, textSummary, warmSummary } from './report/summary.ts';
import { formatBytes, plural } from './report/text.ts';
import { textVerdict, verdictError } from './report/verdict.ts';
import { watched } from './report/watched.ts';
import { checkRunner, widenThreadPool } from './runner.ts';
import { MAX_SHARDS } from './shards.ts';
import { pruneStore } from './store/prune.ts';
import type { Surroundings, Watch } from './surroundings.ts';
import { readProgramVersion } from './version.ts';
import { warmCaches } from './warm.ts';

const JSON_OPTION = { json: { help: 'print the result as JSON', boolean: true } };

const COMMANDS: Commands = {
  build: {
    usage: 'build [REFERENCE…] [OPTION…]',
    summary: 'make a Debian package that carries images and loads them on the device',
    options: { ...BUILD_INPUTS, summary: BOOT_INPUTS.summary, ...JSON_OPTION },
    run: build,
  },
  boot: {
    usage: 'boot DEB… [OPTION…]',
    summary: 'prove packages in a machine: boot it, install them, run every image, boot again',
    options: { ...BOOT_INPUTS, ...JSON_OPTION },
    run: boot,
  },
  list: {
    usage: 'list [REFERENCE…] [--image-list FILE]… [OPTION…]',
    summary: 'show what references and lists come to, without any network',
    options: {
      images: BUILD_INPUTS.images,
      'image-list': BUILD_INPUTS['image-list'],
      profile: BUILD_INPUTS.profile,
      arch: { help: `${BUILD_INPUTS.arch.help}; by default a list is read for all` },
      ...JSON_OPTION,
    },
    run: list,
  },
  plan: {
    usage: 'plan (--image-list FILE)… (--arch ARCH)… [--shard N] [OPTION…]',
    summary: 'print the jobs of a build matrix as JSON, and of N jobs that make the layers before',
    options: {
      'image-list': BUILD_INPUTS['image-list'],
      profile: BUILD_INPUTS.profile,
      arch: { ...BUILD_INPUTS.arch, many: true },
      shard: { help: 'N: also plan N jobs for each architecture that make the layers before' },
      compression: BUILD_INPUTS.compression,
      authfile: BUILD_INPUTS.authfile,
      'tls-verify': BUILD_INPUTS['tls-verify'],
      'cache-dir': BUILD_INPUTS['cache-dir'],
    },
    run: plan,
  },
  lock: {
    usage: 'lock FILE… [--check | --update] [OPTION…]',
    summary: 'write the digests of images into the lists that name them',
    options: { ...LOCK_INPUTS, ...JSON_OPTION },
    run: runLock,
  },
  inspect: {
    usage: 'inspect DEB [--json]',
    summary: 'show what a package holds, and verify every digest in it',
    options: JSON_OPTION,
    run: inspect,
  },
  'cache prune': {
    usage: 'cache prune --max-size SIZE [--cache-dir DIR]',
    summary: 'remove from the local store what was not used for longest',
    options: {
      'max-size': { help: 'what the store may keep, such as 500M or 10G' },
      'cache-dir': BUILD_INPUTS['cache-dir'],
    },
    run: prune,
  },
};

async function build({ values, positionals }: Arguments, signal: AbortSignal): Promise<void> {
  checkRunner();
  const { json, summary, ...raw } = values;
  const options = parseBuildOptions(withPositionals(raw, positionals), process.env);
  widenThreadPool(threadsFor(options.level, options.jobs));
  if (summary) await prepareFile('summary', summary);
  const screen = consoleScreen(process.stderr);
  const summarize = (text?: string) => appendSummary(summary, text, screen.warning);
  await watched(
    { screen, summarize },
    async (watch) => {
      const around = surroundings(signal, watch);
      return options.shard
        ? warmResult(await warmCaches(options, options.shard, around))
        : buildResult(await preload(options, around));
    },
    async (result) => {
      const isPackage = 'deb' in result;
      process.stderr.write(`\n${isPackage ? textSummary(result) : warmSummary(result)}\n`);
      await summarize(isPackage ? markdownSummary(result) : warmSummary(result));
      if (json === 'true') await printJson(result);
    },
  );
}

/** A command has no Actions cache: GitHub gives the means to use it to actions alone. */
function surroundings(signal: AbortSignal, watch: Watch): Surroundings {
  return {
    env: process.env,
    cwd: process.cwd(),
    deviceDir: fileURLToPath(new URL('../device', import.meta.url)),
    signal,
    now: new Date(),
    watch,
  };
}

async function plan({ values, positionals }: Arguments, signal: AbortSignal): Promise<void> {
  checkRunner();
  checkNone(positionals, 'give each list by --image-list, each architecture by --arch');
  const { arch, shard, ...raw } = values;
  const shards = shard ? within('shard', () => integer(1, MAX_SHARDS)(shard)) : undefined;
  const architectures = [...new Set(lines(arch))];
  if (architectures.length === 0)
    throw usageError('arch is missing', { hint: BUILD_INPUTS.arch.help });
  // Every plan is for jobs that make shares, so it needs no package.
  const builds = architectures.map((one) =>
    parseBuildOptions({ ...raw, arch: one, shard: '1/1' }, process.env),
  );
  await watched(
    { screen: consoleScreen(process.stderr) },
    (watch) => planJobs(builds, shards, surroundings(signal, watch)),
    // On one line, as $GITHUB_OUTPUT wants it.
    (jobs) => print(JSON.stringify(jobs)),
  );
}

async function boot({ values, positionals }: Arguments, signal: AbortSignal): Promise<void> {
  const { json, ...raw } = values;
  const options = parseBootOptions(positionals, raw, process.env);
  const watch = showBoot(consoleScreen(process.stderr));
  const verdict = await proveByBoot(options, {
    guestDir: fileURLToPath(new URL('../guest', import.meta.url)),
    signal,
    watch,
  }).finally(watch.stop);
  process.stderr.write(`\n${textVerdict(verdict)}\n`);
  if (json === 'true') await printJson(verdict);
  if (verdict.ok) return;
  process.stderr.write(`\n${await failureReport(verdict)}\n`);
  throw verdictError(verdict, options.logDir);
}

async function list({ values, positionals }: Arguments): Promise<void> {
  const { images = '', arch, ...raw } = withPositionals(values, positionals);
  const found = await readImages({
    images,
    imageLists: lines(raw['image-list']),
    profiles: lines(raw.profile),
    architecture: arch ? within('arch', () => parseArchitecture(arch)) : undefined,
    env: process.env,
  });
  const screen = consoleScreen(process.stderr);
  for (const finding of found.findings) screen.finding(finding);
  await (values.json === 'true'
    ? printJson(imageListResult(found))
    : print(formatImageList(found)));
}

async function runLock({ values, positionals }: Arguments, signal: AbortSignal): Promise<void> {
  const { json, ...raw } = values;
  const options = parseLockOptions(positionals, raw);
  // Annotations go where the JSON goes, so only one of them can be had.
  const inAction = process.env.GITHUB_ACTIONS === 'true' && json !== 'true';
  const locked = await watched(
    { screen: inAction ? await annotationScreen() : consoleScreen(process.stderr) },
    (watch) => lock(options, { env: process.env, signal, watch }),
    (found) =>
      json === 'true' ? printJson(lockResult(found)) : print(formatLocked(found, options.check)),
  );
  const { length } = [...locked.changes, ...locked.obstacles];
  if (!options.check || length === 0) return;
  throw failure(`not pinned to what the registry has now: ${plural(length, 'reference')}`, {
    hint: checkHint(locked),
  });
}

/** What it needs is large, and most commands get on without. */
async function annotationScreen(): Promise<Screen> {
  const { actionScreen } = await import('./report/action-screen.ts');
  return actionScreen();
}

async function inspect({ values, positionals }: Arguments, signal: AbortSignal): Promise<void> {
  const [deb, ...more] = positionals;
  if (!deb || more.length > 0) {
    throw usageError('inspect needs one package', { hint: 'inspect DEB' });
  }
  const inspection = await inspectPackage(deb, signal);
  await (values.json === 'true' ? printJson(inspection) : print(formatInspection(inspection)));
  if (inspection.problems.length === 0) return;
  throw failure(
    `${deb}: ${plural(inspection.problems.length, 'problem')}, the first: ${inspection.problems[0]}`,
  );
}

async function prune({ values, positionals }: Arguments): Promise<void> {
  checkNone(positionals, 'cache prune --max-size SIZE');
  const maxSize = values['max-size'];
  if (!maxSize) throw usageError('--max-size is missing', { hint: 'such as 500M or 10G' });
  const root = cacheDir(values['cache-dir'], process.env);
  const { removedEntries, removedBytes, keptBytes } = await pruneStore(
    root,
    within('max-size', () => parseSize(maxSize)),
  );
  await print(
    `${root}: ${plural(removedEntries, 'entry', 'entries')} removed (${formatBytes(removedBytes)}), ${formatBytes(keptBytes)} kept`,
  );
}

function checkNone([first]: readonly string[], hint: string): void {
  if (first !== undefined) throw usageError(`unexpected argument ${first}`, { hint });
}

/** References may stand on the command line without `--images`. */
function withPositionals(
  values: Readonly<Record<string, string>>,
  positionals: readonly string[],
): Readonly<Record<string, string>> {
  const file = positionals.find(isFile);
  if (file !== undefined) {
    throw usageError(`${file} is a file`, {
      hint: `a list of images: --image-list ${file}; an image of that name: --images ${file}`,
    });
  }
  const other = positionals.find((word) => debianArchitectures.some((name) => name === word));
  if (other !== undefined) {
    throw usageError(`unexpected argument ${other}`, {
      hint: `--arch takes one architecture; an image of that name: --images ${other}`,
    });
  }
  const images = [...lines(values.images), ...positionals].join('\n');
  return { ...values, images };
}

/** What cannot be looked at is no list of anybody's. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function printJson(value: unknown): Promise<void> {
  return print(JSON.stringify(value, null, 2));
}

async function run(args: readonly string[], signal: AbortSignal): Promise<void> {
  if (args.length === 0) throw usageError('no command is given', { hint: 'see --help' });
  if (args[0] === '--version') return print(readProgramVersion());
  if (args[0] === 'help') return run([...args.slice(1), '--help'], signal);
  if (isHelp(args[0])) return print(help(COMMANDS));
  const { command, rest } = findCommand(COMMANDS, args);
  if (rest.some(isHelp)) return print(commandHelp(command));
  await command.run(
    parseArguments(rest, command.options, (option) => explainOption(COMMANDS, option)),
    signal,
  );
}

/** Exit codes: 0, 1 for a failure, 2 for wrong usage, 129, 130 and 143 after SIGHUP, SIGINT and SIGTERM. */
async function main(): Promise<void> {
  const debug = process.argv.includes('--debug');
  const args = process.argv.slice(2).filter((arg) => arg !== '--debug');
  outliveOutput();
  const signal = untilInterrupted();
  try {
    await unlessStuck(signal, run(args, signal));
  } catch (thrown) {
    if (signal.aborted) {
      process.stderr.write(`container-preload: ${signal.reason.message}\n`);
      return endInterrupted(signal.reason);
    }
    process.exitCode = report(explainSystemError(thrown), debug);
  }
}

function report(error: unknown, debug: boolean): number {
  if (!(error instanceof UserError)) {
    process.stderr.write(`container-preload: a bug, please report it: ${(error as Error).stack}\n`);
    return 1;
  }
  process.stderr.write(`container-preload: error: ${formatError(error)}\n`);
  const excerpt = formatExcerpt(error);
  if (excerpt) process.stderr.write(`${excerpt}\n`);
  if (debug) process.stderr.write(`${error.stack}\n`);
  return error.kind === 'usage' ? 2 : 1;
}

void main();
