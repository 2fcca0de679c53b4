import { usageError } from '../../errors.ts';
import { checkActive, checkImagesRun, install } from '../device.ts';
import type { Lab } from '../lab.ts';
import { output } from '../unit.ts';

/** Packages are installed one after the other; the first goes, and the others are as they were. */
export async function twoPackages(lab: Lab): Promise<void> {
  const [first, ...others] = lab.packages;
  if (first === undefined || others.length === 0) {
    throw usageError('the scenario two-packages needs two packages');
  }
  const machine = await lab.machine();
  for (const pkg of lab.packages) {
    await lab.check('dpkg installs', pkg.name, async () => {
      await install(machine, [pkg]);
      return pkg.version;
    });
  }
  for (const pkg of lab.packages) {
    await checkActive(lab, machine, pkg);
    await checkImagesRun(lab, machine, pkg);
  }
  await lab.check('dpkg removes', first.name, async () => {
    await output(machine, ['dpkg', '--purge', first.name], 300);
    return 'purged';
  });
  for (const pkg of others) {
    await checkActive(lab, machine, pkg);
    await checkImagesRun(lab, machine, pkg);
  }
  // Images are the user's once they are loaded: they stay.
  await checkImagesRun(lab, machine, first);
}
