import { failure } from '../errors.ts';
import { checkKernelMachine, IMAGE_CHECKS } from './checks.ts';
import {
  inspectArgv,
  NO_SUCH_PROGRAM,
  parseInspection,
  runArgv,
  type ShownImage,
} from './engine.ts';
import type { Lab } from './lab.ts';
import type { Machine } from './machine.ts';
import { TRUE_PROGRAM } from './payload.ts';
import { PAYLOAD_FOLDER } from './qemu.ts';
import type { ImageUnderTest, PackageUnderTest } from './types.ts';
import { journalArgv, output, reason, unitState } from './unit.ts';

/** Seconds for what a device does with whole images, under emulation too. */
const LONG = 1800;

/** Where a package lies on the payload disk. */
export function debOnDevice(pkg: PackageUnderTest): string {
  return `${PAYLOAD_FOLDER}/${pkg.name}_${pkg.version.replaceAll(/[^A-Za-z0-9.+-]/g, '_')}.deb`;
}

export function loadedImages(pkg: PackageUnderTest): readonly ImageUnderTest[] {
  return pkg.images.filter(({ fetchOnly }) => !fetchOnly);
}

export function unitOf({ name }: PackageUnderTest): string {
  return `${name}.service`;
}

/** `dpkg --install`, which loads the images on a running system. */
export async function install(machine: Machine, packages: readonly PackageUnderTest[]) {
  await output(machine, ['dpkg', '--install', ...packages.map(debOnDevice)], LONG);
}

/** Installs without starting anything, as into the tree of a device that does not run yet. */
export async function installAtRest(machine: Machine, packages: readonly PackageUnderTest[]) {
  const policy = '/usr/sbin/policy-rc.d';
  await shell(machine, `printf '#!/bin/sh\\nexit 101\\n' >${policy} && chmod 755 ${policy}`);
  await install(machine, packages);
  await shell(machine, `rm ${policy} && sync`);
}

/** Runs a line of shell in the machine. @throws UserError (failure) when it fails */
export function shell(machine: Machine, line: string, ...args: readonly string[]): Promise<string> {
  return output(machine, ['sh', '-euc', line, 'sh', ...args], LONG);
}

/** Starts a unit, and waits; how it went, its state tells. */
export async function startUnit(machine: Machine, pkg: PackageUnderTest): Promise<void> {
  await machine.run(['systemctl', 'start', unitOf(pkg)], LONG);
}

/** The unit and the target of all loaders are active; the detail says what the unit took. */
export async function checkActive(lab: Lab, machine: Machine, pkg: PackageUnderTest) {
  await lab.check('unit is active', pkg.name, async () => {
    const { active, result, seconds, processor } = await unitState(machine, unitOf(pkg));
    if (active !== 'active') {
      throw failure(`${unitOf(pkg)} is ${active} (${result}): ${await lastWords(machine, pkg)}`);
    }
    const target = await machine.run(['systemctl', 'is-active', 'container-preload.target']);
    if (target.code !== 0) {
      throw failure(`container-preload.target is ${target.stdout.trim()}, and the unit active`);
    }
    const spent = Number.isNaN(processor) ? '' : `, ${processor.toFixed(1)} s of processor`;
    return `in ${seconds.toFixed(1)} s${spent}`;
  });
}

/** What the unit said since the machine was started. */
export async function journal(machine: Machine, pkg: PackageUnderTest): Promise<string> {
  return output(machine, journalArgv(unitOf(pkg)));
}

async function lastWords(machine: Machine, pkg: PackageUnderTest): Promise<string> {
  const lines = (await journal(machine, pkg)).split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-4).join(' | ') || 'its journal is empty';
}

/** All that can be checked of every image: as its package says, and it runs. */
export async function checkImages(lab: Lab, machine: Machine, pkg: PackageUnderTest) {
  for (const image of loadedImages(pkg)) {
    const shown = await checkPresent(lab, machine, pkg, image);
    if (shown === undefined) continue;
    for (const { name, compare } of IMAGE_CHECKS) {
      await lab.check(name, image.reference, async () => compare(shown, image));
    }
    await checkRuns(lab, machine, pkg, image);
    await checkExecutes(lab, machine, pkg, image);
  }
}

/** Every image is there with its ID, and runs. */
export async function checkImagesRun(lab: Lab, machine: Machine, pkg: PackageUnderTest) {
  for (const image of loadedImages(pkg)) {
    const shown = await checkPresent(lab, machine, pkg, image);
    if (shown === undefined) continue;
    for (const { name, compare } of IMAGE_CHECKS.filter((check) => check.name === 'ID')) {
      await lab.check(name, image.reference, async () => compare(shown, image));
    }
    await checkRuns(lab, machine, pkg, image);
  }
}

async function checkPresent(
  lab: Lab,
  machine: Machine,
  pkg: PackageUnderTest,
  { reference }: ImageUnderTest,
): Promise<ShownImage | undefined> {
  let shown: ShownImage | undefined;
  await lab.check('present', reference, async () => {
    shown = parseInspection(await output(machine, inspectArgv(pkg.engine, reference)));
    return `${pkg.engine} knows it`;
  });
  return shown;
}

/** Seconds that a container may take: it has nothing to do. */
const RUN_SECONDS = 120;

/** A container of the image runs and succeeds; the detail says what was run. */
async function checkRuns(
  lab: Lab,
  machine: Machine,
  pkg: PackageUnderTest,
  { reference }: ImageUnderTest,
) {
  await lab.check('runs', reference, () => runSomething(lab, machine, pkg, reference));
}

/** What the kernel tells the image's own programs that it is; an image may have none to ask. */
async function checkExecutes(
  lab: Lab,
  machine: Machine,
  { engine, architecture }: PackageUnderTest,
  { reference }: ImageUnderTest,
) {
  await lab.check('uname -m', reference, async () => {
    const { code, stdout } = await machine.run(
      runArgv(engine, reference, ['uname', '-m']),
      RUN_SECONDS,
    );
    return code === 0 ? checkKernelMachine(stdout.trim(), architecture) : 'not in the image';
  });
}

async function runSomething(
  lab: Lab,
  machine: Machine,
  { engine }: PackageUnderTest,
  reference: string,
): Promise<string> {
  const attempt = async (argv: readonly string[], by: string) => {
    const { code, stdout, stderr } = await machine.run(argv, RUN_SECONDS);
    if (code === 0) return by;
    throw failure(`${by}: ${reason(code, RUN_SECONDS, `${stdout}\n${stderr}`)}`);
  };
  if (lab.testCommand !== undefined) {
    const argv = runArgv(engine, reference, ['/bin/sh', '-c', lab.testCommand]);
    return attempt(argv, lab.testCommand);
  }
  const own = await machine.run(runArgv(engine, reference, ['true']), RUN_SECONDS);
  if (own.code === 0) return 'its own true';
  if (!NO_SUCH_PROGRAM.has(own.code)) {
    throw failure(`its own true: ${reason(own.code, RUN_SECONDS, `${own.stdout}\n${own.stderr}`)}`);
  }
  const mounts = { '/container-preload-true': `${PAYLOAD_FOLDER}/${TRUE_PROGRAM}` };
  const argv = runArgv(engine, reference, ['/container-preload-true'], mounts);
  return attempt(argv, 'a mounted static program (it has no true)');
}

/** The loader's state, with the time of every file: equal where nothing was loaded in between. */
export async function loaderState(machine: Machine, { name }: PackageUnderTest): Promise<string> {
  const argv = ['find', `/var/lib/${name}`, '-name', '*.stamp', '-printf', '%f %i %T@\\n'];
  return (await output(machine, argv)).split('\n').sort().join('\n');
}

/** Nothing was loaded since the machine was started: by the journal, and by the loader's state. */
export async function checkNothingLoaded(
  lab: Lab,
  machine: Machine,
  pkg: PackageUnderTest,
  stateBefore: string,
) {
  await lab.check('nothing loaded again', pkg.name, async () => {
    const line = /^loading .*/m.exec(await journal(machine, pkg))?.[0];
    if (line !== undefined) throw failure(`the journal says: ${line}`);
    const state = await loaderState(machine, pkg);
    if (state !== stateBefore)
      throw failure(`stamps were written: ${state.replaceAll('\n', ' | ')}`);
    return 'by its journal and its stamps';
  });
}
