import { createHash } from 'node:crypto';

/** A content digest: `sha256:` and 64 hexadecimal digits, or `sha512:` and 128. */
export type Digest = `sha256:${string}` | `sha512:${string}`;

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** The sha256 digest of bytes that are in memory (manifests, configs). */
export function sha256(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The digest of bytes in the algorithm of `like`, so that the two can be compared. */
export function digestLike(like: Digest, bytes: Uint8Array): Digest {
  const algorithm = algorithmOf(like);
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

export function algorithmOf(digest: Digest): 'sha256' | 'sha512' {
  return digest.startsWith('sha256:') ? 'sha256' : 'sha512';
}

/** The digits after the algorithm: what files are named by. */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}
