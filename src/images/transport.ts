import { type Origin, usageError } from '../errors.ts';
import type { LocalTransport } from './image.ts';
import { quote } from './quote.ts';
import { nameAndTag, parseReference } from './reference.ts';

/** An image that another step of the job has made, as skopeo names it: see containers-transports(5). */
export interface LocalImage {
  readonly transport: LocalTransport;
  /** everything after `TRANSPORT:` */
  readonly location: string;
}

const HINTS: Readonly<Record<LocalTransport, string>> = {
  oci: 'oci:PATH[:REFERENCE]',
  'oci-archive': 'oci-archive:PATH[:REFERENCE]',
  'docker-archive': 'docker-archive:PATH[:NAME:TAG]',
  dir: 'dir:PATH',
  'containers-storage': 'containers-storage:NAME:TAG',
  'docker-daemon': 'docker-daemon:NAME:TAG',
};

/** Undefined where the text has none of the local transports. @throws UserError (usage) */
export function parseLocal(text: string, origin?: Origin): LocalImage | undefined {
  const [transport, location] = cut(text);
  if (location === undefined || !isTransport(transport)) return undefined;
  const fault = locationFault(transport, location);
  if (fault !== undefined) {
    throw usageError(`invalid image ${quote(text)}: ${fault}`, { origin, hint: HINTS[transport] });
  }
  return { transport, location };
}

/**
 * The name and tag that a local image has by what is written; undefined for a `docker-archive:` without
 * a reference, which says so itself.
 *
 * @throws UserError (usage) where neither the text nor the image can tell
 */
export function ownName({ transport, location }: LocalImage, origin?: Origin): string | undefined {
  if (transport === 'docker-archive' && cut(location)[1] === undefined) return undefined;
  const written = writtenName(transport, location);
  if (written === undefined) {
    throw usageError(`${quote(`${transport}:${location}`)} does not say what the image is called`, {
      origin,
      hint: 'add " as NAME:TAG"',
    });
  }
  return nameAndTag(parseReference(written, origin));
}

function writtenName(transport: LocalTransport, location: string): string | undefined {
  if (transport === 'dir') return undefined;
  if (isStore(transport)) return storedName(location);
  const reference = cut(location)[1];
  // `@0` counts the images of an archive, and a bare word in an OCI layout is as often a tag as a name.
  if (reference === undefined || reference.startsWith('@')) return undefined;
  return transport === 'docker-archive' || /[/:]/.test(reference) ? reference : undefined;
}

/** `[STORE]NAME@ID` without the store and the ID; undefined where the image is given by its ID alone. */
function storedName(location: string): string | undefined {
  const name = location.replace(/^\[[^\]]*\]/, '').replace(/@[a-f0-9]+$/, '');
  return /^(?:(?:sha256:)?[a-f0-9]{64})?$/.test(name) ? undefined : name;
}

function locationFault(transport: LocalTransport, location: string): string | undefined {
  const [path, reference] = cut(location);
  if (path === '') return isStore(transport) ? 'it names no image' : 'it names no path';
  // An archive holds no registry's manifest that a digest could name.
  const digested = transport === 'docker-archive' && reference?.includes('@sha');
  return digested ? 'an archive knows its images by tag, not by digest' : undefined;
}

function isTransport(text: string): text is LocalTransport {
  return Object.hasOwn(HINTS, text);
}

function isStore(transport: LocalTransport): boolean {
  return transport === 'containers-storage' || transport === 'docker-daemon';
}

/** skopeo ends the path of an archive or a layout at its first colon. */
function cut(text: string): [string, string | undefined] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}
