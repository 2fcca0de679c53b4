import { usageError } from './errors.ts';

/** @throws UserError (usage) on anything but Linux: skopeo, dpkg and the stores are there alone */
export function checkRunner(platform: NodeJS.Platform = process.platform): void {
  if (platform === 'linux') return;
  throw usageError(`container-preload runs on Linux, and this is ${platform}`, {
    hint: 'in GitHub Actions: runs-on: ubuntu-24.04',
  });
}

/**
 * Frames are compressed in libuv's thread pool, whose four threads would bound `jobs`. Its size is
 * read once, when the pool is first used: call this before any asynchronous work.
 */
export function widenThreadPool(threads: number): void {
  process.env.UV_THREADPOOL_SIZE ??= String(threads);
}
