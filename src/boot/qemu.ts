import type { BaseArchitecture } from './base/types.ts';
import type { Acceleration } from './types.ts';

/** Everything that a machine is made of. */
export interface MachineSpec {
  readonly architecture: BaseArchitecture;
  readonly acceleration: Acceleration['by'];
  /** MiB */
  readonly memory: number;
  readonly cpus: number;
  readonly kernel: string;
  readonly initrd: string;
  readonly commandLine: string;
  /** The qcow2 overlay that becomes /dev/vda. */
  readonly disk: string;
  /** Whether what the guest flushes must outlive a kill of qemu; costs time. */
  readonly durable: boolean;
  /** A raw disk that is only read. */
  readonly payload: string;
  readonly consoleLog: string;
}

/** The name of the virtio port that results come from. */
const RESULTS_PORT = 'container-preload.results';

const QEMU = {
  amd64: {
    program: 'qemu-system-x86_64',
    package: 'qemu-system-x86',
    console: 'ttyS0',
    // The kernel panics ("IO-APIC + timer doesn't work!") where it looks whether the timer ticks, and
    // nobody has a processor to spare for the ticks just then.
    kernelOptions: ['no_timer_check'],
  },
  arm64: {
    program: 'qemu-system-aarch64',
    package: 'qemu-system-arm',
    console: 'ttyAMA0',
    kernelOptions: [],
  },
  armhf: {
    program: 'qemu-system-arm',
    package: 'qemu-system-arm',
    console: 'ttyAMA0',
    kernelOptions: [],
  },
} as const;

export function qemuProgram(architecture: BaseArchitecture): string {
  return QEMU[architecture].program;
}

/** The console's device in the machine. */
export function consoleName(architecture: BaseArchitecture): string {
  return QEMU[architecture].console;
}

/** The Debian package that has the program. */
export function qemuPackage(architecture: BaseArchitecture): string {
  return QEMU[architecture].package;
}

/**
 * The command that runs a machine: no network, no screen; the console goes to a log, results come
 * over a port of their own to standard output. It ends where the machine would start again.
 *
 * @param host the architecture of this machine, as Node names it
 */
export function qemuArgv(spec: MachineSpec, host: NodeJS.Architecture = process.arch): string[] {
  return [
    ...machineArgv(spec, host),
    ...['-chardev', 'stdio,id=results,signal=off'],
    ...['-device', `virtserialport,chardev=results,name=${RESULTS_PORT}`],
    ...['-serial', `file:${spec.consoleLog}`],
  ];
}

/** The same machine for a person: its console is this terminal, Ctrl-A X ends it. */
export function shellArgv(
  spec: Omit<MachineSpec, 'consoleLog'>,
  host: NodeJS.Architecture = process.arch,
): string[] {
  return [...machineArgv(spec, host), '-serial', 'mon:stdio'];
}

function machineArgv(spec: Omit<MachineSpec, 'consoleLog'>, host: NodeJS.Architecture): string[] {
  return [
    qemuProgram(spec.architecture),
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-nic', 'none'],
    ...machineArgs(spec.architecture, spec.acceleration, host),
    ...['-m', String(spec.memory), '-smp', String(spec.cpus)],
    ...['-kernel', spec.kernel, '-initrd', spec.initrd, '-append', spec.commandLine],
    ...driveArgs('root', `format=qcow2,cache=${spec.durable ? 'writeback' : 'unsafe'}`, spec.disk),
    ...driveArgs('payload', 'format=raw,readonly=on', spec.payload),
    ...['-device', 'virtio-rng-pci', '-device', 'virtio-serial-pci'],
  ];
}

/**
 * A kernel without a disk, which panics and thereby ends qemu: enough to see whether KVM really
 * runs one.
 */
export function probeArgv(
  architecture: BaseArchitecture,
  kernel: string,
  host: NodeJS.Architecture = process.arch,
): string[] {
  return [
    qemuProgram(architecture),
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-nic', 'none'],
    ...machineArgs(architecture, 'kvm', host),
    ...['-m', '512', '-kernel', kernel, '-serial', 'stdio'],
    ...['-append', `console=${QEMU[architecture].console} panic=-1`],
  ];
}

/** Whether this machine's processor is of the kind that KVM can lend to the guest. */
export function isNative(architecture: BaseArchitecture, host: NodeJS.Architecture): boolean {
  return { amd64: 'x64', arm64: 'arm64', armhf: 'arm' }[architecture] === host;
}

/**
 * The guest's kernel command line. The generator behind `systemd.run=` (systemd-run-generator(8))
 * starts the agent from the payload disk in any system that has systemd: nothing of ours has to be
 * in it. A panic ends the machine at once.
 */
export function kernelCommandLine(architecture: BaseArchitecture, options: readonly string[]) {
  const begin = [
    `mkdir -p ${PAYLOAD_FOLDER}`,
    // Not `-o ro`: initramfs-tools knows no quotes, and would mount the root read-only.
    `mount -r LABEL=${PAYLOAD_LABEL} ${PAYLOAD_FOLDER}`,
    `exec /bin/sh ${PAYLOAD_FOLDER}/start`,
  ].join(' && ');
  return [
    ...['root=/dev/vda', 'rw', `console=${QEMU[architecture].console}`, 'loglevel=4', 'panic=-1'],
    ...[`systemd.run="/bin/sh -c '${begin}'"`],
    ...['systemd.run_success_action=none', 'systemd.run_failure_action=poweroff-force'],
    ...['systemd.show_status=error', 'systemd.journald.forward_to_console=1'],
    ...QEMU[architecture].kernelOptions,
    ...options,
  ].join(' ');
}

/** The volume label of the payload disk; ext4 has room for 16 characters. */
export const PAYLOAD_LABEL = 'preload-payload';

/** Where the payload disk is mounted in the guest. */
export const PAYLOAD_FOLDER = '/run/container-preload-payload';

function machineArgs(
  architecture: BaseArchitecture,
  acceleration: Acceleration['by'],
  host: NodeJS.Architecture,
): string[] {
  const accel =
    acceleration === 'kvm'
      ? 'kvm'
      : `tcg,thread=${mayThread(architecture, host) ? 'multi' : 'single'}`;
  const { machine, cpu } = model(architecture, acceleration);
  return ['-machine', machine, '-accel', accel, '-cpu', cpu];
}

function model(architecture: BaseArchitecture, acceleration: Acceleration['by']) {
  const kvm = acceleration === 'kvm';
  switch (architecture) {
    case 'amd64':
      // cmpxchg16b of qemu 7.2 panics the kernel of trixie.
      return { machine: 'q35', cpu: kvm ? 'host' : 'max,cx16=off' };
    case 'arm64':
      return {
        machine: `virt,gic-version=${kvm ? 'host' : '3'}`,
        cpu: kvm ? 'host' : 'cortex-a57',
      };
    case 'armhf':
      // Debian's 32-bit kernel does not find PCI above 4 GiB.
      return { machine: 'virt,highmem=off', cpu: kvm ? 'host' : 'cortex-a15' };
  }
}

/** A weaker memory order can't play a stronger one: an x86 guest on ARM runs in one thread. */
function mayThread(architecture: BaseArchitecture, host: NodeJS.Architecture): boolean {
  return architecture !== 'amd64' || host === 'x64';
}

function driveArgs(id: string, options: string, file: string): string[] {
  return [
    ...['-drive', `if=none,id=${id},${options},file=${file.replaceAll(',', ',,')}`],
    ...['-device', `virtio-blk-pci,drive=${id}`],
  ];
}
