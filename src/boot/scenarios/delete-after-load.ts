import { failure } from '../../errors.ts';
import { plural } from '../../plural.ts';
import {
  checkActive,
  checkImagesRun,
  conffileOf,
  installAtRest,
  runUnit,
  shell,
} from '../device.ts';
import type { Lab } from '../lab.ts';
import type { Machine } from '../machine.ts';
import type { PackageUnderTest } from '../types.ts';

/** The image files go once all images are loaded; images run then and after the next boot. */
export async function deleteAfterLoad(lab: Lab): Promise<void> {
  const before = await lab.machine();
  await installAtRest(before, lab.packages);
  for (const pkg of lab.packages) {
    await deleteFiles(before, pkg);
    await runUnit(before, pkg);
    await checkActive(lab, before, pkg);
    await lab.check('files are deleted', pkg.name, () => checkDeleted(before, pkg));
    await checkImagesRun(lab, before, pkg);
  }
  const machine = await lab.reboot();
  for (const pkg of lab.packages) {
    await checkActive(lab, machine, pkg);
    await checkImagesRun(lab, machine, pkg);
  }
}

/** Sets `delete_after_load=yes` as a person would, in the conffile. */
export async function deleteFiles(machine: Machine, pkg: PackageUnderTest): Promise<void> {
  await shell(
    machine,
    'sed -i s/^delete_after_load=.*/delete_after_load=yes/ "$1"',
    conffileOf(pkg),
  );
}

async function checkDeleted(machine: Machine, pkg: PackageUnderTest): Promise<string> {
  const left = (await remainingFiles(machine, pkg)).length;
  const kept = pkg.images.filter(({ fetchOnly }) => fetchOnly);
  const wanted = new Set(kept.flatMap(({ layers }) => layers)).size + kept.length;
  if (left === wanted) return `${left} of the files are left`;
  throw failure(`${plural(left, 'file')} left, not ${wanted}`);
}

/** Layer and image files of the package that are still there. */
export async function remainingFiles(machine: Machine, { name }: PackageUnderTest) {
  const share = `/usr/share/${name}`;
  const found = await shell(machine, 'find "$1/layers" "$1/images" -type f', share);
  return found.split('\n').filter((line) => line !== '');
}
