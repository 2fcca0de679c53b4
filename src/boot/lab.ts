import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { BaseSystem } from './base/types.ts';
import { diagnose } from './diagnosis.ts';
import { makeOverlay } from './disk.ts';
import { type Machine, startMachine } from './machine.ts';
import { kernelCommandLine } from './qemu.ts';
import type { Acceleration, Case, PackageUnderTest, ScenarioName } from './types.ts';

/** What all scenarios of a boot test share. */
export interface LabOptions {
  readonly base: BaseSystem;
  readonly acceleration: Acceleration;
  readonly packages: readonly PackageUnderTest[];
  /** An older version of the first package. */
  readonly upgradeFrom?: PackageUnderTest | undefined;
  /** Run in every image by its shell, in place of `true`. */
  readonly testCommand?: string | undefined;
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
  readonly logDir: string;
  readonly signal: AbortSignal;
  readonly onCase: (found: Case) => void;
}

/** A disk of a machine: an overlay, and nothing else writes to it. */
export interface Disk {
  readonly file: string;
}

/** Where a scenario works: its machines, and the book that its findings are written into. */
export interface Lab extends LabOptions {
  readonly scenario: ScenarioName;
  /** A disk with nothing but the base system, or what is on another disk. */
  disk(over?: Disk): Promise<Disk>;
  /**
   * Starts a machine, waits until its system is up, calls `use` and shuts the machine down, in
   * order if `use` has not ended it in another way.
   *
   * @param durable whether what it flushes must outlive a power cut
   * @throws StopScenario when the machine broke down or `use` could not go on; what else `use` throws
   */
  boot<T>(disk: Disk, use: (machine: Machine) => Promise<T>, how?: BootHow): Promise<T>;
  /** Writes down what `look` finds, or the reason of its failure; false for a failure. */
  check(check: string, subject: string, look: () => Promise<string>): Promise<boolean>;
}

export interface BootHow {
  readonly durable?: boolean;
  readonly leave?: 'poweroff' | 'reboot';
  /** Do not wait for the system to be up: what is looked for happens before. */
  readonly early?: boolean;
}

/** Nothing more can be found out: the machine is gone. What happened is in the book already. */
export class StopScenario extends Error {}

/** What a lab has collected. */
export interface Book {
  readonly cases: Case[];
  readonly logs: string[];
  readonly disks: string[];
}

/** The lab of one scenario; what it finds and makes is added to `book`. */
export function openLab(options: LabOptions, scenario: ScenarioName, book: Book): Lab {
  let current: Machine | undefined;
  let failures = 0;

  const write = (found: Case) => {
    if (!found.ok) failures += 1;
    book.cases.push(found);
    options.onCase(found);
  };
  const check: Lab['check'] = async (name, subject, look) => {
    const begun = performance.now();
    const record = (ok: boolean, detail: string) => {
      const seconds = Math.round(performance.now() - begun) / 1000;
      write({ scenario, check: name, subject, ok, detail, seconds });
      return ok;
    };
    try {
      return record(true, await look());
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof UserError)) throw error;
      const ended = current !== undefined && !current.alive;
      record(false, error.message);
      if (ended || name === BOOTS) throw new StopScenario(error.message);
      return false;
    }
  };
  const start = async (disk: Disk, how: BootHow): Promise<Machine> => {
    const number = book.logs.filter((log) => log.endsWith('.console.log')).length + 1;
    const consoleLog = join(options.logDir, `${number}-${scenario}.console.log`);
    book.logs.push(consoleLog);
    await mkdir(options.logDir, { recursive: true });
    await writeFile(consoleLog, '');
    return startMachine(machineSpec(options, disk, consoleLog, how), {
      nonce: options.payload.nonce,
      deadline: options.deadline,
      signal: options.signal,
    });
  };
  const explain = async (machine: Machine, since: number) => {
    if (failures === since || !machine.alive) return;
    const log = machine.consoleLog.replace(/console\.log$/, 'diagnosis.log');
    const [first] = options.packages;
    await writeFile(log, await diagnose(machine, options.packages, first?.engine ?? 'docker'));
    book.logs.push(log);
  };

  return {
    ...options,
    scenario,
    check,
    async disk(over) {
      const file = join(options.diskDir, `${scenario}-${book.disks.length + 1}.qcow2`);
      const below = over
        ? { file: over.file, format: 'qcow2' as const }
        : { file: options.base.disk, format: 'raw' as const };
      await makeOverlay(below, file, options.diskSize, options.signal);
      book.disks.push(file);
      return { file };
    },
    async boot(disk, use, how = {}) {
      const since = failures;
      let machine: Machine | undefined;
      try {
        await check(BOOTS, '', async () => {
          const begun = performance.now();
          current = undefined;
          machine = await start(disk, how);
          current = machine;
          if (how.early) return `${Math.round((performance.now() - begun) / 1000)} s to the agent`;
          // Says degraded and exits with 1 where any unit failed: what matters is checked later.
          const { stdout } = await machine.run(
            ['systemctl', 'is-system-running', '--wait'],
            options.deadline,
          );
          return `up, ${stdout.trim()}`;
        });
        if (!machine) throw new Error('a machine that boots and is not there');
        const result = await use(machine);
        await explain(machine, since);
        if (machine.alive) await machine.leave(how.leave ?? 'poweroff');
        return result;
      } catch (error) {
        options.signal.throwIfAborted();
        if (!(error instanceof UserError)) throw error;
        const { message: detail } = error;
        write({ scenario, check: 'goes through', subject: '', ok: false, detail, seconds: 0 });
        if (machine) await explain(machine, since);
        throw new StopScenario(detail);
      } finally {
        await machine?.cut();
      }
    },
  };
}

const BOOTS = 'boots';

function machineSpec(options: LabOptions, disk: Disk, consoleLog: string, how: BootHow) {
  const { base, acceleration, memory, cpus, payload } = options;
  const hasAppArmor = base.packages.some(({ name }) => name === 'apparmor');
  return {
    architecture: base.architecture,
    acceleration: acceleration.by,
    memory,
    cpus,
    kernel: base.kernel,
    initrd: base.initrd,
    // Docker fails on a kernel with AppArmor and a system without its parser.
    commandLine: kernelCommandLine(base.architecture, hasAppArmor ? [] : ['apparmor=0']),
    disk: disk.file,
    durable: how.durable ?? false,
    payload: payload.disk,
    consoleLog,
  };
}
