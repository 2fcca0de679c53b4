import { describe, expect, test } from '@jest/globals';
import { parseBootOptions } from '../src/boot-inputs.ts';

const ENV = { HOME: '/home/a' };

test('what holds when nothing is asked for', () => {
  expect(parseBootOptions(['/a.deb'], {}, ENV)).toEqual({
    debs: ['/a.deb'],
    suite: 'bookworm',
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

describe('what makes no sense', () => {
  test.each([
    [[], {}, 'boot needs a package'],
    [['/a.deb', '/a.deb'], {}, '/a.deb is given twice'],
    [['/a.deb'], { scenario: 'fast' }, 'unknown value "fast"'],
    [['/a.deb'], { suite: '../x' }, 'not a suite: "../x"'],
    [['/a.deb'], { packages: 'curl; rm' }, 'not the name of a Debian package: "curl;"'],
    [['/a.deb'], { memory: '2G' }, 'not a whole number from 256'],
    [['/a.deb'], { cpus: '0' }, 'not a whole number from 1'],
    [['/a.deb'], { deadline: '-1' }, 'not a whole number from 10'],
    [['/a.deb'], { keep: 'yes' }, 'unknown value "yes"'],
  ])('%j %j', (debs, raw, message) => {
    expect(() => parseBootOptions(debs, raw, ENV)).toThrow(message);
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
