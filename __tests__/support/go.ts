import { spawnSync } from 'node:child_process';

/** Older ones do not fetch the Go that a module asks for (https://go.dev/doc/toolchain). */
const OLDEST_GO = 21;

/** Why nothing can be built with Go here, or undefined. The reason is to be printed. */
export function whyNoGo(): string | undefined {
  const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8' });
  const minor = Number(/\bgo1\.(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
  return minor >= OLDEST_GO ? undefined : `Go 1.${OLDEST_GO} or later is not installed`;
}

/**
 * Builds a program of a Go module, without C.
 *
 * @param source folder of the go.mod
 * @param name import path of the program
 * @throws Error with what Go said
 */
export function buildGo(source: string, name: string, output: string): void {
  const { status, error, stderr } = spawnSync('go', ['build', '-o', output, name], {
    cwd: source,
    env: { ...process.env, CGO_ENABLED: '0' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`go build ${name}: ${error ?? stderr}`);
}
