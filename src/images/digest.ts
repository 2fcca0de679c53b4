import { createHash } from 'node:crypto';
import { type Origin, usageError } from '../errors.ts';
import { plural } from '../plural.ts';
import { quote } from './quote.ts';

/** A content digest: `sha256:` and 64 hexadecimal digits, or `sha512:` and 128. */
export type Digest = `sha256:${string}` | `sha512:${string}`;

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** Hexadecimal digits by algorithm. */
const LENGTHS: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha512', 128],
]);

/** @throws UserError (usage) that says what is wrong with the algorithm or the digits */
export function parseDigest(text: string, origin?: Origin): Digest {
  if (isDigest(text)) return text;
  throw usageError(`invalid digest ${quote(text)}: ${fault(text)}`, {
    origin,
    hint: 'sha256: and 64 lower-case hexadecimal digits, or sha512: and 128',
  });
}

function fault(text: string): string {
  const [algorithm = '', digits] = text.split(/:(.*)/s);
  if (digits === undefined) return 'it does not start with an algorithm';
  const length = LENGTHS.get(algorithm);
  if (length === undefined) return `the algorithm ${quote(algorithm)} is not known`;
  if (digits.length !== length) return `${plural(digits.length, 'digit')}, not ${length}`;
  return 'it has characters other than 0-9 and a-f';
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
