import { type Alias, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { ListFile } from './list-file.ts';
import { aliasTargets, parseYaml } from './yaml.ts';

/** A document of a YAML file, with what its aliases stand for. */
export interface YamlTree {
  readonly list: ListFile;
  readonly root: Node;
  readonly targets: ReadonlyMap<Alias, Node>;
}

/** The documents of a YAML file that have content. @throws UserError (usage) for the first mistake */
export function parseYamlTrees(list: ListFile): YamlTree[] {
  return parseYaml(list).flatMap((document) => {
    const root = present(document.contents);
    return root === undefined ? [] : [{ list, root, targets: aliasTargets(list, document) }];
  });
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
