import type { Digest } from './digest.ts';
import type { Finding } from './finding.ts';
import type { Image, ImageReference, Place } from './image.ts';
import { checkPin, pinnedLine, pinnedText, tagMoved } from './pin.ts';
import { formatReference, nameAndTag } from './reference.ts';

/** An image of a registry at the one place that names it. */
export interface Lockable {
  readonly image: Image;
  readonly reference: ImageReference;
}

/** A lockable image with what a look at the registry brought. */
export interface Looked extends Lockable {
  /** Whether its tag was asked for. */
  readonly asked: boolean;
  /** What the tag stands for; undefined where that was not asked, or the tag is gone. */
  readonly current: Digest | undefined;
}

/** What locking does to one place of a list. */
export interface Change {
  readonly image: Image;
  readonly place: Place;
  /** The digest that stands there; undefined where there is none. */
  readonly old: Digest | undefined;
  readonly new: Digest;
  /** What then stands in the place. */
  readonly text: string;
}

export interface LockPlan {
  readonly changes: readonly Change[];
  /** Images that stay without a digest, or with one whose tag is gone. */
  readonly obstacles: readonly Image[];
  /** Places that are as they should be. */
  readonly kept: number;
  /** What is to be said about changes, where they are only asked for, and about obstacles. */
  readonly findings: readonly Finding[];
}

/**
 * The images of registries, each place once; local ones have nothing to lock.
 *
 * @param fileOf what all names of one file have in common, such as its real path
 */
export function lockables(
  images: readonly Image[],
  fileOf: (name: string) => string = (name) => name,
): Lockable[] {
  const byPlace = new Map<string, Lockable>();
  for (const image of images) {
    if (image.source.transport !== 'docker') continue;
    const { reference } = image.source;
    const { file, line, column } = image.place ?? image.origin;
    const key = `${fileOf(file)}\0${line}:${column}`;
    const known = byPlace.get(key);
    if (known === undefined) byPlace.set(key, { image, reference });
    else if (formatReference(known.reference) !== formatReference(reference))
      byPlace.set(key, { ...known, image: ambiguous(known.image) });
  }
  return [...byPlace.values()];
}

/** What names several images, by its variables, cannot have the digest of one. */
function ambiguous({ place: _, ...image }: Image): Image {
  return { ...image, unpinnable: 'it stands for several images' };
}

/** What there is to say of images that no registry has. */
export function localNotices(images: readonly Image[]): Finding[] {
  return images
    .filter(({ source }) => source.transport !== 'docker')
    .map(({ written, origin }) => ({
      level: 'notice',
      message: `${written} has nothing to pin: it is no image of a registry`,
      origin,
    }));
}

/**
 * Whether the registry has to be asked what the tag stands for.
 *
 * @param moved whether references with a digest are looked at, too
 */
export function isAsked({ reference }: Lockable, moved: boolean): boolean {
  return reference.tag !== undefined && (reference.digest === undefined || moved);
}

/**
 * No place gets a digest that contradicts one that stays, where a tag is asked for by the same name: a
 * package could not be built of the lists any more.
 *
 * @param check whether the changes are to be reported as mistakes rather than made
 */
export function planLock(looked: readonly Looked[], check: boolean): LockPlan {
  const changes: Change[] = [];
  const obstacles: Image[] = [];
  const findings: Finding[] = [];
  const level = check ? 'error' : 'warning';
  const stays = stayingDigests(looked);
  // A digest that stands, or will stand, beside the same tag elsewhere counts for the place without one.
  const pinnable = new Set(looked.filter(canHaveDigest).map(keyOf));
  for (const one of looked) {
    const { image, reference, asked } = one;
    const { place, origin, written, unpinnable } = image;
    const old = reference.digest;
    const current = wantedDigest(one, stays.get(keyOf(one)));
    if (!asked || current === old) continue;
    if (current !== undefined && !canHaveDigest(one) && pinnable.has(keyOf(one))) continue;
    if (current === undefined) {
      const message = `${nameAndTag(reference)} is no longer in the registry; its digest is left as it is`;
      obstacles.push(image);
      findings.push({ level: 'warning', message, origin });
    } else if (place === undefined) {
      const message = `${written} cannot be pinned here: ${unpinnable ?? 'it has no place'}`;
      obstacles.push(image);
      findings.push({ level, message, hint: pinnedLine(image, current), origin });
    } else {
      changes.push({ image, place, old, new: current, text: pinnedText(image, current) });
      const finding = old
        ? tagMoved(image, old, current, 'strict')
        : checkPin(image, current, 'strict');
      if (check && finding) findings.push(finding);
    }
  }
  return { changes, obstacles, findings, kept: looked.length - changes.length - obstacles.length };
}

function canHaveDigest({ image, reference }: Lockable): boolean {
  return image.place !== undefined || reference.digest !== undefined;
}

/** What should stand beside the tag. @param staying what stands beside the same tag elsewhere, and stays there */
function wantedDigest(
  { image, reference, current }: Looked,
  staying: Digest | undefined,
): Digest | undefined {
  const { digest } = reference;
  if (digest === undefined) return staying ?? current;
  return current && image.place && digest === staying ? digest : current;
}

/** By image and tag, the digests that are left where they stand; undefined where there are several. */
function stayingDigests(looked: readonly Looked[]): Map<string, Digest | undefined> {
  const found = new Map<string, Digest | undefined>();
  for (const one of looked) {
    const { image, reference, asked, current } = one;
    const { tag, digest } = reference;
    const moves = asked && image.place !== undefined && (current ?? digest) !== digest;
    if (tag === undefined || digest === undefined || moves) continue;
    const key = keyOf(one);
    found.set(key, found.has(key) && found.get(key) !== digest ? undefined : digest);
  }
  return found;
}

function keyOf({ image, reference }: Lockable): string {
  return `${image.name}\0${nameAndTag(reference)}`;
}
