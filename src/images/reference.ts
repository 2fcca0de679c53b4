import { type Origin, usageError } from '../errors.ts';
import { parseDigest } from './digest.ts';
import type { ImageReference } from './image.ts';
import { quote } from './quote.ts';

const DEFAULT_DOMAIN = 'docker.io';
const DEFAULT_TAG = 'latest';
/** Of the whole normalised name, domain included: what every version of skopeo and the engines takes. */
const LONGEST_NAME = 255;

// The grammar of https://github.com/distribution/reference (the comment at the top of reference.go).
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const DOMAIN = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[A-Fa-f0-9:]+\\])(?::[0-9]+)?$`);
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const IDENTIFIER = /^(?:sha256:)?[a-f0-9]{64}$/;

/**
 * Reads `[HOST/]PATH[:TAG][@DIGEST]` as Docker and Podman do: without a host it is Docker Hub's, without
 * tag and digest the tag is `latest`.
 *
 * @throws UserError (usage) that says which part is wrong and why
 */
export function parseReference(text: string, origin?: Origin): ImageReference {
  const { domain, path, tag, digest } = split(text);
  const fault = nameFault(text, domain, path);
  if (fault !== undefined) {
    const [why, hint] = fault;
    throw usageError(`invalid image reference ${quote(text)}: ${why}`, { origin, hint });
  }
  return {
    repository: repositoryOf(domain, path),
    ...(tag === undefined ? {} : { tag: parseTag(tag, origin) }),
    ...(digest === undefined ? {} : { digest: parseDigest(digest, origin) }),
    ...(tag === undefined && digest === undefined ? { tag: DEFAULT_TAG } : {}),
  };
}

/** @throws UserError (usage) */
export function parseTag(text: string, origin?: Origin): string {
  if (TAG.test(text)) return text;
  throw usageError(`invalid tag ${quote(text)}`, {
    origin,
    hint: 'at most 128 letters, digits, underscores, dots and dashes, not starting with a dot or a dash',
  });
}

/** `docker.io/library/alpine:3.20@sha256:…`, with the parts that are there. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${reference.repository}${tag}${digest}`;
}

/**
 * The name under which an engine shows the image. A reference with a digest alone is called `latest`:
 * an engine needs some tag, and Isar, whose lists are read too, does the same.
 */
export function nameAndTag(reference: ImageReference): string {
  return `${reference.repository}:${reference.tag ?? DEFAULT_TAG}`;
}

interface Parts {
  readonly domain: string;
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** The parts as they stand there, unchecked; the domain is always one of today's. */
function split(text: string): Parts {
  const [name, digest] = cut(text, '@');
  const slash = name.indexOf('/');
  const host = name.slice(0, Math.max(slash, 0));
  const [path, tag] = cut(isDomain(host) ? name.slice(slash + 1) : name, ':');
  const domain = isDomain(host) && host !== 'index.docker.io' ? host : DEFAULT_DOMAIN;
  return { domain, path, tag, digest };
}

/**
 * Whether the text before the first slash is a host: only that has a dot, a port, or an upper-case
 * letter (which no path may have), or is `localhost`.
 */
function isDomain(host: string): boolean {
  return host === 'localhost' || /[.:]/.test(host) || host !== host.toLowerCase();
}

/** The text before the first separator and after it; the latter undefined where there is none. */
function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Docker Hub's own images have no user in their names: `alpine` is `library/alpine` there. */
function repositoryOf(domain: string, path: string): string {
  const official = domain === DEFAULT_DOMAIN && !path.includes('/');
  return `${domain}/${official ? 'library/' : ''}${path}`;
}

/** What is wrong with a name, and what to do about it. */
function nameFault(text: string, domain: string, path: string): [string, string] | undefined {
  if (IDENTIFIER.test(text)) {
    return ['an image ID names nothing in a registry', 'write HOST/PATH@sha256:…'];
  }
  if (path === '' || path.startsWith('['))
    return ['it has no repository name', 'write HOST/PATH:TAG'];
  if (!DOMAIN.test(domain)) {
    return [
      `invalid host ${quote(domain)}`,
      'write it as registry.example:5000 or [2001:db8::1]:5000',
    ];
  }
  if (Number(/:(\d+)$/.exec(domain)?.[1] ?? 0) > 65_535) {
    return [`invalid host ${quote(domain)}`, 'a port is at most 65535'];
  }
  if (path !== path.toLowerCase()) {
    return [
      'the repository name must be lower case',
      `write ${quote(text.replace(path, path.toLowerCase()))}`,
    ];
  }
  if (!PATH.test(path)) {
    const hint =
      'letters and digits, parted by one of . _ __ or dashes, in parts with / between them';
    return [`invalid repository name ${quote(path)}`, hint];
  }
  const { length } = repositoryOf(domain, path);
  if (length > LONGEST_NAME) {
    return [
      `the repository name has ${length} characters`,
      `at most ${LONGEST_NAME}, host included`,
    ];
  }
  return undefined;
}
