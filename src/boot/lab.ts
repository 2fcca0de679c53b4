import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { BaseSystem } from './base/types.ts';
import { diagnose } from './diagnosis.ts';
import { makeOverlay } from './disk.ts';
import { diagnosisName } from './failure-report.ts';
import { type Machine, startMachine } from './machine.ts';
import { kernelCommandLine } from './qemu.ts';
import { systemOptions } from './system-options.ts';
import {
  type Acceleration,
  type Case,
  failedOf,
  type PackageUnderTest,
  type ScenarioName,
  type Step,
  type Store,
} from './types.ts';

/** What all scenarios of a boot test share. */
export interface LabOptions {
  readonly base: BaseSystem;
  readonly acceleration: Acceleration;
  readonly packages: readonly PackageUnderTest[];
  /** An older version of the first package. */
  readonly upgradeFrom?: PackageUnderTest | undefined;
  /** Run in every image by its shell, in place of `true`. */
  readonly testCommand?: string | undefined;
  /** Where Docker must keep its images. */
  readonly dockerStore?: Store | undefined;
  /** MiB */
  readonly memory: number;
  readonly cpus: number;
  /** Seconds that a machine may run. */
  readonly deadline: number;
  /** The disk with agent and packages, and what its agent answers with. */
  readonly payload: { readonly disk: string; readonly nonce: string };
  /** Bytes that the disks of machines have. */
  readonly diskSize: number;
  /** Where disks are made. */
  readonly diskDir: string;
  /** Whether the disks are looked at when all is over: then machines are shut down in order. */
  readonly keepDisks: boolean;
  readonly logDir: string;
  readonly signal: AbortSignal;
  readonly onCase: (found: Case) => void;
  /** Undefined when the scenario is over. */
  readonly onStep: (scenario: ScenarioName, step: Step | undefined) => void;
}

/** A device: a disk on an overlay of the base, and the machine that runs with it, or has run. */
export interface Device {
  readonly disk: string;
  /** Whether what it flushes must outlive a power cut; costs time. */
  readonly durable: boolean;
  machine?: Machine;
  /** When the machine is ended at the latest, in milliseconds since 1970. */
  deadline?: number;
}

/** Where a scenario works: its device, and the book that its findings are written into. */
export interface Lab extends LabOptions {
  readonly scenario: ScenarioName;
  /** The machine as the scenario before has left it; starts it where none runs. */
  machine(): Promise<Machine>;
  /** Shuts the machine down in order and starts it again. */
  reboot(): Promise<Machine>;
  /**
   * Starts a machine and waits until its system is up.
   *
   * @throws StopScenario when that fails
   */
  boot(how?: BootHow): Promise<Machine>;
  /**
   * Writes down what `look` finds, or the reason of its failure; false for a failure.
   *
   * @throws StopScenario when the machine has ended or is overdue; what else is no `UserError`
   */
  check(check: string, subject: string, look: () => Promise<string>): Promise<boolean>;
}

export interface BootHow {
  /** Do not wait for the system to be up: what is looked for happens before. */
  readonly early?: boolean;
}

/** Nothing more can be found out on this device. What happened is in the book already. */
export class StopScenario extends Error {}

/** What was found, in the order of time. */
export interface Book {
  readonly cases: Case[];
  readonly logs: string[];
}

/** Makes a device whose disk has nothing but the base system. */
export async function makeDevice(
  { base, diskDir, diskSize, signal }: LabOptions,
  name: string,
  durable: boolean,
): Promise<Device> {
  const disk = join(diskDir, `${name}.qcow2`);
  await makeOverlay({ file: base.disk, format: 'raw' }, disk, diskSize, signal);
  return { disk, durable };
}

/**
 * Lets a scenario happen on a device. Where a check fails, what the machine tells of it is kept.
 *
 * @throws StopScenario when the device is of no use for another one; the reason of `signal`
 */
export async function perform(
  scenario: ScenarioName,
  play: (lab: Lab) => Promise<void>,
  device: Device,
  book: Book,
  options: LabOptions,
): Promise<void> {
  const failedBefore = failedOf(book.cases).length;
  const lab = openLab(options, scenario, device, book);
  try {
    await play(lab);
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof UserError) {
      write(options, book, lab, { check: 'goes through', ok: false, detail: error.message });
    } else if (!(error instanceof StopScenario)) {
      throw error;
    }
    throw new StopScenario((error as Error).message);
  } finally {
    if (failedOf(book.cases).length > failedBefore) await explain(lab, device, book);
    options.onStep(scenario, undefined);
  }
}

/** What could not be tried, since the scenario before it has not come to its end. */
export function skip(scenario: ScenarioName, after: string, book: Book, options: LabOptions): void {
  const detail = `not tried: ${after} has not come to its end`;
  write(options, book, { scenario }, { check: 'goes through', ok: false, detail });
}

const BOOTS = 'boots';

function openLab(options: LabOptions, scenario: ScenarioName, device: Device, book: Book): Lab {
  let boots = 0;
  let current = device.machine?.consoleLog;
  const step = (name = '', subject = '') =>
    options.onStep(scenario, { check: name, subject, deadline: device.deadline });
  step();
  const check: Lab['check'] = async (name, subject, look) => {
    const begun = performance.now();
    step(name, subject);
    const record = (ok: boolean, detail: string) => {
      const seconds = Math.round(performance.now() - begun) / 1000;
      write(
        options,
        book,
        { scenario, log: current },
        { check: name, subject, ok, detail, seconds },
      );
      step();
      return ok;
    };
    try {
      return record(true, await look());
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof UserError)) throw error;
      const ended = device.machine !== undefined && !device.machine.alive;
      record(false, error.message);
      if (ended || device.machine?.overdue || name === BOOTS) throw new StopScenario(error.message);
      return false;
    }
  };
  const lab: Lab = {
    ...options,
    scenario,
    check,
    async machine() {
      return device.machine?.alive ? device.machine : lab.boot();
    },
    async reboot() {
      await (await lab.machine()).leave('reboot');
      return lab.boot();
    },
    async boot({ early = false } = {}) {
      boots += 1;
      const consoleLog = join(options.logDir, `${scenario}-${boots}.console.log`);
      book.logs.push(consoleLog);
      current = consoleLog;
      device.deadline = Date.now() + options.deadline * 1000;
      let machine: Machine | undefined;
      await check(BOOTS, '', async () => {
        const begun = performance.now();
        machine = await start(options, device, consoleLog);
        device.machine = machine;
        const seconds = (performance.now() - begun) / 1000;
        return early
          ? `${seconds.toFixed(0)} s to the agent`
          : `up, ${await systemState(machine, options.deadline)}`;
      });
      if (!machine) throw new Error('a machine that boots and is not there');
      return machine;
    },
  };
  return lab;
}

/** Says degraded, and no error, where any unit failed: what matters is checked later. */
async function systemState(machine: Machine, seconds: number): Promise<string> {
  return (await machine.run(['systemctl', 'is-system-running', '--wait'], seconds)).stdout.trim();
}

async function start(options: LabOptions, device: Device, consoleLog: string): Promise<Machine> {
  await mkdir(options.logDir, { recursive: true });
  await writeFile(consoleLog, '');
  return startMachine(
    { ...machineParts(options, device), consoleLog },
    {
      nonce: options.payload.nonce,
      deadline: options.deadline,
      signal: options.signal,
    },
  );
}

/** What a machine with this disk is made of. */
export function machineParts(
  {
    base,
    acceleration,
    memory,
    cpus,
    payload,
  }: Pick<LabOptions, 'base' | 'acceleration' | 'memory' | 'cpus' | 'payload'>,
  { disk, durable }: Pick<Device, 'disk' | 'durable'>,
) {
  return {
    architecture: base.architecture,
    acceleration: acceleration.by,
    memory,
    cpus,
    kernel: base.kernel,
    initrd: base.initrd,
    commandLine: kernelCommandLine(base.architecture, systemOptions(base)),
    disk,
    durable,
    payload: payload.disk,
  };
}

async function explain({ scenario, packages, logDir }: Lab, { machine }: Device, book: Book) {
  const [first] = packages;
  if (!machine?.alive || first === undefined) return;
  const log = join(logDir, diagnosisName(scenario));
  await writeFile(log, await diagnose(machine, packages, first.engine));
  book.logs.push(log);
}

function write(
  { onCase }: LabOptions,
  { cases }: Book,
  { scenario, log }: { scenario: ScenarioName; log?: string | undefined },
  found: Omit<Case, 'scenario' | 'subject' | 'seconds' | 'log'> & Partial<Case>,
): void {
  const written = { subject: '', seconds: 0, ...found, scenario, ...(log && { log }) };
  cases.push(written);
  onCase(written);
}
