import { cpus, totalmem } from 'node:os';
import { mustRun } from '../src/exec.ts';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  /** By the name of the program. */
  readonly versions: Readonly<Record<string, string>>;
}

/** @param node the node that runs our program */
export async function describeMachine(node: string): Promise<Machine> {
  const programs: [string, string[]][] = [
    ['node', [node, '--version']],
    ['skopeo', ['skopeo', '--version']],
    ['zstd', ['zstd', '--version']],
    ['podman', ['podman', '--version']],
    ['dpkg', ['dpkg-deb', '--version']],
    ['docker-registry', ['docker-registry', '--version']],
  ];
  const versions: Record<string, string> = {};
  for (const [name, argv] of programs) {
    versions[name] = versionIn((await mustRun(argv)).stdout.toString());
  }
  const all = cpus();
  return { processor: all[0]?.model ?? '?', cores: all.length, memory: totalmem(), versions };
}

/** The first thing that looks like a version in what a program says of itself. */
function versionIn(text: string): string {
  return /\d+(?:\.\d+)+/.exec(text)?.[0] ?? text.trim();
}
