import { resolve } from 'node:path';
import { SCENARIOS, type ScenarioName, STORES, type Store } from './boot/types.ts';
import { UserError, usageError } from './errors.ts';
import { cacheDir, type InputInfo, integer, lines, oneOf } from './inputs.ts';

/** The options of `boot`, in the order in which help shows them. */
export const BOOT_INPUTS = {
  suite: { help: 'Debian suite of the machine, such as bookworm or trixie', default: 'bookworm' },
  packages: { help: 'further Debian packages of the machine, that yours depend on', many: true },
  scenario: {
    help: `what is tried: ${SCENARIOS.join(', ')}`,
    default: 'fresh,reboot',
    many: true,
  },
  'upgrade-from': { help: 'an older version of the package, for the scenario upgrade' },
  'test-command': { help: "run in every image by its shell, in place of the image's own true" },
  memory: { help: 'memory of the machine in MiB', default: '2048' },
  cpus: { help: 'processors of the machine', default: '2' },
  deadline: { help: 'seconds that one boot of the machine may take', default: '1800' },
  mirror: { help: "the Debian archive; by default that of this machine's apt sources" },
  junit: { help: 'file for a JUnit report' },
  summary: { help: 'file to which a summary in Markdown is appended' },
  'log-dir': { help: 'folder for consoles and diagnoses', default: 'boot-logs' },
  rootfs: {
    help: 'a system of your own to boot: folder, tarball or ext4 image, with kernel and initrd',
  },
  'docker-store': {
    help: `where Docker keeps images: ${STORES.join(' or ')}; by default as it likes`,
  },
  jobs: { help: 'machines that run at once; by default as many as processors and memory allow' },
  keep: { help: "keep the machines' disks, in log-dir", boolean: true, default: 'false' },
  shell: {
    help: 'at the end, a root shell in a machine, for a person who wants to look',
    boolean: true,
    default: 'false',
  },
  'cache-dir': { help: 'folder of the local store; by default in ~/.cache' },
} as const satisfies Record<string, InputInfo>;

export type BootInput = keyof typeof BOOT_INPUTS;

/** What `boot` was asked for. */
export interface BootOptions {
  readonly debs: readonly string[];
  readonly suite: string;
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

/** @throws UserError (usage), with the option's name as its origin */
export function parseBootOptions(
  debs: readonly string[],
  raw: Readonly<Partial<Record<BootInput, string>>>,
  env: NodeJS.ProcessEnv,
): BootOptions {
  if (debs.length === 0) throw usageError('boot needs a package', { hint: 'boot DEB…' });
  const twice = debs.find((deb, n) => debs.indexOf(deb) !== n);
  if (twice !== undefined) throw usageError(`${twice} is given twice`);
  return {
    debs: debs.map((deb) => resolve(deb)),
    suite: parse(raw, 'suite', parseSuite),
    packages: parse(raw, 'packages', parsePackages),
    scenarios: parse(raw, 'scenario', parseScenarios),
    upgradeFrom: raw['upgrade-from'] ? resolve(raw['upgrade-from']) : undefined,
    testCommand: raw['test-command'] || undefined,
    memory: parse(raw, 'memory', integer(256, 1024 * 1024)),
    cpus: parse(raw, 'cpus', integer(1, 64)),
    deadline: parse(raw, 'deadline', integer(10, 24 * 3600)),
    mirror: raw.mirror || undefined,
    junit: raw.junit ? resolve(raw.junit) : undefined,
    summary: raw.summary ? resolve(raw.summary) : undefined,
    logDir: resolve(parse(raw, 'log-dir', String)),
    rootfs: parseRootfs(raw),
    dockerStore: raw['docker-store'] ? parse(raw, 'docker-store', oneOf(STORES)) : undefined,
    jobs: raw.jobs ? parse(raw, 'jobs', integer(1, 64)) : undefined,
    keep: parse(raw, 'keep', oneOf(['true', 'false'])) === 'true',
    shell: parse(raw, 'shell', oneOf(['true', 'false'])) === 'true',
    cacheDir: cacheDir(raw['cache-dir'], env),
  };
}

function parse<T>(
  raw: Readonly<Partial<Record<BootInput, string>>>,
  name: BootInput,
  parser: (text: string) => T,
): T {
  const info: InputInfo = BOOT_INPUTS[name];
  try {
    return parser(raw[name] || info.default || '');
  } catch (error) {
    if (!(error instanceof UserError) || error.origin) throw error;
    throw new UserError(error.kind, error.message, { origin: { file: name }, hint: error.hint });
  }
}

/** What a base would be made of says nothing of a system that is there already. */
function parseRootfs(raw: Readonly<Partial<Record<BootInput, string>>>): string | undefined {
  if (!raw.rootfs) return undefined;
  const given = (['suite', 'packages', 'mirror', 'docker-store'] as const).find(
    (name) => raw[name],
  );
  if (given === undefined) return resolve(raw.rootfs);
  throw usageError(`rootfs and ${given} contradict each other: the system is as it is`);
}

function parseScenarios(text: string): ScenarioName[] {
  return names(text).map(oneOf(SCENARIOS));
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

/** A suite becomes part of addresses and file names. */
function parseSuite(text: string): string {
  if (/^[a-z][a-z0-9-]*$/.test(text)) return text;
  throw usageError(`not a suite: ${JSON.stringify(text)}`, { hint: 'such as bookworm or trixie' });
}
