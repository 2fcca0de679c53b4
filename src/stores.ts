import { failure, refusalOf, usageError } from './errors.ts';
import type { BuildOptions } from './inputs.ts';
import { createLayerCache, type LayerCache } from './layer-cache.ts';
import { connectRegistry } from './registry/connect.ts';
import type { RegistryContext } from './registry/types.ts';
import { cacheOfStep } from './store/actions-cache.ts';
import { openStore, type Store } from './store/store.ts';
import type { Surroundings } from './surroundings.ts';

/** What a build works with beside its options. */
interface Stores {
  readonly store: Store;
  /** The second tier, where this run has one. */
  readonly cache: LayerCache | undefined;
  readonly registry: RegistryContext;
}

/**
 * Opens the stores for some work and closes them again, whatever becomes of it.
 *
 * @throws UserError for a folder that cannot be a store, and a skopeo that is missing or too old
 */
export async function withStores<T>(
  options: BuildOptions,
  around: Surroundings,
  work: (stores: Stores) => Promise<T>,
): Promise<T> {
  const { signal, watch } = around;
  const store = await openStoreIn(options.cacheDir, watch);
  const cache = openLayerCache(options, store, around);
  try {
    const registry = await connectRegistry(options.access, {
      workDir: store.workDir,
      signal,
      onRetry: watch.retry,
      onNote: watch.note,
    });
    return await work({ store, cache, registry });
  } finally {
    cache?.close();
    await store.close();
  }
}

async function openStoreIn(root: string, watch: Surroundings['watch']): Promise<Store> {
  // skopeo splits what it is told about a layout at the first colon.
  if (root.includes(':')) throw usageError(`cache-dir must not have a colon in its path: ${root}`);
  try {
    return await openStore(root, (name) => {
      watch.note(`the store's ${name} is damaged: made anew`);
    });
  } catch (error) {
    const why = refusalOf(error);
    if (why === undefined) throw error;
    // Of a store that another user has written to, a single folder may be the one that is closed.
    const { path = root } = error as NodeJS.ErrnoException;
    const where = path === root ? '' : `: ${path}`;
    throw failure(`cannot use the store ${root}: ${why}${where}`, {
      hint: 'choose a folder that can be written with cache-dir',
      cause: error,
    });
  }
}

function openLayerCache(
  options: BuildOptions,
  store: Store,
  { actionsCache, env, signal, watch }: Surroundings,
): LayerCache | undefined {
  if (actionsCache === undefined || options.cache === 'off') return undefined;
  const { workDir } = store;
  const actions = cacheOfStep({ ...actionsCache, workDir, env, signal, warn: watch.warning });
  if (actions) {
    // Meanwhile the registry says what is to be asked for.
    actions.warmUp();
    return createLayerCache({ ...options, actions, store, mode: options.cache, signal });
  }
  watch.note('the runner names no Actions cache: only the local store is used');
  return undefined;
}
