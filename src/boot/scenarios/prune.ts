import { checkActive, checkImagesRun, loadedImages } from '../device.ts';
import { removeImageArgv } from '../engine.ts';
import type { Lab } from '../lab.ts';
import { output } from '../unit.ts';
import type { Installed } from './fresh.ts';

/** Images that somebody removed are back after the next boot. */
export async function prune(lab: Lab, { disk }: Installed): Promise<void> {
  const pruned = await lab.disk(disk);
  await lab.boot(
    pruned,
    async (machine) => {
      for (const pkg of lab.packages) {
        await lab.check('images are removed', pkg.name, async () => {
          for (const { reference } of loadedImages(pkg)) {
            await output(machine, removeImageArgv(pkg.engine, reference));
          }
          return `${loadedImages(pkg).length} images`;
        });
      }
    },
    { leave: 'reboot' },
  );
  await lab.boot(pruned, async (machine) => {
    for (const pkg of lab.packages) {
      await checkActive(lab, machine, pkg);
      await checkImagesRun(lab, machine, pkg);
    }
  });
}
