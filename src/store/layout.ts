import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isLeftOver } from '../owner.ts';

/** Raised whenever the layout, or the bytes of a fragment of the same layer and level, change. */
export const LAYOUT_VERSION = 1;

export function entriesRoot(root: string): string {
  return join(root, `v${LAYOUT_VERSION}`);
}

/** Removes work folders whose process is gone; what another has put there stays. */
export async function removeDeadWork(root: string): Promise<void> {
  for (const name of await readdir(join(root, 'work'))) {
    const path = join(root, 'work', name);
    // Another user's cannot be removed, and harms nobody.
    if (await isLeftOver(path, name)) {
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}
