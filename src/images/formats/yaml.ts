import {
  type Alias,
  type Document,
  isMap,
  isNode,
  isScalar,
  Lexer,
  type Node,
  parseAllDocuments,
  type Scalar,
  visit,
} from 'yaml';
import { type Origin, usageError } from '../../errors.ts';
import type { Place } from '../image.ts';
import { firstContent, type ListFile, listFile, originAt, placeAt } from './list-file.ts';

/**
 * The documents of a YAML (or JSON) file, with the offsets of every node. Aliases and merge keys stay
 * what they are, so that no file can swell by them.
 *
 * @throws UserError (usage) at the first mistake, duplicate keys among them
 */
export function parseYaml(list: ListFile): Document[] {
  const documents = parse(list);
  for (const document of documents) {
    const { errors } = document;
    const [first] = errors;
    if (first === undefined) {
      checkKeys(list, document);
      continue;
    }
    const { message } = first;
    const why = message.includes('call stack') ? TOO_DEEP : message.replace(/[.:]?\s*$/, '');
    throw usageError(`not valid YAML: ${why}`, {
      origin: originAt(list, first.pos[0]),
      hint: first.code === 'TAB_AS_INDENT' ? 'indent by spaces' : undefined,
      cause: first,
    });
  }
  return documents;
}

/** The library compares every key with every other one, which takes minutes in a large file. */
function checkKeys(list: ListFile, document: Document): void {
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const name = isScalar(key) ? key.value : key;
        if (seen.has(name)) {
          throw usageError(`the key ${JSON.stringify(name)} stands there twice`, {
            origin: originOf(list, key),
          });
        }
        seen.add(name);
      }
    },
  });
}

/** Whether a top-level mapping of any document has one of the keys; false for broken YAML, too. */
export function hasTopLevelKey(text: string, keys: readonly string[]): boolean {
  // Reading a file is dear, and a broken one should be told what is wrong with it.
  if (!firstContent(text.replace(/^---/, '')).startsWith('{')) {
    return new RegExp(`^["']?(?:${keys.join('|')})["']?\\s*:(?:\\s|$)`, 'm').test(text);
  }
  try {
    const value: unknown = JSON.parse(text);
    return keys.some((key) => Object.hasOwn(Object(value), key));
  } catch {
    // YAML has braces, too.
  }
  try {
    return parse(listFile('', text)).some(
      ({ contents }) => isMap(contents) && keys.some((key) => contents.has(key)),
    );
  } catch {
    return false;
  }
}

/**
 * The node with the anchor that each alias names; an anchor counts until another of its name.
 *
 * @throws UserError (usage) for an alias of nothing
 */
export function aliasTargets(list: ListFile, document: Document): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Alias(_, alias) {
      const target = anchors.get(alias.source);
      if (target === undefined) {
        throw usageError(`no anchor &${alias.source} before this`, {
          origin: originOf(list, alias),
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

/** Where a node stands; of a text in quotes, where the text itself begins. */
export function originOf(list: ListFile, node: unknown): Required<Origin> {
  const start = (isNode(node) && node.range?.[0]) || 0;
  return originAt(list, start + (isScalar(node) ? quoteLength(node) : 0));
}

/** The text of a scalar inside its quotes; undefined where it is not written as what it means. */
export function scalarPlace(list: ListFile, scalar: Scalar): Place | undefined {
  const { range, value } = scalar;
  if (!range) return undefined;
  const quote = quoteLength(scalar);
  const place = placeAt(list, range[0] + quote, range[1] - quote);
  return place.text === value ? place : undefined;
}

function quoteLength({ type }: Scalar): number {
  return type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE' ? 1 : 0;
}

const TOO_DEEP = 'nested too deeply';
const OPTIONS = { prettyErrors: false, logLevel: 'silent', uniqueKeys: false } as const;

/** Characters: the library needs two seconds and 300 MB for a million. */
const LARGEST = 5_000_000;

/** Brackets in brackets: the library keeps something of each that is open. */
const DEEPEST = 1000;

/** @throws UserError (usage) for what would take minutes, or more memory than there is */
function checkSize(list: ListFile): void {
  if (list.text.length > LARGEST) {
    throw usageError('too large for YAML (over 5 MB)', {
      origin: { file: list.file },
      hint: 'split it, or name the images in a plain list, one a line',
    });
  }
  let depth = 0;
  let at = 0;
  for (const token of new Lexer().lex(list.text)) {
    if (token === '[' || token === '{') depth += 1;
    if (token === ']' || token === '}') depth -= 1;
    if (depth > DEEPEST) {
      throw usageError(`not valid YAML: ${TOO_DEEP}`, { origin: originAt(list, at) });
    }
    if (!MARKERS.has(token)) at += token.length;
  }
}

/** Tokens that stand for nothing in the text: the begin of a document, of a scalar, and the end of a flow. */
const MARKERS: ReadonlySet<string> = new Set(['\x02', '\x1f', '\x18']);

function parse(list: ListFile): Document[] {
  checkSize(list);
  try {
    const documents = parseAllDocuments(list.text, OPTIONS);
    return 'empty' in documents ? [] : documents;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw usageError(`not valid YAML: ${TOO_DEEP}`, { origin: { file: list.file }, cause });
  }
}
