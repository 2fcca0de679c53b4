import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Reply, STOPPED } from '../../src/boot/guest.ts';
import { type Book, type LabOptions, perform, StopScenario, skip } from '../../src/boot/lab.ts';
import type { Machine } from '../../src/boot/machine.ts';
import { fresh } from '../../src/boot/scenarios/fresh.ts';
import type { PackageUnderTest } from '../../src/boot/types.ts';
import { failure } from '../../src/errors.ts';
import { formatCase } from '../../src/report/verdict.ts';

const ID = `sha256:${'a'.repeat(64)}` as const;

const PACKAGE: PackageUnderTest = {
  path: '/a.deb',
  name: 'demo',
  version: '1',
  architecture: 'amd64',
  engine: 'docker',
  size: 1,
  images: [
    {
      reference: 'app:1',
      configDigest: ID,
      manifestDigest: ID,
      architecture: 'amd64',
      layers: [ID],
      settings: { entrypoint: [], command: ['sh'], labels: {} },
      unpackedSize: 1,
      fetchOnly: false,
    },
  ],
};

const INSPECTION = JSON.stringify([
  { Id: ID, Architecture: 'amd64', RootFS: { Layers: [ID] }, Config: { Cmd: ['sh'] } },
]);

const ACTIVE = 'ActiveState=active\nResult=success\nCPUUsageNSec=1\n';

/** Replies by the begin of what is run; a machine on which all goes well, unless it is said. */
function fakeMachine(special: Readonly<Record<string, Partial<Reply> | Error>> = {}) {
  const asked: string[] = [];
  const replies: Readonly<Record<string, Partial<Reply> | Error>> = {
    'systemctl show': { stdout: `${ACTIVE}\n${ACTIVE}` },
    'docker image inspect': { stdout: INSPECTION },
    'docker run': { stdout: 'x86_64\n' },
    ...special,
  };
  const machine = {
    consoleLog: '/logs/fresh-1.console.log',
    alive: true,
    overdue: false,
    async run(argv: readonly string[]): Promise<Reply> {
      const line = argv.join(' ');
      asked.push(line);
      const found = Object.entries(replies).findLast(([begin]) => line.startsWith(begin))?.[1];
      if (found instanceof Error) {
        machine.alive = false;
        throw found;
      }
      return { code: 0, stdout: '', stderr: '', ...found };
    },
    leave: async () => undefined,
    cut: async () => undefined,
  };
  return { machine: machine as Machine, asked };
}

let logDir = '';
beforeAll(async () => {
  logDir = await mkdtemp(join(tmpdir(), 'lab-'));
});
afterAll(() => rm(logDir, { recursive: true }));

async function play(machine: Machine, change: Partial<LabOptions> = {}) {
  const book: Book = { cases: [], logs: [] };
  const options = {
    packages: [PACKAGE],
    cpus: 2,
    logDir,
    signal: new AbortController().signal,
    onCase: () => undefined,
    onStep: () => undefined,
    ...change,
  } as unknown as LabOptions;
  const device = { disk: '/disk', durable: false, machine };
  const end = await perform('fresh', fresh, device, book, options).catch((error: Error) => error);
  const lines = book.cases.map((found) => formatCase({ ...found, seconds: 0 }));
  return { book, end, lines, failed: lines.filter((line) => line.startsWith('FAIL')), options };
}

test('all goes well', async () => {
  const { failed, lines, book } = await play(fakeMachine().machine);
  expect(failed).toEqual([]);
  expect(lines).toContain('ok   fresh: app:1: runs: its own true; uname -m: x86_64 (0.0 s)');
  expect(book.logs).toEqual([]);
  expect(book.cases.every(({ log }) => log === '/logs/fresh-1.console.log')).toBe(true);
});

test('every step is told as it begins, and the end', async () => {
  const steps: string[] = [];
  const onStep: LabOptions['onStep'] = (scenario, step) =>
    void steps.push(
      step ? [scenario, step.subject, step.check].filter(Boolean).join(': ') : 'over',
    );
  await play(fakeMachine({ 'docker run': { code: 1 } }).machine, { onStep });
  expect(steps.slice(0, 4)).toEqual([
    'fresh',
    'fresh: demo: dpkg installs',
    'fresh',
    'fresh: demo: unit is active',
  ]);
  expect(steps.slice(-3)).toEqual(['fresh: app:1: runs', 'fresh', 'over']);
});

test('an engine that never comes up is said with what the loader says, and with all that is known', async () => {
  const { machine } = fakeMachine({
    'systemctl show': { stdout: `ActiveState=failed\nResult=exit-code\n\n${ACTIVE}` },
    journalctl: { stdout: 'docker does not answer after 180 s: no daemon\n' },
    'docker image inspect': { code: 1, stderr: 'Cannot connect to the Docker daemon\n' },
  });
  const { failed, book } = await play(machine);
  expect(failed).toEqual([
    'FAIL fresh: demo: unit is active: demo.service is failed (exit-code): docker does not answer after 180 s: no daemon (0.0 s)',
    expect.stringContaining(
      'app:1: present: docker image inspect app:1: exit code 1: Cannot connect',
    ),
  ]);
  const [log = ''] = book.logs;
  expect(log).toBe(join(logDir, 'fresh.diagnosis.log'));
  const diagnosis = await readFile(log, 'utf8');
  for (const command of ['systemctl --failed', 'journalctl', 'docker image ls', 'df -h /']) {
    expect(diagnosis).toContain(`$ ${command}`);
  }
});

test.each([
  [{ code: 202 }, 'ok   fresh: app:1: runs: a mounted static program (it has no shell) (0.0 s)'],
  [
    { code: 208 },
    'FAIL fresh: app:1: runs: its /bin/sh is for another processor, or no program (0.0 s)',
  ],
])('what becomes of a shell that the probe cannot start: %j', async (reply, line) => {
  const { machine, asked } = fakeMachine({ 'docker run': { stdout: '', ...reply } });
  expect((await play(machine)).lines).toContain(line);
  expect(asked.filter((words) => words.startsWith('docker run'))).toHaveLength(1);
});

test('a command that hangs is stopped, and its container removed', async () => {
  const { machine, asked } = fakeMachine({ 'docker run': { code: STOPPED } });
  const { failed } = await play(machine, { testCommand: 'sleep 9999' });
  expect(failed).toEqual(['FAIL fresh: app:1: runs: sleep 9999: not done within 120 s (0.0 s)']);
  expect(asked).toContain('docker rm --force container-preload-test-0');
});

test('containers run side by side, under names of their own, two for each processor', async () => {
  const references = ['app:1', 'app:2', 'app:3'];
  const images = references.flatMap((reference) =>
    PACKAGE.images.map((image) => ({ ...image, reference })),
  );
  const inspections = references.flatMap(() => JSON.parse(INSPECTION) as object[]);
  const { machine, asked } = fakeMachine({
    'docker image inspect': { stdout: JSON.stringify(inspections) },
  });
  let [running, most] = [0, 0];
  const run: Machine['run'] = async (argv, seconds) => {
    const isContainer = argv[1] === 'run';
    if (isContainer) most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    if (isContainer) running -= 1;
    return machine.run(argv, seconds);
  };
  const { failed, lines } = await play(
    { ...machine, alive: true, run },
    { packages: [{ ...PACKAGE, images }], cpus: 1 },
  );
  expect(failed).toEqual([]);
  expect(lines.filter((line) => line.includes(': runs: '))).toHaveLength(3);
  expect(most).toBe(2);
  const names = asked.flatMap((line) => /^docker run .*--name (\S+)/.exec(line)?.[1] ?? []);
  expect(new Set(names).size).toBe(3);
});

test('a command that fails is said with the end of what it wrote', async () => {
  const { machine } = fakeMachine({ 'docker run': { code: 3, stderr: 'a\nb\nc\nwhy\n' } });
  const { failed } = await play(machine, { testCommand: 'false' });
  expect(failed).toEqual(['FAIL fresh: app:1: runs: false: exit code 3: b | c | why (0.0 s)']);
});

test('an image for another processor is found out by its run', async () => {
  const { machine } = fakeMachine({ 'docker run': { stdout: 'aarch64\n' } });
  const { failed } = await play(machine);
  expect(failed).toEqual(['FAIL fresh: app:1: runs: uname -m says aarch64, not x86_64 (0.0 s)']);
});

test('the store of Docker is looked at where one is asked for', async () => {
  const { machine } = fakeMachine({ 'docker info': { stdout: 'overlay2 []' } });
  expect((await play(machine)).failed).toEqual([]);
  expect((await play(machine, { dockerStore: 'containerd' })).failed).toEqual([
    "FAIL fresh: store: Docker keeps its images in the classic store, not in containerd's (0.0 s)",
  ]);
});

test('a machine that ends, ends its scenario, and what follows is not tried', async () => {
  const died = failure('the machine: Kernel panic');
  const { end, failed, book, options } = await play(
    fakeMachine({ 'dpkg --install': died }).machine,
  );
  expect(end).toBeInstanceOf(StopScenario);
  expect(failed).toEqual(['FAIL fresh: demo: dpkg installs: the machine: Kernel panic (0.0 s)']);
  skip('reboot', 'fresh', book, options);
  expect(formatCase(book.cases.at(-1) as (typeof book.cases)[number])).toBe(
    'FAIL reboot: goes through: not tried: fresh has not come to its end (0.0 s)',
  );
});

test('a machine whose time is over is asked why, and for nothing else', async () => {
  const { machine, asked } = fakeMachine();
  const hanging = {
    ...machine,
    overdue: true,
    run: (argv: readonly string[]) =>
      argv[0] === 'dpkg'
        ? Promise.reject(failure('the machine: the deadline of 1800 s is near: dpkg was stopped'))
        : machine.run(argv),
  };
  const { end, failed, book } = await play(hanging);
  expect(end).toBeInstanceOf(StopScenario);
  expect(failed).toEqual([
    'FAIL fresh: demo: dpkg installs: the machine: the deadline of 1800 s is near: dpkg was stopped (0.0 s)',
  ]);
  expect(book.logs).toEqual([join(logDir, 'fresh.diagnosis.log')]);
  expect(asked).toContain('systemctl list-jobs --no-pager');
});

test('a bug of ours is no finding', async () => {
  const { machine } = fakeMachine();
  const broken = { ...machine, run: () => Promise.reject(new TypeError('a bug')) } as Machine;
  const { end } = await play(broken);
  expect(end).toBeInstanceOf(TypeError);
});
