import { failure } from '../../errors.ts';
import { plural } from '../../plural.ts';
import { checkActive, checkImagesRun, installAtRest, journal, runUnit, shell } from '../device.ts';
import type { Lab } from '../lab.ts';
import { deleteFiles, remainingFiles } from './delete-after-load.ts';

/** Files that cannot be deleted stay: that is said, and everything else works. */
export async function readOnlyUsr(lab: Lab): Promise<void> {
  const machine = await lab.machine();
  await installAtRest(machine, lab.packages);
  for (const pkg of lab.packages) await deleteFiles(machine, pkg);
  await shell(machine, 'mount --bind /usr /usr && mount -o remount,bind,ro /usr');
  for (const pkg of lab.packages) {
    const before = await remainingFiles(machine, pkg);
    await runUnit(machine, pkg);
    await checkActive(lab, machine, pkg);
    await lab.check('says read-only once', pkg.name, async () => {
      const lines = (await journal(machine, pkg)).match(/^.*read-only.*$/gm) ?? [];
      const [line] = lines;
      if (lines.length === 1 && line !== undefined) return line;
      throw failure(`it is said ${lines.length} times`);
    });
    await lab.check('files stay', pkg.name, async () => {
      const after = await remainingFiles(machine, pkg);
      if (after.length === before.length) return plural(after.length, 'file');
      throw failure(`${after.length} of ${plural(before.length, 'file')}`);
    });
    await checkImagesRun(lab, machine, pkg);
  }
  // Something may have a file of the mount open: it stays, and can be written again.
  await shell(machine, 'mount -o remount,bind,rw /usr');
}
