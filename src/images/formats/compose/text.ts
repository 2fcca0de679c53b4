import { type Origin, usageError } from '../../../errors.ts';
import type { Finding } from '../../finding.ts';
import type { Place } from '../../image.ts';
import { originAt, placeAt } from '../list-file.ts';
import { scalarPlace } from '../yaml.ts';
import type { Setting } from './dotenv.ts';
import { InterpolationError, interpolate, type Piece, textOf } from './interpolate.ts';
import type { Leaf, Tree } from './tree.ts';

/** A text with its variables replaced. */
export interface Text {
  readonly value: string;
  readonly origin: Origin;
  /** The piece that ends an image reference written here, where a digest can follow. */
  readonly place?: Place;
  /** Why there is none. */
  readonly unpinnable?: string;
}

export interface TextReader {
  read(tree: Tree): Text;
  text(tree: Tree): string;
  /** The items of a list, or the one item that stands in its place. */
  items(tree: Tree | undefined): readonly Tree[];
}

/**
 * Reads texts of Compose files.
 *
 * @param report is told of every variable that is not set, once a place
 * @throws UserError (usage), from its methods
 */
export function textReader(report: (finding: Finding) => void): TextReader {
  const reported = new Set<string>();
  const read = (tree: Tree): Text => {
    const leaf = asLeaf(tree);
    const pieces = piecesOf(leaf);
    for (const piece of pieces) {
      if (!('name' in piece) || piece.variable !== undefined) continue;
      const { file, line, column } = leaf.origin;
      const key = `${piece.name} ${file}:${line}:${column}`;
      if (reported.has(key)) continue;
      reported.add(key);
      const message = `the variable ${piece.name} is not set: nothing stands in its place`;
      report({ level: 'warning', message, origin: leaf.origin });
    }
    return { value: textOf(pieces), origin: leaf.origin, ...placeOf(leaf, pieces) };
  };
  return {
    read,
    text: (tree) => read(tree).value,
    items: (tree) => (tree?.kind === 'sequence' ? tree.items : tree === undefined ? [] : [tree]),
  };
}

function asLeaf(tree: Tree): Leaf & { scalar: { value: string } } {
  if (tree.kind === 'leaf' && typeof tree.scalar.value === 'string') {
    return tree as Leaf & { scalar: { value: string } };
  }
  const hint = tree.kind === 'leaf' ? 'put it in quotes' : undefined;
  throw usageError('a text is expected here', { origin: tree.origin, hint });
}

function piecesOf({
  source,
  scalar,
  origin,
}: Leaf & { scalar: { value: string } }): Piece<Setting>[] {
  try {
    return interpolate(scalar.value, source.lookup);
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    const start = scalarPlace(source.list, scalar)?.start;
    throw usageError(error.message, {
      origin: start === undefined ? origin : originAt(source.list, start + error.offset),
      hint: error.hint,
    });
  }
}

function placeOf(
  { source: { list }, scalar }: Leaf,
  pieces: readonly Piece<Setting>[],
): Pick<Text, 'place' | 'unpinnable'> {
  const whole = scalarPlace(list, scalar);
  if (whole === undefined)
    return { unpinnable: 'it is written with escapes or over several lines' };
  const last = pieces.at(-1);
  const before = textOf(pieces.slice(0, -1));
  if (last === undefined) return {};
  if (!('name' in last) && last.end !== undefined) {
    // The name itself must stand there: a digest is of one image, whatever the variable says.
    if (before === '' || last.text.includes('/')) {
      const [start, end] = [last.start ?? 0, last.end];
      return { place: placeAt(list, whole.start + start, whole.start + end) };
    }
  } else if ('name' in last && before === '' && last.variable?.place !== undefined) {
    return { place: last.variable.place };
  }
  return { unpinnable: 'it is made of variables: write the digest where they are set' };
}
