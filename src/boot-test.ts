import { mkdtemp, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import { prepareBase } from './boot/base/prepare.ts';
import { isThere, missingTools } from './boot/base/tools.ts';
import type { BaseArchitecture, Engine, RemoteBases } from './boot/base/types.ts';
import { checkQemu, missingQemu } from './boot/kvm.ts';
import { readRootfs } from './boot/rootfs/rootfs.ts';
import { bootTest, diskSize } from './boot/run.ts';
import type {
  Acceleration,
  Case,
  PackageUnderTest,
  ScenarioName,
  Step,
  Verdict,
} from './boot/types.ts';
import type { BootOptions } from './boot-inputs.ts';
import { failure, usageError } from './errors.ts';
import { makeFolder } from './folder.ts';
import { readPackageUnderTest } from './package-under-test.ts';
import { junitReport } from './report/junit.ts';
import { prepareFile } from './report/output.ts';
import { appendSummary } from './report/summary.ts';
import { formatBytes } from './report/text.ts';
import { markdownVerdict } from './report/verdict.ts';

/** Where a boot test runs. */
export interface BootSurroundings {
  /** The folder guest/ of this program. */
  readonly guestDir: string;
  /** Where base systems are kept: beside the local store, unless it is said otherwise. */
  readonly bases?: BasePlaces | undefined;
  /** Is given the Debian packages that this machine lacks; without it, a lack is an error. */
  provideTools?(missing: readonly string[]): Promise<void>;
  readonly signal: AbortSignal;
  readonly watch: BootWatch;
}

export interface BasePlaces {
  /** On this machine. */
  readonly cacheDir: string;
  /** Beyond it. */
  readonly remote?: RemoteBases | undefined;
}

/** Is told of a boot test as it goes on. */
export interface BootWatch {
  /** What follows belongs together, until the next one. */
  part(title: string): void;
  note(text: string): void;
  warning(text: string): void;
  acceleration(found: Acceleration): void;
  case(found: Case): void;
  /** What a scenario does now; undefined when it is over. */
  step(scenario: ScenarioName, step: Step | undefined): void;
}

/**
 * The whole way from packages to a verdict, with its reports written.
 *
 * @throws UserError for what keeps the test from being made; the reason of `signal`. Nothing is left
 *   behind then but the cache and the logs.
 */
export async function proveByBoot(
  options: BootOptions,
  surroundings: BootSurroundings,
): Promise<Verdict> {
  const { guestDir, bases = { cacheDir: options.cacheDir }, signal, watch } = surroundings;
  checkTerminal(options);
  const packages = await readAll(options, signal);
  const [first] = packages.proved;
  if (first === undefined) throw new Error('a boot test without a package');
  const { architecture, engine } = first;
  checkAlike([...packages.proved, ...(packages.old ? [packages.old] : [])]);
  checkEngine(first, options);
  checkStore(options, engine);
  await surroundings.provideTools?.(missingBootTools(architecture, process.env));
  checkQemu(architecture, process.env);
  checkMemory(options.memory * (options.jobs ?? 1), architecture);
  const boots = join(options.cacheDir, 'boot');
  await makeFolder(boots);
  await removeStale(boots);
  await checkRoom(boots, packages.proved);
  await prepareReports(options);
  const workDir = await mkdtemp(join(boots, 'work-'));
  try {
    watch.part('Preparing the base system');
    const make = { ...options, architecture, engine, workDir, signal, onProgress: watch.note };
    const base =
      options.rootfs === undefined
        ? await prepareBase({ ...make, ...bases, guestDir, onWarning: watch.warning })
        : await readRootfs({ ...make, path: options.rootfs });
    watch.part(`Booting ${base.suite} for ${architecture}`);
    const verdict = await bootTest({
      ...options,
      jobs: options.jobs ?? machinesAtOnce(options),
      base,
      packages: packages.proved,
      upgradeFrom: packages.old,
      guestDir,
      workDir,
      signal,
      onAcceleration: watch.acceleration,
      onCase: watch.case,
      onStep: watch.step,
      onShell: watch.note,
    });
    await writeReports(verdict, options, watch.warning);
    return verdict;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** The Debian packages that this machine lacks for boot tests, and the making of their base systems. */
export function missingBootTools(architecture: BaseArchitecture, env: NodeJS.ProcessEnv): string[] {
  const missing = [
    ...missingQemu(architecture, env),
    ...missingTools(process.getuid?.(), env),
    // Tells the mirrors of a suite to machines that are no Debian, and makes what cannot be made quickly.
    ...(isThere('mmdebstrap', env) ? [] : ['mmdebstrap']),
  ];
  return [...new Set(missing)];
}

function checkTerminal({ shell }: BootOptions): void {
  if (!shell || (process.stdin.isTTY && process.stdout.isTTY)) return;
  throw usageError('shell needs a terminal', { hint: 'leave it out in a job, and use keep' });
}

function checkStore({ dockerStore }: BootOptions, engine: Engine): void {
  if (dockerStore === undefined || engine === 'docker') return;
  throw usageError(`docker-store: the package is for ${engine}`);
}

/** Machines that processors and free memory of this one are enough for; one, if for none. */
export function machinesAtOnce(
  { cpus, memory }: Pick<BootOptions, 'cpus' | 'memory'>,
  processors = availableParallelism(),
  free = freemem(),
): number {
  return Math.max(1, Math.floor(Math.min(processors / cpus, (0.8 * free) / (memory * MIB))));
}

async function readAll({ debs, upgradeFrom }: BootOptions, signal: AbortSignal) {
  const proved: PackageUnderTest[] = [];
  for (const deb of debs) proved.push(await readPackageUnderTest(deb, signal));
  const old = upgradeFrom ? await readPackageUnderTest(upgradeFrom, signal) : undefined;
  const [first] = proved;
  if (old && old.name !== first?.name) {
    throw usageError(`${old.path} is ${old.name}, which ${first?.name} cannot upgrade`);
  }
  return { proved, old };
}

/** Longer than any boot test takes. */
const STALE_MS = 3 * 24 * 3600 * 1000;

/** What a test that was killed left behind. */
async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > STALE_MS) await rm(path, { recursive: true, force: true });
  }
}

/** One machine has one architecture, and the test installs one engine in it. */
function checkAlike(packages: readonly PackageUnderTest[]): void {
  const [first, ...others] = packages;
  for (const other of others) {
    for (const property of ['architecture', 'engine'] as const) {
      if (other[property] === first?.[property]) continue;
      throw usageError(
        `${first?.path} is for ${first?.[property]}, ${other.path} for ${other[property]}`,
        { hint: 'boot them one by one' },
      );
    }
  }
}

function checkEngine({ path, engine }: PackageUnderTest, wanted: BootOptions): void {
  if (wanted.engine === undefined || wanted.engine === engine) return;
  throw usageError(`${path} is for ${engine}, not for ${wanted.engine}`, {
    hint: 'a package has the engine that it was built for',
  });
}

const MIB = 1024 ** 2;

/** MiB that an armhf machine can have without addresses beyond 32 bits. */
const ARMHF_MEMORY = 3072;

function checkMemory(memory: number, architecture: string): void {
  if (architecture === 'armhf' && memory > ARMHF_MEMORY) {
    throw usageError(`memory: an armhf machine has ${ARMHF_MEMORY} MiB at most`);
  }
  const free = Math.floor(freemem() / MIB);
  if (memory <= free) return;
  throw failure(`not enough memory for the machine: ${memory} MiB wanted, ${free} MiB free`, {
    hint: 'ask for less by memory',
  });
}

/** The disks grow by what the machines write: a third of their size is a careful guess. */
async function checkRoom(folder: string, packages: readonly PackageUnderTest[]): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const [needed, free] = [diskSize(packages) / 3, bavail * bsize] as const;
  if (needed <= free) return;
  const numbers = `${formatBytes(needed)} wanted, ${formatBytes(free)} free`;
  throw failure(`not enough space for the machines' disks in ${folder}: ${numbers}`, {
    hint: 'choose another folder with cache-dir',
  });
}

async function prepareReports({ junit, summary, logDir }: BootOptions): Promise<void> {
  await makeFolder(logDir);
  for (const [name, path] of Object.entries({ junit, summary })) {
    if (path !== undefined) await prepareFile(name, path);
  }
}

async function writeReports(
  verdict: Verdict,
  { junit, summary }: BootOptions,
  warn: (text: string) => void,
): Promise<void> {
  if (junit !== undefined) await writeFile(junit, junitReport(verdict));
  await appendSummary(summary, markdownVerdict(verdict), warn);
}
