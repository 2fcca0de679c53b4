import { formatOrigin, type Origin } from '../errors.ts';
import type { Digest } from './digest.ts';
import type { Finding } from './finding.ts';
import type { Image, ImageReference, Syntax } from './image.ts';
import { splitIsar } from './isar.ts';
import { nameAndTag } from './reference.ts';

/** What happens to a reference without a digest: `strict` makes an error of the warning. */
export type DigestPolicy = (typeof digestPolicies)[number];

export const digestPolicies = ['warn', 'strict', 'ignore'] as const;

/** Whether the line says for ever which image it is. */
export function isPinned({ source }: Image): boolean {
  return source.transport === 'docker' && source.reference.digest !== undefined;
}

/**
 * What to say about an image whose content the line does not fix; undefined where there is nothing to say.
 *
 * @param digest what the reference stands for now: the index's where there is one, so that the pinned
 *   line serves every architecture
 * @param elsewhere where else the same image is named, with a digest
 */
export function checkPin(
  image: Image,
  digest: Digest,
  policy: DigestPolicy,
  elsewhere?: Origin,
): Finding | undefined {
  const { source } = image;
  if (policy === 'ignore' || source.transport !== 'docker' || source.reference.digest)
    return undefined;
  const consequence = elsewhere
    ? `the one at ${formatOrigin(elsewhere)} counts`
    : 'so another build may get another image';
  return {
    level: levelOf(policy),
    message: `${image.written} has no digest, ${consequence}${obstacle(image)}`,
    hint: pinnedLine(image, digest),
    ...whereOf(image),
  };
}

/**
 * What to say when the tag of a reference with a digest now stands for something else.
 *
 * @param given the digest of the reference, or of the index that lists it
 * @param current what the registry answers for the tag
 */
export function tagMoved(
  image: Image,
  given: Digest,
  current: Digest,
  policy: DigestPolicy,
): Finding | undefined {
  const { source } = image;
  if (policy === 'ignore' || source.transport !== 'docker' || given === current) return undefined;
  return {
    level: levelOf(policy),
    message: `${nameAndTag(source.reference)} now is ${current}; the image is the given ${given}${obstacle(image)}`,
    hint: pinnedLine(image, current),
    ...whereOf(image),
  };
}

/** Why the reference that is to be written cannot simply be pasted over the one that is there. */
function obstacle({ unpinnable }: Image): string {
  return unpinnable === undefined ? '' : ` (${unpinnable})`;
}

/** The place of the reference, which need not be where the image is asked for. */
function whereOf({ origin, place }: Image): Pick<Finding, 'origin' | 'endColumn'> {
  if (place === undefined) return { origin };
  const { file, line, column, text } = place;
  return { origin: { file, line, column }, endColumn: column + text.length };
}

function levelOf(policy: DigestPolicy): Finding['level'] {
  return policy === 'strict' ? 'error' : 'warning';
}

/** Characters beside the reference. */
const LONGEST_LINE = 200;

/**
 * The whole line with the digest in it; the reference alone where its line is not known, or has no end, as in
 * files that a program wrote.
 */
export function pinnedLine(image: Image, digest: Digest): string {
  const { before = '', after = '' } = image.place ?? {};
  const text = pinnedText(image, digest);
  return before.length + after.length > LONGEST_LINE ? text : `${before}${text}${after}`.trim();
}

/**
 * What to write at the image's place: the same reference with the digest, in the file's own syntax.
 * A local image has nothing to pin.
 */
export function pinnedText({ source, syntax, written, place }: Image, digest: Digest): string {
  const text = place?.text ?? written;
  return source.transport === 'docker' ? PINS[syntax](text, source.reference, digest) : text;
}

/**
 * How each syntax takes a digest.
 *
 * @param text what stands at the image's place
 */
const PINS: Readonly<
  Record<Syntax, (text: string, reference: ImageReference, digest: Digest) => string>
> = { plain: pinnedPlain, isar: pinnedIsar };

function pinnedPlain(text: string, { tag }: ImageReference, digest: Digest): string {
  const [name = ''] = text.split('@');
  const hasTag = name.slice(name.lastIndexOf('/') + 1).includes(':');
  return `${name}${hasTag || tag === undefined ? '' : `:${tag}`}@${digest}`;
}

function pinnedIsar(text: string, { tag }: ImageReference, digest: Digest): string {
  const { base, parameters } = splitIsar(text);
  const others = parameters.filter(([key]) => key !== 'digest' && key !== 'tag');
  // In a recipe, a variable may stand for it.
  const written = parameters.find(([key]) => key === 'tag')?.[1] ?? tag;
  const pinned = [
    ['digest', digest],
    ...(written === undefined ? [] : [['tag', written]]),
    ...others,
  ];
  return [base, ...pinned.map(([key, value]) => `${key}=${value}`)].join(';');
}
