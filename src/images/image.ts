import type { Origin } from '../errors.ts';
import type { Digest } from './digest.ts';

/** What an image is called on a device and in a registry, normalised: always with its domain. */
export interface ImageReference {
  /** domain and path: `docker.io/library/alpine`, `[::1]:5000/app` */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** The local transports of skopeo that can be a source. */
export type LocalTransport =
  | 'oci'
  | 'oci-archive'
  | 'docker-archive'
  | 'dir'
  | 'containers-storage'
  | 'docker-daemon';

/** Where an image's bytes come from. */
export type ImageSource =
  | { readonly transport: 'docker'; readonly reference: ImageReference }
  | {
      readonly transport: LocalTransport;
      /** everything after `TRANSPORT:`, handed to skopeo as it is */
      readonly location: string;
    };

/** How the reference was written, so that it can be pinned in the same syntax: see `pin.ts`. */
export type Syntax = 'plain' | 'isar';

/**
 * The piece of a file that names an image, which a pinned one can replace. `start` and `end` count
 * UTF-16 units in the decoded text, which has no byte order mark.
 */
export interface Place extends Required<Origin> {
  readonly start: number;
  readonly end: number;
  /** The piece itself, and what stands on its line (or lines) before and after it. */
  readonly text: string;
  readonly before: string;
  readonly after: string;
}

/** One wanted image: what an entry of any list format comes to. */
export interface Image {
  readonly source: ImageSource;
  /**
   * The name and tag that the device shows: `docker.io/library/alpine:3.20`. Undefined only for a
   * `docker-archive:` without a reference, whose own single RepoTag is taken when it is read.
   */
  readonly name?: string;
  /** The image stays a file on the device and is not loaded. */
  readonly fetchOnly: boolean;
  /** The reference as it was written, variables replaced, without ` as …` and flags. */
  readonly written: string;
  readonly syntax: Syntax;
  /** Where people look for it. */
  readonly origin: Origin;
  /** Where a digest can be written; undefined where there is no such place. */
  readonly place?: Place;
  /** Why there is no place, and what can be done: `IMAGE_TAG comes from the environment`. */
  readonly unpinnable?: string;
}
