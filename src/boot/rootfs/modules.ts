import { failure } from '../../errors.ts';
import type { FileSystem } from './file-system.ts';

/** What the initrd needs to find the root file system, and what the agent needs later. */
const FOR_ROOT = ['virtio_blk', 'virtio_pci', 'ext4'];
const FOR_AGENT = ['virtio_console'];

/**
 * The machine's disks and its results are on virtio. A kernel that does not know it would wait for
 * ever: so it is said before.
 *
 * @param initrd paths in it
 * @param path what the user gave, for the error
 * @throws UserError (failure) with the modules that are missing
 */
export async function checkModules(
  system: FileSystem,
  initrd: readonly string[],
  path: string,
): Promise<void> {
  const [version] = versionsIn(initrd);
  // A kernel without modules has all that it has built in; that can't be looked up without its version.
  if (version === undefined) return;
  const folder = `/usr/lib/modules/${version}`;
  const read = async (name: string) =>
    (await system.read(`${folder}/${name}`)) ??
    (await system.read(`/lib/modules/${version}/${name}`)) ??
    '';
  const builtIn = moduleNames((await read('modules.builtin')).split('\n'));
  const onDisk = moduleNames(
    (await read('modules.dep')).split('\n').map((line) => line.split(':')[0] ?? ''),
  );
  const inInitrd = moduleNames(initrd);
  const missing = FOR_ROOT.filter((name) => !builtIn.has(name) && !inInitrd.has(name));
  if (missing.length > 0) {
    throw failure(
      `the initrd of ${path} has no module ${missing.join(', ')}: it cannot find its disk in a machine`,
      {
        hint: 'MODULES=most in /etc/initramfs-tools/initramfs.conf, or dracut without hostonly',
      },
    );
  }
  const absent = FOR_AGENT.filter((name) => !builtIn.has(name) && !onDisk.has(name));
  if (absent.length === 0) return;
  throw failure(
    `${path} has no kernel module ${absent.join(', ')}: no result would come out of the machine`,
  );
}

/** Kernel versions whose modules are among the paths. */
export function versionsIn(paths: readonly string[]): string[] {
  const versions = paths.map((path) => /(?:^|\/)lib\/modules\/([^/]+)\//.exec(path)?.[1]);
  return [...new Set(versions)].filter((version) => version !== undefined);
}

/** `virtio_blk` of `kernel/drivers/block/virtio_blk.ko.xz`. */
export function moduleNames(paths: readonly string[]): Set<string> {
  const names = paths.map((path) => /([^/]+)\.ko(?:\.\w+)?$/.exec(path.trim())?.[1]);
  return new Set(names.flatMap((name) => (name === undefined ? [] : [name.replaceAll('-', '_')])));
}
