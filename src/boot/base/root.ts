import { join } from 'node:path';
import { mustRun, type Output } from '../../exec.ts';

/** Programs that see themselves as root, one after the other, and what they made as they left it. */
export interface FakeRoot {
  run(argv: readonly string[], signal: AbortSignal): Promise<Output>;
}

/**
 * fakeroot where we are not root: owners, devices and set-id bits are kept in a file between runs.
 * What is made outside of it counts as root's. Nothing that was made inside may be removed outside:
 * the next file might get its inode, and with it its owner.
 */
export function fakeRoot(workDir: string, uid: number | undefined): FakeRoot {
  const state = join(workDir, 'fakeroot.state');
  let begun = false;
  return {
    async run(argv, signal) {
      const output = await mustRun(uid === 0 ? argv : fakerootArgv(argv, state, begun), {
        env: toolEnvironment(process.env),
        signal,
        withChildren: true,
      });
      begun = true;
      return output;
    },
  };
}

export function fakerootArgv(argv: readonly string[], state: string, begun: boolean): string[] {
  return ['fakeroot', ...(begun ? ['-i', state] : []), '-s', state, '--', ...argv];
}

/** mke2fs, depmod and others are not on everybody's PATH. */
export function toolEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const path = [env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin'].filter(Boolean).join(':');
  return { ...env, PATH: path, LC_ALL: 'C' };
}
