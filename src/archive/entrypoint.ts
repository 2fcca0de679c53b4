import { posix } from 'node:path';
import type { DebianArchitecture } from '../images/platform.ts';
import type { LayerNotes, PathNote } from './scan.ts';

/**
 * The ELF machines (System V ABI, e_machine) that a Debian architecture's kernel runs; the 32-bit
 * sibling is among them, since its programs run in a 64-bit image too.
 */
const MACHINES: Record<DebianArchitecture, readonly number[]> = {
  amd64: [62, 3],
  arm64: [183, 40],
  armhf: [40],
  armel: [40],
  i386: [3],
  ppc64el: [21],
  s390x: [22],
  riscv64: [243],
  loong64: [258],
};

const MACHINE_NAMES: Readonly<Record<number, string>> = {
  3: 'i386',
  21: 'ppc64',
  22: 's390',
  40: '32-bit ARM',
  62: 'amd64',
  183: 'arm64',
  243: 'RISC-V',
  258: 'LoongArch',
};

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MAX_LINKS = 40;

/** The part of an image's config (OCI image specification, config.md) that says what it runs. */
export interface Command {
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Env?: readonly string[] | null;
  readonly WorkingDir?: string | null;
}

/**
 * What the entrypoint's program is compiled for, if that is something the architecture cannot run:
 * `/usr/bin/app is for arm64`. Undefined when it fits, and when the program is not found: an image
 * may get its program from a volume.
 *
 * @param layers notes of every layer, from the bottom to the top
 */
export function foreignEntrypoint(
  command: Command,
  layers: readonly LayerNotes[],
  architecture: DebianArchitecture,
): string | undefined {
  const program = command.Entrypoint?.[0] ?? command.Cmd?.[0];
  if (!program) return undefined;
  for (const path of candidates(program, command)) {
    const machine = machineOf(path, layers, 0);
    if (machine !== undefined) {
      if (MACHINES[architecture].includes(machine)) return undefined;
      return `${path} is for ${MACHINE_NAMES[machine] ?? `ELF machine ${machine}`}`;
    }
  }
  return undefined;
}

function candidates(program: string, { Env, WorkingDir }: Command): string[] {
  const here = posix.resolve('/', WorkingDir ?? '');
  if (program.includes('/')) return [posix.resolve(here, program)];
  const path = Env?.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
  return (path ?? DEFAULT_PATH).split(':').map((folder) => posix.resolve(here, folder, program));
}

/** Follows links in every component of the path, and a script to its interpreter. */
function machineOf(path: string, layers: readonly LayerNotes[], links: number): number | undefined {
  if (links > MAX_LINKS) return undefined;
  const parts = path.split('/').filter((part) => part !== '');
  for (const [index] of parts.entries()) {
    const prefix = parts.slice(0, index + 1).join('/');
    const note = topmost(prefix, layers);
    if (note === undefined) continue;
    if ('machine' in note) return note.machine;
    if ('interpreter' in note) return machineOf(note.interpreter, layers, links + 1);
    if ('gone' in note) return undefined;
    const target = posix.resolve('/', posix.dirname(prefix), note.link);
    return machineOf(posix.join(target, ...parts.slice(index + 1)), layers, links + 1);
  }
  return undefined;
}

function topmost(path: string, layers: readonly LayerNotes[]): PathNote | undefined {
  return layers.findLast((notes) => Object.hasOwn(notes, path))?.[path];
}
