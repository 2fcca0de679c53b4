import type { Origin } from '../errors.ts';

/** Something about a list that its user should know, at the place where it was written. */
export interface Finding {
  /** A notice says what was understood or left out; it needs no change. */
  readonly level: 'notice' | 'warning' | 'error';
  readonly message: string;
  /** What to write instead: ready to be pasted over the line. */
  readonly hint?: string;
  readonly origin: Origin;
  /** The column after the last one that is meant, on the line of `origin`. */
  readonly endColumn?: number;
}
