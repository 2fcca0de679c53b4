import type { Digest } from '../images/digest.ts';
import type { BaseArchitecture, Engine } from './base/types.ts';

/** A package to prove, read and verified. */
export interface PackageUnderTest {
  /** The .deb on this machine. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: BaseArchitecture;
  readonly engine: Engine;
  /** For whom the images are loaded into a rootless Podman; else the engine is the system's. */
  readonly user?: string;
  /** Bytes of the fragments: what the package takes on the device. */
  readonly size: number;
  readonly images: readonly ImageUnderTest[];
}

/** What the machine's engine must show of an image. */
export interface ImageUnderTest {
  /** `NAME:TAG` as the package lists it. */
  readonly reference: string;
  /** The image ID in classic Docker and in Podman. */
  readonly configDigest: Digest;
  /** The image ID in Docker's containerd store. */
  readonly manifestDigest: Digest;
  /** `arm64` of `linux/arm64/v8` */
  readonly architecture: string;
  /** Diff IDs from the bottom to the top. */
  readonly layers: readonly Digest[];
  /** From the image's config. */
  readonly settings: ImageSettings;
  /** Bytes of the uncompressed layers. */
  readonly unpackedSize: number;
  /** It stays a file and is never loaded. */
  readonly fetchOnly: boolean;
}

/** The part of an image's config that a load must not change. */
export interface ImageSettings {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Rows of scenarios on one device each: every one begins where the one before it has ended. */
export const SCENARIO_ROWS = [
  ['fresh', 'reboot', 'prune', 'live-update'],
  ['upgrade', 'two-packages'],
  ['low-disk', 'read-only-usr', 'delete-after-load'],
  ['power-cut'],
] as const;

export const SCENARIOS = SCENARIO_ROWS.flat();
export type ScenarioName = (typeof SCENARIOS)[number];

/** One thing that was looked at, and what it came to. */
export interface Case {
  readonly scenario: ScenarioName;
  /** `runs`, `ID`, `unit is active` */
  readonly check: string;
  /** The image, the package, or empty for the machine. */
  readonly subject: string;
  readonly ok: boolean;
  /** What was found; of a failure, what was expected too. */
  readonly detail: string;
  /** Wall time. */
  readonly seconds: number;
  /** The console of the machine in which it was looked at. */
  readonly log?: string;
}

export function failedOf(cases: readonly Case[]): Case[] {
  return cases.filter(({ ok }) => !ok);
}

/** What a scenario does now. */
export interface Step {
  /** As of a case; empty between two of them. */
  readonly check: string;
  readonly subject: string;
  /** When its machine is ended at the latest, in milliseconds since 1970. */
  readonly deadline: number | undefined;
}

/** Where Docker keeps images: in containerd's image store, or in its own, the classic one. */
export const STORES = ['containerd', 'classic'] as const;
export type Store = (typeof STORES)[number];

/** How the machine runs its instructions; `because` says why it is not KVM. */
export type Acceleration =
  | { readonly by: 'kvm' }
  | { readonly by: 'tcg'; readonly because: string };

/** What a boot test came to. */
export interface Verdict {
  readonly ok: boolean;
  readonly cases: readonly Case[];
  readonly acceleration: Acceleration;
  readonly architecture: BaseArchitecture;
  readonly suite: string;
  readonly engine: Engine;
  /** Files with consoles and, after a failure, what the machine told of it. */
  readonly logs: readonly string[];
  /** Disks that were kept on request. */
  readonly disks: readonly string[];
  /** Wall time of all of it, without the making of the base system. */
  readonly seconds: number;
}
