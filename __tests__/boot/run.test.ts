import { expect, test } from '@jest/globals';
import type { BaseSystem } from '../../src/boot/base/types.ts';
import { rowsOf } from '../../src/boot/run.ts';
import { shellCommandLine } from '../../src/boot/shell.ts';
import { systemOptions } from '../../src/boot/system-options.ts';
import { SCENARIOS, type ScenarioName } from '../../src/boot/types.ts';
import { machinesAtOnce } from '../../src/boot-test.ts';

test.each<[ScenarioName[], ScenarioName[][]]>([
  [['reboot', 'fresh'], [['fresh', 'reboot']]],
  [['live-update'], [['fresh', 'live-update']]],
  [['delete-after-load'], [['delete-after-load']]],
  [
    ['power-cut', 'two-packages', 'prune', 'upgrade', 'low-disk'],
    [['fresh', 'prune'], ['upgrade', 'two-packages'], ['low-disk'], ['power-cut']],
  ],
])('%j share devices', (wanted, rows) => {
  expect(rowsOf(wanted)).toEqual(rows);
});

test('every scenario has its place', () => {
  expect(rowsOf(SCENARIOS).flat()).toEqual(SCENARIOS);
});

const GIB = 1024 ** 3;

test.each([
  [{ cpus: 2, memory: 2048 }, 2, 16 * GIB, 1],
  [{ cpus: 2, memory: 2048 }, 4, 16 * GIB, 2],
  [{ cpus: 2, memory: 2048 }, 16, 16 * GIB, 6],
  [{ cpus: 2, memory: 2048 }, 1, 1 * GIB, 1],
  [{ cpus: 1, memory: 1024 }, 4, 16 * GIB, 4],
])('%j on %i processors and %i bytes: %i machines', (asked, processors, free, machines) => {
  expect(machinesAtOnce(asked, processors, free)).toBe(machines);
});

const BASE: BaseSystem = {
  disk: '',
  kernel: '',
  initrd: '',
  suite: '',
  architecture: 'amd64',
  key: '',
  packages: [],
};

test('a base of ours leaves out units, a system of the user does not', () => {
  expect(systemOptions(BASE)).toEqual(
    expect.arrayContaining(['apparmor=0', 'systemd.mask=podman-restart.service']),
  );
  const own = {
    ...BASE,
    packages: [{ name: 'apparmor', version: '1' }],
    kernelOptions: ['fstab=no'],
  };
  expect(systemOptions(own)).toEqual(['fstab=no']);
});

test('the root shell takes the place of a getty', () => {
  expect(shellCommandLine('root=/dev/vda', 'ttyS0')).toBe(
    'root=/dev/vda systemd.debug_shell=ttyS0 ' +
      'systemd.mask=serial-getty@ttyS0.service systemd.journald.forward_to_console=0',
  );
});
