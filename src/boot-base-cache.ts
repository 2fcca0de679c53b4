import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemoteBases } from './boot/base/types.ts';
import { UserError } from './errors.ts';
import { mustRun } from './exec.ts';
import type { ActionsCache } from './store/actions-cache.ts';

/** A cache of files by key; what goes wrong with it is a miss, which it says itself. */
export type FileCache = Pick<ActionsCache, 'restore' | 'save'>;

/** Bytes of a packed base, about: what an engine, its libraries and a kernel take. */
const PACKED_SIZE = 150_000_000;

const NAMES = ['base.json', 'disk.ext4', 'vmlinuz', 'initrd'];

/**
 * Base systems as files of such a cache, one packed file each.
 *
 * @param workDir an existing folder with room for a packed one
 */
export function remoteBases(
  cache: FileCache,
  workDir: string,
  { signal, warn }: { readonly signal: AbortSignal; readonly warn: (message: string) => void },
): RemoteBases {
  const withPack = async (use: (pack: string) => Promise<boolean>): Promise<boolean> => {
    const work = await mkdtemp(join(workDir, 'pack-'));
    try {
      return await use(join(work, 'base.tar.zst'));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      warn(`a base system cannot be kept between jobs: ${error.message}`);
      return false;
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  };
  return {
    get: (key, folder) =>
      withPack(async (pack) => {
        if (!(await cache.restore(entryKey(key), pack, PACKED_SIZE))) return false;
        await mustRun(unpackArgv(pack, folder), { signal });
        return true;
      }),
    async put(key, folder) {
      await withPack(async (pack) => {
        await mustRun(packArgv(pack, folder), { signal });
        return cache.save(entryKey(key), pack);
      });
    },
  };
}

function entryKey(key: string): string {
  return `container-preload-base-${key}`;
}

function packArgv(pack: string, folder: string): string[] {
  return [
    ...['tar', '--create', `--file=${pack}`, '--use-compress-program=zstd -T0 -3', '--sparse'],
    ...[`--directory=${folder}`, '--', ...NAMES],
  ];
}

/** Only what was packed: others may have written to the cache. */
function unpackArgv(pack: string, folder: string): string[] {
  return [
    ...['tar', '--extract', `--file=${pack}`, '--use-compress-program=zstd', '--no-same-owner'],
    ...[`--directory=${folder}`, '--', ...NAMES],
  ];
}

/**
 * Where an action keeps base systems on this machine: in the tool cache, where the machine is there for
 * more than one job.
 *
 * @param folder where they are otherwise
 */
export function baseCacheDir(folder: string, env: NodeJS.ProcessEnv): string {
  const { RUNNER_TOOL_CACHE } = env;
  if (!RUNNER_TOOL_CACHE || isHosted(env)) return folder;
  return join(RUNNER_TOOL_CACHE, 'container-preload');
}

/** Whether this machine ends with its job, as those of GitHub do. */
export function isHosted({ RUNNER_ENVIRONMENT }: NodeJS.ProcessEnv): boolean {
  return RUNNER_ENVIRONMENT === 'github-hosted';
}
