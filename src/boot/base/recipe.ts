import { createHash } from 'node:crypto';
import type { BaseArchitecture, BaseOptions, Engine } from './types.ts';

/** Grows whenever the same options would give another base: cached ones of older formats are not taken. */
const FORMAT_VERSION = 2;

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

/** What makes one base another than the next, in words for people. */
export type BaseIngredients = Readonly<Record<string, string>>;

/**
 * All that a base is made from. The archive changes all the time: a base stands for the state that the
 * archive had in one week, Monday to Sunday in UTC, and so is never older than seven days.
 */
export function baseIngredients(
  options: Pick<
    BaseOptions,
    'architecture' | 'suite' | 'engine' | 'packages' | 'mirror' | 'method'
  >,
  now = new Date(),
): BaseIngredients {
  const { packages, packagesWhereThere, kernelMetaPackage } = recipe(options);
  return {
    suite: options.suite,
    architecture: options.architecture,
    engine: options.engine,
    packages: packages.toSorted().join(' '),
    'packages where there': packagesWhereThere.toSorted().join(' '),
    kernel: kernelMetaPackage,
    mirror: options.mirror ?? "this machine's own",
    method: options.method ?? 'auto',
    format: String(FORMAT_VERSION),
    'archive in the week from': monday(now),
  };
}

/** Names a base among all others; fit for a file name. */
export function baseKey(ingredients: BaseIngredients): string {
  const { suite, architecture, engine, 'archive in the week from': week, ...others } = ingredients;
  const hash = createHash('sha256').update(JSON.stringify(others)).digest('hex');
  return [suite, architecture, engine, hash.slice(0, 12), week?.replaceAll('-', '')].join('-');
}

const DAY_MS = 24 * 3600 * 1000;

/** 1970 began on a Thursday. */
function monday(now: Date): string {
  const days = Math.floor(now.getTime() / DAY_MS);
  return new Date((days - ((days + 3) % 7)) * DAY_MS).toISOString().slice(0, 10);
}
