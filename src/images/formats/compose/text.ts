import { formatOrigin, type Origin, usageError } from '../../../errors.ts';
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
  /** The first variable in it that is not set. */
  readonly unset?: { readonly name: string; readonly origin: Origin };
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
    const unset = pieces.flatMap((piece) =>
      'name' in piece && piece.variable === undefined
        ? [{ name: piece.name, origin: originIn(leaf, piece.start) }]
        : [],
    );
    for (const { name, origin } of unset) {
      const key = `${name} ${formatOrigin(origin)}`;
      if (reported.has(key)) continue;
      reported.add(key);
      const message = `the variable ${name} is not set: nothing stands in its place`;
      report({ level: 'warning', message, origin });
    }
    return {
      value: textOf(pieces),
      origin: leaf.origin,
      ...placeOf(leaf, pieces),
      ...(unset[0] && { unset: unset[0] }),
    };
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

function piecesOf(leaf: Leaf & { scalar: { value: string } }): Piece<Setting>[] {
  try {
    return interpolate(leaf.scalar.value, leaf.source.lookup);
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    throw usageError(error.message, { origin: originIn(leaf, error.offset), hint: error.hint });
  }
}

/** Where a character of a text stands; the text itself where it is not written as what it means. */
function originIn({ source: { list }, scalar, origin }: Leaf, offset: number): Origin {
  const start = scalarPlace(list, scalar)?.start;
  return start === undefined ? origin : originAt(list, start + offset);
}

function placeOf(
  { source: { list }, scalar }: Leaf & { scalar: { value: string } },
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
    const isNamed = before === '' || last.text.includes('/');
    const start = isNamed ? last.start : startOfName(pieces, scalar.value);
    if (start !== undefined)
      return { place: placeAt(list, whole.start + start, whole.start + last.end) };
  } else if ('name' in last && before === '' && last.variable?.place !== undefined) {
    return { place: last.variable.place };
  }
  return { unpinnable: 'it is made of variables, and the digest belongs where they are set' };
}

/**
 * Where a name begins whose tag is the default of a variable, as in `app:${TAG:-1}`: a digest in the
 * default goes with it where the variable says another tag.
 */
function startOfName(pieces: readonly Piece<Setting>[], template: string): number | undefined {
  const [name, tag] = pieces.slice(-2).map((piece) => ('name' in piece ? undefined : piece));
  const isName = name?.text.endsWith(':') && (pieces.length === 2 || name.text.includes('/'));
  const isDefault =
    /^\$\{\w+:?-$/.test(template.slice(name?.end, tag?.start)) &&
    /^\}+$/.test(template.slice(tag?.end));
  return isName && isDefault ? name?.start : undefined;
}
