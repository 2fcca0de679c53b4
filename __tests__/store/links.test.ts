import * as promises from 'node:fs/promises';
import { link, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, jest, test } from '@jest/globals';

/** What `link` answers; a test machine has no file system without hard links at hand. */
let refusal: string | undefined;
jest.unstable_mockModule('node:fs/promises', () => ({
  ...promises,
  link: async (from: string, to: string) => {
    if (refusal === undefined) return link(from, to);
    throw Object.assign(new Error(refusal), { code: refusal, syscall: 'link' });
  },
}));
const { openStore } = await import('../../src/store/store.ts');

const root = await mkdtemp(join(tmpdir(), 'container-preload-links-'));
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(() => {
  refusal = undefined;
});

describe('a file system without hard links', () => {
  test.each(['EPERM', 'EXDEV', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP'])(
    'that says %s: copies',
    async (code) => {
      refusal = code;
      const store = await openStore(join(root, code), () => undefined);
      const made = join(store.workDir, 'made');
      await writeFile(made, 'content');
      const sha256 = 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73';
      await store.putEntry('layers/9/abc.zst', made, { size: 7, sha256 });
      const taken = await store.takeEntry('layers/9/abc.zst');
      expect(await readFile(taken?.path ?? '', 'utf8')).toBe('content');
      expect((await stat(taken?.path ?? '')).nlink).toBe(1);
      await store.close();
      expect((await readdir(join(root, code, 'v1/layers/9'))).sort()).toEqual([
        'abc.zst',
        'abc.zst.json',
      ]);
    },
  );
});

test('another answer is an error', async () => {
  refusal = 'ENOSPC';
  const store = await openStore(join(root, 'full'), () => undefined);
  await writeFile(join(store.workDir, 'made'), 'content');
  await expect(
    store.putEntry('layers/9/abc', join(store.workDir, 'made'), { size: 7, sha256: '' }),
  ).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(await readdir(join(root, 'full/v1/layers/9'))).toEqual([]);
  await store.close();
});
