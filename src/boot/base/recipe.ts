import { createHash } from 'node:crypto';
import type { BaseArchitecture, BaseOptions, Engine } from './types.ts';

/** Grows whenever the same options would give another base: cached ones of older recipes are not taken. */
const RECIPE_VERSION = 1;

/** What boots and is installed into; everything else comes with it by Depends. */
const COMMON = ['systemd-sysv', 'udev', 'kmod', 'zstd'];

/** Only in some suites, and wanted where there: trixie split docker's client from docker.io. */
const WHERE_THERE: Readonly<Record<Engine | 'common', readonly string[]>> = {
  // Without it, `usrmerge` and all of perl would come to prove a layout that this base is born with.
  common: ['usr-is-merged'],
  docker: ['docker-cli'],
  podman: ['passt'],
};

const ENGINE: Readonly<Record<Engine, readonly string[]>> = {
  docker: ['docker.io', 'iptables', 'apparmor'],
  // The latter four are for images of a user other than root.
  podman: ['podman', 'crun', 'uidmap', 'slirp4netns', 'dbus-user-session', 'libpam-systemd'],
};

/** Kernels that know virtio; the cloud flavours have a tenth of the modules, and armhf has none of them. */
const KERNEL: Readonly<Record<BaseArchitecture, string>> = {
  amd64: 'linux-image-cloud-amd64',
  arm64: 'linux-image-cloud-arm64',
  armhf: 'linux-image-armmp',
};

export interface Recipe {
  /** These must be in the suite. */
  readonly packages: readonly string[];
  /** These are taken where the suite has them. */
  readonly packagesWhereThere: readonly string[];
  /** A package that depends on the suite's present kernel. */
  readonly kernelMetaPackage: string;
}

export function recipe(options: Pick<BaseOptions, 'architecture' | 'engine' | 'packages'>): Recipe {
  return {
    packages: [...new Set([...COMMON, ...ENGINE[options.engine], ...(options.packages ?? [])])],
    packagesWhereThere: [...WHERE_THERE.common, ...WHERE_THERE[options.engine]],
    kernelMetaPackage: KERNEL[options.architecture],
  };
}

/** Names a base by all that it is made from, but for the day on which it was downloaded. */
export function baseKey(
  options: Pick<
    BaseOptions,
    'architecture' | 'suite' | 'engine' | 'packages' | 'mirror' | 'method'
  >,
): string {
  const { packages } = recipe(options);
  const ingredients = [
    RECIPE_VERSION,
    options.mirror ?? '',
    options.method ?? 'auto',
    ...packages.toSorted(),
  ];
  const hash = createHash('sha256').update(JSON.stringify(ingredients)).digest('hex');
  return `${options.suite}-${options.architecture}-${options.engine}-${hash.slice(0, 12)}`;
}
