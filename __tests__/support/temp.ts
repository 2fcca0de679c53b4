import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Temporary directories that go away together: `afterAll(() => temp.remove())`. */
export interface TempDirs {
  /** Makes an empty directory. */
  make(name?: string): Promise<string>;
  /** Removes every directory that `make` made, with what is in them. */
  remove(): Promise<void>;
}

export function tempDirs(parent: string = tmpdir()): TempDirs {
  const made: string[] = [];
  return {
    async make(name = 'test') {
      const path = await mkdtemp(join(parent, `container-preload-${name}-`));
      made.push(path);
      return path;
    },
    async remove() {
      await Promise.all(made.splice(0).map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}

/** Calls `use` with a directory that is removed afterwards, however it ended. */
export async function withTempDir<T>(use: (path: string) => Promise<T>): Promise<T> {
  const temp = tempDirs();
  try {
    return await use(await temp.make());
  } finally {
    await temp.remove();
  }
}
