import type { Digest } from './digest.ts';
import type { Finding } from './finding.ts';
import type { Image, ImageReference } from './image.ts';
import { splitIsar } from './isar.ts';
import { nameAndTag } from './reference.ts';

/** What happens to a reference without a digest: `strict` makes an error of the warning. */
export type DigestPolicy = (typeof digestPolicies)[number];

export const digestPolicies = ['warn', 'strict', 'ignore'] as const;

/**
 * What to say about an image whose content the line does not fix; undefined where there is nothing to say.
 *
 * @param digest what the reference stands for now: the index's where there is one, so that the pinned
 *   line serves every architecture
 */
export function checkPin(image: Image, digest: Digest, policy: DigestPolicy): Finding | undefined {
  const { source } = image;
  if (policy === 'ignore' || source.transport !== 'docker' || source.reference.digest)
    return undefined;
  return {
    level: levelOf(policy),
    message: `${image.written} has no digest, so another build may get another image`,
    hint: pinnedLine(image, digest),
    origin: image.origin,
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
    message: `${nameAndTag(source.reference)} now is ${current}; the image is the given ${given}`,
    hint: pinnedLine(image, current),
    origin: image.origin,
  };
}

function levelOf(policy: DigestPolicy): Finding['level'] {
  return policy === 'strict' ? 'error' : 'warning';
}

/** The line as it was written, with the digest in it. */
export function pinnedLine(image: Image, digest: Digest): string {
  const flags = image.fetchOnly ? ' fetch-only' : '';
  return `${pinnedReference(image, digest)}${givenName(image)}${flags}`;
}

/** `written` with the digest in it, in the same syntax. A local image has nothing to pin. */
export function pinnedReference({ source, syntax, written }: Image, digest: Digest): string {
  if (source.transport !== 'docker') return written;
  const pin = syntax === 'isar' ? pinnedIsar : pinnedPlain;
  return pin(written, source.reference, digest);
}

function pinnedPlain(written: string, { tag }: ImageReference, digest: Digest): string {
  const [name = ''] = written.split('@');
  const hasTag = name.slice(name.lastIndexOf('/') + 1).includes(':');
  return `${name}${hasTag || tag === undefined ? '' : `:${tag}`}@${digest}`;
}

function pinnedIsar(written: string, { tag }: ImageReference, digest: Digest): string {
  const { base, parameters } = splitIsar(written);
  const others = parameters.filter(([key]) => key !== 'digest' && key !== 'tag');
  const pinned = [['digest', digest], ...(tag === undefined ? [] : [['tag', tag]]), ...others];
  return [base, ...pinned.map(([key, value]) => `${key}=${value}`)].join(';');
}

/** ` as NAME:TAG` where the device's name is not the reference's own. */
function givenName({ name, source }: Image): string {
  const own = source.transport === 'docker' ? nameAndTag(source.reference) : undefined;
  return name === undefined || name === own ? '' : ` as ${name}`;
}
