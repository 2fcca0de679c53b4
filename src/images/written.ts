import { type Origin, usageError } from '../errors.ts';
import type { Image, ImageSource, Place, Syntax } from './image.ts';
import { parseIsar } from './isar.ts';
import { quote } from './quote.ts';
import { nameAndTag, parseReference } from './reference.ts';
import { ownName, parseLocal } from './transport.ts';

/** What a list format knows of an image beside the reference. */
export interface About {
  readonly origin: Origin;
  /** Where `written` stands; undefined with `unpinnable` where it stands nowhere in one piece. */
  readonly place?: Place | undefined;
  readonly unpinnable?: string | undefined;
  /** What the device calls it, normalised; by default the reference's own name and tag. */
  readonly name?: string | undefined;
  readonly fetchOnly?: boolean;
  /** By default what `written` looks like: Isar's or plain. */
  readonly syntax?: Syntax;
}

/**
 * Reads a reference as people write it in any list: plain, with `docker://`, an entry of Isar's
 * SRC_URI, or one of skopeo's local transports.
 *
 * @throws UserError (usage)
 */
export function readWritten(written: string, about: About): Image {
  const { origin, place, unpinnable, fetchOnly = false } = about;
  const { source, syntax } = parseSource(written, origin);
  const name = about.name ?? nameOf(source, origin);
  return {
    source,
    ...(name === undefined ? {} : { name }),
    fetchOnly,
    written,
    syntax: about.syntax ?? syntax,
    origin,
    ...(place === undefined ? {} : { place }),
    ...(unpinnable === undefined ? {} : { unpinnable }),
  };
}

function parseSource(written: string, origin: Origin): { source: ImageSource; syntax: Syntax } {
  const local = parseLocal(written, origin);
  if (local !== undefined) return { source: local, syntax: 'plain' };
  const [scheme, rest] = written.split(/:\/\/(.*)/s);
  if (rest !== undefined && scheme !== 'docker') {
    throw usageError(`${quote(written)}: images do not come by ${quote(`${scheme}://`)}`, {
      origin,
      hint: 'write HOST/PATH:TAG or docker://HOST/PATH:TAG',
    });
  }
  const syntax = rest?.includes(';') ? 'isar' : 'plain';
  const reference =
    syntax === 'isar' ? parseIsar(written, origin) : parseReference(rest ?? written, origin);
  return { source: { transport: 'docker', reference }, syntax };
}

function nameOf(source: ImageSource, origin: Origin): string | undefined {
  return source.transport === 'docker' ? nameAndTag(source.reference) : ownName(source, origin);
}
