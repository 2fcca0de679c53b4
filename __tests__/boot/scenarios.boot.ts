import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { SCENARIOS, type ScenarioName, type Verdict } from '../../src/boot/types.ts';
import { parseBootOptions } from '../../src/boot-inputs.ts';
import { proveByBoot } from '../../src/boot-test.ts';
import { formatCase } from '../../src/report/verdict.ts';
import { tempDirs } from '../support/temp.ts';
import { type Engine, makePackages, type TestPackages } from './packages.ts';

// Real machines: without KVM a boot takes half a minute, and an engine's call some seconds.

const HOUR = 3_600_000;
const CACHE = fileURLToPath(new URL('../../.tools/boot', import.meta.url));
const GUEST = fileURLToPath(new URL('../../guest', import.meta.url));

const temp = tempDirs();
afterAll(() => temp.remove());

const made = new Map<string, Promise<TestPackages>>();

function packages(architecture: 'amd64' | 'arm64', engine: Engine): Promise<TestPackages> {
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
    watch: { part() {}, note() {}, warning() {}, acceleration() {}, case() {} },
  });
}

function failures({ cases }: Verdict): string[] {
  return cases.filter(({ ok }) => !ok).map(formatCase);
}

const IMAGES = ['busybox', 'large', 'bare'].map((name) => `registry.example.org/boot/${name}:1`);

describe.each([
  ['amd64', 'podman', 'bookworm'],
  ['amd64', 'docker', 'bookworm'],
  ['arm64', 'podman', 'bookworm'],
  ['arm64', 'docker', 'bookworm'],
  ['amd64', 'podman', 'trixie'],
  ['amd64', 'docker', 'trixie'],
] as const)('%s, %s, %s', (architecture, engine, suite) => {
  test(
    'a fresh device loads and runs all images, and its next boot loads nothing',
    async () => {
      const { first } = await packages(architecture, engine);
      const verdict = await boot([first], ['fresh', 'reboot'], { suite });
      expect(failures(verdict)).toEqual([]);
      for (const scenario of ['fresh', 'reboot']) {
        const run = verdict.cases.filter(
          (found) => found.scenario === scenario && found.check === 'runs',
        );
        expect(run.map(({ subject }) => subject)).toEqual(IMAGES);
        expect(run.map(({ detail }) => detail)).toEqual([
          expect.stringContaining('its own true; uname -m: '),
          expect.stringContaining('its own true; uname -m: '),
          'a mounted static program (it has no shell or no true)',
        ]);
      }
    },
    HOUR,
  );
});

const OTHERS = SCENARIOS.filter((name) => !['fresh', 'reboot', 'two-packages'].includes(name));

describe.each(['podman', 'docker'] as const)('%s', (engine) => {
  test(
    OTHERS.join(', '),
    async () => {
      const { first, newer } = await packages('amd64', engine);
      expect(failures(await boot([newer], OTHERS, { 'upgrade-from': first }))).toEqual([]);
    },
    3 * HOUR,
  );

  test(
    'two packages',
    async () => {
      const { first, second } = await packages('amd64', engine);
      expect(failures(await boot([first, second], ['two-packages']))).toEqual([]);
    },
    HOUR,
  );
});

test(
  'a command that fails, and one that floods and never ends',
  async () => {
    const { second } = await packages('amd64', 'podman');
    const fails = await boot([second], ['fresh'], { 'test-command': 'echo why >&2; exit 3' });
    expect(failures(fails)).toEqual([expect.stringContaining('exit code 3: why')]);
    const floods = await boot([second], ['fresh'], { 'test-command': 'while :; do echo a; done' });
    expect(failures(floods)).toEqual([expect.stringContaining('not done within 120 s')]);
    expect(floods.cases.at(-1)?.check).toBe('runs');
  },
  HOUR,
);
