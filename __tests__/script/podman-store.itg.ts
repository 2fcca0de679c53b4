import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type PodmanStore, podmanStore } from '../../script/lib/podman-store.ts';
import { mustRun } from '../../src/exec.ts';
import { busyboxEntries } from '../support/debian.ts';
import { buildImage, buildLayer, dockerArchive } from '../support/images.ts';
import { tempDirs } from '../support/temp.ts';

const reference = 'registry.example.org/tools/busybox:1';
const temp = tempDirs();
let store: PodmanStore;

beforeAll(async () => {
  store = await podmanStore(await temp.make('podman'));
});
afterAll(async () => {
  await store.close();
  await temp.remove();
});

/** An archive in two zstd frames, cut anywhere. */
async function fragments() {
  const image = buildImage({ layers: [await buildLayer(await busyboxEntries('amd64'))] });
  const archive = await dockerArchive([{ image, tags: [reference] }]);
  const directory = await temp.make('fragments');
  const middle = Math.floor(archive.length / 2);
  const parts = [archive.subarray(0, middle), archive.subarray(middle)];
  const paths = await Promise.all(
    parts.map(async (part, index) => {
      const path = join(directory, String(index));
      await writeFile(path, part);
      await mustRun(['zstd', '-q', '--rm', path, '-o', `${path}.zst`]);
      return `${path}.zst`;
    }),
  );
  return { image, paths };
}

test('loads fragments, tells the ID and runs a program', async () => {
  const { image, paths } = await fragments();
  await store.load(paths);

  expect(await store.imageId(reference)).toBe(image.config.digest);
  const way = await store.runTrue(reference);
  expect(['run', 'chroot']).toContain(way.by);
});

test('a fragment that is cut is an error', async () => {
  const { paths } = await fragments();
  await truncate(paths[1] ?? '', 1000);
  await expect(store.load(paths)).rejects.toThrow(/bash failed/);
});

test('a fragment that is missing is an error, though Podman has all that it needs', async () => {
  const { paths } = await fragments();
  await expect(store.load([...paths, '/nowhere'])).rejects.toThrow(/nowhere/);
});

test('an image that is not there does not run', async () => {
  await expect(store.runTrue('registry.example.org/none:1')).rejects.toThrow(/podman failed/);
});
