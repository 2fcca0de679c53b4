import { availableParallelism } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { MAX_LEVEL, MIN_LEVEL } from './archive/zstd.ts';
import { parseExtraFile } from './deb/extra.ts';
import { parseUser } from './deb/fields.ts';
import { parsePackageName } from './deb/name.ts';
import {
  CONFLICTS,
  type Compression,
  type Conflict,
  type Engine,
  type ExtraFile,
} from './deb/types.ts';
import { parseDebianVersion } from './deb/version.ts';
import { UserError, usageError } from './errors.ts';
import { type DigestPolicy, digestPolicies } from './images/pin.ts';
import { type DebianArchitecture, parseArchitecture } from './images/platform.ts';
import { CACHE_MODES, type CacheMode } from './layer-cache.ts';
import type { RegistryAccess } from './registry/types.ts';
import { parseShard, type Shard } from './shards.ts';

/**
 * The inputs of `build`, in the order in which help shows them. The action's inputs and the
 * command's options are the same; `action.yml` is checked against this table.
 */
export const BUILD_INPUTS = {
  images: { help: 'image references, one a line', many: true },
  'image-list': {
    help: 'files that name images, one [FORMAT:]PATH or pattern a line; formats: lines, compose, quadlet, kiwi, isar, kubernetes',
    many: true,
  },
  profile: {
    help: 'profiles of compose files and kiwi descriptions, one a line; of compose files by default COMPOSE_PROFILES',
    many: true,
  },
  arch: { help: 'Debian architecture of the device, such as amd64 or arm64' },
  engine: { help: 'docker or podman', default: 'docker' },
  package: { help: 'name of the Debian package, not needed with shard' },
  version: {
    help: 'its version; by default the git tag, else one that grows with time and is lower than any tag',
  },
  maintainer: {
    help: "Name <mail>; by default DEBFULLNAME and DEBEMAIL, git's user, or the repository's owner",
  },
  description: {
    help: 'description of the package, the synopsis in the first line',
    default: 'container images, loaded at first boot',
  },
  section: { help: 'section of the package', default: 'misc' },
  depends: {
    help: "Depends of the package; ${engine:Depends} stands for the engine's packages",
    default: '${engine:Depends}',
  },
  files: { help: 'further files in the package, one SOURCE:/DESTINATION a line', many: true },
  compression: {
    help: "zstd, or original: keep the registry's own layers and digests",
    default: 'zstd',
  },
  level: { help: 'zstd level from 1 to 22', default: '9' },
  'digest-policy': {
    help: 'what a reference is that has no digest, or a tag that has left it: warn, strict (an error) or ignore',
    default: 'warn',
  },
  'delete-after-load': {
    help: 'delete the files on the device once all images are loaded',
    default: 'false',
    boolean: true,
  },
  'remove-replaced': {
    help: 'remove images that an upgrade has replaced or dropped, once nothing uses them',
    default: 'false',
    boolean: true,
  },
  conflict: {
    help: "what a tag is that somebody has moved on the device: keep (it stays so), or package (the package's image is loaded again)",
    default: 'keep',
  },
  user: { help: "user for whose rootless Podman the images are; by default root's Podman" },
  authfile: { help: 'file with registry logins, as skopeo knows it' },
  'tls-verify': {
    help: 'false: also take plain HTTP and unknown certificates',
    default: 'true',
    boolean: true,
  },
  'cache-dir': { help: 'folder of the local store; by default in ~/.cache' },
  cache: {
    help: 'what the Actions cache keeps of layers: compressed, blobs, all or off',
    default: 'compressed',
  },
  shard: {
    help: 'I/N: only make the I-th of N shares of the layers, for the caches, and no package',
  },
  'output-dir': { help: 'folder for the package', default: '.' },
  jobs: { help: 'layers and frames compressed at once; by default one a processor' },
} as const satisfies Record<string, InputInfo>;

export interface InputInfo {
  readonly help: string;
  readonly default?: string;
  /** May be given several times; the values become lines. */
  readonly many?: boolean;
  readonly boolean?: boolean;
}

export type BuildInput = keyof typeof BUILD_INPUTS;

/** Inputs as they were given; an absent one and an empty one are the same. */
export type RawInputs<Name extends string = BuildInput> = Readonly<Partial<Record<Name, string>>>;

/** What `build` was asked for: everything checked that can be checked without a look outside. */
export interface BuildOptions {
  readonly images: string;
  readonly imageLists: readonly string[];
  readonly profiles: readonly string[];
  readonly architecture: DebianArchitecture;
  readonly engine: Engine;
  readonly package: string;
  readonly version: string | undefined;
  readonly maintainer: string | undefined;
  readonly description: string;
  readonly section: string;
  readonly depends: string;
  readonly files: readonly ExtraFile[];
  readonly compression: Compression;
  readonly level: number;
  readonly digestPolicy: DigestPolicy;
  readonly deleteAfterLoad: boolean;
  readonly removeReplaced: boolean;
  readonly conflict: Conflict;
  readonly user: string | undefined;
  readonly access: RegistryAccess;
  readonly cacheDir: string;
  readonly cache: CacheMode;
  readonly shard: Shard | undefined;
  readonly outputDir: string;
  readonly jobs: number;
}

/** @throws UserError (usage), with the input's name as its origin */
export function parseBuildOptions(raw: RawInputs, env: NodeJS.ProcessEnv): BuildOptions {
  checkGiven(raw);
  const compression = parse(raw, 'compression', oneOf(['zstd', 'original']));
  // The action always has a level: its default says nothing.
  if (compression === 'original' && raw.level && raw.level !== BUILD_INPUTS.level.default) {
    throw usageError('level: compression original compresses nothing', {
      hint: 'leave out one of the two',
    });
  }
  const engine = parse(raw, 'engine', oneOf(['docker', 'podman']));
  if (raw.user && engine !== 'podman') {
    throw usageError(`user: ${engine} has one store for all users`, {
      hint: 'leave out user, or take engine podman',
    });
  }
  const deleteAfterLoad = parse(raw, 'delete-after-load', parseBoolean);
  const conflict = parse(raw, 'conflict', oneOf(CONFLICTS));
  if (deleteAfterLoad && conflict === 'package') {
    throw usageError('conflict: what delete-after-load has deleted cannot be loaded again', {
      hint: 'leave out one of the two',
    });
  }
  return {
    images: raw.images ?? '',
    imageLists: lines(raw['image-list']),
    profiles: lines(raw.profile),
    architecture: parse(raw, 'arch', parseArchitecture),
    engine,
    package: raw.shard && !raw.package ? '' : parse(raw, 'package', parsePackageName),
    version: raw.version ? parse(raw, 'version', checkVersion) : undefined,
    maintainer: raw.maintainer || undefined,
    description: parse(raw, 'description', String),
    section: parse(raw, 'section', String),
    depends: parse(raw, 'depends', String),
    files: lines(raw.files).map((line) => within('files', () => parseExtraFile(line))),
    compression,
    level: parse(raw, 'level', integer(MIN_LEVEL, MAX_LEVEL)),
    digestPolicy: parse(raw, 'digest-policy', oneOf(digestPolicies)),
    deleteAfterLoad,
    removeReplaced: parse(raw, 'remove-replaced', parseBoolean),
    conflict,
    user: raw.user ? parse(raw, 'user', parseUser) : undefined,
    access: parseAccess(raw),
    cacheDir: cacheDir(raw['cache-dir'], env),
    cache: parse(raw, 'cache', oneOf(CACHE_MODES)),
    shard: raw.shard ? parse(raw, 'shard', parseShard) : undefined,
    outputDir: resolve(parse(raw, 'output-dir', String)),
    jobs: raw.jobs ? parse(raw, 'jobs', integer(1, 256)) : availableParallelism(),
  };
}

/** All that is missing is told at once; that no image is named alone, where lists are read. */
function checkGiven(raw: RawInputs): void {
  // A share of the layers is made without any package.
  const required = ['arch', ...(raw.shard ? [] : ['package' as const])] as const;
  const missing: BuildInput[] = required.filter((name) => !raw[name]);
  if (missing.length === 0) return;
  if (!raw.images && !raw['image-list']) missing.push('images');
  const [only = 'arch', ...others] = missing;
  if (others.length === 0)
    throw usageError(`${only} is missing`, { hint: BUILD_INPUTS[only].help });
  throw usageError(`${missing.join(', ')} are missing`, {
    hint: missing.map((name) => `${name}: ${BUILD_INPUTS[name].help}`).join('; '),
  });
}

export function parseAccess(raw: RawInputs<'tls-verify' | 'authfile'>): RegistryAccess {
  return {
    tlsVerify: parse(raw, 'tls-verify', parseBoolean),
    ...(raw.authfile ? { authfile: resolve(raw.authfile) } : {}),
  };
}

/** Where the local store lies. The XDG Base Directory Specification wants relative paths ignored. */
export function cacheDir(given: string | undefined, env: NodeJS.ProcessEnv): string {
  if (given) return resolve(given);
  const { XDG_CACHE_HOME = '', HOME } = env;
  const caches = isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(HOME || '/root', '.cache');
  return join(caches, 'container-preload');
}

/** Lines without the white space around them, and without empty ones. */
export function lines(text = ''): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/**
 * A size in bytes: `500M`, `10G`, `10GiB`, `0B`; the units are powers of 1024, as in du and Docker. Never
 * without a unit: whoever writes `10` means no ten bytes.
 */
export function parseSize(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*(?:([KMGT])(?:i?B)?|B)$/i.exec(text) ?? [];
  if (digits === undefined) {
    throw usageError(`not a size: ${JSON.stringify(text)}`, { hint: 'such as 500M or 10G' });
  }
  return Math.floor(Number(digits) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' '));
}

function parse<T>(raw: RawInputs, name: BuildInput, parser: (text: string) => T): T {
  const info: InputInfo = BUILD_INPUTS[name];
  const text = raw[name] || info.default;
  if (!text) throw usageError(`${name} is missing`, { hint: info.help });
  return within(name, () => parser(text));
}

/** Says which input it was, where the error does not say it better. */
export function within<T>(name: string, parser: () => T): T {
  try {
    return parser();
  } catch (error) {
    if (!(error instanceof UserError) || error.origin) throw error;
    throw new UserError(error.kind, error.message, { origin: { file: name }, hint: error.hint });
  }
}

function checkVersion(text: string): string {
  parseDebianVersion(text);
  return text;
}

export function oneOf<const T extends string>(values: readonly T[]): (text: string) => T {
  return (text) => {
    const found = values.find((value) => value === text);
    if (found) return found;
    throw usageError(`unknown value ${JSON.stringify(text)}`, {
      hint: `one of ${values.join(', ')}`,
    });
  };
}

export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw usageError(`not a whole number from ${min} to ${max}: ${JSON.stringify(text)}`);
  };
}

/** As YAML 1.2 and GitHub's own actions read it. */
export function parseBoolean(text: string): boolean {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  throw usageError(`neither true nor false: ${JSON.stringify(text)}`);
}
