import { join } from 'node:path';
import { tempDirs } from '../../__tests__/support/temp.ts';
import { lastLines, mustRun, run } from '../../src/exec.ts';

/** Podman's run root may have 50 characters: sockets are in it. */
const SHORT_DIRECTORY = '/tmp';

/** A Podman with a store of its own, which knows nothing of the machine's images. */
export interface PodmanStore {
  /** Loads one image: `cat FRAGMENTS | zstd -dc | podman load`. @throws UserError when a part fails */
  load(fragments: readonly string[]): Promise<void>;
  /** `sha256:HEX` */
  imageId(reference: string): Promise<string>;
  /** Runs `true` in the image and says how. @throws UserError when it does not run */
  runTrue(reference: string): Promise<Way>;
  /** Ends what still runs, so that the directory can be removed. */
  close(): Promise<void>;
}

/** `chroot`: of the mounted image, because the machine lets no container run, for that reason. */
export type Way = { readonly by: 'run' } | { readonly by: 'chroot'; readonly because: string };

export async function podmanStore(directory: string, signal?: AbortSignal): Promise<PodmanStore> {
  const short = tempDirs(SHORT_DIRECTORY);
  const podman = podmanArgv(join(directory, 'root'), await short.make('run'));
  // Podman spools what it loads, and leaves it behind when it is killed.
  const options = { signal, env: { ...process.env, TMPDIR: directory } };
  return {
    async load(fragments) {
      const pipe = 'set -o pipefail; cat -- "${@:2:$1}" | zstd -dc | "${@:2+$1}"';
      const counted = [String(fragments.length), ...fragments, ...podman, 'load', '--quiet'];
      await mustRun(['bash', '-c', pipe, 'load', ...counted], options);
    },
    async imageId(reference) {
      const inspect = [...podman, 'image', 'inspect', '--format', '{{.Id}}', reference];
      return `sha256:${(await mustRun(inspect, options)).stdout.toString().trim()}`;
    },
    async runTrue(reference) {
      const isolated = ['--rm', '--pull=never', '--network=none'];
      const ran = await run([...podman, 'run', ...isolated, reference, 'true'], options);
      if (ran.code === 0) return { by: 'run' };
      const mounted = await mustRun([...podman, 'image', 'mount', reference], options);
      await mustRun(['chroot', mounted.stdout.toString().trim(), 'true'], options);
      await mustRun([...podman, 'image', 'unmount', reference], options);
      return { by: 'chroot', because: lastLines(ran.stderr, 1).replace(/^Error: /, '') };
    },
    async close() {
      await run([...podman, 'rm', '--all', '--force']);
      await short.remove();
    },
  };
}

function podmanArgv(root: string, runRoot: string): string[] {
  return ['podman', '--root', root, '--runroot', runRoot, '--storage-driver', 'vfs'];
}
