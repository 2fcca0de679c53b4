import pLimit from 'p-limit';
import { soonAfter, together } from './concurrency.ts';
import { checkPackageFields } from './deb/check-fields.ts';
import { type BuiltPackage, buildPackage, checkDebSize } from './deb/package.ts';
import type { PackageSpec } from './deb/types.ts';
import { explainSystemError, failure, UserError, usageError } from './errors.ts';
import { completeImages } from './image-fragments.ts';
import type { Finding } from './images/finding.ts';
import type { Image } from './images/image.ts';
import { type Places, readImages } from './images/list.ts';
import { lockables } from './images/lock.ts';
import { checkPin, tagMoved } from './images/pin.ts';
import { platformOf } from './images/platform.ts';
import type { BuildOptions } from './inputs.ts';
import { type CacheStats, createLayerCache, type LayerCache, partsOf } from './layer-cache.ts';
import { type LayerStats, type LayerWatch, prepareLayers } from './layers.ts';
import { type Provenance, readProvenance } from './provenance.ts';
import { connectRegistry } from './registry/connect.ts';
import { resolveImage } from './registry/resolve.ts';
import type { RegistryContext, Resolution, Retry } from './registry/types.ts';
import {
  type ActionsCacheOptions,
  hasActionsCache,
  openActionsCache,
} from './store/actions-cache.ts';
import { openStore, type Store } from './store/store.ts';
import { readProgramVersion } from './version.ts';

/** Where a build runs, as far as it matters to it. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The folder device/ of this program. */
  readonly deviceDir: string;
  readonly signal: AbortSignal;
  readonly now: Date;
  readonly watch: Watch;
  /** How the Actions cache is reached; a command has none. */
  readonly actionsCache?: Pick<ActionsCacheOptions, 'client' | 'patience'>;
}

/** Is told of a build as it goes on. */
export interface Watch extends LayerWatch {
  stage(name: Stage): void;
  finding(finding: Finding): void;
  retry(retry: Retry): void;
  note(text: string): void;
  warning(text: string): void;
  /** Bytes of the .deb that are written, of all. */
  written(bytes: number, total: number): void;
}

export type Stage = 'resolve' | 'cache' | 'layers' | 'package';

export interface Stats extends LayerStats, CacheStats {
  readonly images: number;
  /** Wall time of each stage. */
  readonly seconds: Readonly<Record<Stage | 'total', number>>;
}

export interface Preloaded {
  readonly deb: BuiltPackage;
  readonly spec: PackageSpec;
  readonly resolutions: readonly Resolution[];
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
  const provenance = await readProvenance(options, around);
  const fields = packageFields(options, provenance);
  await checkPackageFields(fields);
  const store = await openStoreIn(options.cacheDir, watch);
  const cache = openLayerCache(options, store, around);
  try {
    clock.enter('resolve');
    const registry = await connect(options, store, around);
    const resolutions = await resolveAll(images, options, registry, { store, cache });
    checkNames(resolutions);
    reportFindings(resolutions, places, options, watch);
    if (options.compression === 'original') checkOriginalSize(resolutions);

    if (cache) {
      clock.enter('cache');
      await cache.restore(resolutions);
      for (const line of cache.describe()) watch.note(line);
    }
    clock.enter('layers');
    const layering = { ...options, store, registry, watch, onMade: cache?.saveLayer };
    const work = prepareLayers(resolutions, layering);
    const { layers, stats } = await soonAfter(signal, LAST_FRAMES_MS, work);
    const packaged = await completeImages(resolutions, layers, { ...options, store });
    const saving = cache?.save(partsOf(resolutions, options.compression), layers);
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
    if (cache) {
      clock.enter('cache');
      await saving;
    }
    return {
      deb,
      spec,
      resolutions,
      stats: { images: images.length, ...stats, ...cacheStats(cache), seconds: clock.read() },
    };
  } finally {
    cache?.close();
    await store.close();
  }
}

/** A frame of a high level takes ten seconds and more, and cannot be stopped in between. */
export const LAST_FRAMES_MS = 1000;

export async function openStoreIn(root: string, watch: Watch): Promise<Store> {
  // skopeo splits what it is told about a layout at the first colon.
  if (root.includes(':')) throw usageError(`cache-dir must not have a colon in its path: ${root}`);
  try {
    return await openStore(root, (name) => {
      watch.note(`the store's ${name} is damaged: made anew`);
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const explained = explainSystemError(error);
    const why = explained instanceof UserError ? explained.message : code;
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
  if (!hasActionsCache(env)) {
    watch.note('the runner names no Actions cache: only the local store is used');
    return undefined;
  }
  const onTrouble = (why: string) => watch.warning(`the Actions cache does not work: ${why}`);
  const { workDir } = store;
  const actions = openActionsCache({ ...actionsCache, workDir, env, signal, onTrouble });
  return createLayerCache({ ...options, actions, store, mode: options.cache, signal });
}

export function cacheStats(cache: LayerCache | undefined): CacheStats {
  return (
    cache?.stats() ?? { layersRestored: 0, blobsRestored: 0, bytesRestored: 0, entriesSaved: 0 }
  );
}

export function connect(
  { access }: BuildOptions,
  { workDir }: Store,
  { signal, watch }: Surroundings,
): Promise<RegistryContext> {
  return connectRegistry(access, { workDir, signal, onRetry: watch.retry, onNote: watch.note });
}

/** Enough to hide a registry's latency, few enough not to be slowed down by it. */
const REFERENCES_AT_ONCE = 4;

export async function resolveAll(
  images: readonly Image[],
  { architecture }: BuildOptions,
  registry: RegistryContext,
  { store, cache }: { readonly store: Store; readonly cache?: LayerCache | undefined },
): Promise<Resolution[]> {
  const documents = { get: store.getDocument, put: store.putDocument, expect: cache?.expectImage };
  const limit = pLimit(REFERENCES_AT_ONCE);
  return together(registry.signal, (signal) =>
    images.map((image) =>
      limit(() =>
        resolveImage(image, platformOf(architecture), { ...registry, signal, cache: documents }),
      ),
    ),
  );
}

/** The name of an archive is known only once it was read. */
function checkNames(resolutions: readonly Resolution[]): void {
  const seen = new Map<string, Resolution>();
  for (const resolution of resolutions) {
    const other = seen.get(resolution.name);
    if (other) {
      throw usageError(
        `${resolution.image.written} and ${other.image.written} both are ${resolution.name}`,
        { origin: resolution.image.origin, hint: 'name one of them with " as NAME:TAG"' },
      );
    }
    seen.set(resolution.name, resolution);
  }
}

/** @throws UserError (failure) when the policy makes an error of a finding */
function reportFindings(
  resolutions: readonly Resolution[],
  places: readonly Places[],
  { digestPolicy }: BuildOptions,
  watch: Watch,
): void {
  const findings = resolutions.flatMap(({ indexDigest, manifestDigest, tagDigest }, index) =>
    lockables(places[index] ?? []).flatMap(({ image, reference: { digest } }) => {
      const found =
        digest && tagDigest
          ? tagMoved(image, digest, tagDigest, digestPolicy)
          : checkPin(image, indexDigest ?? manifestDigest, digestPolicy);
      return found ?? [];
    }),
  );
  for (const finding of findings) watch.finding(finding);
  const [first, ...others] = findings.filter(({ level }) => level === 'error');
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw failure(`${first.message}${more}`, { origin: first.origin, hint: first.hint });
}

/** What comes from the registry as it is has a known size before anything is downloaded. */
function checkOriginalSize(resolutions: readonly Resolution[]): void {
  const layers = resolutions.flatMap(({ layers }) => layers);
  checkDebSize([...new Map(layers.map(({ blob, size }) => [blob, size])).values()]);
}

/** All of a package that is known before its images. */
function packageFields(options: BuildOptions, { version, maintainer }: Provenance) {
  const { architecture, description, section, depends, engine, compression, files } = options;
  const { digestPolicy, deleteAfterLoad, user, level } = options;
  return {
    ...{ name: options.package, version, architecture, maintainer, description, section, depends },
    ...{ engine, compression, files, digestPolicy, deleteAfterLoad },
    ...(user === undefined ? {} : { user }),
    ...(compression === 'zstd' ? { level } : {}),
  };
}

function hasZstdLayers({ layers }: Resolution): boolean {
  return layers.some(({ mediaType }) => mediaType.endsWith('zstd'));
}

/** Reproducible builds often say 1970, which lintian calls ancient. */
const OLDEST_EPOCH = Date.UTC(2000) / 1000;

/** Seconds; the images' own times are the same in every build. */
function newestCreation(resolutions: readonly Resolution[]): number {
  const times = resolutions
    .map(({ config }) =>
      Date.parse((JSON.parse(config.toString()) as { created?: string }).created ?? ''),
    )
    .filter((time) => time > 0);
  return Math.max(OLDEST_EPOCH, ...times.map((time) => Math.floor(time / 1000)));
}

export function stopwatch(watch: Watch) {
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
