import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { take } from './process.ts';
import { type RivalRun, runRival, zstdArgv } from './rival.ts';

/** What one way took. */
export interface Delivered {
  /** Wall time. */
  readonly seconds: number;
  /** Bytes of all that is carried to a device. */
  readonly size: number;
}

/** A way without this program. */
interface Rival {
  /** Whether it compresses at a level, or carries the registry's own layers. */
  readonly compresses: boolean;
  /** Makes its folder, and leaves there what a device gets. */
  readonly run: (run: RivalRun) => Promise<Delivered>;
}

/** The second and the third make no Debian package: they are given that much. */
export const RIVALS: Readonly<Record<string, Rival>> = {
  'skopeo and zstd -T0, image by image': {
    compresses: true,
    async run(run) {
      const { seconds, debSize } = await runRival(run);
      return { seconds, size: debSize };
    },
  },
  'podman pull, save -m, zstd -T0': { compresses: true, run: podmanSave },
  'skopeo to oci-archive': { compresses: false, run: ociArchives },
};

/** All images in one archive, compressed as a whole. The store is a new one. */
async function podmanSave({ references, level, folder }: RivalRun): Promise<Delivered> {
  const archive = join(folder, 'images.tar');
  // podman takes no path of more than 50 characters here.
  const state = await mkdtemp(join(tmpdir(), 'podman-'));
  const store = ['--root', join(folder, 'podman'), '--runroot', state];
  const podman = ['podman', ...store, '--storage-driver', 'overlay'];
  try {
    await mkdir(folder, { recursive: true });
    return await timed(
      [
        [...podman, 'pull', '--quiet', '--tls-verify=false', ...references],
        [...podman, 'save', '--quiet', '-m', '-o', archive, ...references],
        zstdArgv(level, archive, `${archive}.zst`),
      ],
      [`${archive}.zst`],
    );
  } finally {
    await rm(state, { recursive: true });
  }
}

/** The registry's own layers, as kiwi carries them. */
async function ociArchives({ references, folder }: RivalRun): Promise<Delivered> {
  await mkdir(folder, { recursive: true });
  const archives = references.map((_, index) => join(folder, `image-${index}.tar`));
  const argvs = references.map((reference, index) => [
    ...['skopeo', 'copy', '-q', '--src-tls-verify=false', `docker://${reference}`],
    `oci-archive:${archives[index]}:${reference}`,
  ]);
  return timed(argvs, archives);
}

async function timed(argvs: readonly string[][], files: readonly string[]): Promise<Delivered> {
  const began = performance.now();
  for (const argv of argvs) await take(argv);
  const seconds = (performance.now() - began) / 1000;
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return { seconds, size: sizes.reduce((sum, size) => sum + size, 0) };
}
