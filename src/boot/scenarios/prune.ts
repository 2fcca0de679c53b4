import { plural } from '../../plural.ts';
import { checkActive, checkImagesRun, engineOutput, loadedImages } from '../device.ts';
import { removeImageArgv } from '../engine.ts';
import type { Lab } from '../lab.ts';

/** Images that somebody removed are back after the next boot. */
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
    await checkActive(lab, machine, pkg);
    await checkImagesRun(lab, machine, pkg);
  }
}
