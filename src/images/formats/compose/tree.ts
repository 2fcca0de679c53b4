import { type Document, isAlias, isCollection, isMap, isScalar, isSeq, type Scalar } from 'yaml';
import { type Origin, usageError } from '../../../errors.ts';
import type { ListFile } from '../list-file.ts';
import { aliasTargets, originOf } from '../yaml.ts';
import type { Setting } from './dotenv.ts';
import type { Lookup } from './interpolate.ts';

/** Where a piece of YAML was read: its file, and the variables that its texts are made with. */
export interface Source {
  readonly list: ListFile;
  readonly lookup: Lookup<Setting>;
}

/** YAML with aliases and merge keys resolved, each node with its place. */
export type Tree = Leaf | Sequence | Mapping;

interface Node {
  readonly source: Source;
  readonly origin: Origin;
  /** Compose's `!reset` takes away what stood there before, `!override` replaces it as a whole. */
  readonly tag?: 'reset' | 'override';
}

export interface Leaf extends Node {
  readonly kind: 'leaf';
  readonly scalar: Scalar;
}

interface Sequence extends Node {
  readonly kind: 'sequence';
  readonly items: readonly Tree[];
}

export interface Mapping extends Node {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, Tree>;
}

/** The mapping of a document's top level; undefined for an empty document. @throws UserError (usage) */
export function treeOf(document: Document, source: Source): Mapping | undefined {
  if (document.contents === null) return undefined;
  const targets = aliasTargets(source.list, document);
  const known = new Map<unknown, Tree | 'open'>();
  const convert = (node: unknown, origin = originOf(source.list, node)): Tree => {
    const found = known.get(node);
    if (found === 'open') throw usageError('an alias stands in what it names', { origin });
    if (found !== undefined) return found;
    known.set(node, 'open');
    const tree = convertNode(node, origin);
    known.set(node, tree);
    return tree;
  };
  const convertNode = (node: unknown, origin: Required<Origin>): Tree => {
    if (isAlias(node)) {
      return convert(targets.get(node), origin);
    }
    const about = { source, origin, ...tagOf(node) };
    if (isMap(node)) {
      const merged = new Map<string, Tree>();
      const own = new Map<string, Tree>();
      for (const { key, value } of node.items) {
        if (isMergeKey(key)) mergeInto(merged, value);
        else own.set(keyText(key), convert(value));
      }
      return { ...about, kind: 'mapping', entries: new Map([...merged, ...own]) };
    }
    if (isSeq(node))
      return { ...about, kind: 'sequence', items: node.items.map((item) => convert(item)) };
    return { ...about, kind: 'leaf', scalar: node as Scalar };
  };
  /** Of several merged mappings the first one wins. */
  const mergeInto = (merged: Map<string, Tree>, value: unknown) => {
    const tree = convert(value);
    for (const mapping of tree.kind === 'sequence' ? tree.items : [tree]) {
      if (mapping.kind !== 'mapping') {
        throw usageError('<< merges what is no mapping', { origin: originOf(source.list, value) });
      }
      for (const [key, entry] of mapping.entries) if (!merged.has(key)) merged.set(key, entry);
    }
  };
  const tree = convert(document.contents);
  if (tree.kind === 'mapping') return tree;
  if (tree.kind === 'leaf' && tree.scalar.value === null) return undefined;
  throw usageError('not a mapping', { origin: tree.origin, hint: 'services: …' });
}

/**
 * What a Compose file says where another one says something too: mappings are merged, sequences joined,
 * all else replaced.
 */
export function merge(base: Tree | undefined, over: Tree): Tree {
  if (base === undefined || base.tag === 'reset' || over.tag !== undefined) return over;
  if (base.kind === 'sequence' && over.kind === 'sequence') {
    return { ...over, items: [...base.items, ...over.items] };
  }
  if (over.kind === 'mapping' && base.kind !== 'leaf') {
    const entries = new Map(asMapping(base).entries);
    for (const [key, entry] of over.entries) entries.set(key, merge(entries.get(key), entry));
    return { ...over, entries };
  }
  if (base.kind === 'mapping' && over.kind === 'sequence') return merge(base, asMapping(over));
  return over;
}

/** The entry of a mapping; undefined where it is not there, empty, or taken away. */
export function entryOf(tree: Tree | undefined, key: string): Tree | undefined {
  const entry = tree?.kind === 'mapping' ? tree.entries.get(key) : undefined;
  const isNull = entry?.kind === 'leaf' && entry.scalar.value === null;
  return isNull || entry?.tag === 'reset' ? undefined : entry;
}

export function without(tree: Tree, key: string): Tree {
  if (tree.kind !== 'mapping') return tree;
  const entries = new Map(tree.entries);
  entries.delete(key);
  return { ...tree, entries };
}

/** `[a, b]` is short for `{a: , b: }`, as in `depends_on`. */
function asMapping(tree: Sequence | Mapping): Mapping {
  if (tree.kind === 'mapping') return tree;
  const named = tree.items.map((item) => [leafText(item), item] as const);
  return { ...tree, kind: 'mapping', entries: new Map(named) };
}

function leafText(tree: Tree): string {
  return tree.kind === 'leaf' ? String(tree.scalar.value) : '';
}

function tagOf(node: unknown): { tag?: 'reset' | 'override' } {
  const tag = isCollection(node) || isScalar(node) ? node.tag : undefined;
  return tag === '!reset' || tag === '!override'
    ? { tag: tag === '!reset' ? 'reset' : 'override' }
    : {};
}

/** A quoted one is a key like any other. */
function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}
