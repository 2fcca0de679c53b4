import { failure } from '../../errors.ts';
import type { FileSystem } from './file-system.ts';

/** A kernel of a system with the initrd that belongs to it. */
export interface KernelFiles {
  readonly kernel: string;
  readonly initrd: string;
}

/** Where builders put what boots. */
const FOLDERS = ['/boot', '/'];

/**
 * The newest kernel that has an initrd of the same version, else one without a version.
 *
 * @param path what the user gave, for the error
 * @throws UserError (failure) when there is none
 */
export async function findKernel(system: FileSystem, path: string): Promise<KernelFiles> {
  const kernels: string[] = [];
  for (const folder of FOLDERS) {
    const members = await system.list(folder);
    const names = members.filter(({ type }) => type === 'file').map(({ name }) => name);
    const found = chooseKernel(names);
    if (found !== undefined) {
      const at = (name: string) => `${folder === '/' ? '' : folder}/${name}`;
      return { kernel: at(found.kernel), initrd: at(found.initrd) };
    }
    kernels.push(...names.filter((name) => KERNEL.test(name)));
  }
  throw failure(
    kernels.length === 0
      ? `${path} has no kernel: neither /boot/vmlinuz* nor /vmlinuz`
      : `${path} has no initrd for its kernel ${kernels[0]}`,
    { hint: 'install linux-image-… and initramfs-tools (or dracut) in the system' },
  );
}

const KERNEL = /^(?:vmlinuz|vmlinux|Image|zImage)(?:-(.+))?$/;

/** @param names of the files in one folder */
export function chooseKernel(names: readonly string[]): KernelFiles | undefined {
  const candidates = names.flatMap((kernel) => {
    const match = KERNEL.exec(kernel);
    if (match === null) return [];
    const version = match[1] ?? '';
    const initrd = initrdNames(version).find((name) => names.includes(name));
    return initrd === undefined ? [] : [{ kernel, initrd, version }];
  });
  return candidates.toSorted((a, b) => compareVersions(a.version, b.version)).at(-1);
}

function initrdNames(version: string): string[] {
  const tail = version === '' ? '' : `-${version}`;
  return [`initrd.img${tail}`, `initrd${tail}`, `initramfs${tail}.img`, `initrd${tail}.img`];
}

/** Numbers by value: 6.1.0-10 is newer than 6.1.0-9. */
function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
