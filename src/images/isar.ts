import { type Origin, usageError } from '../errors.ts';
import { parseDigest } from './digest.ts';
import type { ImageReference } from './image.ts';
import { quote } from './quote.ts';
import { parseReference, parseTag } from './reference.ts';

const SCHEME = 'docker://';

/** Parameters that bitbake gives a meaning for any kind of source; none of them changes the image. */
const IGNORED = new Set(['name', 'unpack', 'subdir', 'destsuffix', 'downloadfilename']);

/**
 * Reads `docker://HOST/PATH;digest=sha256:…;tag=…`, an entry of SRC_URI for Isar's container fetcher.
 * The image is fetched by the digest where there is one; the tag is then only its name.
 *
 * @throws UserError (usage)
 */
export function parseIsar(text: string, origin?: Origin): ImageReference {
  const { base, parameters } = splitIsar(text);
  const fault = baseFault(base) ?? parametersFault(parameters);
  if (fault !== undefined) {
    throw usageError(`invalid entry ${quote(text)}: ${fault}`, {
      origin,
      hint: 'docker://HOST/PATH;digest=sha256:…;tag=…',
    });
  }
  const { repository, tag: latest = '' } = parseReference(base.slice(SCHEME.length), origin);
  const values = new Map(parameters);
  const digest = values.get('digest');
  const tag = values.get('tag') ?? (digest === undefined ? latest : undefined);
  return {
    repository,
    ...(tag === undefined ? {} : { tag: parseTag(tag, origin) }),
    ...(digest === undefined ? {} : { digest: parseDigest(digest, origin) }),
  };
}

/** `docker://HOST/PATH` and the parameters after it as `[key, value]`, digest and tag among them. */
export function splitIsar(text: string): { base: string; parameters: [string, string][] } {
  const [base = '', ...parameters] = text.split(';');
  return { base, parameters: parameters.filter((parameter) => parameter !== '').map(keyAndValue) };
}

function keyAndValue(parameter: string): [string, string] {
  const [key = '', value = ''] = parameter.split(/=(.*)/s);
  return [key, value];
}

/** Tag and digest belong to the parameters: in the name they could contradict those. */
function baseFault(base: string): string | undefined {
  if (!base.startsWith(SCHEME)) return `it does not start with ${SCHEME}`;
  const lastPart = base.slice(base.lastIndexOf('/') + 1);
  return /[:@]/.test(lastPart) ? 'tag and digest stand in the parameters' : undefined;
}

function parametersFault(parameters: readonly [string, string][]): string | undefined {
  const seen = new Set<string>();
  for (const [key, value] of parameters) {
    if (IGNORED.has(key)) continue;
    if (key !== 'tag' && key !== 'digest') return `unknown parameter ${quote(key)}`;
    if (value === '') return `${key} has no value`;
    if (value.includes('${'))
      return `the variable in ${quote(`${key}=${value}`)} has no value here`;
    if (seen.has(key)) return `${key} is given twice`;
    seen.add(key);
  }
  return undefined;
}
