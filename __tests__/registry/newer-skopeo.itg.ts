import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { mustRun } from '../../src/exec.ts';
import { build, workplace } from '../program.ts';
import { busyboxEntries, debianTree } from '../support/debian.ts';
import {
  attestationOf,
  buildImage,
  buildIndex,
  buildLayer,
  ociArchive,
} from '../support/images.ts';
import { push } from '../support/push.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { tempDirs } from '../support/temp.ts';

jest.setTimeout(300_000);

const temp = tempDirs();
let registry: Registry;
let newer: string;
beforeAll(async () => {
  registry = await startRegistry();
  newer = await skopeoOf('trixie');
});
afterAll(async () => {
  await registry.stop();
  await temp.remove();
});

/** A folder for PATH with the skopeo of another Debian, which runs with the libraries of that. */
async function skopeoOf(suite: string): Promise<string> {
  const tree = await debianTree('amd64', ['skopeo'], { depends: true, suite });
  const folder = await temp.make('skopeo');
  const libraries = `${tree}/usr/lib/x86_64-linux-gnu`;
  const program = `exec ${libraries}/ld-linux-x86-64.so.2 --library-path ${libraries} ${tree}/usr/bin/skopeo "$@"`;
  await writeFile(join(folder, 'skopeo'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  return folder;
}

test('the skopeo of Debian 13 and that of this machine come to the same package', async () => {
  const layers = [
    await buildLayer(await busyboxEntries('amd64')),
    await buildLayer([{ path: 'etc/motd', content: 'zstd' }], 'zstd'),
    await buildLayer([{ path: 'etc/issue', content: 'none' }], 'none'),
  ];
  const image = buildImage({ architecture: 'amd64', layers });
  const index = buildIndex([image, attestationOf(image)]);
  const docker = buildImage({
    architecture: 'amd64',
    layers: layers.slice(0, 1),
    format: 'docker',
  });
  await push(registry, 'index', '1', index);
  await push(registry, 'docker', '1', docker);
  const archive = join(await temp.make('archive'), 'image.tar');
  await writeFile(archive, await ociArchive(image, 'app:2'));
  const references = [
    `${registry.host}/index:1`,
    `${registry.host}/docker:1`,
    `oci-archive:${archive} as app:2`,
  ];

  const found: Buffer[] = [];
  for (const PATH of [process.env.PATH, `${newer}:${process.env.PATH}`]) {
    const env = { PATH, SOURCE_DATE_EPOCH: '1700000000' };
    const place = workplace(await temp.make('place'));
    const { deb } = await build([...references, ...place.args], { env });
    found.push(await readFile(deb));
  }
  expect(found[0]?.equals(found[1] as Buffer)).toBe(true);

  const { stdout } = await mustRun([join(newer, 'skopeo'), '--version']);
  expect(stdout.toString()).toMatch(/^skopeo version 1\.18\./);
});
