import { failure } from '../../errors.ts';
import { checkActive, loadedImages, shell } from '../device.ts';
import { importArgv, inspectArgv, parseInspections } from '../engine.ts';
import type { Lab } from '../lab.ts';
import type { Machine } from '../machine.ts';
import { output } from '../unit.ts';
import type { Installed } from './fresh.ts';

/** A tag that somebody moved to another image is left alone by the next boots. */
export async function liveUpdate(lab: Lab, { disk }: Installed): Promise<void> {
  const updated = await lab.disk(disk);
  const moved = new Map<string, string>();
  await lab.boot(
    updated,
    async (machine) => {
      await shell(
        machine,
        'echo updated >/run/updated && tar -cf /run/updated.tar -C /run updated',
      );
      for (const pkg of lab.packages) {
        const [image] = loadedImages(pkg);
        if (image === undefined) continue;
        await lab.check('tag is moved', image.reference, async () => {
          await output(machine, importArgv(pkg.engine, '/run/updated.tar', image.reference), 300);
          moved.set(pkg.name, await idOf(machine, pkg.engine, image.reference));
          return moved.get(pkg.name) ?? '';
        });
      }
    },
    { leave: 'reboot' },
  );
  await lab.boot(updated, async (machine) => {
    for (const pkg of lab.packages) {
      const [image] = loadedImages(pkg);
      if (image === undefined) continue;
      await checkActive(lab, machine, pkg);
      await lab.check('tag stays', image.reference, async () => {
        const id = await idOf(machine, pkg.engine, image.reference);
        if (id === moved.get(pkg.name)) return id;
        throw failure(`it is ${id} again, not ${moved.get(pkg.name)} that it was moved to`);
      });
    }
  });
}

async function idOf(machine: Machine, engine: 'docker' | 'podman', reference: string) {
  const [shown] = parseInspections(await output(machine, inspectArgv(engine, [reference])));
  return shown?.id ?? '';
}
