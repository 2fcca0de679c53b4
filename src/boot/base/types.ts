/** The architectures that a base system can be made and booted for, in Debian's names. */
export const BASE_ARCHITECTURES = ['amd64', 'arm64', 'armhf'] as const;
export type BaseArchitecture = (typeof BASE_ARCHITECTURES)[number];

export type Engine = 'docker' | 'podman';

/** How a base is made: without emulation, by mmdebstrap, or as the packages allow. */
export type BaseMethod = 'auto' | 'quick' | 'mmdebstrap';

export interface BaseOptions {
  readonly architecture: BaseArchitecture;
  /** A suite's name as in the archive: bookworm, trixie, forky, … */
  readonly suite: string;
  readonly engine: Engine;
  /** Packages beside the engine's, for a package to be tested that depends on more. */
  readonly packages?: readonly string[];
  /** The archive's address; without it, what this machine's own apt sources name. */
  readonly mirror?: string | undefined;
  readonly method?: BaseMethod;
  /** The folder guest/ of this program. */
  readonly guestDir: string;
  /** Where finished bases are kept between runs. */
  readonly cacheDir: string;
  /** Where they are kept beyond this machine. */
  readonly remote?: RemoteBases | undefined;
  /** An existing folder for temporary files; what is left in it is the caller's to remove. */
  readonly workDir: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (line: string) => void;
  /** Told what a cache cannot do. */
  readonly onWarning?: (line: string) => void;
}

/** A cache of bases that outlives this machine. What it cannot do it says itself, and never throws. */
export interface RemoteBases {
  /** Fills an empty folder with what was put; `false` when that is not there. */
  get(key: string, folder: string): Promise<boolean>;
  put(key: string, folder: string): Promise<void>;
}

/** A package as dpkg knows it in the base system. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

/** A system that qemu-system boots. Its files are in the cache: never written, always under an overlay. */
export interface BaseSystem {
  /**
   * A raw ext4 file system without partitions, just larger than its files. In a larger overlay it
   * grows when the agent starts.
   */
  readonly disk: string;
  /** The kernel as qemu's `-kernel` takes it. */
  readonly kernel: string;
  /** Finds the root on the first virtio disk, /dev/vda, by PCI or MMIO, and mounts it writable. */
  readonly initrd: string;
  readonly suite: string;
  readonly architecture: BaseArchitecture;
  readonly packages: readonly InstalledPackage[];
  /** What its kernel must be told beside what every machine needs; of a system that is not ours. */
  readonly kernelOptions?: readonly string[];
  /** Names the base among all others: suite, architecture, packages, recipe. Fit for a file name. */
  readonly key: string;
}
