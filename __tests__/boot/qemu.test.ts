import { describe, expect, test } from '@jest/globals';
import {
  isNative,
  kernelCommandLine,
  type MachineSpec,
  probeArgv,
  qemuArgv,
  shellArgv,
} from '../../src/boot/qemu.ts';

const SPEC: MachineSpec = {
  architecture: 'arm64',
  acceleration: 'tcg',
  memory: 1024,
  cpus: 3,
  kernel: '/base/kernel',
  initrd: '/base/initrd',
  commandLine: 'root=/dev/vda',
  disk: '/lab/a,b.qcow2',
  durable: false,
  payload: '/lab/payload.img',
  consoleLog: '/logs/console.log',
};

test('a machine', () => {
  expect(qemuArgv(SPEC, 'x64')).toEqual([
    'qemu-system-aarch64',
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-nic', 'none'],
    ...['-machine', 'virt,gic-version=3', '-accel', 'tcg,thread=multi', '-cpu', 'cortex-a57'],
    ...['-m', '1024', '-smp', '3'],
    ...['-kernel', '/base/kernel', '-initrd', '/base/initrd', '-append', 'root=/dev/vda'],
    ...['-drive', 'if=none,id=root,format=qcow2,cache=unsafe,file=/lab/a,,b.qcow2'],
    ...['-device', 'virtio-blk-pci,drive=root'],
    ...['-drive', 'if=none,id=payload,format=raw,readonly=on,file=/lab/payload.img'],
    ...['-device', 'virtio-blk-pci,drive=payload'],
    ...['-device', 'virtio-rng-pci', '-device', 'virtio-serial-pci'],
    ...['-chardev', 'stdio,id=results,signal=off'],
    ...['-device', 'virtserialport,chardev=results,name=container-preload.results'],
    ...['-serial', 'file:/logs/console.log'],
  ]);
});

test('a machine for a person has its console on the terminal, and no other channel', () => {
  const argv = shellArgv(SPEC, 'x64');
  expect(argv.slice(-2)).toEqual(['-serial', 'mon:stdio']);
  expect(argv.join(' ')).not.toContain('chardev');
});

describe('the processor', () => {
  test.each([
    ['amd64', 'tcg', 'x64', 'qemu-system-x86_64', 'q35', 'tcg,thread=multi', 'max,cx16=off'],
    ['amd64', 'tcg', 'arm64', 'qemu-system-x86_64', 'q35', 'tcg,thread=single', 'max,cx16=off'],
    ['amd64', 'kvm', 'x64', 'qemu-system-x86_64', 'q35', 'kvm', 'host'],
    [
      'arm64',
      'tcg',
      'arm64',
      'qemu-system-aarch64',
      'virt,gic-version=3',
      'tcg,thread=multi',
      'cortex-a57',
    ],
    ['arm64', 'kvm', 'arm64', 'qemu-system-aarch64', 'virt,gic-version=host', 'kvm', 'host'],
    [
      'armhf',
      'tcg',
      'x64',
      'qemu-system-arm',
      'virt,highmem=off',
      'tcg,thread=multi',
      'cortex-a15',
    ],
  ] as const)(
    '%s by %s on %s',
    (architecture, acceleration, host, program, machine, accel, cpu) => {
      const argv = qemuArgv({ ...SPEC, architecture, acceleration }, host);
      expect(argv[0]).toBe(program);
      expect(argv.slice(8, 14)).toEqual(['-machine', machine, '-accel', accel, '-cpu', cpu]);
    },
  );
});

test('what a power cut must not lose is written through', () => {
  expect(qemuArgv({ ...SPEC, durable: true }).join(' ')).toContain('cache=writeback');
});

test('the probe of KVM has a kernel that ends by itself, and no disk', () => {
  const argv = probeArgv('amd64', '/k', 'x64');
  expect(argv).toEqual(expect.arrayContaining(['-accel', 'kvm', '-kernel', '/k', '-no-reboot']));
  expect(argv.at(-1)).toBe('console=ttyS0 panic=-1');
  expect(argv).not.toContain('-drive');
});

test.each([
  ['amd64', 'x64', true],
  ['arm64', 'arm64', true],
  ['armhf', 'arm', true],
  ['arm64', 'x64', false],
  ['armhf', 'arm64', false],
] as const)('%s is native on %s: %s', (architecture, host, native) => {
  expect(isNative(architecture, host)).toBe(native);
});

test('the kernel is told to start the agent from the payload disk', () => {
  expect(kernelCommandLine('armhf', ['apparmor=0'])).toBe(
    'root=/dev/vda rw console=ttyAMA0 loglevel=4 panic=-1 ' +
      `systemd.run="/bin/sh -c 'mkdir -p /run/container-preload-payload && ` +
      'mount -r LABEL=preload-payload /run/container-preload-payload && ' +
      `exec /bin/sh /run/container-preload-payload/start'" ` +
      'systemd.run_success_action=none systemd.run_failure_action=poweroff-force ' +
      'systemd.show_status=error systemd.journald.forward_to_console=1 apparmor=0',
  );
});

test('a kernel on a busy machine does not ask for ticks that come late', () => {
  expect(kernelCommandLine('amd64', ['quiet'])).toMatch(/ no_timer_check quiet$/);
  expect(kernelCommandLine('arm64', ['quiet'])).not.toContain('no_timer_check');
});

test('no word of the command line is taken for another option by programs that know no quotes', () => {
  const words = kernelCommandLine('amd64', []).split(' ');
  expect(words).toContain('rw');
  expect(words).not.toContain('ro');
});
