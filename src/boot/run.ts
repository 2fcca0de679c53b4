import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BaseSystem } from './base/types.ts';
import { debOnDevice } from './device.ts';
import { findAcceleration } from './kvm.ts';
import { type Book, type Lab, type LabOptions, openLab, StopScenario } from './lab.ts';
import { preparePayload } from './payload.ts';
import { deleteAfterLoad } from './scenarios/delete-after-load.ts';
import { fresh, type Installed } from './scenarios/fresh.ts';
import { liveUpdate } from './scenarios/live-update.ts';
import { lowDisk } from './scenarios/low-disk.ts';
import { powerCut } from './scenarios/power-cut.ts';
import { prune } from './scenarios/prune.ts';
import { readOnlyUsr } from './scenarios/read-only-usr.ts';
import { reboot } from './scenarios/reboot.ts';
import { twoPackages } from './scenarios/two-packages.ts';
import { upgrade } from './scenarios/upgrade.ts';
import {
  type Acceleration,
  type Case,
  type PackageUnderTest,
  SCENARIOS,
  type ScenarioName,
  type Verdict,
} from './types.ts';

export interface BootTest {
  readonly base: BaseSystem;
  readonly packages: readonly PackageUnderTest[];
  readonly upgradeFrom?: PackageUnderTest | undefined;
  readonly scenarios: readonly ScenarioName[];
  readonly testCommand?: string | undefined;
  /** MiB */
  readonly memory: number;
  readonly cpus: number;
  /** Seconds that each machine may run. */
  readonly deadline: number;
  /** The folder guest/ of this program. */
  readonly guestDir: string;
  /** An existing folder for disks and other temporary files; nothing is left in it. */
  readonly workDir: string;
  /** Where consoles and diagnoses go, and disks that are kept. */
  readonly logDir: string;
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly onAcceleration?: (acceleration: Acceleration) => void;
  readonly onCase?: (found: Case) => void;
}

/** Scenarios that begin where `fresh` has ended. */
const AFTER_FRESH = { reboot, prune, 'live-update': liveUpdate } as const;

/** Scenarios that begin with an empty system. */
const FROM_START = {
  upgrade,
  'two-packages': twoPackages,
  'delete-after-load': deleteAfterLoad,
  'read-only-usr': readOnlyUsr,
  'low-disk': lowDisk,
  'power-cut': powerCut,
} as const;

/**
 * Proves packages in machines: boots them, installs, and looks at what the scenarios ask for.
 * A check that fails is in the verdict; only what keeps the test itself from being made is thrown.
 *
 * @throws UserError; the reason of `signal`
 */
export async function bootTest(test: BootTest): Promise<Verdict> {
  const begun = performance.now();
  const book: Book = { cases: [], logs: [], disks: [] };
  const workDir = await mkdtemp(join(test.workDir, 'boot-'));
  try {
    const { base, signal } = test;
    const acceleration = await findAcceleration(base.architecture, base.kernel, signal);
    test.onAcceleration?.(acceleration);
    const options = await labOptions(test, acceleration, workDir);
    await runScenarios(test.scenarios, (scenario) => openLab(options, scenario, book));
    return verdict(test, acceleration, book, begun);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function runScenarios(
  wanted: readonly ScenarioName[],
  open: (scenario: ScenarioName) => Lab,
): Promise<void> {
  const names = SCENARIOS.filter((name) => wanted.includes(name));
  let installed: Installed | undefined;
  if (names.some((name) => name === 'fresh' || Object.hasOwn(AFTER_FRESH, name))) {
    installed = await unlessStopped(() => fresh(open('fresh')));
  }
  for (const name of names) {
    if (name === 'fresh') continue;
    if (name in FROM_START) {
      const scenario = FROM_START[name as keyof typeof FROM_START];
      await unlessStopped(() => scenario(open(name)));
    } else if (installed) {
      const [scenario, from] = [AFTER_FRESH[name as keyof typeof AFTER_FRESH], installed];
      await unlessStopped(() => scenario(open(name), from));
    }
  }
}

/** A machine that broke down ends its scenario; why, is in the book. */
async function unlessStopped<T>(scenario: () => Promise<T>): Promise<T | undefined> {
  try {
    return await scenario();
  } catch (error) {
    if (error instanceof StopScenario) return undefined;
    throw error;
  }
}

async function labOptions(
  test: BootTest,
  acceleration: Acceleration,
  workDir: string,
): Promise<LabOptions> {
  const { packages, upgradeFrom, signal, guestDir } = test;
  await mkdir(test.logDir, { recursive: true });
  const carried = upgradeFrom === undefined ? packages : [...packages, upgradeFrom];
  return {
    ...test,
    acceleration,
    // Overlays name what lies below them: what is kept is never moved.
    diskDir: test.keep ? test.logDir : workDir,
    payload: await preparePayload(carried, debOnDevice, { guestDir, workDir, signal }),
    diskSize: diskSize(carried),
    onCase: test.onCase ?? (() => undefined),
  };
}

const GIB = 1024 ** 3;

/**
 * Bytes. A package is unpacked and its images are loaded, which takes an engine up to four times
 * their size while it does so; half as much again is for what nobody counts. The files of disks
 * take only what is written.
 */
export function diskSize(packages: readonly PackageUnderTest[]): number {
  const needed = packages.reduce((sum, { size, images }) => {
    const unpacked = images.reduce((total, image) => total + image.unpackedSize, 0);
    return sum + size + 4 * unpacked;
  }, 0);
  return Math.ceil((3 * GIB + 1.5 * needed) / GIB) * GIB;
}

function verdict(
  { base, packages, keep }: BootTest,
  acceleration: Acceleration,
  { cases, logs, disks }: Book,
  begun: number,
): Verdict {
  return {
    ok: cases.length > 0 && cases.every(({ ok }) => ok),
    cases,
    acceleration,
    architecture: base.architecture,
    suite: base.suite,
    engine: packages[0]?.engine ?? 'docker',
    logs,
    disks: keep ? disks : [],
    seconds: Math.round((performance.now() - begun) / 100) / 10,
  };
}
