import { constants, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bootstrapArgv, extractArgv } from '../../src/boot/base/bootstrap.ts';
import { prepareBase } from '../../src/boot/base/prepare.ts';
import { recipe } from '../../src/boot/base/recipe.ts';
import { fakeRoot, toolEnvironment } from '../../src/boot/base/root.ts';
import { findSources } from '../../src/boot/base/sources.ts';
import { failureReport } from '../../src/boot/failure-report.ts';
import { fileSystemArgv } from '../../src/boot/rootfs/disk.ts';
import { bootTest } from '../../src/boot/run.ts';
import type { PackageUnderTest, ScenarioName, Verdict } from '../../src/boot/types.ts';
import { parseBootOptions } from '../../src/boot-inputs.ts';
import { proveByBoot } from '../../src/boot-test.ts';
import { mustRun } from '../../src/exec.ts';
import { readPackageUnderTest } from '../../src/package-under-test.ts';
import { formatCase } from '../../src/report/verdict.ts';
import { tempDirs } from '../support/temp.ts';
import { type Architecture, type Engine, makePackages, type TestPackages } from './packages.ts';

// Real machines: without KVM a boot takes half a minute, and an engine's call some seconds. So each
// scenario runs with one engine here; LONG_TESTS=1 runs all of them with both, and on more systems.

const HOUR = 3_600_000;
const CACHE = fileURLToPath(new URL('../../.tools/boot', import.meta.url));
const GUEST = fileURLToPath(new URL('../../guest', import.meta.url));

const temp = tempDirs();
afterAll(() => temp.remove());

const made = new Map<string, Promise<TestPackages>>();

function packages(architecture: Architecture, engine: Engine): Promise<TestPackages> {
  const key = `${architecture} ${engine}`;
  const packages =
    made.get(key) ??
    temp.make('packages').then((folder) => makePackages(folder, architecture, engine));
  made.set(key, packages);
  return packages;
}

async function boot(
  debs: readonly string[],
  scenarios: readonly ScenarioName[],
  options: Readonly<Record<string, string>> = {},
): Promise<Verdict> {
  const raw = {
    scenario: scenarios.join(','),
    'cache-dir': CACHE,
    'log-dir': await temp.make('logs'),
    ...options,
  };
  return proveByBoot(parseBootOptions(debs, raw, process.env), {
    guestDir: GUEST,
    signal: new AbortController().signal,
    watch: { part() {}, note() {}, warning() {}, acceleration() {}, step() {}, case() {} },
  });
}

function failures({ cases }: Verdict): string[] {
  return cases.filter(({ ok }) => !ok).map(formatCase);
}

/** What a check came to, for each subject that it was made of, by subject: containers run side by side. */
function details({ cases }: Verdict, scenario: ScenarioName, check: string): [string, string][] {
  return cases
    .filter((found) => found.scenario === scenario && found.check === check)
    .map(({ subject, detail }): [string, string] => [subject, detail])
    .sort(([one], [other]) => one.localeCompare(other));
}

const MACHINES = { amd64: 'x86_64', arm64: 'aarch64', armhf: 'armv7l' } as const;

/** A fresh device loads and runs all images, its next boot loads nothing, and so on. */
async function expectWholeLife(
  architecture: Architecture,
  engine: Engine,
  scenarios: readonly ScenarioName[],
  options: Readonly<Record<string, string>> = {},
): Promise<Verdict> {
  const { first } = await packages(architecture, engine);
  const verdict = await boot([first], scenarios, options);
  expect(failures(verdict)).toEqual([]);
  const own = `its own true; uname -m: ${MACHINES[architecture]}`;
  for (const scenario of ['fresh', 'reboot'] as const) {
    expect(details(verdict, scenario, 'runs')).toEqual([
      ['registry.example.org/boot/bare:1', 'a mounted static program (it has no shell)'],
      ['registry.example.org/boot/busybox:1', own],
      ['registry.example.org/boot/large:1', own],
    ]);
  }
  return verdict;
}

const ONE_LIFE = ['fresh', 'reboot', 'prune', 'live-update'] as const;
const HARD_TIMES = ['low-disk', 'read-only-usr', 'delete-after-load'] as const;

async function expectPackagesTogether(engine: Engine, options = {}): Promise<void> {
  const { old, newer, second } = await packages('amd64', engine);
  const scenarios = ['upgrade', 'two-packages'] as const;
  const verdict = await boot([newer, second], scenarios, { 'upgrade-from': old, ...options });
  expect(failures(verdict)).toEqual([]);
  expect(details(verdict, 'upgrade', 'dpkg upgrades')).toEqual([
    ['app-images 2.0', 'from 1.0 to 2.0'],
  ]);
}

async function expectHardTimes(engine: Engine, options = {}): Promise<void> {
  const { second } = await packages('amd64', engine);
  const verdict = await boot([second], HARD_TIMES, options);
  expect(failures(verdict)).toEqual([]);
  expect(new Set(verdict.cases.map(({ scenario }) => scenario))).toEqual(new Set(HARD_TIMES));
}

async function expectPowerCut(engine: Engine, options = {}): Promise<void> {
  const { large } = await packages('amd64', engine);
  const verdict = await boot([large], ['power-cut'], options);
  expect(failures(verdict)).toEqual([]);
  const reference = 'registry.example.org/boot/large:1';
  expect(details(verdict, 'power-cut', 'cut in the middle of a load')).toEqual([
    ['', expect.stringMatching(`KiB written since .* while loading ${reference}`)],
  ]);
  expect(details(verdict, 'power-cut', 'cut load is undone')).toHaveLength(1);
  expect(details(verdict, 'power-cut', 'cut right after the load')).toHaveLength(1);
  expect(details(verdict, 'power-cut', 'runs')).toEqual([[reference, expect.anything()]]);
}

describe('amd64', () => {
  test('podman: the life of a device', () => expectWholeLife('amd64', 'podman', ONE_LIFE), HOUR);
  test('podman: power cuts', () => expectPowerCut('podman'), HOUR);
  test('docker: packages together', () => expectPackagesTogether('docker'), HOUR);
  test('docker: hard times', () => expectHardTimes('docker'), HOUR);
  test('docker: power cuts', () => expectPowerCut('docker'), HOUR);
});

describe('arm64', () => {
  test('podman', () => expectWholeLife('arm64', 'podman', ['fresh', 'reboot']), HOUR);
  test(
    'docker',
    async () => {
      const { second } = await packages('arm64', 'docker');
      const verdict = await boot([second], ['fresh', 'reboot']);
      expect(failures(verdict)).toEqual([]);
      expect(details(verdict, 'reboot', 'runs')).toHaveLength(1);
    },
    HOUR,
  );
});

const signal = new AbortController().signal;

const MACHINE = {
  memory: 2048,
  cpus: 2,
  deadline: 1800,
  jobs: 1,
  keep: false,
  shell: false,
} as const;

/** Says of every image what is not so. */
function tampered(pkg: PackageUnderTest): PackageUnderTest {
  const images = pkg.images.map((image) => ({
    ...image,
    configDigest: `sha256:${'0'.repeat(64)}` as const,
    manifestDigest: `sha256:${'2'.repeat(64)}` as const,
    architecture: 'arm64',
    layers: [`sha256:${'1'.repeat(64)}` as const, ...image.layers.slice(1)],
    settings: { ...image.settings, labels: { 'org.example.test': 'another' } },
  }));
  return { ...pkg, images };
}

/** Docker's, which waits for this to be ready without an end. */
const HANGING_SERVICE = `[Service]
ExecStart=
ExecStart=/bin/sh -c 'echo never ready; exec sleep infinity'
`;

async function debugfs(disk: string, request: string): Promise<void> {
  await mustRun(['/sbin/debugfs', '-w', '-R', request, disk], { signal });
}

/** A system as somebody's own build makes it, with Debian's kernel and initrd: root, root.tar, root.ext4. */
async function makeProduct(folder: string): Promise<void> {
  const common = { architecture: 'amd64', suite: 'bookworm', engine: 'podman' } as const;
  const sources = await findSources({ ...common, workDir: folder, signal });
  const { packages, kernelMetaPackage } = recipe(common);
  const all = [...packages, kernelMetaPackage, 'initramfs-tools'];
  const [root, tarball] = [join(folder, 'root'), join(folder, 'root.tar')];
  const env = toolEnvironment(process.env);
  await mustRun(bootstrapArgv({ ...common, packages: all, sources }, tarball), { env, signal });
  await mkdir(root);
  const asRoot = fakeRoot(folder, process.getuid?.());
  await asRoot.run(extractArgv(tarball, root), signal);
  await mustRun(['truncate', '-s', '2G', `${root}.ext4`]);
  await asRoot.run(fileSystemArgv(root, `${root}.ext4`), signal);
}

const long = process.env.LONG_TESTS === '1' ? describe : describe.skip;
if (process.env.LONG_TESTS !== '1') {
  process.stderr.write(
    'skipped: boots of every suite, architecture and engine (LONG_TESTS=1 runs them: hours)\n',
  );
}

long('everything', () => {
  test.each([
    ['amd64', 'podman', 'trixie'],
    ['amd64', 'docker', 'trixie'],
    ['amd64', 'podman', 'forky'],
    ['amd64', 'docker', 'forky'],
    ['arm64', 'podman', 'trixie'],
    ['arm64', 'docker', 'trixie'],
    ['arm64', 'podman', 'forky'],
    ['arm64', 'docker', 'forky'],
    ['armhf', 'podman', 'bookworm'],
    ['armhf', 'docker', 'trixie'],
  ] as const)(
    '%s, %s, %s',
    (architecture, engine, suite) => expectWholeLife(architecture, engine, ONE_LIFE, { suite }),
    HOUR,
  );

  describe.each([
    ['podman', { suite: 'bookworm' }],
    ['podman', { suite: 'trixie' }],
    ['docker', { suite: 'bookworm' }],
    ['docker', { suite: 'trixie' }],
    ['docker', { suite: 'trixie', 'docker-store': 'containerd' }],
  ] as const)('%s, %j', (engine, options) => {
    test('the life of a device', () => expectWholeLife('amd64', engine, ONE_LIFE, options), HOUR);
    test('packages together', () => expectPackagesTogether(engine, options), HOUR);
    test('hard times', () => expectHardTimes(engine, options), HOUR);
    test('power cuts', () => expectPowerCut(engine, options), HOUR);
  });

  test(
    'an image that is not what its package says, and a command that fails',
    async () => {
      const { second } = await packages('amd64', 'podman');
      const pkg = tampered(await readPackageUnderTest(second, signal));
      const workDir = await temp.make('work');
      const common = { architecture: 'amd64', suite: 'bookworm', engine: 'podman' } as const;
      const cacheDir = CACHE;
      const base = await prepareBase({ ...common, guestDir: GUEST, cacheDir, workDir, signal });
      const verdict = await bootTest({
        ...MACHINE,
        base,
        packages: [pkg],
        scenarios: ['fresh'],
        // As much as no log takes, and then what it is to be seen by.
        testCommand: 'head -c 20000000 /dev/zero | tr "\\0" x; echo why >&2; exit 3',
        guestDir: GUEST,
        workDir,
        logDir: await temp.make('logs'),
        signal,
      });
      expect(verdict.ok).toBe(false);
      expect(
        verdict.cases.filter(({ ok }) => !ok).map(({ check, detail }) => [check, detail]),
      ).toEqual([
        ['ID', expect.stringMatching(/^its ID is sha256:\w{12}, not sha256:000000000000 nor/)],
        ['architecture', 'it is for amd64, not arm64'],
        ['layers', expect.stringMatching(/^layer 1 is sha256:\w{12}, not sha256:111111111111$/)],
        ['entrypoint and labels', expect.stringContaining('not {"org.example.test":"another"}')],
        ['runs', expect.stringMatching(/exit code 3: .*why/)],
      ]);
      // The machine was asked what it knows of it.
      expect(verdict.logs.map((log) => log.replace(/.*\//, ''))).toEqual([
        'fresh-1.console.log',
        'fresh.diagnosis.log',
      ]);
    },
    HOUR,
  );

  test.each(['bookworm', 'trixie'])(
    'the rootless Podman of a user, %s',
    async (suite) => {
      const { rootless = '' } = await packages('amd64', 'podman');
      const scenarios = [...ONE_LIFE, ...HARD_TIMES, 'power-cut'] as const;
      expect(failures(await boot([rootless], scenarios, { suite }))).toEqual([]);
    },
    HOUR,
  );

  test(
    'packages that take their tags back, or delete their files',
    async () => {
      const { resolute, frugal } = await packages('amd64', 'podman');
      const verdict = await boot([resolute, frugal], ONE_LIFE);
      expect(failures(verdict)).toEqual([]);
      const subjects = (scenario: ScenarioName, check: string) =>
        details(verdict, scenario, check).map(([subject]) => subject);
      expect(subjects('prune', 'dpkg installs again')).toEqual(['frugal-images']);
      expect(subjects('live-update', 'ID')).toEqual(['registry.example.org/boot/other:1']);
      expect(subjects('live-update', 'tag stays')).toEqual(['registry.example.org/boot/app:1']);
    },
    HOUR,
  );

  test(
    'two machines at once',
    async () => {
      const { first } = await packages('amd64', 'podman');
      const scenarios = [...ONE_LIFE, ...HARD_TIMES] as const;
      const verdict = await boot([first], scenarios, { suite: 'trixie', jobs: '2', cpus: '1' });
      expect(failures(verdict)).toEqual([]);
      expect(new Set(verdict.cases.map(({ scenario }) => scenario))).toEqual(new Set(scenarios));
      const together = verdict.cases.reduce((sum, { seconds }) => sum + seconds, 0);
      expect(verdict.seconds).toBeLessThan(0.8 * together);
    },
    HOUR,
  );

  describe('a system of the user', () => {
    let folder = '';
    beforeAll(async () => {
      folder = await temp.make('product');
      await makeProduct(folder);
    }, HOUR);

    test.each(['root', 'root.tar', 'root.ext4'])(
      'as %s',
      async (name) => {
        const { second } = await packages('amd64', 'podman');
        const verdict = await boot([second], ['fresh'], { rootfs: join(folder, name) });
        expect(failures(verdict)).toEqual([]);
        expect(details(verdict, 'fresh', 'runs')).toHaveLength(1);
      },
      HOUR,
    );
  });

  test(
    'an engine that never comes up is said at the deadline, with all that is known',
    async () => {
      const { second } = await packages('amd64', 'docker');
      const workDir = await temp.make('work');
      const common = { architecture: 'amd64', suite: 'bookworm', engine: 'docker' } as const;
      const made = { ...common, guestDir: GUEST, cacheDir: CACHE, workDir, signal };
      const base = await prepareBase(made);
      const disk = join(workDir, 'disk.ext4');
      await copyFile(base.disk, disk, constants.COPYFILE_FICLONE);
      const unit = '/etc/systemd/system/docker.service.d';
      await writeFile(join(workDir, 'hang.conf'), HANGING_SERVICE);
      await debugfs(disk, `mkdir ${unit}`);
      await debugfs(disk, `write ${join(workDir, 'hang.conf')} ${unit}/hang.conf`);
      const verdict = await bootTest({
        ...MACHINE,
        deadline: 240,
        base: { ...base, disk },
        packages: [await readPackageUnderTest(second, signal)],
        scenarios: ['fresh', 'reboot'],
        guestDir: GUEST,
        workDir,
        logDir: await temp.make('logs'),
        signal,
      });
      expect(failures(verdict)).toEqual([
        expect.stringMatching(
          /^FAIL fresh: boots: the machine: the deadline of 240 s is near: systemctl is-system-running --wait was stopped after \d+ s \(\d/,
        ),
        expect.stringMatching(/^FAIL reboot: goes through: not tried: fresh has not come to/),
      ]);
      const told = await failureReport(verdict);
      expect(told).toMatch(/systemctl list-jobs[^$]*docker\.service +start +running/);
      for (const part of [
        /systemctl --failed/,
        /^--- .*\/fresh-1\.console\.log$/m,
        /never ready/,
      ]) {
        expect(told).toMatch(part);
      }
    },
    HOUR,
  );

  test(
    'a store that Docker does not know is said',
    async () => {
      const { second } = await packages('amd64', 'docker');
      const verdict = await boot([second], ['fresh'], { 'docker-store': 'containerd' });
      expect(failures(verdict)).toEqual([
        expect.stringContaining(
          "Docker keeps its images in the classic store, not in containerd's",
        ),
      ]);
    },
    HOUR,
  );

  test(
    'a command that never ends',
    async () => {
      const { second } = await packages('amd64', 'podman');
      const verdict = await boot([second], ['fresh'], {
        'test-command': 'while :; do echo a; done',
      });
      expect(failures(verdict)).toEqual([expect.stringContaining('not done within 120 s')]);
    },
    HOUR,
  );
});
