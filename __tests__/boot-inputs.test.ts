import { describe, expect, test } from '@jest/globals';
import {
  BOOT_ACTION_INPUTS,
  BOOT_INPUTS,
  BOOT_TEST_INPUTS,
  type BootInput,
  parseBootOptions,
  parseBootTest,
} from '../src/boot-inputs.ts';
import { formatError, UserError } from '../src/errors.ts';
import type { InputInfo, RawInputs } from '../src/inputs.ts';
import { type Action, readAction } from './action-file.ts';

const ENV = { HOME: '/home/a' };

test('what holds when nothing is asked for', () => {
  expect(parseBootOptions(['/a.deb'], {}, ENV)).toEqual({
    debs: ['/a.deb'],
    suite: 'bookworm',
    engine: undefined,
    packages: [],
    scenarios: ['fresh', 'reboot'],
    upgradeFrom: undefined,
    testCommand: undefined,
    memory: 2048,
    cpus: 2,
    deadline: 1800,
    mirror: undefined,
    dockerStore: undefined,
    jobs: undefined,
    rootfs: undefined,
    shell: false,
    junit: undefined,
    summary: undefined,
    logDir: `${process.cwd()}/boot-logs`,
    keep: false,
    cacheDir: '/home/a/.cache/container-preload',
  });
});

test.each([
  ['fresh', ['fresh']],
  ['power-cut, prune', ['power-cut', 'prune']],
  ['fresh\nfresh\nreboot', ['fresh', 'reboot']],
])('scenarios %j', (scenario, scenarios) => {
  expect(parseBootOptions(['/a.deb'], { scenario }, ENV).scenarios).toEqual(scenarios);
});

describe('what is understood', () => {
  const cases: [RawInputs<BootInput>, object][] = [
    [{ suite: 'trixie' }, { suite: 'trixie' }],
    [{ engine: 'podman' }, { engine: 'podman' }],
    [{ packages: 'curl, jq\ncurl' }, { packages: ['curl', 'jq'] }],
    [{ scenario: 'prune' }, { scenarios: ['prune'] }],
    [{ 'upgrade-from': '/old.deb' }, { upgradeFrom: '/old.deb' }],
    [{ 'test-command': 'app --version' }, { testCommand: 'app --version' }],
    [{ memory: '4096' }, { memory: 4096 }],
    [{ cpus: '4' }, { cpus: 4 }],
    [{ timeout: '600' }, { deadline: 600 }],
    [{ mirror: 'http://mirror.example.org' }, { mirror: 'http://mirror.example.org' }],
    [{ rootfs: '/system.tar' }, { rootfs: '/system.tar' }],
    [{ 'docker-store': 'containerd' }, { dockerStore: 'containerd' }],
    [{ jobs: '3' }, { jobs: 3 }],
    [{ 'cache-dir': '/cache' }, { cacheDir: '/cache' }],
    [{ junit: '/boot.xml' }, { junit: '/boot.xml' }],
    [{ summary: '/boot.md' }, { summary: '/boot.md' }],
    [{ 'log-dir': '/logs' }, { logDir: '/logs' }],
    [{ keep: 'true' }, { keep: true }],
    [{ shell: 'true' }, { shell: true }],
  ];

  test.each(cases)('%j', (raw, expected) => {
    expect(parseBootOptions(['/a.deb'], raw, ENV)).toMatchObject(expected);
  });

  test('of every option', () => {
    const tried = cases.flatMap(([raw]) => Object.keys(raw));
    expect(new Set(tried)).toEqual(new Set(Object.keys(BOOT_INPUTS)));
  });
});

describe('what makes no sense', () => {
  test.each([
    [[], {}, 'boot needs a package'],
    [['/a.deb', ''], {}, 'boot needs a package'],
    [['/a.deb', '/./a.deb'], {}, '/a.deb is given twice'],
    [['/a.deb'], { scenario: 'fast' }, 'unknown value "fast"'],
    [['/a.deb'], { suite: '../x' }, 'not a suite: "../x"'],
    [['/a.deb'], { packages: 'curl; rm' }, 'not the name of a Debian package: "curl;"'],
    [['/a.deb'], { memory: '2G' }, 'not a whole number from 256'],
    [['/a.deb'], { cpus: '0' }, 'not a whole number from 1'],
    [['/a.deb'], { timeout: '-1' }, 'not a whole number from 10'],
    [['/a.deb'], { keep: 'yes' }, 'neither true nor false: "yes"'],
    [['/a.deb'], { suite: 'yes' }, 'not a suite: "yes"'],
    [['/a.deb'], { engine: 'lxc' }, 'unknown value "lxc"'],
    [['/a.deb'], { scenario: 'upgrade' }, 'upgrade needs an older package'],
    [['/a.deb'], { scenario: 'two-packages' }, 'two-packages needs two packages'],
  ])('%j %j', (debs, raw, message) => {
    expect(() => parseBootOptions(debs, raw, ENV)).toThrow(message);
  });
});

test('an older package is upgraded, whatever else is tried', () => {
  const given = { 'upgrade-from': '/old.deb' };
  const { scenarios, upgradeFrom } = parseBootOptions(['/a.deb'], given, ENV);
  expect([scenarios, upgradeFrom]).toEqual([['fresh', 'reboot', 'upgrade'], '/old.deb']);
});

describe('the boot test of the action that builds', () => {
  test.each([
    [{}, 'amd64', 'bookworm'],
    [{ 'boot-test': 'true' }, 'arm64', 'bookworm'],
    [{ 'boot-test': 'True' }, 'arm64', 'bookworm'],
    [{ 'boot-test': 'trixie' }, 'amd64', 'trixie'],
    [{ 'boot-test': 'trixie' }, 'armhf', 'trixie'],
  ] as const)('%j for %s is made, of %s', (raw, architecture, suite) => {
    expect(parseBootTest(raw, architecture, ENV)).toMatchObject({ test: { suite }, architecture });
  });

  test.each([
    [{ 'boot-test': 'false' }, 'amd64', undefined],
    [{ 'boot-test': 'FALSE' }, 'riscv64', undefined],
    [{}, 'armhf', 'no boot test: it is for amd64, arm64, not for armhf'],
    [{}, 'riscv64', 'no boot test: it is for amd64, arm64, not for riscv64'],
    [
      { 'boot-test': 'trixie' },
      'riscv64',
      'no boot test: it is for amd64, arm64, armhf, not for riscv64',
    ],
  ] as const)('%j for %s is not made', (raw, architecture, reason) => {
    const plan = parseBootTest(raw, architecture, ENV);
    expect([plan.test, plan.test ? '' : plan.reason]).toEqual([undefined, reason]);
  });

  test('its inputs come to the options of the command', () => {
    const given = {
      'boot-packages': 'curl',
      'boot-scenario': 'prune',
      'boot-upgrade-from': '/old.deb',
      'boot-test-command': 'app --version',
      'boot-memory': '4096',
      'boot-cpus': '4',
      'boot-timeout': '600',
      'boot-mirror': 'http://mirror.example.org',
      'boot-rootfs': '',
      'cache-dir': '/cache',
    };
    expect(Object.keys(given)).toEqual(
      expect.arrayContaining(Object.keys(BOOT_TEST_INPUTS).slice(1)),
    );
    expect(parseBootTest(given, 'amd64', ENV).test).toMatchObject({
      packages: ['curl'],
      scenarios: ['prune', 'upgrade'],
      upgradeFrom: '/old.deb',
      testCommand: 'app --version',
      memory: 4096,
      cpus: 4,
      deadline: 600,
      mirror: 'http://mirror.example.org',
      cacheDir: '/cache',
    });
  });

  test.each([
    [{ 'boot-test': 'yes' }, 'boot-test: not a suite: "yes"'],
    [{ 'boot-test': 'tRUE' }, 'boot-test: neither true nor false: "tRUE"'],
    [{ 'boot-memory': '2G' }, 'boot-memory: not a whole number from 256'],
    [{ 'boot-test': 'trixie', 'boot-rootfs': '/r' }, 'boot-rootfs and boot-test contradict'],
    [{ 'boot-scenario': 'two-packages' }, 'boot-scenario: two-packages needs two packages'],
  ])('%j is refused by its own name', (raw, message) => {
    let refused = '';
    try {
      parseBootTest(raw, 'amd64', ENV);
    } catch (error) {
      refused = error instanceof UserError ? `${error.kind} ${formatError(error)}` : String(error);
    }
    expect(refused.slice(0, `usage ${message}`.length)).toBe(`usage ${message}`);
  });
});

describe('boot/action.yml', () => {
  const action: Action = readAction('boot/action.yml');

  test('has the inputs of the command, but for what a job has its own way for', () => {
    expect(Object.keys(action.inputs)).toEqual([
      ...Object.keys(BOOT_ACTION_INPUTS),
      'install-tools',
    ]);
    const own = Object.keys(BOOT_INPUTS).filter((name) => !Object.hasOwn(action.inputs, name));
    expect(own).toEqual(['junit', 'summary', 'log-dir', 'keep', 'shell']);
  });

  test.each(Object.entries<InputInfo>(BOOT_ACTION_INPUTS))(
    'describes %s as the command does',
    (name, info) => {
      expect(action.inputs[name]).toEqual({
        description: info.help,
        required: name === 'deb' ? 'true' : 'false',
        ...(info.default === undefined ? {} : { default: info.default }),
      });
    },
  );

  test('has the outputs that the boot test of a build has, and runs its bundle', () => {
    const outputs = ['boot-verdict', 'boot-logs', 'junit'];
    expect(Object.keys(action.outputs)).toEqual(outputs);
    expect(Object.keys(readAction('action.yml').outputs)).toEqual(expect.arrayContaining(outputs));
    expect(action.runs).toEqual({ using: 'node24', main: '../dist/boot.js' });
  });
});

test('a system that is there already, with the defaults that every action has', () => {
  expect(parseBootOptions(['/a.deb'], { rootfs: '/r', suite: 'bookworm' }, ENV).rootfs).toBe('/r');
  expect(
    parseBootTest({ 'boot-rootfs': '/r', 'boot-test': 'true' }, 'amd64', ENV).test,
  ).toMatchObject({
    rootfs: '/r',
  });
});

test.each(['suite', 'packages', 'mirror', 'docker-store'])(
  'rootfs leaves no choice of %s',
  (name) => {
    const value = name === 'docker-store' ? 'containerd' : 'trixie';
    expect(() => parseBootOptions(['/a.deb'], { rootfs: '/r', [name]: value }, ENV)).toThrow(
      `rootfs and ${name} contradict each other`,
    );
  },
);
