import { askForAll } from './ask-for-all.ts';
import { failure, usageError } from './errors.ts';
import type { Finding } from './images/finding.ts';
import type { Image } from './images/image.ts';
import { formatSource, type Places } from './images/list.ts';
import { type Lockable, lockables } from './images/lock.ts';
import { checkPin, type DigestPolicy, isPinned, tagMoved } from './images/pin.ts';
import { platformOf } from './images/platform.ts';
import type { BuildOptions } from './inputs.ts';
import type { LayerCache } from './layer-cache.ts';
import { resolveImage } from './registry/resolve.ts';
import type { RegistryContext, Resolution } from './registry/types.ts';
import type { Store } from './store/store.ts';
import type { Watch } from './surroundings.ts';

/** What the images stand for now, in their order. @throws UserError */
export async function resolveAll(
  images: readonly Image[],
  { architecture }: BuildOptions,
  registry: RegistryContext,
  { store, cache, watch }: ResolveSurroundings,
): Promise<Resolution[]> {
  const documents = { get: store.getDocument, put: store.putDocument, expect: cache?.expectImage };
  const platform = platformOf(architecture);
  return askForAll(
    images,
    (image, signal) => resolveImage(image, platform, { ...registry, signal, cache: documents }),
    registry.signal,
    watch.finding,
  );
}

interface ResolveSurroundings {
  readonly store: Store;
  readonly cache?: LayerCache | undefined;
  readonly watch: Pick<Watch, 'finding'>;
}

/** The name of an archive is known only once it was read. */
export function checkNames(resolutions: readonly Resolution[]): void {
  const seen = new Map<string, Resolution>();
  for (const resolution of resolutions) {
    const other = seen.get(resolution.name);
    if (other) {
      throw usageError(
        `${resolution.image.written} and ${other.image.written} both are ${resolution.name}`,
        { origin: resolution.image.origin, hint: 'name one of them with " as NAME:TAG"' },
      );
    }
    seen.set(resolution.name, resolution);
  }
}

/** @throws UserError (failure) when the policy makes errors of findings: a single one is told by it alone */
export function reportFindings(
  resolutions: readonly Resolution[],
  places: readonly Places[],
  { digestPolicy }: BuildOptions,
  watch: Watch,
): void {
  const findings = resolutions.flatMap((resolution, index) =>
    lockables(places[index] ?? []).flatMap(
      (place) => findingOf(resolution, place, digestPolicy) ?? [],
    ),
  );
  const [first, ...others] = findings.filter(({ level }) => level === 'error');
  if (first && others.length === 0) {
    throw failure(first.message, { origin: first.origin, hint: `write: ${first.hint}` });
  }
  for (const finding of findings) watch.finding(finding);
  if (first === undefined) return;
  throw failure(`${others.length + 1} references are refused by digest-policy strict`, {
    hint: 'for each it is said above what to write',
  });
}

/** What there is to say of one of the places that name an image; that of the resolution decides. */
function findingOf(
  { image: decisive, indexDigest, manifestDigest, tagDigest }: Resolution,
  { image, reference: { digest } }: Lockable,
  policy: DigestPolicy,
): Finding | undefined {
  if (digest === undefined) {
    const elsewhere = isPinned(decisive) ? (decisive.place ?? decisive.origin) : undefined;
    return checkPin(image, indexDigest ?? manifestDigest, policy, elsewhere);
  }
  // Of a tag that stands at another place alone nobody has asked.
  if (tagDigest === undefined || formatSource(image.source) !== formatSource(decisive.source))
    return;
  return tagMoved(image, digest, tagDigest, policy);
}
