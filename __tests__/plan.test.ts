import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { Finding } from '../src/images/finding.ts';
import { readImages } from '../src/images/list.ts';
import { parseBuildOptions } from '../src/inputs.ts';
import { planJobs } from '../src/plan.ts';
import type { Surroundings } from '../src/surroundings.ts';
import { tempDirs } from './support/temp.ts';

const temp = tempDirs();
afterAll(() => temp.remove());

/** Without shards nothing of the surroundings is used but the environment. */
const around = { env: {} } as Surroundings;
const options = (arch: string, lists: readonly string[]) =>
  parseBuildOptions({ arch, 'image-list': lists.join('\n'), shard: '1/1' }, {});

async function lists(count: number): Promise<string[]> {
  const folder = await temp.make('plan');
  const paths = Array.from({ length: count }, (_, index) => join(folder, `${index}.txt`));
  await Promise.all(paths.map((path) => writeFile(path, 'alpine:3.20\n')));
  return paths;
}

test('a job for every list and architecture, each once, and no network', async () => {
  const [one = '', two = ''] = await lists(2);
  const builds = ['amd64', 'arm64'].map((arch) => options(arch, [one, two, one]));
  expect(await planJobs(builds, undefined, around)).toEqual({
    build: {
      include: [
        { arch: 'amd64', 'image-list': one },
        { arch: 'amd64', 'image-list': two },
        { arch: 'arm64', 'image-list': one },
        { arch: 'arm64', 'image-list': two },
      ],
    },
  });
});

test('what has no image for an architecture is left out with a word', async () => {
  const [lines = ''] = await lists(1);
  const kiwi = join(await temp.make('plan'), 'config.xml');
  const container = '<container name="web" arch="aarch64"/>';
  const profiles = '<profiles><profile name="kiosk" description="x"/></profiles>';
  await writeFile(
    kiwi,
    `<image schemaversion="8.5">${profiles}<containers source="quay.io" backend="docker" profiles="kiosk">${container}</containers></image>`,
  );
  const builds = ['arm64', 'amd64'].map((arch) => ({
    ...options(arch, [lines, kiwi]),
    profiles: ['kiosk'],
  }));
  const told: string[] = [];
  const watch = { finding: ({ message }: Finding) => void told.push(message) };
  const { build } = await planJobs(builds, undefined, { ...around, watch } as Surroundings);
  expect(build.include).toEqual([
    { arch: 'arm64', 'image-list': lines, profile: 'kiosk?' },
    { arch: 'arm64', 'image-list': kiwi, profile: 'kiosk?' },
    { arch: 'amd64', 'image-list': lines, profile: 'kiosk?' },
  ]);
  expect(told).toEqual([
    'no image for amd64: quay.io/web:latest is left out: it is for aarch64, and the package for amd64',
  ]);
  await expect(planJobs(builds.slice(1), undefined, around)).rejects.toThrow('no image for amd64');
});

test('a profile is told that no list of the plan has, and by none of its jobs', async () => {
  const folder = await temp.make('plan');
  const compose = async (name: string, profile: string) => {
    const text = `services: {a: {image: a}, b: {image: b, profiles: [${profile}]}}\n`;
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const paths = [await compose('a.yml', 'kiosk'), await compose('b.yml', 'debug')];
  const profiles = ['kiosk', 'debug', 'dbug'];
  const told: Finding[] = [];
  const watch = { finding: (finding: Finding) => void told.push(finding) };
  const { build } = await planJobs([{ ...options('amd64', paths), profiles }], undefined, {
    ...around,
    watch,
  } as Surroundings);
  expect(told.map(({ level, message }) => [level, message])).toEqual([
    ['warning', 'no list has a profile "dbug"'],
  ]);
  for (const [index, job] of build.include.entries()) {
    const given = parseBuildOptions({ ...job, shard: '1/1' }, {});
    const { images, findings } = await readImages({ ...given, env: {} });
    expect(images).toHaveLength(2);
    expect([given.imageLists, findings]).toEqual([[paths[index]], []]);
  }
});

test('why a list has no image is no profile of another list', async () => {
  const folder = await temp.make('plan');
  const [one, other] = [join(folder, 'one.yml'), join(folder, 'other.yml')];
  await writeFile(one, 'services: {a: {image: a, profiles: [debug]}}\n');
  await writeFile(other, 'services: {a: {image: a, profiles: [kiosk]}}\n');
  const told: string[] = [];
  const watch = { finding: ({ message }: Finding) => void told.push(message) };
  const builds = [{ ...options('amd64', [one, other]), profiles: ['kiosk'] }];
  await expect(planJobs(builds, undefined, { ...around, watch } as Surroundings)).rejects.toThrow(
    /^no image for amd64: [^;]*it needs profile debug$/,
  );
  expect(told).toEqual([]);
});

test('GitHub starts 256 jobs of a matrix', async () => {
  const many = await lists(129);
  const builds = ['amd64', 'arm64'].map((arch) => options(arch, many));
  await expect(planJobs(builds, undefined, around)).rejects.toThrow('258 jobs, and GitHub');
  const fewer = builds.map(({ imageLists, ...rest }) => ({
    ...rest,
    imageLists: imageLists.slice(1),
  }));
  expect((await planJobs(fewer, undefined, around)).build.include).toHaveLength(256);
});

test('lists are read: what is wrong in one ends the plan and not the jobs', async () => {
  await expect(planJobs([options('amd64', ['none.txt'])], undefined, around)).rejects.toThrow(
    /none\.txt/,
  );
  await expect(planJobs([options('amd64', [])], undefined, around)).rejects.toThrow(
    'no image list is given',
  );
});
