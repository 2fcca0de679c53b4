import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hexOf, sha256 } from '../../src/images/digest.ts';
import { must } from './fixture.ts';

/** Debian packages of the base system that the device tests run in. */
const PACKAGES = [
  ...['docker.io', 'podman', 'crun', 'runc', 'zstd', 'iptables', 'systemd', 'dbus'],
  ...['uidmap', 'passwd', 'init-system-helpers'],
];

const TOOLS = join(import.meta.dirname, '../../.tools/device');

/** Why these tests can't run here, or undefined. The reason is to be printed. */
export function whyNoMachine(): string | undefined {
  return process.getuid?.() === 0
    ? undefined
    : 'device tests are skipped: they need root, for mounts and engines of their own';
}

/**
 * The Debian tree of a suite with both engines, made by mmdebstrap once and kept in .tools.
 *
 * @throws Error with what mmdebstrap said
 */
export function baseSystem(suite: string): string {
  const packages = [...PACKAGES, ...(suite === 'bookworm' ? [] : ['docker-cli'])];
  const base = join(TOOLS, `${suite}-${hexOf(sha256(packages.join())).slice(0, 8)}`);
  if (existsSync(base)) return base;
  const partial = `${base}.${process.pid}`;
  mkdirSync(TOOLS, { recursive: true });
  try {
    must('mmdebstrap', ['--variant=minbase', `--include=${packages.join(',')}`, suite, partial]);
    renameSync(partial, base);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return base;
}

/** A verdict of a TAP line and the lines that were printed before it. */
export interface Verdict {
  readonly ok: boolean;
  readonly log: string;
}

/** Runs a script of this folder in a machine of machine.sh; `packages` is its /packages. */
export function runInMachine(
  base: string,
  packages: string,
  script: string,
  args: readonly string[],
): ReadonlyMap<string, Verdict> {
  const { stdout, stderr } = runScript(base, packages, join(import.meta.dirname, script), args);
  return new Map([...verdicts(stdout), ['', { ok: false, log: stdout + stderr }]]);
}

/** Runs a script in a machine of machine.sh, and says what it printed. */
export function runScript(
  base: string,
  packages: string,
  script: string,
  args: readonly string[],
): { readonly stdout: string; readonly stderr: string } {
  const machine = join(import.meta.dirname, 'machine.sh');
  return spawnSync('sh', [machine, base, packages, script, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
}

/** The verdict of a scenario; one that never came is bad, with everything that was said. */
export function verdictOf(results: ReadonlyMap<string, Verdict>, scenario: string): string {
  const verdict = results.get(scenario) ?? results.get('');
  return verdict?.ok ? 'ok' : `not ok\n${verdict?.log}`;
}

function* verdicts(tap: string): Generator<[string, Verdict]> {
  let log: string[] = [];
  for (const line of tap.split('\n')) {
    const verdict = /^(ok|not ok) (\w+)$/.exec(line);
    if (verdict === null) {
      log.push(line);
    } else {
      yield [verdict[2] ?? '', { ok: verdict[1] === 'ok', log: log.join('\n') }];
      log = [];
    }
  }
}
