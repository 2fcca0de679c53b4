import { soonAfter } from './concurrency.ts';
import { checkPackageFields } from './deb/check-fields.ts';
import { checkDebSize } from './deb/layout.ts';
import { type BuiltPackage, buildPackage, checkOutput } from './deb/package.ts';
import type { PackageSpec } from './deb/types.ts';
import { completeImages } from './image-fragments.ts';
import { readImages } from './images/list.ts';
import { isPinned } from './images/pin.ts';
import type { BuildOptions } from './inputs.ts';
import { partsOf } from './layer-cache.ts';
import { type PreparedLayers, prepareLayers } from './layers.ts';
import { type Provenance, readProvenance } from './provenance.ts';
import type { Resolution } from './registry/types.ts';
import { checkNames, reportFindings, resolveAll } from './resolutions.ts';
import { cacheStats, type Stats, stopwatch } from './stats.ts';
import { withStores } from './stores.ts';
import type { Surroundings } from './surroundings.ts';
import { readProgramVersion } from './version.ts';

export interface Preloaded {
  readonly deb: BuiltPackage;
  readonly spec: PackageSpec;
  readonly resolutions: readonly Resolution[];
  readonly made: PreparedLayers['made'];
  readonly stats: Stats;
}

/**
 * The whole way from references to a Debian package.
 *
 * @throws UserError; the reason of `signal`. Nothing is left behind then but what the store keeps.
 */
export async function preload(options: BuildOptions, around: Surroundings): Promise<Preloaded> {
  const { watch, signal } = around;
  const clock = stopwatch(watch);
  const { images, places, findings } = await readImages({ ...options, env: around.env });
  for (const finding of findings) watch.finding(finding);
  const provenance = await readProvenance({ ...options, pinned: images.every(isPinned) }, around);
  const fields = packageFields(options, provenance);
  await checkPackageFields(fields);
  await checkOutput(fields, options.outputDir);
  clock.enter('resolve');
  return withStores(options, around, async ({ store, cache, registry }) => {
    const resolutions = await resolveAll(images, options, registry, { store, cache, watch });
    checkNames(resolutions);
    reportFindings(resolutions, places, options, watch);
    if (options.compression === 'original') checkOriginalSize(resolutions);

    if (cache) clock.enter('cache');
    const verified = await cache?.restore(resolutions);
    for (const line of cache?.describe() ?? []) watch.note(line);

    clock.enter('layers');
    const layering = { ...options, store, registry, watch, verified, onMade: cache?.saveLayer };
    const work = prepareLayers(resolutions, layering);
    const { layers, made, stats } = await soonAfter(signal, LAST_FRAMES_MS, work);
    const packaged = await completeImages(resolutions, layers, { ...options, store });
    const saving = cache?.save(partsOf(resolutions), layers);
    // Waited for below; while the package is written, its failure must not count as unhandled.
    saving?.catch(() => undefined);

    clock.enter('package');
    const spec: PackageSpec = {
      ...fields,
      zstdLayers: options.compression === 'original' && resolutions.some(hasZstdLayers),
      epoch: provenance.epoch ?? newestCreation(resolutions),
      images: packaged,
    };
    const deb = await buildPackage(spec, {
      deviceDir: around.deviceDir,
      workDir: store.workDir,
      outputDir: options.outputDir,
      generator: `container-preload ${readProgramVersion()}`,
      signal,
      onProgress: watch.written,
    });
    if (deb.found === 'another') {
      watch.warning(
        `${deb.path} took the place of another package of this version: no device that has that one upgrades to it (give another version)`,
      );
    }
    if (cache) {
      clock.enter('cache');
      await saving;
    }
    return {
      deb,
      spec,
      resolutions,
      made,
      stats: { images: images.length, ...stats, ...cacheStats(cache), seconds: clock.read() },
    };
  });
}

/** A frame of a high level takes ten seconds and more, and cannot be stopped in between. */
export const LAST_FRAMES_MS = 1000;

/** What comes from the registry as it is has a known size before anything is downloaded. */
function checkOriginalSize(resolutions: readonly Resolution[]): void {
  const layers = resolutions.flatMap(({ layers }) => layers);
  checkDebSize([...new Map(layers.map(({ blob, size }) => [blob, size])).values()]);
}

/** All of a package that is known before its images. */
function packageFields(options: BuildOptions, { version, maintainer }: Provenance) {
  const { architecture, description, section, depends, engine, compression, files } = options;
  const { digestPolicy, deleteAfterLoad, removeReplaced, conflict, user, level } = options;
  return {
    ...{ name: options.package, version, architecture, maintainer, description, section, depends },
    ...{ engine, compression, files, digestPolicy, deleteAfterLoad, removeReplaced, conflict },
    ...(user === undefined ? {} : { user }),
    ...(compression === 'zstd' ? { level } : {}),
  };
}

function hasZstdLayers({ layers }: Resolution): boolean {
  return layers.some(({ mediaType }) => mediaType.endsWith('zstd'));
}

/** Reproducible builds often say 1970, which lintian calls ancient. */
const OLDEST_EPOCH = Date.UTC(2000) / 1000;

/** An image may say any time, and devices of 32 bits know none after 2038. */
const NEWEST_EPOCH = 2 ** 31 - 1;

/** Seconds; the images' own times are the same in every build. */
function newestCreation(resolutions: readonly Resolution[]): number {
  const times = resolutions
    .map(({ config }) =>
      Date.parse((JSON.parse(config.toString()) as { created?: string }).created ?? ''),
    )
    .filter((time) => time > 0);
  const newest = Math.max(OLDEST_EPOCH, ...times.map((time) => Math.floor(time / 1000)));
  return Math.min(newest, NEWEST_EPOCH);
}
