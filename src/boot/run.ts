import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { together } from '../concurrency.ts';
import type { BaseSystem } from './base/types.ts';
import { debOnDevice } from './device.ts';
import { makeIndependent } from './disk.ts';
import { findAcceleration } from './kvm.ts';
import {
  type Book,
  type Device,
  type Lab,
  type LabOptions,
  makeDevice,
  perform,
  StopScenario,
  skip,
} from './lab.ts';
import { preparePayload } from './payload.ts';
import { deleteAfterLoad } from './scenarios/delete-after-load.ts';
import { fresh } from './scenarios/fresh.ts';
import { liveUpdate } from './scenarios/live-update.ts';
import { lowDisk } from './scenarios/low-disk.ts';
import { powerCut } from './scenarios/power-cut.ts';
import { prune } from './scenarios/prune.ts';
import { readOnlyUsr } from './scenarios/read-only-usr.ts';
import { reboot } from './scenarios/reboot.ts';
import { twoPackages } from './scenarios/two-packages.ts';
import { upgrade } from './scenarios/upgrade.ts';
import { openShell } from './shell.ts';
import {
  type Acceleration,
  type Case,
  failedOf,
  type PackageUnderTest,
  SCENARIO_ROWS,
  type ScenarioName,
  type Store,
  type Verdict,
} from './types.ts';

export interface BootTest {
  readonly base: BaseSystem;
  readonly packages: readonly PackageUnderTest[];
  readonly upgradeFrom?: PackageUnderTest | undefined;
  readonly scenarios: readonly ScenarioName[];
  readonly testCommand?: string | undefined;
  readonly dockerStore?: Store | undefined;
  /** MiB */
  readonly memory: number;
  readonly cpus: number;
  /** Machines that may run side by side. */
  readonly jobs: number;
  /** Seconds that each machine may run. */
  readonly deadline: number;
  /** The folder guest/ of this program. */
  readonly guestDir: string;
  /** An existing folder for disks and other temporary files; nothing is left in it. */
  readonly workDir: string;
  /** Where consoles and diagnoses go, and disks that are kept. */
  readonly logDir: string;
  readonly keep: boolean;
  /** Opens a console into a machine at the end. */
  readonly shell: boolean;
  readonly signal: AbortSignal;
  readonly onAcceleration?: (acceleration: Acceleration) => void;
  readonly onCase?: (found: Case) => void;
  /** As in `LabOptions`. */
  readonly onStep?: LabOptions['onStep'];
  /** Is told of the console before it opens. */
  readonly onShell?: (text: string) => void;
}

const PLAYS: Readonly<Record<ScenarioName, (lab: Lab) => Promise<void>>> = {
  fresh,
  reboot,
  prune,
  'live-update': liveUpdate,
  upgrade,
  'two-packages': twoPackages,
  'low-disk': lowDisk,
  'read-only-usr': readOnlyUsr,
  'delete-after-load': deleteAfterLoad,
  'power-cut': powerCut,
};

/**
 * Proves packages in machines: boots them, installs, and looks at what the scenarios ask for.
 * A check that fails is in the verdict; only what keeps the test itself from being made is thrown.
 *
 * @throws UserError; the reason of `signal`
 */
export async function bootTest(test: BootTest): Promise<Verdict> {
  const begun = performance.now();
  const workDir = await mkdtemp(join(test.workDir, 'boot-'));
  try {
    const { base } = test;
    const acceleration = await findAcceleration(base.architecture, base.kernel, test.signal);
    test.onAcceleration?.(acceleration);
    const options = await labOptions(test, acceleration, workDir);
    const done = await atMost(test.jobs, rowsOf(test.scenarios), options, playRow);
    const result = verdict(test, acceleration, done, begun);
    if (test.keep) {
      for (const { device } of done) await makeIndependent(device.disk, test.signal);
    }
    if (test.shell) {
      await openShell(shellDevice(done), { ...options, diskDir: workDir }, test.onShell);
    }
    return result;
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** The wanted scenarios by the devices that they share; what follows `fresh` brings it along. */
export function rowsOf(wanted: readonly ScenarioName[]): ScenarioName[][] {
  const rows: readonly (readonly ScenarioName[])[] = SCENARIO_ROWS;
  const afterFresh = rows[0]?.some((name) => wanted.includes(name));
  const needed = afterFresh ? [...wanted, 'fresh'] : wanted;
  return rows
    .map((row) => row.filter((name) => needed.includes(name)))
    .filter((row) => row.length > 0);
}

/** What came of the scenarios of a row. */
interface PlayedRow extends Book {
  readonly device: Device;
}

async function playRow(row: readonly ScenarioName[], options: LabOptions): Promise<PlayedRow> {
  const book: Book = { cases: [], logs: [] };
  const device = await makeDevice(options, row[0] ?? '', row.includes('power-cut'));
  const plays: Play[] = row.map((name) => [name, PLAYS[name]]);
  const last = row.at(-1);
  if (options.keepDisks && last !== undefined) plays.push([last, shutDown]);
  let stopped: ScenarioName | undefined;
  try {
    for (const [scenario, play] of plays) {
      if (stopped !== undefined) {
        skip(scenario, stopped, book, options);
        continue;
      }
      try {
        await perform(scenario, play, device, book, options);
      } catch (error) {
        if (!(error instanceof StopScenario)) throw error;
        stopped = scenario;
      }
    }
  } finally {
    await device.machine?.cut();
  }
  return { ...book, device };
}

type Play = [ScenarioName, (lab: Lab) => Promise<void>];

/** So that the disk is as a device in order has it. */
async function shutDown(lab: Lab): Promise<void> {
  const machine = await lab.machine();
  await lab.check('shuts down', '', async () => {
    await machine.leave('poweroff');
    return 'in order';
  });
}

/** A device on which something failed, else that of the last row. */
function shellDevice(rows: readonly PlayedRow[]): Device {
  const failed = rows.find(({ cases }) => failedOf(cases).length > 0);
  const device = (failed ?? rows.at(-1))?.device;
  if (device === undefined) throw new Error('a boot test without a scenario');
  return device;
}

/**
 * Some rows side by side, in order; results in the order of the rows. The first failure ends the
 * others, and is thrown once they have ended.
 */
async function atMost<T>(
  count: number,
  rows: readonly ScenarioName[][],
  options: LabOptions,
  play: (row: readonly ScenarioName[], options: LabOptions) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  const waiting = [...rows.entries()];
  await together(options.signal, (signal) =>
    Array.from({ length: count }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, row] = next;
        results[index] = await play(row, { ...options, signal });
      }
    }),
  );
  return results;
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
    keepDisks: test.keep || test.shell,
    // What is kept is large: it is made where it stays.
    diskDir: test.keep ? test.logDir : workDir,
    payload: await preparePayload(carried, debOnDevice, {
      guestDir,
      workDir,
      dockerStore: test.dockerStore,
      signal,
    }),
    diskSize: Math.ceil((await stat(test.base.disk)).size / MIB) * MIB + diskSize(carried),
    onCase: test.onCase ?? (() => undefined),
    onStep: test.onStep ?? (() => undefined),
  };
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/**
 * Bytes that a disk has beside the base system. A package is unpacked and its images are loaded, which takes an engine up to four times
 * their size while it does so; half as much again is for what nobody counts. The files of disks
 * take only what is written.
 */
export function diskSize(packages: readonly PackageUnderTest[]): number {
  const needed = packages.reduce((sum, { size, images }) => {
    const unpacked = images.reduce((total, image) => total + image.unpackedSize, 0);
    return sum + size + 4 * unpacked;
  }, 0);
  return Math.ceil((2 * GIB + 1.5 * needed) / GIB) * GIB;
}

function verdict(
  { base, packages, keep }: BootTest,
  acceleration: Acceleration,
  rows: readonly PlayedRow[],
  begun: number,
): Verdict {
  const cases = rows.flatMap((row) => row.cases);
  return {
    ok: cases.length > 0 && failedOf(cases).length === 0,
    cases,
    acceleration,
    architecture: base.architecture,
    suite: base.suite,
    engine: packages[0]?.engine ?? 'docker',
    logs: rows.flatMap(({ logs }) => logs),
    disks: keep ? rows.map(({ device }) => device.disk) : [],
    seconds: Math.round((performance.now() - begun) / 100) / 10,
  };
}
