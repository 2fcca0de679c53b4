import { soonAfter } from './concurrency.ts';
import type { Image } from './images/image.ts';
import { type ListRequest, readImages } from './images/list.ts';
import type { BuildOptions } from './inputs.ts';
import { prepareLayers } from './layers.ts';
import { LAST_FRAMES_MS } from './preload.ts';
import { resolveAll } from './resolutions.ts';
import { layersOf, type Shard, shareOut } from './shards.ts';
import { cacheStats, type Stats, stopwatch } from './stats.ts';
import { withStores } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

/** What one of several jobs did for the caches. */
export interface Warmed {
  /** Large layers, and images with their small layers, that were this job's share. */
  readonly parts: number;
  /** Of those, the ones that the Actions cache lacked. */
  readonly lacking: number;
  readonly stats: Stats;
}

/**
 * Makes one share of the images' layers, and nothing else: what the Actions cache has already is not
 * even downloaded.
 *
 * @throws UserError; the reason of `signal`
 */
export async function warmCaches(
  options: BuildOptions,
  shard: Shard,
  around: Surroundings,
): Promise<Warmed> {
  const { watch, signal } = around;
  const { compression } = options;
  const clock = stopwatch(watch);
  const images = await readSeparately({ ...options, env: around.env });
  clock.enter('resolve');
  return withStores(options, around, async ({ store, cache, registry }) => {
    const resolutions = await resolveAll(images, options, registry, { store, cache, watch });
    const share = shareOut(resolutions, shard.count)[shard.index - 1]?.parts ?? [];

    if (cache) clock.enter('cache');
    const lacking = cache ? await cache.lacking(share) : share;
    for (const line of cache?.describe() ?? []) watch.note(line);

    clock.enter('layers');
    const only = layersOf(lacking, compression);
    const onMade = cache?.saveLayer;
    const work = prepareLayers(resolutions, { ...options, store, registry, watch, only, onMade });
    const { layers, stats } = await soonAfter(signal, LAST_FRAMES_MS, work);

    if (cache) clock.enter('cache');
    await cache?.save(lacking, layers);
    return {
      parts: share.length,
      lacking: lacking.length,
      stats: { images: images.length, ...stats, ...cacheStats(cache), seconds: clock.read() },
    };
  });
}

/** The images of all lists, each list on its own: those of two packages may contradict each other. */
export async function readSeparately(request: ListRequest): Promise<Image[]> {
  const { images, imageLists } = request;
  const requests = imageLists.map((list) => ({ ...request, images: '', imageLists: [list] }));
  if (images.trim() !== '' || requests.length === 0)
    requests.unshift({ ...request, imageLists: [] });
  const lists = await Promise.all(requests.map(readImages));
  return lists.flatMap((list) => list.images);
}
