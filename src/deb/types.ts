import type { Digest } from '../images/digest.ts';
import type { DigestPolicy } from '../images/pin.ts';
import type { DebianArchitecture } from '../images/platform.ts';

/** What runs the images on the device. */
export type Engine = 'docker' | 'podman';

/** `zstd`: fragments that we compressed. `original`: the registry's own blobs, as they are. */
export type Compression = 'zstd' | 'original';

/** A file of the package that holds a piece of an image archive. */
export interface Fragment {
  /** Below /usr/share/NAME: `layers/HEX.zst`, `images/HEX.zst`; `.tar` where nothing was compressed. */
  readonly name: string;
  /** Its bytes on this machine: a file, or pieces in order of which each is a file or in memory. */
  readonly path: string | readonly (string | Uint8Array)[];
  /** Bytes of the file. */
  readonly size: number;
  /** Hex, of the file's bytes. */
  readonly md5: string;
  /** Hex, of the file's bytes. */
  readonly sha256: string;
}

export interface PackagedLayer {
  readonly fragment: Fragment;
  /** Digest of the uncompressed layer. */
  readonly diffId: Digest;
  /** Digest of the layer as the registry stores it. */
  readonly blob: Digest;
  /** Bytes of the uncompressed layer. */
  readonly unpackedSize: number;
}

/** One image as the package carries it. */
export interface PackagedImage {
  /** Normalised `NAME:TAG`, which the device shows. */
  readonly reference: string;
  /** As the user wrote it. */
  readonly written: string;
  /** The image stays a file on the device and is not loaded. */
  readonly fetchOnly: boolean;
  /** Absent where the source has no multi-platform index. */
  readonly indexDigest?: Digest;
  readonly registryManifestDigest: Digest;
  readonly configDigest: Digest;
  /** Digest of the manifest inside the archive. */
  readonly archiveManifestDigest: Digest;
  /** `linux/arm/v7` */
  readonly platform: string;
  /** Bytes of the uncompressed layers. */
  readonly unpackedSize: number;
  /** The reference named a digest. */
  readonly pinned: boolean;
  readonly imageFragment: Fragment;
  /** From the bottom to the top; the same layer may stand there twice. */
  readonly layers: readonly PackagedLayer[];
}

/** What the loader does with a tag that somebody has moved: leaves it, or loads the package's image. */
export const CONFLICTS = ['keep', 'package'] as const;
export type Conflict = (typeof CONFLICTS)[number];

/** A file that the user adds to the package. */
export interface ExtraFile {
  /** On this machine. */
  readonly source: string;
  /** Absolute, on the device. */
  readonly destination: string;
}

/** Everything that a package is made of. */
export interface PackageSpec {
  readonly name: string;
  readonly version: string;
  readonly architecture: DebianArchitecture;
  /** `Name <mail>` */
  readonly maintainer: string;
  /** The first line is the synopsis, what follows the extended description. */
  readonly description: string;
  readonly section: string;
  /** The Depends field; `${engine:Depends}` stands for what engine and compression need. */
  readonly depends: string;
  readonly engine: Engine;
  readonly compression: Compression;
  /** Of zstd; absent for `original`. */
  readonly level?: number;
  /** The archives hold layers in zstd, which Docker reads from 23 on. */
  readonly zstdLayers?: boolean;
  readonly digestPolicy: DigestPolicy;
  /** The conffile's settings, until somebody changes them on the device. */
  readonly deleteAfterLoad: boolean;
  readonly removeReplaced: boolean;
  readonly conflict: Conflict;
  /** Whose Podman loads the images; root's where it is absent. */
  readonly user?: string;
  readonly files: readonly ExtraFile[];
  /** Seconds since 1970 of every time stamp in the package (SOURCE_DATE_EPOCH). */
  readonly epoch: number;
  readonly images: readonly PackagedImage[];
}
