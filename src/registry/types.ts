import type { Digest } from '../images/digest.ts';
import type { Image } from '../images/image.ts';

/** A layer as a manifest and its config describe it. */
export interface Layer {
  /** Digest of the blob as the registry stores it. */
  readonly blob: Digest;
  /** Bytes of the blob. */
  readonly size: number;
  readonly mediaType: string;
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest;
}

/** One image, for one platform, with everything known about it but the layers' bytes. */
export interface ResolvedImage {
  readonly image: Image;
  /** The name and tag that the device shows, always there now. */
  readonly name: string;
  /** Undefined where the reference names a single-platform manifest, and for local transports. */
  readonly indexDigest: Digest | undefined;
  readonly manifestDigest: Digest;
  readonly manifestMediaType: string;
  /** Byte for byte as the registry has it; `manifestDigest` was checked. */
  readonly manifest: Buffer;
  readonly configDigest: Digest;
  readonly configMediaType: string;
  readonly config: Buffer;
  /** From the bottom to the top; the same layer may stand there twice. */
  readonly layers: readonly Layer[];
}

/** How skopeo reaches a registry: what the user gave, nothing read from elsewhere. */
export interface RegistryAccess {
  readonly authfile?: string;
  /** `false` allows plain HTTP and unknown certificates. */
  readonly tlsVerify: boolean;
  /** The trust policy for a machine that has none (`checkSkopeo` writes it). */
  readonly policy?: string;
}

/** A resolved image with what is needed to report it and to fetch its layers. */
export interface Resolution extends ResolvedImage {
  /**
   * What the tag points at now, an index or a manifest; the digest of the reference itself where that
   * index lists it. Undefined where the reference has no tag, where the registry no longer has the tag of a reference with tag and digest, and for local transports.
   */
  readonly tagDigest: Digest | undefined;
  /** The folder that a local image's blobs were copied to, by their digits; undefined for a registry. */
  readonly localBlobs: string | undefined;
}

/** Keeps what digests name: manifests and configs, so that they are asked for once. */
export interface ContentCache {
  get(digest: Digest): Promise<Buffer | undefined>;
  put(digest: Digest, bytes: Buffer): Promise<void>;
  /** An image's manifest is about to be asked for, and then its config: they may come together. */
  expect?: ((manifestDigest: Digest) => Promise<void>) | undefined;
}

/** A call that failed in passing and is made again. */
export interface Retry {
  /** As the image was written. */
  readonly image: string;
  /** What went wrong, for people; without the image. */
  readonly why: string;
  /** The number of the try that failed, from 1. */
  readonly attempt: number;
  readonly tries: number;
  /** Milliseconds until the next one. */
  readonly delayMs: number;
}

/** How long to wait for a registry, and how often to try. */
export interface Patience {
  /** All tries of one call, the first one included. */
  readonly tries: number;
  /** Milliseconds before the second try; doubled for each further one, with jitter. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** Cap on the time that a registry asks to wait. */
  readonly longestRetryAfterMs: number;
  /** Milliseconds after which an `inspect` counts as hanging. */
  readonly inspectMs: number;
  /** Milliseconds without a byte after which a copy counts as hanging. */
  readonly stallMs: number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** From 0 up to 1, as Math.random. */
  readonly random: () => number;
}

/** What every call to a registry needs. */
export interface RegistryContext {
  readonly access: RegistryAccess;
  /** A folder for temporary files, without a colon in its path; the caller removes it. */
  readonly workDir: string;
  readonly signal: AbortSignal;
  readonly onRetry?: (retry: Retry) => void;
  readonly patience?: Partial<Patience>;
}
