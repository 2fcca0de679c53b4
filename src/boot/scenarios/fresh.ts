import { checkActive, checkImages, install, loaderState } from '../device.ts';
import type { Disk, Lab } from '../lab.ts';

/** A disk on which the packages are installed and loaded, and the loaders' state on it. */
export interface Installed {
  readonly disk: Disk;
  readonly states: ReadonlyMap<string, string>;
}

/** Installs the packages in a running system: they are loaded, and every image runs. */
export async function fresh(lab: Lab): Promise<Installed> {
  const disk = await lab.disk();
  const states = new Map<string, string>();
  await lab.boot(
    disk,
    async (machine) => {
      await lab.check('dpkg installs', names(lab), async () => {
        await install(machine, lab.packages);
        return `${lab.packages.length} packages`;
      });
      for (const pkg of lab.packages) {
        await checkActive(lab, machine, pkg);
        await checkImages(lab, machine, pkg);
        states.set(pkg.name, await loaderState(machine, pkg));
      }
    },
    { leave: 'reboot' },
  );
  return { disk, states };
}

function names({ packages }: Lab): string {
  return packages.map(({ name }) => name).join(' ');
}
