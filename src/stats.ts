import type { CacheStats, LayerCache } from './layer-cache.ts';
import type { LayerStats } from './layers.ts';

export type Stage = 'resolve' | 'cache' | 'layers' | 'package';

export interface Stats extends LayerStats, CacheStats {
  readonly images: number;
  /** Wall time of each stage. */
  readonly seconds: Readonly<Record<Stage | 'total', number>>;
}

/** What the second tier gave and took; nothing where there is none. */
export function cacheStats(cache: LayerCache | undefined): CacheStats {
  return (
    cache?.stats() ?? { layersRestored: 0, blobsRestored: 0, bytesRestored: 0, entriesSaved: 0 }
  );
}

/** Takes the wall time of each stage; a stage may be entered several times. */
export function stopwatch(watch: { stage(name: Stage): void }) {
  const start = performance.now();
  const ends: Partial<Record<Stage, number>> = {};
  let current: { stage: Stage; since: number } | undefined;
  const leave = () => {
    if (current === undefined) return;
    const { stage, since } = current;
    ends[stage] = (ends[stage] ?? 0) + performance.now() - since;
    current = undefined;
  };
  return {
    enter(stage: Stage) {
      leave();
      current = { stage, since: performance.now() };
      watch.stage(stage);
    },
    read(): Record<Stage | 'total', number> {
      leave();
      const seconds = (stage: Stage) => round(ends[stage] ?? 0);
      return {
        resolve: seconds('resolve'),
        cache: seconds('cache'),
        layers: seconds('layers'),
        package: seconds('package'),
        total: round(performance.now() - start),
      };
    },
  };
}

/** Milliseconds to seconds, with two digits. */
function round(milliseconds: number): number {
  return Math.round(milliseconds / 10) / 100;
}
