import { resolve } from 'node:path';
import { BASE_ARCHITECTURES, type BaseArchitecture, type Engine } from './boot/base/types.ts';
import { SCENARIOS, type ScenarioName, STORES, type Store } from './boot/types.ts';
import { usageError } from './errors.ts';
import type { DebianArchitecture } from './images/platform.ts';
import {
  cacheDir,
  type InputInfo,
  integer,
  lines,
  oneOf,
  parseBoolean,
  type RawInputs,
  within,
} from './inputs.ts';

/** What a machine is made of, and what happens in it. */
const MACHINE_INPUTS = {
  suite: { help: 'Debian suite of the machine, such as bookworm or trixie', default: 'bookworm' },
  engine: { help: 'docker or podman: that a package is for the other is an error' },
  packages: { help: 'further Debian packages of the machine, that yours depend on', many: true },
  scenario: {
    help: `what is tried: ${SCENARIOS.join(', ')}`,
    default: 'fresh,reboot',
    many: true,
  },
  'upgrade-from': { help: 'an older version of the package: the scenario upgrade is tried, too' },
  'test-command': { help: "run in every image by its shell, in place of the image's own true" },
  memory: { help: 'memory of the machine in MiB', default: '2048' },
  cpus: { help: 'processors of the machine', default: '2' },
  timeout: { help: 'seconds that one boot of the machine may take', default: '1800' },
  mirror: { help: "the Debian archive; by default that of this machine's apt sources" },
  rootfs: {
    help: 'a system of your own to boot: folder, tarball or ext4 image, with kernel and initrd',
  },
  'docker-store': {
    help: `where Docker keeps images: ${STORES.join(' or ')}; by default as it likes`,
  },
  jobs: { help: 'machines that run at once; by default as many as processors and memory allow' },
  'cache-dir': { help: 'folder of the local store; by default in ~/.cache' },
} as const satisfies Record<string, InputInfo>;

/** The options of `boot`, in the order in which help shows them. */
export const BOOT_INPUTS = {
  ...MACHINE_INPUTS,
  junit: { help: 'file for a JUnit report' },
  summary: { help: 'file to which a summary in Markdown is appended' },
  'log-dir': { help: 'folder for consoles and diagnoses', default: 'boot-logs' },
  keep: { help: "keep the machines' disks, in log-dir", boolean: true, default: 'false' },
  shell: {
    help: 'at the end, a root shell in a machine, for a person who wants to look',
    boolean: true,
    default: 'false',
  },
} as const satisfies Record<string, InputInfo>;

export type BootInput = keyof typeof BOOT_INPUTS;

/** The inputs of the action that boots packages which are there already. */
export const BOOT_ACTION_INPUTS = {
  deb: {
    help: 'packages, one path or pattern a line; all of them go into one machine',
    many: true,
  },
  ...MACHINE_INPUTS,
} as const satisfies Record<string, InputInfo>;

/** The inputs for the boot test of the action that builds a package: options of `boot` as `boot-NAME`. */
export const BOOT_TEST_INPUTS = {
  'boot-test': {
    help: 'prove the package in a machine: true, false, or the Debian suite of the machine',
    default: 'true',
  },
  'boot-packages': MACHINE_INPUTS.packages,
  'boot-scenario': MACHINE_INPUTS.scenario,
  'boot-upgrade-from': MACHINE_INPUTS['upgrade-from'],
  'boot-test-command': MACHINE_INPUTS['test-command'],
  'boot-memory': MACHINE_INPUTS.memory,
  'boot-cpus': MACHINE_INPUTS.cpus,
  'boot-timeout': MACHINE_INPUTS.timeout,
  'boot-mirror': MACHINE_INPUTS.mirror,
  'boot-rootfs': MACHINE_INPUTS.rootfs,
} as const satisfies Record<string, InputInfo>;

type BootTestInput = keyof typeof BOOT_TEST_INPUTS;

/** What `boot` was asked for. */
export interface BootOptions {
  readonly debs: readonly string[];
  readonly suite: string;
  /** What the packages must be for. */
  readonly engine: Engine | undefined;
  readonly packages: readonly string[];
  readonly scenarios: readonly ScenarioName[];
  readonly upgradeFrom: string | undefined;
  readonly testCommand: string | undefined;
  /** MiB */
  readonly memory: number;
  readonly cpus: number;
  /** Seconds */
  readonly deadline: number;
  readonly mirror: string | undefined;
  readonly junit: string | undefined;
  readonly summary: string | undefined;
  readonly logDir: string;
  /** The user's own system, in place of a base that is made. */
  readonly rootfs: string | undefined;
  readonly dockerStore: Store | undefined;
  /** `undefined`: as processors and memory allow. */
  readonly jobs: number | undefined;
  readonly keep: boolean;
  readonly shell: boolean;
  readonly cacheDir: string;
}

/** What holds for any packages. */
export type BootSettings = Omit<BootOptions, 'debs'>;

/** @throws UserError (usage), with the option's name as its origin */
export function parseBootOptions(
  debs: readonly string[],
  raw: RawInputs<BootInput>,
  env: NodeJS.ProcessEnv,
): BootOptions {
  // An empty path was to come from somewhere: here it would be the current folder.
  if (debs.length === 0 || debs.includes('')) {
    throw usageError('boot needs a package', { hint: 'boot DEB…' });
  }
  const paths = debs.map((deb) => resolve(deb));
  const twice = paths.find((path, n) => paths.indexOf(path) !== n);
  if (twice !== undefined) throw usageError(`${twice} is given twice`);
  return { ...parseSettings(raw, env, paths.length), debs: paths };
}

/** Architectures whose packages are booted unless somebody says no. */
const BY_DEFAULT: readonly BaseArchitecture[] = ['amd64', 'arm64'];

/** What the action does with the package that it builds. */
export type BootTestPlan =
  | { readonly test: BootSettings; readonly architecture: BaseArchitecture }
  /** Why no machine is made, where somebody may wonder. */
  | { readonly test?: undefined; readonly reason?: string };

/** @throws UserError (usage), with the input's name as its origin */
export function parseBootTest(
  raw: RawInputs<BootTestInput | 'cache-dir'>,
  architecture: DebianArchitecture,
  env: NodeJS.ProcessEnv,
): BootTestPlan {
  const wanted = raw['boot-test'] || BOOT_TEST_INPUTS['boot-test'].default;
  const named = !/^(?:true|false)$/i.test(wanted);
  const asked = named || within('boot-test', () => parseBoolean(wanted));
  const given = Object.keys(MACHINE_INPUTS).map((name) => [name, raw[calledHere(name)] ?? '']);
  const options = { ...Object.fromEntries(given), suite: named ? wanted : '' };
  const test = parseSettings(options, env, 1, calledHere);
  if (!asked) return {};
  const bootable = named ? BASE_ARCHITECTURES : BY_DEFAULT;
  const found = bootable.find((candidate) => candidate === architecture);
  if (found !== undefined) return { test, architecture: found };
  return { reason: `no boot test: it is for ${bootable.join(', ')}, not for ${architecture}` };
}

/** What an option of `boot` is called by an action that has other inputs, too. */
function calledHere(name: string): BootTestInput | 'cache-dir' {
  if (name === 'cache-dir') return name;
  return name === 'suite' ? 'boot-test' : (`boot-${name}` as BootTestInput);
}

/** @param called what an option is called where it was given */
function parseSettings(
  raw: RawInputs<BootInput>,
  env: NodeJS.ProcessEnv,
  packageCount: number,
  called: (name: BootInput) => string = String,
): BootSettings {
  const parse = <T>(name: BootInput, parser: (text: string) => T): T => {
    const info: InputInfo = BOOT_INPUTS[name];
    return within(called(name), () => parser(raw[name] || info.default || ''));
  };
  const upgradeFrom = raw['upgrade-from'] ? resolve(raw['upgrade-from']) : undefined;
  return {
    suite: parse('suite', parseSuite),
    engine: raw.engine ? parse('engine', oneOf(['docker', 'podman'])) : undefined,
    packages: parse('packages', parsePackages),
    scenarios: parse('scenario', (text) => parseScenarios(text, { upgradeFrom, packageCount })),
    upgradeFrom,
    testCommand: raw['test-command'] || undefined,
    memory: parse('memory', integer(256, 1024 * 1024)),
    cpus: parse('cpus', integer(1, 64)),
    deadline: parse('timeout', integer(10, 24 * 3600)),
    mirror: raw.mirror || undefined,
    junit: raw.junit ? resolve(raw.junit) : undefined,
    summary: raw.summary ? resolve(raw.summary) : undefined,
    logDir: resolve(parse('log-dir', String)),
    rootfs: parseRootfs(raw, called),
    dockerStore: raw['docker-store'] ? parse('docker-store', oneOf(STORES)) : undefined,
    jobs: raw.jobs ? parse('jobs', integer(1, 64)) : undefined,
    keep: parse('keep', parseBoolean),
    shell: parse('shell', parseBoolean),
    cacheDir: cacheDir(raw['cache-dir'], env),
  };
}

/** An older package is given in order to be upgraded; what lacks a package is refused. */
function parseScenarios(
  text: string,
  given: { readonly upgradeFrom: string | undefined; readonly packageCount: number },
): ScenarioName[] {
  const wanted = names(text).map(oneOf(SCENARIOS));
  const upgraded = given.upgradeFrom !== undefined;
  if (wanted.includes('upgrade') && !upgraded) {
    throw usageError('upgrade needs an older package', { hint: 'give it by upgrade-from' });
  }
  if (wanted.includes('two-packages') && given.packageCount < 2) {
    throw usageError('two-packages needs two packages');
  }
  return [...new Set([...wanted, ...(upgraded ? (['upgrade'] as const) : [])])];
}

/**
 * What a base would be made of says nothing of a system that is there already. An action has every
 * default: that is no choice.
 */
function parseRootfs(
  raw: RawInputs<BootInput>,
  called: (name: BootInput) => string,
): string | undefined {
  if (!raw.rootfs) return undefined;
  const given = (['suite', 'packages', 'mirror', 'docker-store'] as const).find((name) => {
    const { default: byDefault }: InputInfo = BOOT_INPUTS[name];
    return raw[name] && raw[name] !== byDefault;
  });
  if (given === undefined) return resolve(raw.rootfs);
  throw usageError(
    `${called('rootfs')} and ${called(given)} contradict each other: the system is as it is`,
  );
}

function parsePackages(text: string): string[] {
  return names(text).map(checkDebianName);
}

/** Debian policy, 5.6.1: at least two characters, the first one a letter or a digit. */
function checkDebianName(text: string): string {
  if (/^[a-z0-9][a-z0-9+.-]+$/.test(text)) return text;
  throw usageError(`not the name of a Debian package: ${JSON.stringify(text)}`);
}

/** Names separated by commas, white space or lines, each once. */
function names(text: string): string[] {
  return [...new Set(lines(text.replaceAll(/[,\s]+/g, '\n')))];
}

/** A suite becomes part of addresses and file names; `yes` and its like are slips. */
function parseSuite(text: string): string {
  if (/^(?!(?:yes|no|on|off)$)[a-z][a-z0-9-]*$/.test(text)) return text;
  throw usageError(`not a suite: ${JSON.stringify(text)}`, { hint: 'such as bookworm or trixie' });
}
