import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { tempDirs } from './temp.ts';

/** Older ones do not fetch the Go that a module asks for (https://go.dev/doc/toolchain). */
const OLDEST_GO = 21;

/**
 * A Go program that tests compare with, built before them. Where there is no Go they are skipped, which
 * is said.
 *
 * @param tests what is skipped then
 * @param source folder of the go.mod
 * @param name import path of the program
 */
export function goProgram(tests: string, source: string, name = '.') {
  const temp = tempDirs();
  let program: string;
  const lacking = whyNoGo();
  if (lacking !== undefined) process.stderr.write(`skipped: ${tests}: ${lacking}\n`);
  beforeAll(async () => {
    if (lacking !== undefined) return;
    program = join(await temp.make('go'), 'program');
    buildGo(source, name, program);
  });
  afterAll(temp.remove);
  return {
    describe: lacking === undefined ? describe : describe.skip,
    run: (args: readonly string[], env: NodeJS.ProcessEnv) =>
      spawnSync(program, args, { env, encoding: 'utf8' }),
  };
}

function whyNoGo(): string | undefined {
  const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8' });
  const minor = Number(/\bgo1\.(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
  return minor >= OLDEST_GO ? undefined : `Go 1.${OLDEST_GO} or later is not installed`;
}

/** Without C. @throws Error with what Go said */
function buildGo(source: string, name: string, output: string): void {
  const { status, error, stderr } = spawnSync('go', ['build', '-o', output, name], {
    cwd: source,
    env: { ...process.env, CGO_ENABLED: '0' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`go build ${name}: ${error ?? stderr}`);
}
