import { checkActive, checkImagesRun, checkNothingLoaded } from '../device.ts';
import type { Lab } from '../lab.ts';
import type { Installed } from './fresh.ts';

/** The next boot loads nothing again, and every image runs. */
export async function reboot(lab: Lab, { disk, states }: Installed): Promise<void> {
  await lab.boot(await lab.disk(disk), async (machine) => {
    for (const pkg of lab.packages) {
      await checkActive(lab, machine, pkg);
      await checkNothingLoaded(lab, machine, pkg, states.get(pkg.name) ?? '');
      await checkImagesRun(lab, machine, pkg);
    }
  });
}
