import { failure } from '../../errors.ts';
import { checkActive, checkImages, INTENTS, installAtRest, shell, unitOf } from '../device.ts';
import type { Lab } from '../lab.ts';
import type { Machine } from '../machine.ts';
import type { PackageUnderTest } from '../types.ts';
import { output, unitStates } from '../unit.ts';

/**
 * The power goes in the middle of the first load, and once more right after the load is done; at
 * the boot after that every image runs.
 */
export async function powerCut(lab: Lab): Promise<void> {
  const disk = await lab.disk();
  await lab.boot(
    disk,
    async (machine) => {
      await lab.check('dpkg installs', names(lab.packages), async () => {
        await installAtRest(machine, lab.packages);
        return 'nothing is loaded yet';
      });
    },
    { leave: 'reboot', durable: true },
  );
  await lab.boot(disk, (machine) => cutInLoad(lab, machine), { early: true, durable: true });
  await lab.boot(disk, (machine) => cutAfterLoad(lab, machine), { early: true, durable: true });
  await lab.boot(disk, async (machine) => {
    for (const pkg of lab.packages) {
      await checkActive(lab, machine, pkg);
      await checkImages(lab, machine, pkg);
    }
  });
}

async function cutInLoad(lab: Lab, machine: Machine): Promise<void> {
  await lab.check('cut in the middle of a load', '', async () => {
    const intents = await waitForIntent(machine);
    // Halfway through what the engine does, not before it begins.
    await shell(machine, 'sleep 1');
    await machine.cut();
    return `while this was being loaded: ${intents}`;
  });
}

async function cutAfterLoad(lab: Lab, machine: Machine): Promise<void> {
  await lab.check('cut right after the load', '', async () => {
    for (const pkg of lab.packages) {
      // Its end is waited for in the machine: every question from here would slow the load down.
      const wait =
        'until systemctl is-active -q "$1" || systemctl is-failed -q "$1"; do sleep 0.5; done';
      await shell(machine, wait, unitOf(pkg));
      const [unit] = await unitStates(machine, [unitOf(pkg)]);
      if (unit?.active !== 'active') throw failure(`${unitOf(pkg)} is ${unit?.active}`);
    }
    await machine.cut();
    return 'as soon as the unit was active';
  });
}

/** Waits until a loader has written down what it begins. */
async function waitForIntent(machine: Machine): Promise<string> {
  const wait = `until find ${INTENTS} -type f ! -name '*.new' 2>/dev/null | grep .; do sleep 0.1; done`;
  const found = await output(machine, ['sh', '-c', wait], 600);
  return found.trim().split('\n').join(' ');
}

function names(packages: readonly PackageUnderTest[]): string {
  return packages.map(({ name }) => name).join(' ');
}
