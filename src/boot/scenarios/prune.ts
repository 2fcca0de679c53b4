import { plural } from '../../plural.ts';
import {
  checkActive,
  checkImagesRun,
  engineOutput,
  install,
  loadedImages,
  setting,
} from '../device.ts';
import { removeImageArgv } from '../engine.ts';
import type { Lab } from '../lab.ts';

/**
 * Images that somebody removed are back after the next boot; where the package has deleted its files, once it is
 * installed again.
 */
export async function prune(lab: Lab): Promise<void> {
  const before = await lab.machine();
  for (const pkg of lab.packages) {
    await lab.check('images are removed', pkg.name, async () => {
      const references = loadedImages(pkg).map(({ reference }) => reference);
      for (const reference of references) {
        await engineOutput(before, pkg, removeImageArgv(pkg.engine, reference), 300);
      }
      return plural(references.length, 'image');
    });
  }
  const machine = await lab.reboot();
  for (const pkg of lab.packages) {
    if ((await setting(machine, pkg, 'delete_after_load')) === 'yes') {
      await lab.check('dpkg installs again', pkg.name, async () => {
        await install(machine, [pkg]);
        return 'its files were deleted after the load';
      });
    }
  }
  // All of them first: the target that is looked at is common to them.
  for (const pkg of lab.packages) {
    await checkActive(lab, machine, pkg);
    await checkImagesRun(lab, machine, pkg);
  }
}
