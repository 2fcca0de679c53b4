import { plural } from '../../plural.ts';
import { checkActive, checkImages, checkStore, install, names } from '../device.ts';
import type { Lab } from '../lab.ts';

/** Installs the packages in a running system: they are loaded, and every image runs. */
export async function fresh(lab: Lab): Promise<void> {
  const machine = await lab.machine();
  await checkStore(lab, machine);
  await lab.check('dpkg installs', names(lab.packages), async () => {
    await install(machine, lab.packages);
    return plural(lab.packages.length, 'package');
  });
  for (const pkg of lab.packages) {
    await checkActive(lab, machine, pkg);
    await checkImages(lab, machine, pkg);
  }
}
