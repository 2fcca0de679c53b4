import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askForAll } from './ask-for-all.ts';
import { failure, refusalOf } from './errors.ts';
import type { Digest } from './images/digest.ts';
import type { Finding } from './images/finding.ts';
import { type Lists, readLists } from './images/list.ts';
import {
  type Change,
  isAsked,
  type Lockable,
  type LockPlan,
  type Looked,
  localNotices,
  lockables,
  planLock,
} from './images/lock.ts';
import { checkRewritable, type Edit, type Rewrite, rewriteFiles } from './images/rewrite.ts';
import { ownerPrefix, removeLeftOvers } from './owner.ts';
import { connectRegistry } from './registry/connect.ts';
import { resolveTag } from './registry/resolve.ts';
import type { RegistryAccess, RegistryContext, Retry } from './registry/types.ts';

export interface LockOptions {
  /** `[FORMAT:]PATH` or a pattern, as in `image-list`. */
  readonly imageLists: readonly string[];
  readonly profiles: readonly string[];
  /** Says what would be done, references whose tag has moved included, and changes nothing. */
  readonly check: boolean;
  /** Moves digests to what the tags stand for now. */
  readonly update: boolean;
  readonly access: RegistryAccess;
}

export interface LockSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly watch: {
    finding(finding: Finding): void;
    note(text: string): void;
    retry(retry: Retry): void;
  };
}

export interface Locked extends LockPlan {
  /** Files that were written. */
  readonly files: readonly string[];
}

/**
 * Writes the digest of every image into the list that names it, in that list's own syntax.
 *
 * @throws UserError; nothing is written then
 */
export async function lock(options: LockOptions, around: LockSurroundings): Promise<Locked> {
  const { images, findings, files } = await readLists({
    images: '',
    imageLists: options.imageLists,
    env: around.env,
    architecture: undefined,
    profiles: options.profiles.length > 0 ? options.profiles : ['*'],
  });
  const paths = await realPaths(files);
  const fileOf = (name: string) => paths.get(name) ?? name;
  const found = lockables(images, fileOf);
  if (!options.check) await checkRewritable(unpinnedFiles(found));
  const plan = planLock(await askRegistry(found, options, around), options.check);
  for (const finding of [...findings, ...localNotices(images), ...plan.findings])
    around.watch.finding(finding);
  if (options.check) return { ...plan, files: [] };
  const rewrites = planRewrites(files, plan.changes, fileOf);
  await rewriteFiles(rewrites);
  return { ...plan, files: rewrites.map(({ file }) => file) };
}

/** The real path of each file that was read, which can have several names; a pipe has none. */
async function realPaths(files: Lists['files']): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for (const name of files.keys()) paths.set(name, await realpath(name).catch(() => name));
  return paths;
}

/** The files that will be written for sure: a digest that is there may stay. */
function unpinnedFiles(found: readonly Lockable[]): Set<string> {
  return new Set(
    found
      .filter((lockable) => isAsked(lockable, false))
      .flatMap(({ image: { place } }) => (place ? [place.file] : [])),
  );
}

/** What is to be written of each file, under whatever names it was read. */
function planRewrites(
  files: Lists['files'],
  changes: readonly Change[],
  fileOf: (name: string) => string,
): Rewrite[] {
  const byTarget = new Map<string, Rewrite>();
  for (const [file, { text }] of files) {
    const edits = changes.filter(({ place }) => place.file === file).map(editOf);
    if (edits.length === 0) continue;
    const known = byTarget.get(fileOf(file));
    byTarget.set(
      fileOf(file),
      known ? { ...known, edits: [...known.edits, ...edits] } : { file, text, edits },
    );
  }
  return [...byTarget.values()];
}

function editOf({ place: { start, end }, text }: Change): Edit {
  return { start, end, text };
}

/** A folder in TMPDIR for what is asked for. @throws UserError (failure) */
async function makeWorkDir(): Promise<string> {
  const folder = tmpdir();
  const prefix = 'container-preload-lock-';
  await removeLeftOvers(folder, prefix).catch(() => undefined);
  try {
    return await mkdtemp(join(folder, `${prefix}${ownerPrefix()}`));
  } catch (cause) {
    const why = refusalOf(cause) ?? (cause as Error).message;
    throw failure(`no temporary folder can be made in ${folder}: ${why}`, {
      hint: 'choose another one with TMPDIR',
      cause,
    });
  }
}

async function askRegistry(
  found: readonly Lockable[],
  { access, check, update }: LockOptions,
  { signal, watch }: LockSurroundings,
): Promise<Looked[]> {
  const workDir = await makeWorkDir();
  try {
    const registry = await connectRegistry(access, {
      workDir,
      signal,
      onRetry: watch.retry,
      onNote: watch.note,
    });
    const asked = new Map<string, Promise<Digest | undefined>>();
    const ask = ({ image, reference }: Lockable, context: RegistryContext) => {
      const key = `${reference.repository}:${reference.tag}@${reference.digest}`;
      const answer = asked.get(key) ?? resolveTag(image, reference, context);
      asked.set(key, answer);
      return answer;
    };
    const look = async (lockable: Lockable, until: AbortSignal) => {
      const asked = isAsked(lockable, check || update);
      const current = asked ? await ask(lockable, { ...registry, signal: until }) : undefined;
      return { ...lockable, asked, current };
    };
    return await askForAll(found, look, signal, watch.finding);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}
