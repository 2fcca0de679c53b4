import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import {
  algorithmOf,
  digestLike,
  hexOf,
  isDigest,
  parseDigest,
  sha256,
} from '../../src/images/digest.ts';
import { A, LONG, usageErrorOf } from './cases.ts';

// sha256 and sha512 of "abc": FIPS 180-2, appendices B.1 and C.1
const ABC_256 = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const ABC_512 =
  'sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a' +
  '2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f';

test('bytes are hashed in the algorithm that is asked for', () => {
  const bytes = Buffer.from('abc');
  expect(sha256(bytes)).toBe(ABC_256);
  expect(sha256('abc')).toBe(ABC_256);
  expect(digestLike(A, bytes)).toBe(ABC_256);
  expect(digestLike(LONG, bytes)).toBe(ABC_512);
  expect(sha256('')).toBe(`sha256:${createHash('sha256').digest('hex')}`);
});

test.each([A, LONG])('%s is a digest', (digest) => {
  expect(isDigest(digest)).toBe(true);
  expect(parseDigest(digest)).toBe(digest);
  expect(`${algorithmOf(digest)}:${hexOf(digest)}`).toBe(digest);
});

test.each([
  ['', 'does not start with an algorithm'],
  ['latest', 'does not start with an algorithm'],
  [A.slice(0, -1), '63 digits, not 64'],
  [`${A}\n`, '65 digits, not 64'],
  [` ${A}`, 'the algorithm " sha256" is not known'],
  [`sha512:${A.slice(7)}`, '64 digits, not 128'],
  [A.toUpperCase(), 'the algorithm "SHA256" is not known'],
  [`sha256:${A.slice(7).toUpperCase()}`, 'other than 0-9 and a-f'],
  [`sha384:${'a'.repeat(96)}`, 'the algorithm "sha384" is not known'],
])('%j is none', (text, why) => {
  const origin = { file: 'list', line: 1 };
  expect(isDigest(text)).toBe(false);
  const error = usageErrorOf(() => parseDigest(text, origin));
  expect(error.message).toContain(why);
  expect(error.origin).toBe(origin);
});
