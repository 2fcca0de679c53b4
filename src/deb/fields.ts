import { usageError } from '../errors.ts';
import type { Compression, Engine } from './types.ts';

/** A description in the two parts that Debian has (policy, 3.4). */
export interface Description {
  readonly synopsis: string;
  /** Lines without the leading space of the field; may be empty. */
  readonly extended: readonly string[];
}

const CONTROL_CHARACTER = /\p{Cc}/u;

/** @throws UserError (usage) for anything but `Name <mail>` */
export function parseMaintainer(text: string): string {
  // A comma would separate two addresses (Debian policy, 5.6.2).
  if (CONTROL_CHARACTER.test(text) || !/^[^\s<>,"][^<>,"]* <[^\s<>@,]+@[^\s<>@,]+>$/.test(text)) {
    throw usageError(`maintainer ${JSON.stringify(text)} is not of the form Name <mail>`, {
      hint: 'for example Jane Doe <jane@example.org>',
    });
  }
  return text;
}

/** @throws UserError (usage) for a synopsis that is empty or too long, and for control characters */
export function parseDescription(text: string): Description {
  const [synopsis = '', ...rest] = text.replaceAll('\r\n', '\n').trimEnd().split('\n');
  const fault = faultOfSynopsis(synopsis.trim()) ?? faultOfExtended(rest);
  if (fault !== undefined) {
    throw usageError(`description ${JSON.stringify(synopsis)}: ${fault}`);
  }
  // A full stop alone is how the field itself writes an empty line.
  const lines = rest.map((line) => (/^\s*\.?\s*$/.test(line) ? '' : line));
  const extended = lines
    .slice(0, lines.findLastIndex((line) => line !== '') + 1)
    .filter((line, index) => line !== '' || lines[index - 1]);
  return { synopsis: synopsis.trim(), extended };
}

/** `misc`, `non-free/net`. @throws UserError (usage) */
export function parseSection(text: string): string {
  if (!/^[a-z][a-z0-9-]*(?:\/[a-z][a-z0-9-]*)?$/.test(text)) {
    throw usageError(`${JSON.stringify(text)} is no section of an archive`, {
      hint: 'for example misc, admin or non-free/misc',
    });
  }
  return text;
}

/**
 * The name of a user, as adduser takes those of system users (SYS_NAME_REGEX of adduser.conf(5)), and
 * no longer than useradd allows.
 *
 * @throws UserError (usage) for other names, and for root, whose Podman needs no name
 */
export function parseUser(text: string): string {
  if (text === 'root') {
    throw usageError("root's Podman is the one that is used without a user", {
      hint: 'leave it out',
    });
  }
  if (/^[a-z_][a-z0-9_-]{0,31}$/.test(text)) return text;
  throw usageError(`${JSON.stringify(text)} is no name of a user`, {
    hint: 'a lower-case letter or _, then letters, digits, - and _; 32 characters at most',
  });
}

/** The default of Depends, and a part of any other: what engine and compression need. */
export const ENGINE_DEPENDS = '${engine:Depends}';

/** What the engine's packages depend on. */
export interface Needs {
  readonly engine: Engine;
  readonly compression: Compression;
  /** Whose Podman it is; root's where it is absent. */
  readonly user?: string;
  /** The archives hold layers in zstd, which Docker reads from 23 on. */
  readonly zstdLayers?: boolean;
}

/** What stands for `${engine:Depends}`. Each list's first package is the one that apt prefers. */
export function engineDepends({ engine, compression, user, zstdLayers }: Needs): string {
  // docker.io of trixie brings no docker command any more; before, docker-cli does not exist.
  // Docker starts no container on a kernel with AppArmor when its parser is missing.
  const docker = zstdLayers ? 'docker.io (>= 23) | docker-ce (>= 5:23)' : 'docker.io | docker-ce';
  const packages =
    engine === 'docker'
      ? ['docker-cli | docker-ce-cli | docker.io', docker, 'apparmor']
      : // newuidmap, which podman only recommends.
        ['podman', ...(user === undefined ? [] : ['uidmap'])];
  return [...packages, ...(compression === 'zstd' ? ['zstd'] : [])].join(', ');
}

/**
 * The Depends field with its variable replaced, every relation once. Empty for a package that
 * depends on nothing.
 *
 * @throws UserError (usage) for what is no relation of a binary package (deb-control(5)), for other
 *   variables, and for a package that depends on itself
 */
export function parseDepends(text: string, about: Needs & { readonly name: string }): string {
  const expanded = text.replaceAll(ENGINE_DEPENDS, engineDepends(about));
  if (expanded.trim() === '') return '';
  const relations = expanded.split(',').map((relation) => relation.trim());
  for (const alternative of relations.flatMap((relation) => relation.split('|'))) {
    checkRelation(alternative.trim(), text, about.name);
  }
  return [...new Set(relations)].join(', ');
}

const RELATION =
  /^([a-z0-9][a-z0-9+.-]+)(?::[a-z0-9-]+)?(?: *\( *(?:<<|<=|=|>=|>>) *[A-Za-z0-9.+~:-]+ *\))?$/;

function checkRelation(relation: string, depends: string, name: string): void {
  const quoted = JSON.stringify(relation);
  if (relation.includes('$')) {
    throw usageError(`depends: ${quoted}: unknown variable`, { hint: `only ${ENGINE_DEPENDS}` });
  }
  const [, dependency] = RELATION.exec(relation) ?? [];
  if (dependency === undefined) {
    throw usageError(`depends ${JSON.stringify(depends)}: ${quoted} is no package relation`, {
      hint: 'for example: podman (>= 4.3), zstd | busybox',
    });
  }
  if (dependency === name) throw usageError(`depends: package ${name} cannot depend on itself`);
}

function faultOfSynopsis(synopsis: string): string | undefined {
  if (synopsis === '') return 'the first line is empty';
  if (synopsis.length >= 80) return 'the first line has 80 characters or more';
  if (CONTROL_CHARACTER.test(synopsis)) return 'a control character in the first line';
  return undefined;
}

function faultOfExtended(lines: readonly string[]): string | undefined {
  if (lines.some((line) => CONTROL_CHARACTER.test(line))) return 'a control character';
  // Reserved by Debian policy, 5.6.13.
  if (lines.some((line) => /^\.(?!$)/.test(line))) return 'a line begins with a full stop';
  return undefined;
}
