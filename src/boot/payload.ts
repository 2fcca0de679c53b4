import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { makePayload, type PayloadFile } from './disk.ts';
import { probeProgram } from './elf.ts';
import { daemonSettings } from './engine.ts';
import type { PackageUnderTest, Store } from './types.ts';

/** On the payload disk: the static program that containers are started with. */
export const PROBE_PROGRAM = 'probe';

export interface Payload {
  readonly disk: string;
  /** What the agent of machines with this disk says with every message. */
  readonly nonce: string;
}

/**
 * Makes the disk that brings agent and packages into machines.
 *
 * @param guestDir the folder guest/ of this program
 * @param nameOf what a package is called on the disk
 */
export async function preparePayload(
  packages: readonly PackageUnderTest[],
  nameOf: (pkg: PackageUnderTest) => string,
  {
    guestDir,
    workDir,
    dockerStore,
    signal,
  }: { guestDir: string; workDir: string; dockerStore?: Store | undefined; signal: AbortSignal },
): Promise<Payload> {
  const [first] = packages;
  if (first === undefined) throw new Error('a boot test without a package');
  const nonce = randomBytes(16).toString('hex');
  const disk = join(workDir, 'payload.img');
  const files: PayloadFile[] = [
    ...['start', 'agent'].map((name) => ({ name, from: join(guestDir, name) })),
    { name: 'nonce', from: Buffer.from(nonce) },
    { name: PROBE_PROGRAM, from: probeProgram(first.architecture) },
    ...(dockerStore === undefined
      ? []
      : [{ name: 'daemon.json', from: Buffer.from(daemonSettings(dockerStore)) }]),
    ...packages.map((pkg) => ({ name: basename(nameOf(pkg)), from: pkg.path })),
  ];
  await makePayload(files, disk, signal);
  return { disk, nonce };
}
