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

/** How the reference was written, so that a hint can be given in the same syntax. */
export type Syntax = 'plain' | 'isar';

/** One wanted image: what a line of any list format comes to. */
export interface Image {
  readonly source: ImageSource;
  /**
   * The name and tag that the device shows: `docker.io/library/alpine:3.20`. Undefined only for a
   * `docker-archive:` without a reference, whose own single RepoTag is taken when it is read.
   */
  readonly name?: string;
  /** The image stays a file on the device and is not loaded. */
  readonly fetchOnly: boolean;
  /** The reference as it was written, without ` as …` and flags. */
  readonly written: string;
  readonly syntax: Syntax;
  readonly origin: Origin;
}
