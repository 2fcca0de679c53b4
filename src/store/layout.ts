import { join } from 'node:path';
import { removeLeftOvers } from '../owner.ts';

/** Raised whenever the layout, or the bytes of a fragment of the same layer and level, change. */
export const LAYOUT_VERSION = 1;

export function entriesRoot(root: string): string {
  return join(root, `v${LAYOUT_VERSION}`);
}

/** Removes work folders whose process is gone; what another has put there stays. */
export function removeDeadWork(root: string): Promise<void> {
  return removeLeftOvers(join(root, 'work'));
}
