import { checkActive, checkImagesRun, checkNothingLoaded, loaderState } from '../device.ts';
import type { Lab } from '../lab.ts';

/** The next boot loads nothing again, and every image runs. */
export async function reboot(lab: Lab): Promise<void> {
  const before = await lab.machine();
  const states = new Map<string, string>();
  for (const pkg of lab.packages) states.set(pkg.name, await loaderState(before, pkg));
  const machine = await lab.reboot();
  for (const pkg of lab.packages) {
    await checkActive(lab, machine, pkg);
    await checkNothingLoaded(lab, machine, pkg, states.get(pkg.name) ?? '');
    await checkImagesRun(lab, machine, pkg);
  }
}
