import { usageError } from './errors.ts';
import {
  BUILD_INPUTS,
  type InputInfo,
  lines,
  parseAccess,
  parseBoolean,
  type RawInputs,
  within,
} from './inputs.ts';
import type { LockOptions } from './lock.ts';

/** The inputs of `lock`, in the order in which help shows them. */
export const LOCK_INPUTS = {
  check: { help: 'change nothing, and fail where something would be changed', boolean: true },
  update: { help: 'also move digests to what the tags stand for now', boolean: true },
  'image-list': BUILD_INPUTS['image-list'],
  profile: { help: 'only the images of these profiles; by default those of all', many: true },
  authfile: BUILD_INPUTS.authfile,
  'tls-verify': BUILD_INPUTS['tls-verify'],
} as const satisfies Record<string, InputInfo>;

/**
 * @param files list files that stand on the command line without an option
 * @throws UserError (usage)
 */
export function parseLockOptions(
  files: readonly string[],
  raw: RawInputs<keyof typeof LOCK_INPUTS>,
): LockOptions {
  const imageLists = [...files, ...lines(raw['image-list'])];
  if (imageLists.length === 0) {
    throw usageError('lock needs a file', { hint: 'such as images.txt or compose.yml' });
  }
  const flag = (name: 'check' | 'update') => within(name, () => parseBoolean(raw[name] || 'false'));
  const [check, update] = [flag('check'), flag('update')];
  if (check && update) {
    throw usageError('check changes nothing, and update does', {
      hint: 'leave out one of the two',
    });
  }
  return { imageLists, profiles: lines(raw.profile), check, update, access: parseAccess(raw) };
}
