import type { Conflict, PackageSpec } from './types.ts';

/** What stands in the conffile until somebody changes it on the device, in its own words. */
export interface Settings {
  readonly delete_after_load: 'yes' | 'no';
  readonly conflict: Conflict;
  readonly remove_replaced: 'yes' | 'no';
}

export function settingsOf({
  deleteAfterLoad,
  conflict,
  removeReplaced,
}: Pick<PackageSpec, 'deleteAfterLoad' | 'conflict' | 'removeReplaced'>): Settings {
  return {
    delete_after_load: deleteAfterLoad ? 'yes' : 'no',
    conflict,
    remove_replaced: removeReplaced ? 'yes' : 'no',
  };
}
