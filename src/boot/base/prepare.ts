import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure } from '../../errors.ts';
import { plural } from '../../plural.ts';
import { type Downloads, download } from './apt.ts';
import { bootstrapRoot } from './bootstrap.ts';
import { baseFiles, baseFolder, keepBase, readBase, sealBase } from './cache.ts';
import { field } from './control.ts';
import { addKernel } from './kernel.ts';
import { makeRoot } from './quick.ts';
import { baseIngredients, baseKey, recipe } from './recipe.ts';
import { type FakeRoot, fakeRoot, toolEnvironment } from './root.ts';
import { findSources, type Sources } from './sources.ts';
import { requireTools } from './tools.ts';
import type { BaseOptions, BaseSystem, InstalledPackage } from './types.ts';

/**
 * The base system for these options: from a cache, or made and put there. No cache keeps anybody from
 * one: where it cannot be kept, it stays in `workDir`.
 *
 * @throws UserError (failure) when the packages cannot be had, or a tool is missing or fails
 */
export async function prepareBase(options: BaseOptions): Promise<BaseSystem> {
  const { cacheDir, workDir, remote } = options;
  const { onProgress: say = () => undefined, onWarning: warn = say } = options;
  const ingredients = baseIngredients(options);
  const key = baseKey(ingredients);
  for (const [name, value] of Object.entries(ingredients)) say(`${name}: ${value}`);
  const here = await readBase(baseFolder(cacheDir, key), key, warn);
  if (here !== undefined) {
    say(`${key} is here already`);
    return here;
  }
  const folder = await mkdtemp(join(workDir, 'base-'));
  const brought = (await remote?.get(key, folder)) ? await readBase(folder, key, warn) : undefined;
  say(`${key} ${brought === undefined ? 'is not there yet: making it' : 'is in the cache'}`);
  const base = brought ?? (await makeIn(folder, key, options));
  const kept = await keepBase(cacheDir, base, warn);
  if (kept.disk !== base.disk) await rm(folder, { recursive: true, force: true });
  if (brought === undefined) await remote?.put(key, dirname(kept.disk));
  return kept;
}

/** @param folder an existing folder, which is gone where the base cannot be made */
async function makeIn(folder: string, key: string, options: BaseOptions): Promise<BaseSystem> {
  const work = await mkdtemp(join(options.workDir, 'making-'));
  try {
    requireTools(process.getuid?.(), process.env);
    // Half of a base that a cache has brought may be in it.
    await rm(folder, { recursive: true });
    await mkdir(folder);
    const packages = await makeBase(options, work, folder);
    const { suite, architecture } = options;
    return await sealBase(folder, { suite, architecture, packages, key });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Makes disk, kernel and initrd in `out`. @returns what dpkg will know in the base */
async function makeBase(
  options: BaseOptions,
  work: string,
  out: string,
): Promise<InstalledPackage[]> {
  const { guestDir, signal } = options;
  const say = options.onProgress ?? (() => undefined);
  const sources = await findSources({ ...options, workDir: work });
  say(`${options.suite} ${options.architecture}: downloading`);
  const apt = join(work, 'apt');
  const downloads = await download(apt, { ...options, sources, recipe: recipe(options) });
  const root = join(work, 'root');
  const asRoot = fakeRoot(work, process.getuid?.());
  await fillRoot({ options, sources, downloads, root, work, asRoot, say });
  say('adding the kernel and making the disk');
  const files = baseFiles(out);
  await addKernel({
    root,
    kernelDebs: downloads.kernel,
    busyboxDeb: downloads.busybox,
    guestDir,
    work,
    out: files,
    env: toolEnvironment(process.env),
    signal,
  });
  await asRoot.run([join(guestDir, 'base/disk'), root, files.disk], signal);
  return installedPackages(await readFile(join(root, 'var/lib/dpkg/status'), 'latin1'));
}

async function fillRoot(base: {
  options: BaseOptions;
  sources: Sources;
  downloads: Downloads;
  root: string;
  work: string;
  asRoot: FakeRoot;
  say: (line: string) => void;
}): Promise<void> {
  const { options, sources, downloads, root, work, asRoot, say } = base;
  const { method = 'auto', architecture, suite, guestDir, signal } = options;
  const common = { architecture, root, work, fakeRoot: asRoot, signal };
  if (method !== 'mmdebstrap') {
    say(`unpacking and configuring ${plural(downloads.packages.length, 'package')}`);
    await mkdir(root);
    const unknown = await makeRoot({ ...common, downloads, guestDir });
    if (unknown.length === 0) return;
    const names = `cannot be configured without running their scripts: ${unknown.join(', ')}`;
    if (method === 'quick') {
      throw failure(names, { hint: 'let mmdebstrap make the base system' });
    }
    say(names);
    await asRoot.run(['rm', '-r', root], signal);
  }
  say('mmdebstrap makes the base system, which takes minutes');
  await bootstrapRoot({ ...common, suite, packages: downloads.names, sources });
}

export function installedPackages(status: string): InstalledPackage[] {
  return status
    .split('\n\n')
    .filter((stanza) => field(stanza, 'Status') === 'install ok installed')
    .map((stanza) => ({
      name: field(stanza, 'Package') ?? '',
      version: field(stanza, 'Version') ?? '',
    }));
}
