import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { failure, usageError } from '../errors.ts';
import { mustRun } from '../exec.ts';
import type { ImageReference } from '../images/image.ts';
import type { Platform } from '../images/platform.ts';
import type { RegistryAccess } from './types.ts';

/** Since then `--preserve-digests` with `--dest-shared-blob-dir` keeps Docker's manifests too. */
const OLDEST_SKOPEO = '1.9';

export interface Skopeo {
  /** `1.18.0` */
  readonly version: string;
  /** For `RegistryAccess.policy`: written where the machine has none. */
  readonly policy: string | undefined;
  /** What people should know. */
  readonly notes: readonly string[];
}

/**
 * Looks for a skopeo that is new enough and for the trust policy that it wants.
 *
 * @param policyFiles where skopeo looks for its policy (containers-policy.json(5))
 * @throws UserError (failure) when it is not installed or too old
 */
export async function checkSkopeo(
  workDir: string,
  signal?: AbortSignal,
  policyFiles: readonly string[] = systemPolicyFiles(),
): Promise<Skopeo> {
  const { stdout } = await mustRun(version(), { signal });
  const found = parseVersion(stdout.toString());
  if (!isAtLeast(found, OLDEST_SKOPEO)) {
    throw failure(`skopeo ${found} is too old: ${OLDEST_SKOPEO} or newer is needed`, {
      hint: 'Debian has it from 12 (bookworm) on, Ubuntu from 24.04 on; Ubuntu 22.04 has 1.4.1',
    });
  }
  if (policyFiles.some((file) => existsSync(file))) {
    return { version: found, policy: undefined, notes: [] };
  }
  const policy = await writePolicy(workDir);
  const note = `no trust policy (${policyFiles.join(', ')}): unsigned images are accepted, as Debian's own policy does`;
  return { version: found, policy, notes: [note] };
}

/**
 * skopeo takes a login file that is not there for one without logins, and then a registry's answer
 * says nothing of the mistyped path.
 *
 * @throws UserError (usage)
 */
export function checkAccess({ authfile }: RegistryAccess): void {
  if (authfile === undefined || existsSync(authfile)) return;
  throw usageError(`authfile: there is no ${authfile}`, {
    hint: 'skopeo login --authfile FILE REGISTRY writes one',
  });
}

export function version(): string[] {
  return ['skopeo', '--version'];
}

/** Without --debug nobody hears that it waits because the registry answers 429. */
const TALKATIVE = ['skopeo', '--debug'];

/**
 * Prints a manifest or an index, byte for byte as it is stored.
 *
 * @param tempDir where an archive is unpacked for that
 */
export function inspectRaw(source: string, access: RegistryAccess, tempDir?: string): string[] {
  const global = [...tempFlag(tempDir), ...policyFlag(access)];
  return [...TALKATIVE, ...global, 'inspect', ...accessFlags(access), '--raw', source];
}

/** Prints the config of an image, byte for byte as it is stored. */
export function inspectConfigRaw(source: string, access: RegistryAccess): string[] {
  const flags = [...accessFlags(access), '--config', '--raw'];
  return [...TALKATIVE, ...policyFlag(access), 'inspect', ...flags, source];
}

/** Prints the names in a docker-archive as `{"Tags": […]}`. */
export function listTags(source: string, tempDir: string): string[] {
  return ['skopeo', ...tempFlag(tempDir), 'list-tags', source];
}

export interface LayoutCopy {
  readonly source: string;
  /** Folder of the new OCI layout. */
  readonly layout: string;
  /** Folder of the blobs, as `sha256/HEX`. */
  readonly blobs: string;
  readonly access: RegistryAccess;
}

/**
 * Copies one image into an OCI layout, its manifest byte for byte; blobs that are there are kept.
 *
 * @throws UserError (usage) for a folder with a colon, where skopeo sees the end of the path
 */
export function copyToLayout({ source, layout, blobs, access }: LayoutCopy): string[] {
  if (layout.includes(':')) {
    throw usageError(`the folder ${layout} has a colon in its path, which skopeo cannot write to`, {
      hint: 'set TMPDIR or the cache directory to another one',
    });
  }
  const shared = ['--preserve-digests', '--dest-shared-blob-dir', blobs];
  return [
    ...TALKATIVE,
    ...policyFlag(access),
    ...copy(access),
    ...shared,
    source,
    `oci:${layout}:image`,
  ];
}

export interface DirectoryCopy {
  readonly source: string;
  /** The platform to choose where the source has several. */
  readonly platform: Platform;
  /** A folder that is empty or not there: manifest.json and blobs named by their digits. */
  readonly directory: string;
  readonly access: RegistryAccess;
  /** Where archives are unpacked. */
  readonly tempDir: string;
}

/**
 * Copies one image into a folder of the `dir:` transport, which takes every manifest and every layer
 * as it is. `--preserve-digests` would only refuse a containers-storage.
 */
export function copyToDirectory(options: DirectoryCopy): string[] {
  const { source, platform, directory, access, tempDir } = options;
  const global = [...tempFlag(tempDir), ...policyFlag(access), ...platformFlags(platform)];
  return ['skopeo', ...global, ...copy(access), source, `dir:${directory}`];
}

/**
 * Signatures are checked as the policy wants and then dropped: there is no place for them, and skopeo
 * would stop.
 */
function copy(access: RegistryAccess): string[] {
  return ['copy', ...accessFlags(access, 'src-'), '--quiet', '--remove-signatures'];
}

/** `docker://REPOSITORY@DIGEST` or `docker://REPOSITORY:TAG`: skopeo refuses both together. */
export function dockerSource(reference: ImageReference): string {
  const { repository, tag, digest } = reference;
  return `docker://${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}

/**
 * Without `--tls-verify` the registry's entry in registries.conf decides, which an explicit
 * `--tls-verify=true` would overrule. `copy` wants to know which of its two ends is meant.
 */
function accessFlags({ authfile, tlsVerify }: RegistryAccess, end: '' | 'src-' = ''): string[] {
  return [
    ...(authfile === undefined ? [] : [`--${end}authfile`, authfile]),
    ...(tlsVerify ? [] : [`--${end}tls-verify=false`]),
  ];
}

/** Without it skopeo unpacks into /var/tmp, whatever TMPDIR says. */
function tempFlag(directory: string | undefined): string[] {
  return directory === undefined ? [] : ['--tmpdir', directory];
}

function policyFlag({ policy }: RegistryAccess): string[] {
  return policy === undefined ? [] : ['--policy', policy];
}

/** The best variant is given: skopeo itself falls back to older ones of arm, and to none. */
function platformFlags({ os, architecture, variants: [best] }: Platform): string[] {
  const variant = best === undefined ? [] : ['--override-variant', best];
  return ['--override-os', os, '--override-arch', architecture, ...variant];
}

function parseVersion(output: string): string {
  const found = /^skopeo version (\d+\.\d+\S*)/.exec(output)?.[1];
  if (found === undefined) throw failure(`skopeo does not tell its version but ${output.trim()}`);
  return found;
}

function isAtLeast(found: string, oldest: string): boolean {
  const [major = 0, minor = 0] = found.split('.').map((part) => Number.parseInt(part, 10));
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

function systemPolicyFiles(): string[] {
  return [join(homedir(), '.config/containers/policy.json'), '/etc/containers/policy.json'];
}

async function writePolicy(workDir: string): Promise<string> {
  const path = join(workDir, 'policy.json');
  await writeFile(path, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
  return path;
}
