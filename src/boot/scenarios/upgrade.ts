import { usageError } from '../../errors.ts';
import { checkActive, checkImages, checkImagesRun, install } from '../device.ts';
import type { Lab } from '../lab.ts';

/** An older version of the first package is there and loaded; the new one takes its place. */
export async function upgrade(lab: Lab): Promise<void> {
  const { upgradeFrom: old } = lab;
  const [pkg] = lab.packages;
  if (old === undefined || pkg === undefined) {
    throw usageError('the scenario upgrade needs an older package', { hint: '--upgrade-from DEB' });
  }
  const machine = await lab.machine();
  await lab.check('dpkg installs', `${old.name} ${old.version}`, async () => {
    await install(machine, [old]);
    return 'the older version';
  });
  await checkActive(lab, machine, old);
  await checkImagesRun(lab, machine, old);
  await lab.check('dpkg upgrades', `${pkg.name} ${pkg.version}`, async () => {
    await install(machine, [pkg]);
    return `from ${old.version} to ${pkg.version}`;
  });
  await checkActive(lab, machine, pkg);
  await checkImages(lab, machine, pkg);
}
