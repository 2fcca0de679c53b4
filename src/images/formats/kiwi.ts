import { dirname, isAbsolute, join, posix } from 'node:path';
import { usageError } from '../../errors.ts';
import { type DebianArchitecture, MACHINES } from '../platform.ts';
import { quote } from '../quote.ts';
import { readWritten } from '../written.ts';
import type { ListContext, ListFormat, ParsedList } from './format.ts';
import type { ListFile } from './list-file.ts';
import { checkEngine, joinLists, remark } from './parsed-list.ts';
import { type Attribute, type Element, parseXmlTree } from './xml-tree.ts';

/**
 * kiwi's image descriptions: their `<containers>`. What they mean is as in kiwi 11.1: its schema, and
 * get_containers() in kiwi/xml_state.py.
 */
export const kiwi: ListFormat = {
  name: 'kiwi',
  looksFor: '<image schemaversion>',
  recognises: (_file, text) => /^\s*</.test(text) && /<image\s[^>]*\bschemaversion\s*=/.test(text),
  parse: async (list, context) => {
    const { elements, remarks } = await loadDescription(list, context);
    const used = usedProfiles(elements, list, context);
    const lists = elements
      .filter(({ name }) => name === 'containers')
      .map((section) => readContainers(section, used.profiles, context));
    const joined = joinLists([...lists, ...used.remarks, ...remarks]);
    return { ...joined, profiles: used.known };
  },
};

/** The elements of `<image>`, those of included files in their place. */
async function loadDescription(list: ListFile, context: ListContext) {
  const root = rootOf(list);
  const elements: Element[] = [];
  const remarks: ParsedList[] = [];
  for (const element of root.children) {
    if (element.name !== 'include') {
      elements.push(element);
      continue;
    }
    const included = await loadIncluded(needed(element, 'from'), list, context);
    elements.push(...included);
    // kiwi replaces includes once
    const nested = included.filter(({ name }) => name === 'include');
    remarks.push(...nested.map(({ origin }) => remark('warning', NESTED_INCLUDE, origin)));
  }
  return { elements, remarks };
}

const NESTED_INCLUDE = 'an include in an included file: kiwi leaves it out';

async function loadIncluded(from: Attribute, list: ListFile, context: ListContext) {
  const { value, origin } = from;
  const [, scheme = '', path = value] = /^(this|file|dir):\/\/(.*)$/.exec(value) ?? [];
  const file = scheme === 'this' ? join(dirname(list.file), path) : path;
  if (scheme !== 'this' && !isAbsolute(path)) {
    throw usageError(`kiwi looks for ${quote(value)} in the folder where it is started`, {
      origin,
      hint: 'for a file beside the description write this://NAME',
    });
  }
  const included = await context.readFile(file, origin);
  if (included !== undefined) return rootOf(included).children;
  throw usageError(`no such file: ${file}`, { origin });
}

function rootOf(list: ListFile): Element {
  const root = parseXmlTree(list);
  if (root.name === 'image') return root;
  throw usageError(`<${root.name}> is no kiwi description`, {
    origin: root.origin,
    hint: 'its first element is <image schemaversion="…">',
  });
}

/**
 * The profiles that count: those that were asked for and what they require, or else those with
 * `import="true"`. Undefined for all.
 */
function usedProfiles(
  elements: readonly Element[],
  { file }: ListFile,
  { profiles, architecture }: ListContext,
): { profiles: ReadonlySet<string> | undefined; known: readonly string[]; remarks: ParsedList[] } {
  if (profiles.includes('*')) return { profiles: undefined, known: [], remarks: [] };
  const known = new Map(
    elements
      .filter(({ name }) => name === 'profiles')
      .flatMap(({ children }) => children)
      .filter((profile) => profile.name === 'profile' && matches(profile, architecture))
      .map((profile) => [needed(profile, 'name').value, profile]),
  );
  const used = new Set<string>();
  const use = (name: string) => {
    if (used.has(name)) return;
    used.add(name);
    for (const required of known.get(name)?.children ?? [])
      if (matches(required, architecture)) use(needed(required, 'profile').value);
  };
  const imported = [...known].filter(([, profile]) => booleanOf(profile, 'import'));
  for (const name of profiles.length === 0 ? imported.map(([name]) => name) : profiles) use(name);
  // Those that were asked for may be another list's.
  const unknown = [...used].filter((name) => !known.has(name) && !profiles.includes(name));
  return {
    profiles: used,
    known: [...known.keys()],
    remarks: unknown.map((name) =>
      remark('warning', `no profile ${quote(name)} in this description`, { file }),
    ),
  };
}

function readContainers(
  section: Element,
  profiles: ReadonlySet<string> | undefined,
  context: ListContext,
): ParsedList {
  const { architecture } = context;
  checkAttributes(section, ['source', 'backend', 'arch', 'profiles']);
  const source = needed(section, 'source');
  const backend = needed(section, 'backend');
  if (!BACKENDS.includes(backend.value)) {
    throw usageError(`unknown backend ${quote(backend.value)}`, {
      origin: backend.origin,
      hint: `one of ${BACKENDS.join(', ')}`,
    });
  }
  const containers = section.children.map((container) => {
    if (container.name !== 'container') {
      throw usageError(`<${container.name}> within <containers>`, { origin: container.origin });
    }
    return { container, image: readContainer(container, source.value, backend.value) };
  });
  if (containers.length === 0) {
    throw usageError('<containers> without a <container>', { origin: section.origin });
  }
  const leftOut = foreign(section, architecture) ?? unwanted(section, profiles);
  const lists = containers.map(({ container, image }) => {
    const why = leftOut ?? foreign(container, architecture);
    return why === undefined
      ? { images: [image], findings: [] }
      : remark('notice', `${image.written} is left out: ${why}`, image.origin);
  });
  if (leftOut !== undefined) return joinLists(lists);
  return joinLists([
    ...lists,
    backend.value === SNAP
      ? remark('notice', SNAP_REMARK, backend.origin)
      : checkEngine(backend.value, context, backend.origin),
  ]);
}

/** Why an element does not count for these profiles; undefined where it does. */
function unwanted(element: Element, profiles: ReadonlySet<string> | undefined): string | undefined {
  const bound = element.attributes.get('profiles')?.value;
  if (!bound || profiles === undefined) return undefined;
  const names = bound.split(',');
  return names.some((name) => profiles.has(name))
    ? undefined
    : `it needs profile ${names.join(' or ')}`;
}

const SNAP = 'container-snap';
const BACKENDS: readonly string[] = ['podman', 'docker', SNAP];
const SNAP_REMARK =
  'Debian has no package of container-snap: these images are carried as files and not loaded';

function readContainer(container: Element, source: string, backend: string) {
  checkAttributes(container, ['name', 'path', 'tag', 'arch', 'fetch_only']);
  const name = needed(container, 'name');
  const path = container.attributes.get('path')?.value ?? '';
  const tag = container.attributes.get('tag')?.value || 'latest';
  return readWritten(posix.normalize(`${source}/${path}/${name.value}:${tag}`), {
    origin: name.origin,
    unpinnable: UNPINNABLE,
    fetchOnly: booleanOf(container, 'fetch_only') || backend === SNAP,
  });
}

const UNPINNABLE =
  'kiwi has no place for a digest beside a tag: name the image in images, or in a list of lines, and leave it out here';

function checkAttributes(element: Element, known: readonly string[]): void {
  for (const [name, { origin }] of element.attributes) {
    if (known.includes(name)) continue;
    throw usageError(`<${element.name}> has no attribute ${quote(name)}`, {
      origin,
      hint: `one of ${known.join(', ')}`,
    });
  }
}

function needed(element: Element, name: string): Attribute {
  const attribute = element.attributes.get(name);
  if (attribute !== undefined) return attribute;
  throw usageError(`<${element.name}> without the attribute ${name}`, { origin: element.origin });
}

/** As XML Schema has it, and no other words. */
function booleanOf(element: Element, name: string): boolean {
  const attribute = element.attributes.get(name);
  if (attribute === undefined) return false;
  const { value, origin } = attribute;
  if (/^(?:true|1|false|0)$/.test(value)) return value === 'true' || value === '1';
  throw usageError(`${name}=${quote(value)} is neither true nor false`, { origin });
}

function matches(element: Element, architecture: DebianArchitecture | undefined): boolean {
  return foreign(element, architecture) === undefined;
}

/** Why an element does not count for an architecture; undefined where it does. Without one, all of them do. */
function foreign(
  element: Element,
  architecture: DebianArchitecture | undefined,
): string | undefined {
  const attribute = element.attributes.get('arch');
  if (attribute === undefined) return undefined;
  const names = attribute.value.trim().split(',');
  const unknown = names.find((name) => !KNOWN_ARCHITECTURES.includes(name));
  if (unknown !== undefined) {
    throw usageError(`unknown architecture ${quote(unknown)}`, {
      origin: attribute.origin,
      hint: `one of ${KNOWN_ARCHITECTURES.join(', ')}, parted by commas alone`,
    });
  }
  const own = architecture && MACHINES[architecture];
  return own === undefined || names.some((name) => own.includes(name))
    ? undefined
    : `it is for ${names.join(' and ')}, and the package for ${architecture}`;
}

/** Of kiwi's schema. */
const KNOWN_ARCHITECTURES: readonly string[] = [
  ...Object.values(MACHINES).flat(),
  'armv6hl',
  'ppc',
  'ppc64',
  's390',
];
