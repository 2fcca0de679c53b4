import { usageError } from './errors.ts';
import type { Finding } from './images/finding.ts';
import {
  mergeImages,
  optionalProfile,
  readLists,
  reasonsOf,
  unknownProfiles,
} from './images/list.ts';
import type { DebianArchitecture } from './images/platform.ts';
import type { BuildOptions } from './inputs.ts';
import { resolveAll } from './resolutions.ts';
import { MAX_SHARDS, shareOut } from './shards.ts';
import { withStores } from './stores.ts';
import type { Surroundings } from './surroundings.ts';
import { readSeparately } from './warm.ts';

/** A matrix as `strategy.matrix` takes it: one object a job, with the action's inputs. */
export interface Matrix<Job> {
  readonly include: readonly Job[];
}

export interface BuildJob {
  readonly arch: DebianArchitecture;
  readonly 'image-list': string;
  /** Where any was asked for; one that a job's own list does not have may be another list's. */
  readonly profile?: string;
}

/** A job that makes a share of the layers of all lists. */
export interface WarmJob extends BuildJob {
  /** `I/N` */
  readonly shard: string;
  /** Of the blobs that it reads. */
  readonly bytes: number;
}

export interface Plan {
  readonly build: Matrix<BuildJob>;
  readonly warm?: Matrix<WarmJob>;
}

/**
 * The jobs that build a package of every list for every architecture that it has images for and, where
 * shards are wanted, those that make the layers before.
 *
 * @param given options for each architecture, with all lists
 * @param shards jobs an architecture; undefined for none, and then no registry is asked
 * @throws UserError
 */
export async function planJobs(
  given: readonly BuildOptions[],
  shards: number | undefined,
  around: Surroundings,
): Promise<Plan> {
  const lists = [...new Set(given[0]?.imageLists)];
  if (lists.length === 0) throw usageError('no image list is given', { hint: '--image-list FILE' });
  const leftOut: Finding[] = [];
  const builds: BuildOptions[] = [];
  const known: string[] = [];
  for (const options of given) {
    const { none, profiles } = await listsWithout(lists, options, around);
    leftOut.push(...none);
    known.push(...profiles);
    const imageLists = lists.filter((list) => none.every(({ origin }) => origin.file !== list));
    builds.push({ ...options, imageLists });
  }
  for (const finding of unknownProfiles(given[0]?.profiles ?? [], known))
    around.watch.finding(finding);
  for (const finding of leftOut) {
    const { file } = finding.origin;
    if (!builds.some(({ imageLists }) => imageLists.includes(file)))
      throw usageError(finding.message, { origin: finding.origin });
    around.watch.finding(finding);
  }
  const build = builds.flatMap((options) =>
    options.imageLists.map((list) => jobOf({ ...options, imageLists: [list] })),
  );
  const warm: WarmJob[] = [];
  for (const options of shards === undefined ? [] : builds) {
    if (options.imageLists.length > 0) warm.push(...(await warmJobs(options, shards ?? 1, around)));
  }
  return {
    build: matrix(build),
    ...(shards === undefined ? {} : { warm: matrix(warm) }),
  };
}

function jobOf({ architecture, imageLists, profiles }: BuildOptions): BuildJob {
  const profile = profiles.map(optionalProfile).join('\n');
  return {
    arch: architecture,
    'image-list': imageLists.join('\n'),
    ...(profile === '' ? {} : { profile }),
  };
}

/**
 * What is said of lists that have no image for an architecture: other jobs than theirs can be done.
 * And the profiles that any of the lists has.
 *
 * @throws UserError for what is wrong in any of them
 */
async function listsWithout(
  lists: readonly string[],
  { architecture, profiles }: BuildOptions,
  { env }: Surroundings,
): Promise<{ none: Finding[]; profiles: string[] }> {
  const none: Finding[] = [];
  const known: string[] = [];
  const asked = { images: '', architecture, profiles: profiles.map(optionalProfile), env };
  for (const list of lists) {
    const read = await readLists({ ...asked, imageLists: [list], mayLeaveOut: true });
    mergeImages(read.images);
    known.push(...read.profiles);
    if (read.images.length > 0) continue;
    const message = `no image for ${architecture}: ${reasonsOf(read.findings)}`;
    none.push({ level: 'notice', message, origin: { file: list } });
  }
  return { none, profiles: known };
}

async function warmJobs(
  options: BuildOptions,
  shards: number,
  around: Surroundings,
): Promise<WarmJob[]> {
  return withStores(options, around, async ({ store, registry }) => {
    const images = await readSeparately({ ...options, env: around.env });
    const resolutions = await resolveAll(images, options, registry, { store, watch: around.watch });
    return shareOut(resolutions, shards)
      .map(({ parts, bytes }, index) => ({ parts, bytes, shard: `${index + 1}/${shards}` }))
      .filter(({ parts }) => parts.length > 0)
      .map(({ shard, bytes }) => ({ ...jobOf(options), shard, bytes }));
  });
}

function matrix<Job>(include: readonly Job[]): Matrix<Job> {
  if (include.length <= MAX_SHARDS) return { include };
  throw usageError(`${include.length} jobs, and GitHub starts at most ${MAX_SHARDS} of a matrix`, {
    hint: 'plan fewer lists, architectures or shards at once',
  });
}
