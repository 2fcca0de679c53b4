import type { Digest } from './digest.ts';
import type { Finding } from './finding.ts';
import type { Image, ImageReference, Place } from './image.ts';
import { checkPin, pinnedText, tagMoved } from './pin.ts';
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

/** The images of registries, each place once; local ones have nothing to lock. */
export function lockables(images: readonly Image[]): Lockable[] {
  const byPlace = new Map<string, Lockable>();
  for (const image of images) {
    if (image.source.transport !== 'docker') continue;
    const { reference } = image.source;
    const { file, line, column } = image.place ?? image.origin;
    const key = `${file}\0${line}:${column}`;
    const known = byPlace.get(key);
    const same = !known || formatReference(known.reference) === formatReference(reference);
    byPlace.set(key, { image: same ? image : ambiguous(image), reference });
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

/** @param check whether the changes are to be reported as mistakes rather than made */
export function planLock(looked: readonly Looked[], check: boolean): LockPlan {
  const changes: Change[] = [];
  const obstacles: Image[] = [];
  const findings: Finding[] = [];
  const level = check ? 'error' : 'warning';
  for (const { image, reference, asked, current } of looked) {
    const { place, origin, written, unpinnable } = image;
    const old = reference.digest;
    if (!asked || current === old) continue;
    if (current === undefined) {
      const message = `${nameAndTag(reference)} is no longer in the registry; its digest is left as it is`;
      obstacles.push(image);
      findings.push({ level: 'warning', message, origin });
    } else if (place === undefined) {
      const message = `${written} is ${current} and cannot be pinned here: ${unpinnable ?? 'it has no place'}`;
      obstacles.push(image);
      findings.push({ level, message, origin });
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
