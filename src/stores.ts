import { failure, refusalOf, usageError } from './errors.ts';
import type { BuildOptions } from './inputs.ts';
import { createLayerCache, type LayerCache } from './layer-cache.ts';
import { connectRegistry } from './registry/connect.ts';
import type { RegistryContext } from './registry/types.ts';
import { cacheOfStep } from './store/actions-cache.ts';
import { openStore, type Store } from './store/store.ts';
import type { Surroundings } from './surroundings.ts';

/** The local store. @throws UserError for a folder that cannot be one */
export async function openStoreIn(root: string, watch: Surroundings['watch']): Promise<Store> {
  // skopeo splits what it is told about a layout at the first colon.
  if (root.includes(':')) throw usageError(`cache-dir must not have a colon in its path: ${root}`);
  try {
    return await openStore(root, (name) => {
      watch.note(`the store's ${name} is damaged: made anew`);
    });
  } catch (error) {
    const why = refusalOf(error);
    if (why === undefined) throw error;
    throw failure(`cannot use the store ${root}: ${why}`, {
      hint: 'choose a folder that can be written with cache-dir',
      cause: error,
    });
  }
}

/** The second tier, where this run has one. */
export function openLayerCache(
  options: BuildOptions,
  store: Store,
  { actionsCache, env, signal, watch }: Surroundings,
): LayerCache | undefined {
  if (actionsCache === undefined || options.cache === 'off') return undefined;
  const { workDir } = store;
  const actions = cacheOfStep({ ...actionsCache, workDir, env, signal, warn: watch.warning });
  if (actions) return createLayerCache({ ...options, actions, store, mode: options.cache, signal });
  watch.note('the runner names no Actions cache: only the local store is used');
  return undefined;
}

/** How registries are reached. @throws UserError for a skopeo that is missing or too old */
export function connect(
  { access }: BuildOptions,
  { workDir }: Store,
  { signal, watch }: Surroundings,
): Promise<RegistryContext> {
  return connectRegistry(access, { workDir, signal, onRetry: watch.retry, onNote: watch.note });
}
