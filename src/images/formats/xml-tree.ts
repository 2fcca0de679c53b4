import { parseXml, type XmlElement, XmlError } from '@rgrove/parse-xml';
import { type Origin, usageError } from '../../errors.ts';
import { type ListFile, originAt } from './list-file.ts';

/** An element of an XML file, with the place of all that it says. */
export interface Element {
  readonly name: string;
  readonly origin: Required<Origin>;
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly children: readonly Element[];
}

export interface Attribute {
  readonly value: string;
  /** That of the value. */
  readonly origin: Required<Origin>;
}

/**
 * The root element of an XML file.
 *
 * @throws UserError (usage) for the first mistake, with its place. Entities of its own and external
 *   ones are mistakes, too: nothing can grow here, and nothing is fetched.
 */
export function parseXmlTree(list: ListFile): Element {
  try {
    const { root } = parseXml(list.text, { includeOffsets: true });
    if (root === null) throw new Error('a document without a root is a mistake already');
    return elementOf(list, root);
  } catch (cause) {
    throw explained(list, cause);
  }
}

function explained({ file }: ListFile, cause: unknown): unknown {
  if (cause instanceof RangeError) {
    return usageError('the XML is nested too deeply', { origin: { file }, cause });
  }
  if (!(cause instanceof XmlError)) return cause;
  const { line, column } = cause;
  const [message = ''] = cause.message.split(' (line ');
  return usageError(`invalid XML: ${message}`, { origin: { file, line, column }, cause });
}

function elementOf(list: ListFile, element: XmlElement): Element {
  const elements = element.children.filter(
    (child): child is XmlElement => child.type === 'element',
  );
  return {
    name: element.name,
    origin: originAt(list, element.start),
    attributes: attributesOf(list, element),
    children: elements.map((child) => elementOf(list, child)),
  };
}

/** The parser tells the values, but not where they stand: the start tag does, which is well-formed by then. */
function attributesOf(
  list: ListFile,
  { name, start, attributes }: XmlElement,
): Map<string, Attribute> {
  const pattern = /\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/y;
  pattern.lastIndex = start + 1 + name.length;
  const found = new Map<string, Attribute>();
  for (let match = pattern.exec(list.text); match; match = pattern.exec(list.text)) {
    const { 1: key = '', index } = match;
    const value = list.text.slice(index, pattern.lastIndex).search(/["']/) + 1;
    found.set(key, { value: attributes[key] ?? '', origin: originAt(list, index + value) });
  }
  return found;
}
