import { failure } from '../../errors.ts';
import {
  checkActive,
  checkImagesRun,
  hasImage,
  INTENTS,
  installAtRest,
  journal,
  loadedImages,
  runUnit,
  shell,
  unitOf,
} from '../device.ts';
import type { Lab } from '../lab.ts';
import type { Machine } from '../machine.ts';
import type { PackageUnderTest } from '../types.ts';
import { unitStates } from '../unit.ts';

/** Bytes that stay free: enough for state and logs, too little for any image. */
const LEFT = 1_000_000;

const FILLER = '/var/tmp/container-preload-filler';

/** A disk that is too small: the unit fails with a clear line, nothing is half done, and with room it works. */
export async function lowDisk(lab: Lab): Promise<void> {
  const machine = await lab.machine();
  await installAtRest(machine, lab.packages);
  await shell(
    machine,
    'fallocate -l $(($(df --output=avail -B1 / | tail -n 1) - $2)) "$1" && sync',
    FILLER,
    String(LEFT),
  );
  for (const pkg of lab.packages) {
    await runUnit(machine, pkg);
    await checkRefused(lab, machine, pkg);
  }
  await shell(machine, 'rm "$1" && sync', FILLER);
  for (const pkg of lab.packages) {
    await runUnit(machine, pkg);
    await checkActive(lab, machine, pkg);
    await checkImagesRun(lab, machine, pkg);
  }
}

async function checkRefused(lab: Lab, machine: Machine, pkg: PackageUnderTest): Promise<void> {
  await lab.check('unit fails without space', pkg.name, async () => {
    const [unit] = await unitStates(machine, [unitOf(pkg)]);
    if (unit?.active !== 'failed') throw failure(`it is ${unit?.active}`);
    const line = /^.*not enough space.*$/m.exec(await journal(machine, pkg))?.[0];
    if (line === undefined) throw failure('its journal does not say that space is missing');
    return line;
  });
  await lab.check('nothing half done', pkg.name, async () => {
    for (const { reference } of loadedImages(pkg)) {
      if (await hasImage(machine, pkg, reference)) throw failure(`${reference} is there`);
    }
    const intents = await shell(machine, 'find "$1" -type f 2>/dev/null || true', INTENTS);
    if (intents.trim() !== '') throw failure(`a load was begun: ${intents.trim()}`);
    return 'no image, no intent';
  });
}
