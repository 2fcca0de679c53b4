import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type Scalar,
  visit,
} from 'yaml';
import { type Origin, usageError } from '../../errors.ts';
import type { Place } from '../image.ts';
import { type ListFile, originAt, placeAt } from './list-file.ts';

/** A document of a YAML file as its nodes, which know where they stand. */
export interface YamlTree {
  readonly list: ListFile;
  readonly root: Node;
  /** The node with the anchor that an alias names. */
  readonly targets: ReadonlyMap<Alias, Node>;
}

/**
 * The documents of a YAML file that have content.
 *
 * @throws UserError (usage) for the first mistake, with its place
 */
export function parseYamlTrees(list: ListFile): YamlTree[] {
  try {
    return [...parseAllDocuments(list.text, { prettyErrors: false, logLevel: 'silent' })].flatMap(
      (document) => treeOf(list, document),
    );
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw usageError('the YAML is nested too deeply', { origin: { file: list.file }, cause });
  }
}

function treeOf(list: ListFile, document: Document): YamlTree[] {
  const [error] = document.errors;
  if (error !== undefined) {
    throw usageError(error.message, { origin: originAt(list, error.pos[0]), cause: error });
  }
  const root = present(document.contents);
  return root === undefined ? [] : [{ list, root, targets: aliasTargets(list, document) }];
}

/** An anchor counts until another of its name. */
function aliasTargets(list: ListFile, document: Document): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Alias(_, alias) {
      const target = anchors.get(alias.source);
      if (target === undefined) {
        throw usageError(`no anchor &${alias.source} before this`, {
          origin: originAt(list, alias.range?.[0] ?? 0),
        });
      }
      targets.set(alias, target);
    },
    Value(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** The node itself; for an alias the one that it stands for. */
export function resolveNode({ targets }: YamlTree, node: unknown): Node | undefined {
  return isAlias(node) ? targets.get(node) : present(node);
}

/** The value of a key of a mapping, as it is or merged in with `<<`; undefined for anything else. */
export function memberOf(
  tree: YamlTree,
  node: unknown,
  key: string,
  seen: ReadonlySet<Node> = new Set(),
): Node | undefined {
  const map = resolveNode(tree, node);
  if (!isMap(map) || seen.has(map)) return undefined;
  const own = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  if (own !== undefined) return present(own.value);
  const merges = map.items.find((item) => isScalar(item.key) && item.key.value === '<<')?.value;
  const sources = resolveNode(tree, merges);
  const around = new Set([...seen, map]);
  for (const source of isSeq(sources) ? sources.items : [sources]) {
    const found = memberOf(tree, source, key, around);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Nothing, `~` and `null` are as if the key were not there. */
function present(node: unknown): Node | undefined {
  return isScalar(node) && node.value === null ? undefined : ((node as Node | null) ?? undefined);
}

/** The nodes of a sequence; none for anything else. */
export function itemsOf(tree: YamlTree, node: unknown): Node[] {
  const sequence = resolveNode(tree, node);
  return isSeq(sequence) ? (sequence.items as Node[]) : [];
}

/** The text of a string; undefined for anything else. */
export function stringOf(tree: YamlTree, node: unknown): string | undefined {
  const scalar = resolveNode(tree, node);
  return isScalar(scalar) && typeof scalar.value === 'string' ? scalar.value : undefined;
}

export function nodeOrigin({ list }: YamlTree, node: Node): Required<Origin> {
  return originAt(list, node.range?.[0] ?? 0);
}

/** Where the text of a string stands as it is; undefined where it is written otherwise: escaped, folded, a block. */
export function scalarPlace({ list }: YamlTree, scalar: Scalar<string>): Place | undefined {
  const [start, end] = scalar.range ?? [0, 0];
  const quotes = scalar.type === 'QUOTE_SINGLE' || scalar.type === 'QUOTE_DOUBLE' ? 1 : 0;
  const place = placeAt(list, start + quotes, end - quotes);
  return place.text === scalar.value ? place : undefined;
}
