import pLimit from 'p-limit';
import { failure } from '../errors.ts';
import { checkKernelMachine, ID_CHECK, IMAGE_CHECKS, type ImageCheck } from './checks.ts';
import {
  asUserArgv,
  driverArgv,
  findShell,
  inspectArgv,
  OWN_TRUE,
  parseInspections,
  removeContainerArgv,
  runArgv,
  type ShownImage,
  storeOf,
} from './engine.ts';
import { type Reply, STOPPED } from './guest.ts';
import type { Lab } from './lab.ts';
import type { Machine } from './machine.ts';
import { PROBE_PROGRAM } from './payload.ts';
import { PAYLOAD_FOLDER } from './qemu.ts';
import type { ImageUnderTest, PackageUnderTest } from './types.ts';
import { journalArgv, loaderJournalArgv, output, reason, unitStates } from './unit.ts';

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

export function names(packages: readonly PackageUnderTest[]): string {
  return packages.map(({ name }) => name).join(' ');
}

/** As a product has one: with subordinate IDs, which useradd gives, and services without a login. */
const MAKE_USER =
  'id "$1" >/dev/null 2>&1 || { useradd --create-home "$1" && loginctl enable-linger "$1"; }';

/** `dpkg --install`, which loads the images on a running system. */
export async function install(machine: Machine, packages: readonly PackageUnderTest[]) {
  for (const { user } of packages) {
    if (user !== undefined) await shell(machine, MAKE_USER, user);
  }
  await output(machine, ['dpkg', '--install', ...packages.map(debOnDevice)], LONG);
}

/**
 * Installs without starting anything, as into the tree of a device that does not run yet; what is
 * there whole already stays as it is.
 */
export async function installAtRest(machine: Machine, packages: readonly PackageUnderTest[]) {
  const missing: PackageUnderTest[] = [];
  for (const pkg of packages) {
    const query = ['dpkg-query', '--show', '--showformat=${db:Status-Status} ${Version}', pkg.name];
    const { stdout } = await machine.run(query);
    const installed = stdout === `installed ${pkg.version}`;
    // What deletes its files may have done so in the scenario before.
    if (!installed || (await setting(machine, pkg, 'delete_after_load')) === 'yes')
      missing.push(pkg);
  }
  if (missing.length === 0) return;
  const policy = '/usr/sbin/policy-rc.d';
  await shell(machine, `printf '#!/bin/sh\\nexit 101\\n' >${policy} && chmod 755 ${policy}`);
  await install(machine, missing);
  await shell(machine, `rm ${policy} && sync`);
}

/** Runs a line of shell in the machine. @throws UserError (failure) when it fails */
export function shell(machine: Machine, line: string, ...args: readonly string[]): Promise<string> {
  return output(machine, ['sh', '-euc', line, 'sh', ...args], LONG);
}

/** What the package's conffile says of `delete_after_load`, `conflict` or `remove_replaced`. */
export async function setting(machine: Machine, pkg: PackageUnderTest, name: string) {
  return (await shell(machine, 'sed -n "s/^$2=//p" "$1"', conffileOf(pkg), name)).trim();
}

export function conffileOf({ name }: PackageUnderTest): string {
  return `/etc/container-preload/${name}.conf`;
}

/** Lets the loader run (again), and waits; how it went, the unit's state tells. */
export async function runUnit(machine: Machine, pkg: PackageUnderTest): Promise<void> {
  await machine.run(['systemctl', 'restart', unitOf(pkg)], LONG);
}

/** Docker keeps its images where it was asked to; nothing to see where nobody has asked. */
export async function checkStore({ dockerStore, check }: Lab, machine: Machine): Promise<void> {
  if (dockerStore === undefined) return;
  await check('store', '', async () => {
    const driver = await output(machine, driverArgv(), LONG);
    const store = storeOf(driver);
    if (store === dockerStore) return `${store}: ${driver.trim()}`;
    throw failure(`Docker keeps its images in the ${store} store, not in ${dockerStore}'s`, {
      hint: "containerd's image store needs Docker 24 or later",
    });
  });
}

/** Runs the engine's client as whom the images belong to. */
function runEngine(
  machine: Machine,
  pkg: PackageUnderTest,
  argv: readonly string[],
  seconds?: number,
): Promise<Reply> {
  return machine.run(asOwner(pkg, argv), seconds);
}

/** As `runEngine`; what it writes. @throws UserError (failure) when it fails */
export function engineOutput(
  machine: Machine,
  pkg: PackageUnderTest,
  argv: readonly string[],
  seconds?: number,
): Promise<string> {
  return output(machine, asOwner(pkg, argv), seconds);
}

function asOwner({ user }: PackageUnderTest, argv: readonly string[]): readonly string[] {
  return user === undefined ? argv : asUserArgv(user, argv);
}

/** The unit and the target of all loaders are active; the detail says what the unit took. */
export async function checkActive(lab: Lab, machine: Machine, pkg: PackageUnderTest) {
  await lab.check('unit is active', pkg.name, async () => {
    const [unit, target] = await unitStates(machine, [unitOf(pkg), 'container-preload.target']);
    if (unit?.active !== 'active') {
      const words = await lastWords(machine, pkg);
      throw failure(`${unitOf(pkg)} is ${unit?.active} (${unit?.result}): ${words}`);
    }
    if (target?.active !== 'active') {
      throw failure(`container-preload.target is ${target?.active}, and the unit active`);
    }
    const { seconds, processor } = unit;
    const spent = Number.isNaN(processor) ? '' : `, ${processor.toFixed(1)} s of processor`;
    return `in ${seconds.toFixed(1)} s${spent}`;
  });
}

/** What the unit said since the machine was started. */
export async function journal(machine: Machine, pkg: PackageUnderTest): Promise<string> {
  return output(machine, journalArgv(unitOf(pkg)));
}

async function lastWords(machine: Machine, { name }: PackageUnderTest): Promise<string> {
  const said = await output(machine, loaderJournalArgv(name));
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-4).join(' | ') || 'its loader said nothing';
}

/** All that can be checked of every image: as its package says, and it runs. */
export async function checkImages(lab: Lab, machine: Machine, pkg: PackageUnderTest) {
  await checkEach(lab, machine, pkg, IMAGE_CHECKS);
}

/** Every image is there with its ID, and runs. */
export async function checkImagesRun(lab: Lab, machine: Machine, pkg: PackageUnderTest) {
  await checkEach(lab, machine, pkg, [ID_CHECK]);
}

async function checkEach(
  lab: Lab,
  machine: Machine,
  pkg: PackageUnderTest,
  checks: readonly ImageCheck[],
) {
  const images = loadedImages(pkg);
  const references = images.map(({ reference }) => reference);
  // Under emulation every call of an engine takes seconds: all are asked for at once.
  const all = await runEngine(machine, pkg, inspectArgv(pkg.engine, references));
  const shown = all.code === 0 ? parseInspections(all.stdout) : [];
  const present: { image: ImageUnderTest; container: string }[] = [];
  for (const [n, image] of images.entries()) {
    const found = await checkPresent(lab, machine, pkg, image, shown[n]);
    if (found === undefined) continue;
    for (const { name, compare } of checks) {
      await lab.check(name, image.reference, async () => compare(found, image));
    }
    present.push({ image, container: `container-preload-test-${n}` });
  }
  // To start a container keeps a processor busy, for seconds under emulation, and waits for others in between.
  const sideBySide = pLimit(2 * lab.cpus);
  const runs = present.map(({ image, container }) => {
    const look = () => runSomething(lab, machine, pkg, image, container);
    return sideBySide(() => lab.check('runs', image.reference, look));
  });
  // Nothing goes on behind an error.
  await Promise.allSettled(runs);
  await Promise.all(runs);
}

async function checkPresent(
  lab: Lab,
  machine: Machine,
  pkg: PackageUnderTest,
  { reference }: ImageUnderTest,
  known: ShownImage | undefined,
): Promise<ShownImage | undefined> {
  let shown = known;
  await lab.check('present', reference, async () => {
    shown ??= await inspectImage(machine, pkg, reference);
    return `${pkg.engine} knows it`;
  });
  return shown;
}

/** @throws UserError (failure) when it is not there */
export async function inspectImage(machine: Machine, pkg: PackageUnderTest, reference: string) {
  const text = await engineOutput(machine, pkg, inspectArgv(pkg.engine, [reference]));
  const [shown] = parseInspections(text);
  if (shown === undefined) throw failure(`${pkg.engine} shows nothing of ${reference}`);
  return shown;
}

export async function hasImage(machine: Machine, pkg: PackageUnderTest, reference: string) {
  const { code } = await runEngine(machine, pkg, inspectArgv(pkg.engine, [reference]));
  return code === 0;
}

/** Seconds that a container may take: it has nothing to do. */
const RUN_SECONDS = 120;

/** As seen from a container. */
const PROBE = '/container-preload-probe';

/** Runs a container of the image that must succeed; says what was run. */
async function runSomething(
  { testCommand }: Lab,
  machine: Machine,
  pkg: PackageUnderTest,
  { reference }: ImageUnderTest,
  container: string,
): Promise<string> {
  const { engine, architecture } = pkg;
  const attempt = async (
    program: readonly string[],
    mounts?: Readonly<Record<string, string>>,
  ): Promise<Reply> => {
    const argv = runArgv(engine, container, reference, program, mounts);
    const reply = await runEngine(machine, pkg, argv, RUN_SECONDS);
    if (reply.code === STOPPED) {
      await runEngine(machine, pkg, removeContainerArgv(engine, container));
    }
    return reply;
  };
  const must = (by: string, { code, stdout, stderr }: Reply) => {
    if (code === 0) return by;
    throw failure(`${by}: ${reason(code, RUN_SECONDS, `${stdout}\n${stderr}`)}`);
  };
  if (testCommand !== undefined) {
    return must(testCommand, await attempt(['/bin/sh', '-c', testCommand]));
  }
  // One container, whether there is a shell or not: each takes seconds under emulation.
  const reply = await attempt([PROBE, '/bin/sh', '-c', OWN_TRUE], {
    [PROBE]: `${PAYLOAD_FOLDER}/${PROBE_PROGRAM}`,
  });
  const shell = findShell(reply);
  if (shell === 'absent') return 'a mounted static program (it has no shell)';
  if (shell === 'foreign') throw failure('its /bin/sh is for another processor, or no program');
  const by = must('its own true', reply);
  const kernel = reply.stdout.trim();
  return kernel === '' ? by : `${by}; uname -m: ${checkKernelMachine(kernel, architecture)}`;
}

/** Where the loaders of all packages write down what they begin to load. */
export const INTENTS = '/var/lib/container-preload/intents';

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
