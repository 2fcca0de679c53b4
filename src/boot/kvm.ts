import { access, constants } from 'node:fs/promises';
import { failure, refusalOf } from '../errors.ts';
import { run } from '../exec.ts';
import { isThere } from './base/tools.ts';
import type { BaseArchitecture } from './base/types.ts';
import { isNative, probeArgv, qemuPackage, qemuProgram } from './qemu.ts';
import type { Acceleration } from './types.ts';

/** A kernel panics after half a second with KVM; where it hangs, it hangs for ever. */
const PROBE_MS = 8000;

/**
 * Finds out by starting a kernel whether KVM works: that /dev/kvm can be opened proves nothing,
 * nested machines open it and then hang.
 */
export async function findAcceleration(
  architecture: BaseArchitecture,
  kernel: string,
  signal: AbortSignal,
): Promise<Acceleration> {
  if (!isNative(architecture, process.arch)) {
    return { by: 'tcg', because: `this machine is no ${architecture}` };
  }
  try {
    await access('/dev/kvm', constants.R_OK | constants.W_OK);
  } catch (error) {
    return { by: 'tcg', because: `/dev/kvm: ${refusalOf(error)}` };
  }
  const because = await whyNot(probeArgv(architecture, kernel), signal);
  return because === undefined ? { by: 'kvm' } : { by: 'tcg', because };
}

/** What keeps KVM from running the kernel of `probeArgv`; undefined when it does. */
export async function whyNot(
  argv: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  // A hung vCPU does not heed SIGTERM.
  const limited = ['timeout', '--signal=KILL', String(PROBE_MS / 1000), ...argv];
  const { code, stdout, stderr } = await run(limited, { signal, withChildren: true });
  if (code === 124 || code === 137) return `it did not run a kernel within ${PROBE_MS / 1000} s`;
  if (code !== 0) return `qemu cannot use it: ${stderr.trim().split('\n').at(-1)}`;
  return stdout.includes('Linux version') ? undefined : 'it ran no kernel';
}

/** @throws UserError (failure) when qemu is not there, with the packages to install */
export function checkQemu(architecture: BaseArchitecture, env: NodeJS.ProcessEnv): void {
  const missing = missingQemu(architecture, env);
  if (missing.length === 0) return;
  throw failure(`no machine of ${architecture} without: ${missing.join(', ')}`, {
    hint: `apt-get install ${missing.join(' ')}`,
  });
}

/** The Debian packages that this machine lacks to run machines. */
export function missingQemu(architecture: BaseArchitecture, env: NodeJS.ProcessEnv): string[] {
  const needed = {
    [qemuProgram(architecture)]: qemuPackage(architecture),
    'qemu-img': 'qemu-utils',
  };
  return Object.entries(needed)
    .filter(([program]) => !isThere(program, env))
    .map(([, name]) => name);
}
