import { failure } from '../../errors.ts';
import {
  checkActive,
  checkImagesRun,
  engineOutput,
  inspectImage,
  loadedImages,
  setting,
  shell,
} from '../device.ts';
import { importArgv } from '../engine.ts';
import type { Lab } from '../lab.ts';
import type { PackageUnderTest } from '../types.ts';

/** A tag that somebody moved to another image is left alone by the next boots, or taken back (`conflict=package`). */
export async function liveUpdate(lab: Lab): Promise<void> {
  const before = await lab.machine();
  await shell(before, 'echo updated >/run/updated && tar -cf /run/updated.tar -C /run updated');
  const moved = new Map<string, string>();
  for (const pkg of lab.packages) {
    const reference = firstReference(pkg);
    if (reference === undefined) continue;
    await lab.check('tag is moved', reference, async () => {
      const argv = importArgv(pkg.engine, '/run/updated.tar', reference);
      await engineOutput(before, pkg, argv, 300);
      const { id } = await inspectImage(before, pkg, reference);
      moved.set(pkg.name, id);
      return id;
    });
  }
  const machine = await lab.reboot();
  for (const pkg of lab.packages) {
    const reference = firstReference(pkg);
    if (reference === undefined) continue;
    await checkActive(lab, machine, pkg);
    if ((await setting(machine, pkg, 'conflict')) === 'package') {
      await checkImagesRun(lab, machine, pkg);
      continue;
    }
    await lab.check('tag stays', reference, async () => {
      const { id } = await inspectImage(machine, pkg, reference);
      if (id === moved.get(pkg.name)) return id;
      throw failure(`it is ${id} again, not ${moved.get(pkg.name)} that it was moved to`);
    });
  }
}

function firstReference(pkg: PackageUnderTest): string | undefined {
  return loadedImages(pkg)[0]?.reference;
}
