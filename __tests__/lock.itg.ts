import { spawnSync } from 'node:child_process';
import { chmod, lstat, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { LockResult } from '../src/report/lock.ts';
import { CLI, cli, namesIn, workplace } from './program.ts';
import { buildImage, buildIndex, buildLayer } from './support/images.ts';
import { push } from './support/push.ts';
import { type Registry, startRegistry } from './support/registry.ts';
import { tempDirs } from './support/temp.ts';

jest.setTimeout(120_000);

const asRoot = process.getuid?.() === 0;
if (!asRoot) console.warn('skipped: a closed folder, which needs root');
const withRoot = asRoot ? test : test.skip;

const temp = tempDirs();
const layers = await Promise.all(
  ['one', 'two', 'three'].map((content) => buildLayer([{ path: 'etc/motd', content }])),
);
const [first, second, single] = layers.map((layer) =>
  buildImage({ architecture: 'amd64', layers: [layer] }),
) as [ReturnType<typeof buildImage>, ReturnType<typeof buildImage>, ReturnType<typeof buildImage>];
const app = buildIndex([first]);
const newer = buildIndex([second]);

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
  await push(registry, 'team/app', '1', app);
  await push(registry, 'single', '2', single);
});
afterAll(async () => {
  await registry.stop();
  await temp.remove();
});

interface Place {
  readonly folder: string;
  readonly lock: (...args: readonly string[]) => ReturnType<typeof cli>;
  readonly read: (name: string) => Promise<string>;
}

/** A folder with lists in which REG stands for the registry. */
async function place(lists: Readonly<Record<string, string>>): Promise<Place> {
  const folder = await temp.make('lock');
  for (const [name, text] of Object.entries(lists)) {
    await writeFile(join(folder, name), text.replaceAll('REG', registry.host));
  }
  return {
    folder,
    lock: (...args) => cli(['lock', ...args, '--tls-verify=false'], { cwd: folder }),
    read: async (name) =>
      (await readFile(join(folder, name), 'utf8')).replaceAll(registry.host, 'REG'),
  };
}

const LISTS = {
  'images.txt': [
    '\uFEFF# what the device needs',
    'REG/team/app:1   # the app',
    '\tREG/single:2 as app:two fetch-only',
    'docker://REG/team/app;tag=1;name=x',
    '',
    `REG/team/app:1@${app.digest}`,
    'docker-archive:build/own.tar',
  ].join('\r\n'),
  'compose.yml': `# the project
x-app: &app
  image: "REG/team/app:1"   # quoted
services:
  web: {<<: *app, ports: ['80:80']}
  db:
    image: 'REG/single:2'
  env:
    image: \${IMAGE}
  registry:
    image: \${MIRROR:-REG}/team/app:1
  default:
    image: \${OTHER:-REG/single:2}
    profiles: [debug]
`,
  '.env': '# images\nIMAGE=REG/single:2 # by hand\n',
};

test('each list is pinned in its own syntax, and nothing else of it changes', async () => {
  const { folder, lock, read } = await place(LISTS);
  await chmod(join(folder, 'images.txt'), 0o640);
  const { code, stdout, stderr } = await lock('images.txt', 'compose.yml');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      'notice: images.txt:7:1: docker-archive:build/own.tar has nothing to pin: it is no image of a registry\n',
  });
  expect(stdout).toMatch(
    /\n\n8 pinned, 0 moved, 1 as they were; written: images\.txt, compose\.yml, \.env\n$/,
  );
  const [A, S] = [app.digest, single.digest];
  expect(await read('images.txt')).toBe(
    LISTS['images.txt']
      .replace('REG/team/app:1 ', `REG/team/app:1@${A} `)
      .replace('REG/single:2', `REG/single:2@${S}`)
      .replace(';tag=1;', `;digest=${A};tag=1;`),
  );
  expect(await read('compose.yml')).toBe(
    LISTS['compose.yml']
      .replace('"REG/team/app:1"', `"REG/team/app:1@${A}"`)
      .replace("'REG/single:2'", `'REG/single:2@${S}'`)
      .replace('}/team/app:1', `}/team/app:1@${A}`)
      .replace(':-REG/single:2', `:-REG/single:2@${S}`),
  );
  expect(await read('.env')).toBe(`# images\nIMAGE=REG/single:2@${S} # by hand\n`);
  expect((await stat(join(folder, 'images.txt'))).mode & 0o777).toBe(0o640);

  // again: nothing is left to do, and nothing is written
  const before = await Promise.all(Object.keys(LISTS).map((name) => stat(join(folder, name))));
  expect((await lock('images.txt', 'compose.yml')).stdout).toBe(
    '0 pinned, 0 moved, 9 as they were; no file written\n',
  );
  const after = await Promise.all(Object.keys(LISTS).map((name) => stat(join(folder, name))));
  expect(after.map(({ ino }) => ino)).toEqual(before.map(({ ino }) => ino));
  expect(await lock('--check', '*.txt', '--image-list', 'compose:compose.yml')).toMatchObject({
    code: 0,
  });
});

test('units, recipes and manifests are pinned as they are written', async () => {
  const lists = {
    'app.container': '# unit\n[Container]\nImage=REG/team/app:1\n',
    'db.image': '[Image]\nImage = "REG/single:2"\n',
    'net.network': '[Network]\n',
    'images.bb':
      'SRC_URI = "docker://REG/team/app;tag=1 \\\n    file://x"\nSRC_URI:append = " docker://REG/single;tag=2"\n',
    'pod.yml':
      "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: a # the app\n      image: 'REG/team/app:1' # here\n",
    'config.xml':
      '<image schemaversion="7.5" name="x">\n  <containers source="REG" backend="podman">\n    <container name="single" tag="2"/>\n  </containers>\n</image>\n',
  };
  const { lock, read } = await place(lists);
  const { code, stderr } = await lock('*.*');
  expect(code).toBe(0);
  const [A, S] = [app.digest, single.digest];
  // kiwi has no place for a digest: that of the other lists counts.
  expect(stderr).not.toContain('config.xml');
  const alone = await lock('config.xml');
  expect(alone.stderr.replaceAll(registry.host, 'REG')).toContain(
    `warning: config.xml:3:22: REG/single:2 cannot be pinned here: kiwi has no place`,
  );
  const expected = {
    ...lists,
    'app.container': lists['app.container'].replace(':1', `:1@${A}`),
    'db.image': lists['db.image'].replace(':2', `:2@${S}`),
    'images.bb': lists['images.bb']
      .replace(';tag=1', `;digest=${A};tag=1`)
      .replace(';tag=2', `;digest=${S};tag=2`),
    'pod.yml': lists['pod.yml'].replace('app:1', `app:1@${A}`),
  };
  for (const [name, text] of Object.entries(expected)) expect(await read(name)).toBe(text);
  expect((await lock('*.*')).stdout).toContain('no file written');
});

test('a file under several names is counted and written once', async () => {
  const { folder, lock, read } = await place({ 'images.txt': 'REG/team/app:1\nREG/single:2\n' });
  await symlink('images.txt', join(folder, 'link.txt'));
  const names = ['images.txt', './images.txt', 'link.txt', join(folder, 'images.txt')];
  expect(await lock(...names)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('2 pinned, 0 moved, 0 as they were; written: images.txt'),
  });
  expect(await read('images.txt')).toBe(
    `REG/team/app:1@${app.digest}\nREG/single:2@${single.digest}\n`,
  );
});

test('a link stays a link', async () => {
  const { folder, lock, read } = await place({ 'real.txt': 'REG/team/app:1\n' });
  await symlink('real.txt', join(folder, 'images.txt'));
  expect(await lock('images.txt')).toMatchObject({ code: 0 });
  expect((await lstat(join(folder, 'images.txt'))).isSymbolicLink()).toBe(true);
  expect(await read('real.txt')).toBe(`REG/team/app:1@${app.digest}\n`);
});

describe('check', () => {
  const lists = { 'images.txt': `# app\nREG/team/app:1 # app\nREG/single:2@${app.digest}\n` };

  test('changes nothing and says where and what', async () => {
    const { lock, read } = await place(lists);
    const { code, stdout, stderr } = await lock('--check', 'images.txt');
    expect(code).toBe(1);
    expect(stderr.replaceAll(registry.host, 'REG').split('\n')).toEqual([
      `error: images.txt:2:1: REG/team/app:1 has no digest, so another build may get another image; write: REG/team/app:1@${app.digest} # app`,
      `error: images.txt:3:1: REG/single:2 now is ${single.digest}; the image is the given ${app.digest}; write: REG/single:2@${single.digest}`,
      'container-preload: error: not pinned to what the registry has now: 2 references (container-preload lock FILE… writes missing digests; container-preload lock --update FILE… moves digests)',
      '',
    ]);
    expect(stdout).toMatch(/1 to pin, 1 to move, 0 as they should be\n$/);
    expect(await read('images.txt')).toBe(lists['images.txt']);
  });

  test('in a workflow the lines are annotated', async () => {
    const { folder } = await place(lists);
    const { stdout } = await cli(['lock', '--check', 'images.txt', '--tls-verify=false'], {
      cwd: folder,
      env: { GITHUB_ACTIONS: 'true' },
    });
    const length = `${registry.host}/team/app:1`.length;
    expect(stdout).toContain(
      `::error file=images.txt,line=2,col=1,endColumn=${length + 1}::${registry.host}/team/app:1 has no digest`,
    );
  });

  test('and update are two things', async () => {
    const { lock } = await place(lists);
    expect(await lock('--check', '--update', 'images.txt')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('leave out one of the two'),
    });
  });
});

test('a tag that moved: kept, until update is asked for', async () => {
  await push(registry, 'moving', '1', app);
  const { lock, read } = await place({ 'images.txt': 'REG/moving:1 # app\n' });
  await lock('images.txt');
  const pinned = `REG/moving:1@${app.digest} # app\n`;
  expect(await read('images.txt')).toBe(pinned);
  await push(registry, 'moving', '1', newer);
  await lock('images.txt');
  expect(await read('images.txt')).toBe(pinned);
  expect(await lock('--check', 'images.txt')).toMatchObject({ code: 1 });

  const { code, stdout } = await lock('--update', '--json', 'images.txt');
  expect(code).toBe(0);
  expect(JSON.parse(stdout.replaceAll(registry.host, 'REG')) as LockResult).toEqual({
    changes: [
      {
        file: 'images.txt',
        line: 1,
        column: 1,
        reference: `REG/moving:1@${app.digest}`,
        old: app.digest,
        new: newer.digest,
        written: `REG/moving:1@${newer.digest}`,
      },
    ],
    unpinnable: [],
    kept: 0,
    files: ['images.txt'],
  });
  expect(await read('images.txt')).toBe(`REG/moving:1@${newer.digest} # app\n`);
  expect(await lock('--check', 'images.txt')).toMatchObject({ code: 0 });
});

test('what cannot be pinned in its place is said', async () => {
  const text = 'services:\n  a:\n    image: REG/single:${TAG}\n';
  const { lock, read } = await place({ 'compose.yml': text, '.env': 'TAG=2\n' });
  const { code, stdout, stderr } = await lock('compose.yml');
  expect(code).toBe(0);
  expect(stderr.replaceAll(registry.host, 'REG')).toBe(
    `warning: compose.yml:3:12: REG/single:2 cannot be pinned here: it is made of variables, and the digest belongs where they are set; write: REG/single:2@${single.digest}\n`,
  );
  expect(stdout).toContain('0 pinned, 0 moved, 0 as they were, 1 that cannot be pinned');
  expect(await read('compose.yml')).toBe(text);
  expect(await lock('--check', 'compose.yml')).toMatchObject({ code: 1 });
});

test('a list that can be pinned in part stays one that can be built', async () => {
  const compose =
    'services:\n  a: {image: "REG/single:${V:-2}"}\n  b: {image: "REG/single:2"}\n  c:\n    image: >-\n      REG/single:2\n';
  const kiwi =
    '<image schemaversion="8.5"><containers source="REG" backend="docker"><container name="single" tag="2"/></containers></image>';
  const names = ['config.xml', 'compose.yml', 'images.txt'];
  const lists = { 'compose.yml': compose, 'config.xml': kiwi, 'images.txt': 'REG/single:2\n' };
  const { folder, lock, read } = await place(lists);
  const { code, stdout } = await lock(...names);
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining('3 pinned, 0 moved, 2 as they were; written'),
  ]);
  const pinned = `REG/single:2@${single.digest}`;
  expect(await read('compose.yml')).toBe(
    compose.replaceAll(/(REG.single:)(2|\$\{V:-2)(?=[}"])/g, `$1$2@${single.digest}`),
  );
  expect(await read('images.txt')).toBe(`${pinned}\n`);
  for (const order of [names, names.toReversed()]) {
    const args = order.map((name) => `--image-list=${name}`);
    const listed = await cli(['list', '--json', ...args], { cwd: folder });
    expect(JSON.parse(listed.stdout || listed.stderr)).toMatchObject([{ digest: single.digest }]);
    const fixed = workplace(folder, { 'digest-policy': 'warn' }).args;
    const built = await cli(['build', ...args, ...fixed], { cwd: folder });
    expect([built.code, built.stderr]).toEqual([0, expect.any(String)]);
    const warnings = built.stderr.split('\n').filter((line) => line.includes('has no digest'));
    expect(warnings).toHaveLength(2);
  }
});

test('the same tag gets the digest that it has elsewhere', async () => {
  await push(registry, 'moved', '1', app);
  const pinned = `REG/moved:1@${app.digest}\n`;
  const { folder, lock, read } = await place({ 'a.txt': 'REG/moved:1\n', 'b.txt': pinned });
  await push(registry, 'moved', '1', newer);
  expect(await lock('a.txt', 'b.txt')).toMatchObject({ code: 0 });
  expect(await read('a.txt')).toBe(pinned);
  const args = ['--image-list=a.txt', '--image-list=b.txt'];
  expect(await cli(['list', ...args], { cwd: folder })).toMatchObject({ code: 0 });
});

test('nothing is written where one image is not there', async () => {
  const lists = { 'a.txt': 'REG/team/app:1\n', 'b.txt': '\nREG/nowhere:1\n' };
  const { lock, read } = await place(lists);
  const { code, stderr } = await lock('a.txt', 'b.txt');
  expect(code).toBe(1);
  expect(stderr).toMatch(/error: b\.txt:2:1: .*nowhere:1/);
  expect(await read('a.txt')).toBe(lists['a.txt']);
  const several = await place({ 'a.txt': 'REG/nowhere:1\nREG/team/app:1\nREG/nowhere:2\n' });
  const told = (await several.lock('a.txt')).stderr;
  expect(told).toMatch(/^error: a\.txt:1:1: .*nowhere:1: the registry does not have it/m);
  expect(told).toMatch(/^error: a\.txt:3:1: .*nowhere:2: the registry does not have it/m);
  expect(told).toMatch(/error: 2 images cannot be had/);
});

describe('what cannot be written is told before any network', () => {
  const unreachable = '127.0.0.1:1/team/app:1\n';

  test('a pipe', async () => {
    const { folder } = await place({ 'images.txt': unreachable });
    const lock = `cat images.txt | ${process.execPath} ${CLI} lock lines:/dev/stdin`;
    const { status, stderr } = spawnSync('sh', ['-c', lock], { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([
      1,
      'container-preload: error: cannot replace /dev/stdin: it is a pipe or a device (only a file can be written anew)\n',
    ]);
  });

  withRoot('a list in a folder that is closed, unless it has its digests', async () => {
    const { folder } = await place({
      'images.txt': unreachable,
      'pinned.txt': `127.0.0.1:1/team/app:1@${app.digest}\n`,
    });
    await chmod(folder, 0o555);
    const lock = (name: string) => cli(['lock', join(folder, name)], { uid: 65534 });
    const { code, stderr } = await lock('images.txt');
    expect([code, stderr]).toEqual([
      1,
      `container-preload: error: cannot replace ${join(folder, 'images.txt')}: permission denied (the file and its folder must be writable; no list is changed)\n`,
    ]);
    expect(await lock('pinned.txt')).toMatchObject({ code: 0 });
  });

  test('and where it can be, nothing is left of the trial', async () => {
    const { folder, lock } = await place({ 'images.txt': 'REG/none:1\n' });
    expect((await lock('images.txt')).stderr).toContain('the registry does not have it');
    expect(await namesIn(folder)).toEqual(['images.txt']);
  });
});

test('a file is needed', async () => {
  expect(await cli(['lock'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('lock needs a file'),
  });
});

test('a TMPDIR that is not there is told in one line', async () => {
  const { folder } = await place({ 'images.txt': 'REG/team/app:1\n' });
  const { code, stderr } = await cli(['lock', 'images.txt'], {
    cwd: folder,
    env: { ...process.env, TMPDIR: '/nonexistent' },
  });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr:
      'container-preload: error: no temporary folder can be made in /nonexistent: no such file (choose another one with TMPDIR)\n',
  });
});
