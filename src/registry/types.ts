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
}
