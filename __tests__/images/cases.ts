import { UserError } from '../../src/errors.ts';
import type { Digest } from '../../src/images/digest.ts';

export const A: Digest = `sha256:${'a'.repeat(64)}`;
export const B: Digest = `sha256:${'b'.repeat(64)}`;
export const LONG: Digest = `sha512:${'0123456789abcdef'.repeat(8)}`;

/** The usage error that a call throws; anything else that it does fails the test. */
export function usageErrorOf(call: () => unknown): UserError {
  try {
    call();
  } catch (error) {
    if (error instanceof UserError && error.kind === 'usage') return error;
    throw error;
  }
  throw new Error('no error was thrown');
}
