import { access, constants } from 'node:fs/promises';
import { failure } from '../errors.ts';
import { run } from '../exec.ts';
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
    return { by: 'tcg', because: `/dev/kvm: ${(error as NodeJS.ErrnoException).code}` };
  }
  const because = await probe(probeArgv(architecture, kernel), signal);
  return because === undefined ? { by: 'kvm' } : { by: 'tcg', because };
}

async function probe(argv: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  // A hung vCPU does not heed SIGTERM.
  const limited = ['timeout', '--signal=KILL', String(PROBE_MS / 1000), ...argv];
  const { code, stdout, stderr } = await run(limited, { signal });
  if (code === 124 || code === 137) return `it did not run a kernel within ${PROBE_MS / 1000} s`;
  if (code !== 0) return `qemu cannot use it: ${stderr.trim().split('\n').at(-1)}`;
  return stdout.includes('Linux version') ? undefined : 'it ran no kernel';
}

/** @throws UserError (failure) when qemu is not there */
export async function checkQemu(architecture: BaseArchitecture, signal: AbortSignal) {
  const program = qemuProgram(architecture);
  const version = await run(['sh', '-c', 'command -v "$1" && command -v qemu-img', 'sh', program], {
    signal,
  });
  if (version.code === 0) return;
  throw failure(`${program} or qemu-img is not installed`, {
    hint: `apt-get install ${qemuPackage(architecture)} qemu-utils`,
  });
}
