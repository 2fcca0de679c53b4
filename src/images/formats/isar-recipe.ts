import { basename, dirname, join } from 'node:path';
import { usageError } from '../../errors.ts';
import { parseIsar } from '../isar.ts';
import { type DebianArchitecture, debianArchitectures } from '../platform.ts';
import { quote } from '../quote.ts';
import { readWritten } from '../written.ts';
import { parseBitbake, type Statement } from './bitbake.ts';
import {
  assign,
  type BitbakeData,
  conditionsOf,
  currentValue,
  replaceVariables,
} from './bitbake-data.ts';
import type { ListContext, ListFormat, ParsedList } from './format.ts';
import type { ListFile } from './list-file.ts';
import { checkEngine, distinct, joinLists, NOTHING, remark } from './parsed-list.ts';
import { matchPieces, originOf, type Pieces, placeOf, textOf } from './pieces.ts';

/**
 * Isar's recipes: the `docker://` entries of SRC_URI. See "Pre-install container images" in Isar's
 * manual.
 */
export const isarRecipe: ListFormat = {
  name: 'isar',
  looksFor: 'SRC_URI',
  recognises: (file, text) =>
    /\.bb(?:append)?$/.test(file) || /^SRC_URI[\w:.+\-${}]*\s*[?:+.]*=[+.]?\s*["']/m.test(text),
  parse: async (list, context) => {
    const recipe = await loadRecipe(list, context, []);
    const { architecture } = context;
    const wanted = architecture === undefined ? debianArchitectures : [architecture];
    const lists = wanted.map((each) => readFor(each, recipe, list, context));
    const { images, findings } = joinLists([...lists, ...recipe.remarks]);
    return {
      images: distinct(images, ({ origin, written }) => [origin, written]),
      findings: distinct(findings, ({ origin, message }) => [origin, message]),
    };
  },
};

/** A recipe with the files that it includes, in their order. */
interface Recipe {
  readonly statements: readonly Statement[];
  readonly remarks: readonly ParsedList[];
}

/** @param around the files whose parts this is */
async function loadRecipe(
  list: ListFile,
  context: ListContext,
  around: readonly ListFile[],
): Promise<Recipe> {
  const recipes: Recipe[] = [];
  const files = [...around, list];
  for (const statement of parseBitbake(list)) {
    if (statement.type !== 'include') {
      recipes.push({ statements: [statement], remarks: [remarkOn(statement, context)] });
      continue;
    }
    for (const path of matchPieces(statement.paths, /\S+/g))
      recipes.push(await loadIncluded(path, statement.required, files, context));
  }
  return {
    statements: recipes.flatMap(({ statements }) => statements),
    remarks: recipes.flatMap(({ remarks }) => remarks),
  };
}

async function loadIncluded(
  path: Pieces,
  required: boolean,
  around: readonly ListFile[],
  context: ListContext,
): Promise<Recipe> {
  const nothing = { statements: [], remarks: [engineRemark(path, context)] };
  const [recipe] = around;
  const written = replaceVariables(textOf(path), (name) => fileVariable(recipe?.file ?? '', name));
  const list = await findIncluded(written, around.at(-1)?.file ?? '', context);
  if (list !== undefined) {
    const within = around.some(({ file }) => file === list.file);
    return within ? nothing : loadRecipe(list, context, around);
  }
  if (!required || LOADER.test(written)) return nothing;
  const message = `${written} is not in this layer: what it adds to SRC_URI is not read`;
  return { statements: [], remarks: [remark('warning', message, originOf(path))] };
}

/** Beside the file, then in the folders above, up to that of the layer: BBPATH has the layers' folders. */
async function findIncluded(
  path: string,
  from: string,
  context: ListContext,
): Promise<ListFile | undefined> {
  let folder = dirname(from);
  for (let level = 0; level < DEEPEST_FOLDER; level += 1) {
    const list = await context.readFile(join(folder, path));
    if (list !== undefined) return list;
    if ((await context.readFolder(join(folder, 'conf'))).includes('layer.conf')) return undefined;
    folder = join(folder, '..');
  }
  return undefined;
}

/** Of a recipe in its layer; two are usual: recipes-app/app/app.bb. */
const DEEPEST_FOLDER = 6;

/** What the classes and includes of Isar's loader are called. */
const LOADER = /(?:^|\/)(docker|podman)-loader(?:\.inc)?$/;

/** What is said of a statement by itself. */
function remarkOn(statement: Statement, context: ListContext): ParsedList {
  if (statement.type === 'inherit') {
    const names = matchPieces(statement.classes, /\S+/g);
    return joinLists(names.map((name) => engineRemark(name, context)));
  }
  if (statement.type === 'assignment') return removalRemark(statement.name, statement.value);
  if (statement.type !== 'code') return NOTHING;
  const [entry] = matchPieces(statement.line, /docker:\/\/[^\s"']+/g);
  return entry === undefined ? NOTHING : unread(entry, 'it stands in a function');
}

/** What an appended file takes away stands in the recipe, which is another list. */
function removalRemark(name: string, value: Pieces): ParsedList {
  const removed = /^SRC_URI:(?:.*:)?remove\b/.test(name) ? entriesOf(value) : [];
  return joinLists(
    removed
      .filter((entry) => originOf(entry).file.endsWith('.bbappend'))
      .map((entry) => {
        const message = `${textOf(entry)} is taken away from no recipe: each is read by itself`;
        return remark('warning', message, originOf(entry));
      }),
  );
}

function engineRemark(name: Pieces, context: ListContext): ParsedList {
  const engine = LOADER.exec(textOf(name))?.[1];
  return engine === undefined ? NOTHING : checkEngine(engine, context, originOf(name));
}

function unread(entry: Pieces, why: string): ParsedList {
  return remark('warning', `${textOf(entry)} is not read: ${why}`, originOf(entry));
}

/** The images of a recipe for an architecture. */
function readFor(
  architecture: DebianArchitecture,
  { statements }: Recipe,
  { file }: ListFile,
  { env, deleteAfterLoad, architecture: only }: ListContext,
): ParsedList {
  const given = (name: string) =>
    /^(?:DISTRO|PACKAGE)_ARCH$/.test(name) ? architecture : (fileVariable(file, name) ?? env[name]);
  const data: BitbakeData = {
    variables: new Map(),
    overrides: [architecture, 'forcevariable'],
    given,
  };
  for (const statement of statements) {
    if (statement.type === 'assignment') assign(data, statement);
    if (statement.type === 'unset') data.variables.delete(statement.name);
  }
  return joinLists([
    ...entriesOf(currentValue(data, 'SRC_URI')).map(readEntry),
    ...foreignParts(data, only),
    checkDelete(currentValue(data, 'CONTAINER_DELETE_AFTER_LOAD'), deleteAfterLoad),
  ]);
}

/** The variables that BitBake takes from a recipe's path: NAME_VERSION_REVISION.bb. */
function fileVariable(file: string, variable: string): string | undefined {
  const [name, version = '1.0', revision = 'r0'] = basename(file)
    .replace(/\.[^.]*$/, '')
    .split('_');
  const values: Readonly<Record<string, string | undefined>> = {
    PN: name,
    BPN: name,
    PV: version,
    PR: revision,
    P: `${name}-${version}`,
  };
  // A part has no name of its own, and the % of a .bbappend stands for any version.
  const known = file.endsWith('.bb') || (file.endsWith('.bbappend') && !file.includes('%'));
  return known || (variable.endsWith('PN') && file.endsWith('.bbappend'))
    ? values[variable]
    : undefined;
}

function entriesOf(value: Pieces | undefined): Pieces[] {
  return value === undefined ? [] : matchPieces(value, /docker:\/\/\S*/g);
}

function readEntry(entry: Pieces): ParsedList {
  const origin = originOf(entry);
  const written = textOf(entry);
  const [variable] = /\$\{[^}]*\}?/.exec(written) ?? [];
  if (variable !== undefined) {
    throw usageError(`${variable} has no value here: ${quote(written)}`, {
      origin,
      hint: 'variables are known from this recipe, what it includes, and the environment',
    });
  }
  // Beside ";", a list of lines may also hold docker:// as skopeo writes it.
  parseIsar(written, origin);
  const place = placeOf(entry);
  const unpinnable =
    place === undefined
      ? 'it is put together from several places: write it in one'
      : /digest=[^;]*\$\{/.test(place.text)
        ? 'a variable holds the digest: write it out'
        : undefined;
  const about = unpinnable === undefined ? { place } : { unpinnable };
  return { images: [readWritten(written, { origin, syntax: 'isar', ...about })], findings: [] };
}

/**
 * Entries that count only for another architecture than the package's, or for machines, distributions
 * and so on, of which nothing is known here.
 *
 * @param only that of the package; undefined where all are read, one after the other
 */
function foreignParts(data: BitbakeData, only: DebianArchitecture | undefined): ParsedList[] {
  return conditionsOf(data, 'SRC_URI').flatMap(([overrides, value]) => {
    const foreign = overrides.filter((override) => !data.overrides.includes(override));
    const other = foreign.find(isArchitecture);
    if (other !== undefined && only !== undefined) {
      const why = `it is for ${other}, and the package for ${only}`;
      return entriesOf(value).map((entry) =>
        remark('notice', `${textOf(entry)} is left out: ${why}`, originOf(entry)),
      );
    }
    const unknown = foreign.filter((override) => !isArchitecture(override));
    const why = `it counts only with the override ${unknown.join(', ')}, of which nothing is known here`;
    return unknown.length === 0 ? [] : entriesOf(value).map((entry) => unread(entry, why));
  });
}

function isArchitecture(override: string): boolean {
  return (debianArchitectures as readonly string[]).includes(override);
}

/** As Isar's loader reads it: "1", and nothing else, is yes. */
function checkDelete(value: Pieces | undefined, input: boolean | undefined): ParsedList {
  if (!value?.length || input === undefined || (textOf(value) === '1') === input) return NOTHING;
  const said = `CONTAINER_DELETE_AFTER_LOAD = ${quote(textOf(value))}`;
  return remark('warning', `${said}, but the input delete-after-load is ${input}`, originOf(value));
}
