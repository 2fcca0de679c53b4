import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { take } from './process.ts';

export interface RivalRun {
  readonly references: readonly string[];
  readonly level: number;
  /** Is made, and not removed. */
  readonly folder: string;
}

/**
 * The way without this program, one image after the other: skopeo to dir:, from there to
 * docker-archive:, zstd with all processors, and one dpkg-deb over the archives.
 *
 * What is not needed any more is removed on the way, as a careful script does.
 */
export async function runRival(run: RivalRun): Promise<{ seconds: number; debSize: number }> {
  const began = performance.now();
  const tree = join(run.folder, 'tree');
  const share = join(tree, 'usr/share/bench-images');
  await mkdir(share, { recursive: true });
  for (const [index, reference] of run.references.entries()) {
    const directory = join(run.folder, 'dir');
    const archive = join(run.folder, 'image.tar');
    for (const argv of imageArgvs(
      reference,
      { directory, archive, level: run.level },
      share,
      index,
    )) {
      await take(argv);
    }
    await rm(archive);
    await rm(directory, { recursive: true });
  }
  await mkdir(join(tree, 'DEBIAN'));
  await chmod(join(tree, 'DEBIAN'), 0o755);
  await writeFile(join(tree, 'DEBIAN/control'), CONTROL);
  const deb = join(run.folder, 'bench-images.deb');
  await take(['dpkg-deb', '--root-owner-group', '-Znone', '--build', tree, deb]);
  return { seconds: (performance.now() - began) / 1000, debSize: (await stat(deb)).size };
}

function imageArgvs(
  reference: string,
  { directory, archive, level }: { directory: string; archive: string; level: number },
  share: string,
  index: number,
): string[][] {
  return [
    ['skopeo', 'copy', '-q', '--src-tls-verify=false', `docker://${reference}`, `dir:${directory}`],
    ['skopeo', 'copy', '-q', `dir:${directory}`, `docker-archive:${archive}:${reference}`],
    zstdArgv(level, archive, join(share, `image-${index}.tar.zst`)),
  ];
}

/** What compresses a file with all processors. */
export function zstdArgv(level: number, from: string, to: string): string[] {
  return ['zstd', '-q', '-T0', ...(level > 19 ? ['--ultra'] : []), `-${level}`, from, '-o', to];
}

const CONTROL = `Package: bench-images
Version: 1.0
Architecture: amd64
Maintainer: Bench <bench@example.org>
Description: container images
`;
