import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { type Origin, usageError } from '../../../errors.ts';
import { quote } from '../../quote.ts';
import type { ListContext } from '../format.ts';
import type { ListFile } from '../list-file.ts';
import { parseYaml } from '../yaml.ts';
import { parseDotenv, type Setting } from './dotenv.ts';
import type { Lookup } from './interpolate.ts';
import type { TextReader } from './text.ts';
import { entryOf, type Mapping, merge, type Source, type Tree, treeOf, without } from './tree.ts';

/** A Compose project: what its files come to together. */
export interface Project {
  readonly services: ReadonlyMap<string, Tree>;
  readonly lookup: Lookup<Setting>;
  readonly read: TextReader;
}

/** What one `docker compose -f FILE -f FILE…`, or one `include`, is read with. */
interface Setup {
  readonly files: readonly ListFile[];
  /** What paths in these files are relative to. */
  readonly folder: string;
  readonly lookup: Lookup<Setting>;
  /** Files that include these, to find circles. */
  readonly trail: readonly string[];
  /** Files that were read for services to extend, by path. */
  readonly bases: Map<string, Base>;
}

/**
 * Reads Compose files with all that they include and extend.
 *
 * @param files the first one, and those that override what it says
 * @throws UserError (usage)
 */
export async function loadProject(
  files: readonly [ListFile, ...ListFile[]],
  context: ListContext,
  read: TextReader,
): Promise<Project> {
  const folder = dirname(files[0].file);
  const environment = await readEnvironment(folder, context);
  const name = () => projectName(files, folder, environment, read);
  const lookup: Lookup<Setting> = (key) =>
    environment(key) ?? (key === 'COMPOSE_PROJECT_NAME' ? { value: name() } : undefined);
  const loader = { context, read };
  const services = await loadServices(
    { files, folder, lookup, trail: [], bases: new Map() },
    loader,
  );
  return { services, lookup, read };
}

interface Loader {
  readonly context: ListContext;
  readonly read: TextReader;
}

/** The environment, then the `.env` beside the first file, or the files that COMPOSE_ENV_FILES names. */
async function readEnvironment(folder: string, context: ListContext): Promise<Lookup<Setting>> {
  const { env } = context;
  const environment: Lookup<Setting> = (name) => {
    const value = env[name];
    return value === undefined ? undefined : { value };
  };
  if (/^(?:1|t|true)$/i.test(env.COMPOSE_DISABLE_ENV_FILE ?? '')) return environment;
  const given = (env.COMPOSE_ENV_FILES ?? '').split(',').filter((file) => file !== '');
  const files = given.length > 0 ? given : [join(folder, '.env')];
  return withEnvFiles(environment, files, context, given.length > 0 ? {} : undefined);
}

/** @param required where a file is asked for; undefined where it need not be there */
async function withEnvFiles(
  outer: Lookup<Setting>,
  files: readonly string[],
  context: ListContext,
  required?: { origin?: Origin },
): Promise<Lookup<Setting>> {
  const settings = new Map<string, Setting>();
  const lookup: Lookup<Setting> = (name) => outer(name) ?? settings.get(name);
  for (const file of files) {
    const list = await context.readFile(file, required?.origin);
    if (list === undefined && required !== undefined) {
      throw usageError(`there is no environment file ${quote(file)}`, required);
    }
    if (list === undefined) continue;
    for (const [name, setting] of parseDotenv(list, lookup)) settings.set(name, setting);
  }
  return lookup;
}

/** As Compose finds it where no option says it: `name:` of the files, or the folder's name. */
function projectName(
  files: readonly ListFile[],
  folder: string,
  lookup: Lookup<Setting>,
  read: TextReader,
): string {
  const names = files
    .flatMap((list) => documentsOf({ list, lookup }))
    .flatMap((document) => entryOf(document, 'name') ?? [])
    .map((name) => read.text(name));
  const name = names.at(-1) || basename(resolve(folder));
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

function documentsOf(source: Source): Mapping[] {
  return parseYaml(source.list).flatMap((document) => treeOf(document, source) ?? []);
}

/** The services of files that override each other, in the order in which they are first named. */
async function loadServices(setup: Setup, loader: Loader): Promise<ReadonlyMap<string, Tree>> {
  let all: Tree | undefined;
  for (const list of setup.files) {
    const trail = [...setup.trail, list.file];
    for (const document of documentsOf({ list, lookup: setup.lookup })) {
      const included = await loadIncludes(document, { ...setup, trail }, loader);
      const own = servicesOf(document);
      const raw = own === undefined ? included : merge(included, own);
      if (raw?.kind !== 'mapping') continue;
      all = merge(all, await extendAll(raw, list, setup, loader));
    }
  }
  return all?.kind === 'mapping' ? all.entries : new Map();
}

function servicesOf(document: Mapping): Mapping | undefined {
  const services = entryOf(document, 'services');
  if (services === undefined || services.kind === 'mapping') return services;
  throw usageError('services is no mapping', { origin: services.origin });
}

async function loadIncludes(
  document: Mapping,
  setup: Setup,
  loader: Loader,
): Promise<Mapping | undefined> {
  const include = entryOf(document, 'include');
  if (include === undefined) return undefined;
  if (include.kind !== 'sequence')
    throw usageError('include is no list', { origin: include.origin });
  let all: Mapping | undefined;
  for (const item of include.items) {
    const entries = await loadServices(await includeSetup(item, setup, loader), loader);
    const services: Mapping = { ...item, kind: 'mapping', entries };
    // What was included first wins, as the including file does.
    all = all === undefined ? services : (merge(services, all) as Mapping);
  }
  return all;
}

async function includeSetup(item: Tree, setup: Setup, { context, read }: Loader): Promise<Setup> {
  const isShort = item.kind === 'leaf';
  const paths = (isShort ? [item] : read.items(entryOf(item, 'path'))).map((path) => ({
    path: localPath(read.text(path), setup.folder, path.origin),
    origin: path.origin,
  }));
  const [first] = paths;
  if (first === undefined) throw usageError('include has no path', { origin: item.origin });
  const files: ListFile[] = [];
  for (const { path, origin } of paths) {
    if (setup.trail.includes(path)) {
      throw usageError(`${quote(path)} is included in a circle`, { origin });
    }
    files.push(await readRequired(path, origin, context));
  }
  const given = isShort ? undefined : entryOf(item, 'project_directory');
  const folder = given === undefined ? dirname(first.path) : under(setup.folder, read.text(given));
  const envFiles = isShort ? [] : read.items(entryOf(item, 'env_file'));
  const lookup = await withEnvFiles(
    setup.lookup,
    envFiles.length === 0
      ? [join(folder, '.env')]
      : envFiles.map((file) => under(setup.folder, read.text(file))),
    context,
    envFiles[0] && { origin: envFiles[0].origin },
  );
  return { files, folder, lookup, trail: setup.trail, bases: new Map() };
}

async function extendAll(
  services: Mapping,
  list: ListFile,
  setup: Setup,
  loader: Loader,
): Promise<Mapping> {
  const entries = new Map<string, Tree>();
  const at = baseOf(services.entries, list.file, setup.folder);
  for (const [name, tree] of services.entries)
    entries.set(name, await extendService({ name, tree, at }, setup, loader));
  return { ...services, entries };
}

/** Where a service that is extended stands. */
interface Base {
  readonly services: ReadonlyMap<string, Tree>;
  readonly file: string;
  readonly folder: string;
  /** Those of the services that are put together with what they extend. */
  readonly extended: Map<string, Tree>;
}

interface Service {
  readonly name: string;
  readonly tree: Tree;
  readonly at: Base;
}

function baseOf(services: ReadonlyMap<string, Tree>, file: string, folder: string): Base {
  return { services, file, folder, extended: new Map() };
}

/** A service with what it extends. Each is put together once, and in a loop: chains may be long. */
async function extendService(service: Service, setup: Setup, loader: Loader): Promise<Tree> {
  const chain: Service[] = [];
  const trail = new Set<string>();
  let next: Service | undefined = service;
  while (next !== undefined && !next.at.extended.has(next.name)) {
    chain.push(next);
    next = await extendedBy(next, trail, setup, loader);
  }
  let extended = next?.at.extended.get(next.name);
  for (const { name, tree, at } of chain.toReversed()) {
    extended = extended === undefined ? tree : merge(extended, without(tree, 'extends'));
    at.extended.set(name, extended);
  }
  return extended ?? service.tree;
}

/** @param trail of the services on the way here, to which this one is added */
async function extendedBy(
  { name, tree, at }: Service,
  trail: Set<string>,
  setup: Setup,
  { context, read }: Loader,
): Promise<Service | undefined> {
  const extend = entryOf(tree, 'extends');
  if (extend === undefined) return undefined;
  const step = `${at.file}\0${name}`;
  if (trail.has(step)) {
    throw usageError(`service ${quote(name)} extends itself`, { origin: extend.origin });
  }
  trail.add(step);
  const isShort = extend.kind === 'leaf';
  const wanted = isShort ? extend : entryOf(extend, 'service');
  if (wanted === undefined) throw usageError('extends has no service', { origin: extend.origin });
  const file = isShort ? undefined : entryOf(extend, 'file');
  const base = file === undefined ? at : await readBase(file, at, setup, context, read);
  const other = read.text(wanted);
  const found = base.services.get(other);
  if (found !== undefined) return { name: other, tree: found, at: base };
  throw usageError(`there is no service ${quote(other)} in ${quote(base.file)} to extend`, {
    origin: wanted.origin,
  });
}

async function readBase(
  file: Tree,
  at: Base,
  { lookup, bases }: Setup,
  context: ListContext,
  read: TextReader,
): Promise<Base> {
  const path = localPath(read.text(file), at.folder, file.origin);
  const known = bases.get(path);
  if (known !== undefined) return known;
  const list = await readRequired(path, file.origin, context);
  let services: Tree | undefined;
  for (const document of documentsOf({ list, lookup })) {
    const found = servicesOf(document);
    if (found !== undefined) services = merge(services, found);
  }
  const entries = services?.kind === 'mapping' ? services.entries : new Map<string, Tree>();
  const base = baseOf(entries, path, dirname(path));
  bases.set(path, base);
  return base;
}

async function readRequired(path: string, origin: Origin, context: ListContext): Promise<ListFile> {
  const list = await context.readFile(path, origin);
  if (list !== undefined) return list;
  throw usageError(`there is no file ${quote(path)}`, { origin });
}

/** @throws UserError (usage) for what would have to be fetched */
function localPath(path: string, folder: string, origin: Origin): string {
  if (!/^[a-z][a-z0-9+.-]*:|^git@|^github\.com\//.test(path)) return under(folder, path);
  throw usageError(`${quote(path)} is not a local file`, {
    origin,
    hint: 'fetch it in a step before, and name the file',
  });
}

function under(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
