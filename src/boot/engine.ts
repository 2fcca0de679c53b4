import type { Engine } from './base/types.ts';
import { PROBE_FAILED } from './elf.ts';
import type { Reply } from './guest.ts';
import type { ImageSettings, Store } from './types.ts';

/** What an engine shows of an image. */
export interface ShownImage extends ImageSettings {
  /** `sha256:` and hexadecimal digits in both engines. */
  readonly id: string;
  readonly architecture: string;
  readonly layers: readonly string[];
}

export function inspectArgv(engine: Engine, references: readonly string[]): string[] {
  return [engine, 'image', 'inspect', ...references];
}

/** What `image inspect` says, in the order of its arguments. */
export function parseInspections(json: string): ShownImage[] {
  return (JSON.parse(json) as RawInspection[]).map((image) => ({
    id: image.Id.startsWith('sha256:') ? image.Id : `sha256:${image.Id}`,
    architecture: image.Architecture,
    layers: image.RootFS?.Layers ?? [],
    ...settingsOf(image.Config),
  }));
}

interface RawInspection {
  readonly Id: string;
  readonly Architecture: string;
  readonly RootFS?: { readonly Layers?: readonly string[] | null };
  readonly Config?: ImageConfig;
}

/** A part of an image's config, as an image has it and as engines show it. */
export type ImageConfig =
  | {
      readonly Entrypoint?: readonly string[] | null;
      readonly Cmd?: readonly string[] | null;
      readonly Labels?: Readonly<Record<string, string>> | null;
    }
  | null
  | undefined;

export function settingsOf(config: ImageConfig): ImageSettings {
  return {
    entrypoint: config?.Entrypoint ?? [],
    command: config?.Cmd ?? [],
    labels: config?.Labels ?? {},
  };
}

/**
 * Runs a program in a container that has no network, keeps no log and is removed afterwards.
 *
 * @param container its name
 * @param program of the image, or of `mounts`
 * @param mounts files of the machine that the container sees, path by path
 */
export function runArgv(
  engine: Engine,
  container: string,
  reference: string,
  [program = '', ...args]: readonly string[],
  mounts: Readonly<Record<string, string>> = {},
): string[] {
  return [
    ...[engine, 'run', '--rm', '--name', container],
    ...['--network=none', '--pull=never', '--log-driver=none'],
    ...Object.entries(mounts).flatMap(([inside, file]) => ['--volume', `${file}:${inside}:ro`]),
    ...['--entrypoint', program, reference, ...args],
  ];
}

/** Removes what `runArgv` ran, when it did not end by itself: the client's end does not end it. */
export function removeContainerArgv(engine: Engine, container: string): string[] {
  return [engine, 'rm', '--force', container];
}

/** What a shell is given to show that it runs: its first line is there whatever happens then. */
export const OWN_TRUE = 'echo; uname -m 2>/dev/null; true';

/** errno(3) of what is no program to start: ENOENT, EACCES, ENOTDIR, ELOOP. */
const ABSENT: readonly number[] = [2, 13, 20, 40];
const ENOEXEC = 8;

/** What became of a shell that `probeProgram` was to start with `OWN_TRUE`. */
export function findShell({
  code,
  stdout,
}: Pick<Reply, 'code' | 'stdout'>): 'started' | 'absent' | 'foreign' {
  if (stdout !== '') return 'started';
  const error = code - PROBE_FAILED;
  if (ABSENT.includes(error)) return 'absent';
  return error === ENOEXEC ? 'foreign' : 'started';
}

export function removeImageArgv(engine: Engine, reference: string): string[] {
  return [engine, 'image', 'rm', '--force', reference];
}

/** Makes an image of a tar of the machine, under a reference that may belong to another image. */
export function importArgv(engine: Engine, tar: string, reference: string): string[] {
  return [engine, 'import', tar, reference];
}

/** The units whose journals tell what went wrong in an engine. */
export function engineUnits(engine: Engine): readonly string[] {
  return engine === 'docker' ? ['docker.service', 'containerd.service'] : ['podman.service'];
}

/** What tells in which store Docker keeps images. */
export function driverArgv(): string[] {
  return ['docker', 'info', '--format', '{{.Driver}} {{json .DriverStatus}}'];
}

/** @param driver what `driverArgv` says */
export function storeOf(driver: string): Store {
  return driver.includes('io.containerd.snapshotter') ? 'containerd' : 'classic';
}

/** Docker's settings for a store. */
export function daemonSettings(store: Store): string {
  return `${JSON.stringify({ features: { 'containerd-snapshotter': store === 'containerd' } })}\n`;
}

/** A program as another user, who has a runtime folder of their own as after a login. */
export function asUserArgv(user: string, argv: readonly string[]): string[] {
  const line = [
    'user=$1; shift',
    'id=$(id -u "$user"); home=$(getent passwd "$user" | cut -d: -f6)',
    'cd "$home"',
    'runtime="/run/user/$id"; bus="unix:path=$runtime/bus"',
    'exec runuser -u "$user" -- env HOME="$home" XDG_RUNTIME_DIR="$runtime" DBUS_SESSION_BUS_ADDRESS="$bus" "$@"',
  ].join('; ');
  return ['sh', '-euc', line, 'sh', user, ...argv];
}
