import { printable, UserError } from '../errors.ts';
import { lastLines } from '../exec.ts';
import type { Image } from '../images/image.ts';
import { nameAndTag } from '../images/reference.ts';

/** What skopeo's words mean. */
export interface Diagnosis {
  /** Worth another try. */
  readonly transient: boolean;
  /** The registry does not have that name, tag or digest. */
  readonly missing: boolean;
  readonly why: string;
  readonly hint: string | undefined;
  /** How long the registry asks to wait, where its answer says so. */
  readonly retryAfterMs: number | undefined;
}

/** A failure that may not come again. Where it does, `error` is what people see. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  readonly error: UserError;
  /** What went wrong, without the image. */
  readonly why: string;
  readonly retryAfterMs: number | undefined;

  constructor(
    image: Image,
    why: string,
    about: { hint?: string | undefined; retryAfterMs?: number | undefined } = {},
  ) {
    const error = imageError(image, why, about.hint);
    super(error.message);
    this.error = error;
    this.why = printable(why);
    this.retryAfterMs = about.retryAfterMs;
  }
}

/** Something is wrong with one image, whatever holds for the others. */
export class ImageError extends UserError {
  override readonly name: string = 'ImageError';
}

/** The registry answered, and does not have what was asked for. */
export class NotFoundError extends ImageError {
  override readonly name = 'NotFoundError';
}

/** The error for a skopeo that failed: a TransientError where another try may help. */
export function skopeoError(image: Image, stderr: string): UserError | TransientError {
  const local = image.source.transport !== 'docker';
  const { transient, missing, why, hint, retryAfterMs } = diagnose(stderr, local);
  if (transient) return new TransientError(image, why, { hint, retryAfterMs });
  if (!missing) return imageError(image, why, hint);
  const error = imageError(image, why, [...untagged(image), hint].filter(Boolean).join('; '));
  return new NotFoundError('failure', error.message, error);
}

/**
 * The error for a skopeo that was ended because nothing came of it: also what it looks like while it
 * waits for as long as a 429 says.
 *
 * @param said its stderr, with --debug
 */
export function silenceError(
  image: Image,
  otherwise: { readonly why: string; readonly hint: string },
  said: string,
): TransientError {
  const isLimited = RATE_LIMIT.pattern.test(lastLines(said, 1));
  const { why, hint } = isLimited ? RATE_LIMIT : otherwise;
  return new TransientError(image, why, { hint });
}

/** Whoever writes no tag need not know that there is one. */
function untagged({ source, written }: Image): string[] {
  if (source.transport !== 'docker' || written.includes('latest')) return [];
  const { tag, digest } = source.reference;
  return tag === 'latest' && digest === undefined
    ? [`no tag is given, so ${nameAndTag(source.reference)} was asked for`]
    : [];
}

/**
 * `FILE:LINE: REFERENCE: why (hint)`
 *
 * @param why may be a registry's words
 */
export function imageError(image: Image, why: string, hint?: string): ImageError {
  const about = { origin: image.origin, hint: hint === undefined ? undefined : printable(hint) };
  return new ImageError('failure', `${image.written}: ${printable(why)}`, about);
}

/**
 * Reads skopeo's stderr. What is not known is permanent, and told in skopeo's own words.
 *
 * @param local whether the source was a file, a storage or a daemon of this machine
 */
export function diagnose(stderr: string, local = false): Diagnosis {
  const message = fatalMessage(stderr);
  for (const rule of [...(local ? LOCAL_RULES : []), ...COMMON_RULES, ...REGISTRY_RULES]) {
    const match = rule.pattern.exec(message);
    if (match === null) continue;
    const detail = (text: string) => text.replaceAll('$1', match[1] ?? '');
    return {
      transient: !local && (rule.transient ?? false),
      missing: rule.missing ?? false,
      why: detail(rule.why),
      hint: rule.hint === undefined ? undefined : detail(rule.hint),
      retryAfterMs: retryAfter(message),
    };
  }
  return {
    transient: false,
    missing: false,
    why: message,
    hint: undefined,
    retryAfterMs: undefined,
  };
}

interface Rule {
  readonly pattern: RegExp;
  readonly transient?: true;
  readonly missing?: true;
  /** `$1` stands for the first group of the pattern. */
  readonly why: string;
  readonly hint?: string;
}

const LOGIN =
  'log in with skopeo login REGISTRY, or give the file with the login as authfile; a name that does not exist is often answered in the same way';
const OWN_CA =
  'put the certificate of its authority into /etc/containers/certs.d/HOST:PORT/ca.crt, or set SSL_CERT_FILE';
const NOT_A_REGISTRY =
  'a proxy or a login page may stand between: check the host and the proxy settings';

const COMMON_RULES: readonly Rule[] = [
  {
    pattern: /no space left on device/,
    why: 'no space left on the device',
    hint: 'free some in the cache directory or in TMPDIR',
  },
  {
    pattern: /(?:open|mkdir|stat) (\S*\/run\/containers\/[^:]+): permission denied/,
    why: 'no permission for $1, where logins are looked for',
    hint: 'set XDG_RUNTIME_DIR, or name a file with authfile',
  },
  { pattern: /(?:open|mkdir|stat) ([^:]+): permission denied/, why: 'no permission for $1' },
  {
    pattern: /((?:Source image|Running image|Signature).* rejected:? .*)/,
    why: 'the trust policy rejects it: $1',
    hint: 'see containers-policy.json(5)',
  },
  { pattern: /invalid policy in "?([^"]+)"?/, why: 'the trust policy $1 is not valid' },
  {
    pattern: /reading JSON file "([^"]+)"|auth file "?([^"]+)"?/,
    why: 'the file with the login cannot be read: $1',
  },
];

const WRONG_BYTES = /(?:Digest did not match, |does not match )expected (\S+?),?(?: |$)/;

const RATE_LIMIT: Rule = {
  pattern: /toomanyrequests|too many requests|(?:status|StatusCode).* 429/i,
  transient: true,
  why: 'the registry answers too many requests (429)',
  hint: 'wait, log in for a higher limit, or use a mirror',
};

const REGISTRY_RULES: readonly Rule[] = [
  RATE_LIMIT,
  {
    pattern: /server gave HTTP response to HTTPS client/,
    why: 'the registry speaks plain HTTP',
    hint: 'tls-verify: false (--tls-verify=false in a shell) allows that, or insecure = true for it in registries.conf',
  },
  {
    pattern: /(?:tls: failed to verify certificate: )?(x509: .*|tls: .*certificate.*)/,
    why: 'its certificate is not trusted: $1',
    hint: OWN_CA,
  },
  {
    pattern: /invalid username\/password/,
    why: 'the registry does not accept the login',
    hint: 'log in anew with skopeo login REGISTRY, or give another authfile',
  },
  {
    pattern: /unauthorized|authentication required|denied|(?:status|StatusCode).* 40[13]/i,
    why: 'the registry wants a login, or this one has no access',
    hint: LOGIN,
  },
  {
    pattern: /reading blob (sha\S+:[0-9a-f]+).* 404/,
    why: 'the registry has lost the blob $1',
    hint: 'push the image again',
  },
  {
    pattern: /manifest unknown|name unknown|not found|(?:status|StatusCode).* 404/i,
    missing: true,
    why: 'the registry does not have it',
    hint: 'check name, tag and digest',
  },
  {
    pattern: /invalid reference format/,
    why: 'skopeo does not take this name',
    hint: 'an IPv6 host must have a name, in DNS or in /etc/hosts',
  },
  {
    pattern: /((?:lookup \S+ ?.*)?no such host)/,
    why: 'its host name does not exist ($1)',
    hint: 'check the host and the DNS settings',
  },
  {
    pattern: /invalid character '<'/,
    why: 'what answers sends HTML and is no registry',
    hint: NOT_A_REGISTRY,
  },
  {
    pattern: WRONG_BYTES,
    why: 'the registry sent wrong bytes for $1',
    hint: 'the registry or a proxy between is damaged: push the image again or go round the proxy',
  },
  {
    pattern: /connection refused/,
    transient: true,
    why: 'the registry refuses the connection',
    hint: 'check the host and the port',
  },
  {
    pattern: /(?:status|status code from registry|StatusCode):? (5\d\d)/,
    transient: true,
    why: 'the registry has an error of its own ($1)',
    hint: 'try again later',
  },
  {
    pattern:
      /(TLS handshake timeout|i\/o timeout|deadline exceeded|Client\.Timeout|request canceled.*headers|timed out)/i,
    transient: true,
    why: 'the registry does not answer in time ($1)',
  },
  {
    pattern:
      /(unexpected EOF|\bEOF\b|connection reset|broken pipe|stream error.*|GOAWAY.*|http2: .*|use of closed network connection|connection closed)/i,
    transient: true,
    why: 'the connection broke ($1)',
  },
  {
    pattern:
      /(server misbehaving|temporary failure in name resolution|network is unreachable|no route to host)/i,
    transient: true,
    why: 'the registry cannot be reached ($1)',
    hint: 'check the network and the proxy settings',
  },
];

const LOCAL_RULES: readonly Rule[] = [
  {
    pattern: WRONG_BYTES,
    why: 'it is damaged: it has wrong bytes for $1',
    hint: 'make it again from the image',
  },
  { pattern: /manifest\.json"?: file does not exist/, why: 'it is not a docker-archive' },
  { pattern: /index\.json: no such file/, why: 'it is not an OCI layout' },
  { pattern: /\/manifest\.json: no such file/, why: 'it is not a folder of the dir: transport' },
  {
    pattern: /invalid tar header|unexpected EOF|: EOF$/,
    why: 'it is not an archive, or not a whole one',
  },
  {
    pattern: /expected 1 item, got (\d+)|more than one image/,
    why: 'it has several images',
    hint: 'name the one that is wanted, behind the path and a colon',
  },
  {
    pattern:
      /no descriptor found|[Tt]ag "?[^"]*"? not found|reference .* not found|matches unsupported/,
    why: 'it has no image of that name',
  },
  {
    pattern: /does not resolve to an image ID|identifier is not an image/,
    why: "this user's containers-storage has no such image",
    hint: 'podman images lists those that are there',
  },
  {
    pattern: /Cannot connect to the Docker daemon|docker daemon running|docker\.sock/,
    why: 'no Docker daemon answers',
    hint: 'start it, or save the image as docker-archive',
  },
  { pattern: /No such image/i, why: 'the Docker daemon has no such image' },
];

/** Go's units of time in milliseconds; plain numbers are seconds, as in the header. */
const UNITS: Readonly<Record<string, number>> = {
  µs: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

function retryAfter(message: string): number | undefined {
  const match = /retry[- ]after:? ?(\d+(?:\.\d+)?)(µs|ms|s|m|h)?/i.exec(message);
  return match === null ? undefined : Number(match[1]) * (UNITS[match[2] ?? 's'] ?? 1000);
}

/** What stands in the last `level=fatal msg="…"`, else the last lines of stderr. */
function fatalMessage(stderr: string): string {
  const quoted = [...stderr.matchAll(/level=fatal msg=("(?:[^"\\]|\\.)*"|.*)/g)].at(-1)?.[1];
  if (quoted === undefined) return lastLines(stderr);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
