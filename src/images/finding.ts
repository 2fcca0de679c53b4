import type { Origin } from '../errors.ts';

/** Something about an image that its user should know, at the place where it was written. */
export interface Finding {
  readonly level: 'warning' | 'error';
  readonly message: string;
  /** What to write instead: ready to be pasted over the line. */
  readonly hint: string;
  readonly origin: Origin;
}
