import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { end, ROOT, startBundle, workplace } from './program.ts';
import { buildImage, buildLayer, writeOciLayout } from './support/images.ts';
import { tempDirs } from './support/temp.ts';

// The other architecture's library comes from npm.
jest.setTimeout(300_000);

const temp = tempDirs();
/** What a clone has without `npm ci`, and what a release of the action has. */
let clone: string;
beforeAll(async () => {
  clone = await temp.make('clone');
  for (const name of ['dist', 'device', 'package.json', 'action.yml']) {
    await cp(join(ROOT, name), join(clone, name), { recursive: true });
  }
});
afterAll(() => temp.remove());

test('dist is what script/build makes of the sources', async () => {
  const built = join(await temp.make('dist'), 'dist');
  execFileSync(join(ROOT, 'script/build'), [built], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [here, there] = await Promise.all([filesOf(join(ROOT, 'dist')), filesOf(built)]);
  expect([...there.keys()]).toEqual([...here.keys()]);
  const other = [...here].filter(([name, bytes]) => !there.get(name)?.equals(bytes));
  expect(other.map(([name]) => name)).toEqual([]);
});

test.each([
  ['zstd.linux-x64-gnu.node', 62],
  ['zstd.linux-arm64-gnu.node', 183],
])('%s is a library for its machine', async (name, machine) => {
  const bytes = await readFile(join(clone, 'dist/zstd', name));
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  expect(bytes.readUInt16LE(16)).toBe(3);
  expect(bytes.readUInt16LE(18)).toBe(machine);
});

test('the npm package brings nothing else along: dist has all that it needs', async () => {
  const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  expect(dependencies).toBeUndefined();
});

describe('a clone without node_modules', () => {
  let layout: string;
  beforeAll(async () => {
    layout = join(await temp.make('layout'), 'layout');
    await writeOciLayout(layout, await tinyImage(), 'app:1');
    expect(existsSync(join(clone, 'node_modules'))).toBe(false);
  });

  const build = async (node: string) => {
    const { args } = workplace(await temp.make('built'));
    const argv = ['build', `oci:${layout}:app:1`, '--json', ...args];
    return end(startBundle([join(clone, 'dist/cli.js'), ...argv], { node, cwd: layout }));
  };

  test.each(nodes())('builds and inspects a package: Node %s', async (_version, node) => {
    const { code, stdout, stderr } = await build(node);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const { deb, 'deb-sha256': sha256 } = JSON.parse(stdout);
    const cli = join(clone, 'dist/cli.js');
    const inspected = await end(startBundle([cli, 'inspect', deb], { node, cwd: layout }));
    expect(inspected.stdout).toMatch(/every digest is right/);
    // The same bytes as with any other Node.
    expect(sha256).toBe(JSON.parse((await build(process.execPath)).stdout)['deb-sha256']);
  });

  test('is run as a program of its own', () => {
    const told = execFileSync(join(clone, 'dist/cli.js'), ['--version'], { encoding: 'utf8' });
    expect(told).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('says in a line that the native library is missing', async () => {
    const broken = await temp.make('broken');
    await cp(clone, broken, { recursive: true });
    for (const name of await readdir(join(broken, 'dist/zstd'))) {
      if (name.endsWith('.node')) await writeFile(join(broken, 'dist/zstd', name), '');
    }
    const argv = [join(broken, 'dist/cli.js'), 'build', `oci:${layout}:app:1`];
    const { args } = workplace(await temp.make('without'));
    const ended = await end(startBundle([...argv, ...args]));
    expect(ended.code).toBe(1);
    expect(ended.stderr.trim().split('\n').at(-1)).toMatch(
      /^container-preload: error: zstd's native library does not load here: .* \(it is there for Linux with glibc on amd64 and arm64\)$/,
    );
  });
});

test('npm packs it, and npx runs it, to a package whose bytes are those of the clone', async () => {
  const packed = await temp.make('packed');
  const folder = await temp.make('npx');
  const run = (argv: readonly [string, ...string[]], cwd: string) =>
    execFileSync(argv[0], argv.slice(1), {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', npm_config_cache: join(packed, 'cache') },
    });
  run(['npm', 'pack', '--pack-destination', packed], ROOT);
  const archive = (await readdir(packed)).find((name) => name.endsWith('.tgz')) ?? '';
  await writeOciLayout(join(folder, 'image'), await tinyImage(), 'app:1');
  const build = ['build', 'oci:image:app:1', '--json', ...workplace(folder).args];
  const npx = ['--yes', `--package=${join(packed, archive)}`, 'container-preload'];
  const [byNpx, byClone] = [
    run(['npx', ...npx, ...build], folder),
    run([process.execPath, join(clone, 'dist/cli.js'), ...build], folder),
  ].map((stdout) => JSON.parse(stdout)['deb-sha256']);
  expect(byNpx).toBe(byClone);
});

/**
 * The versions and paths of what can run the bundle here: the Node of the tests, that of script/setup,
 * and the machine's own one.
 */
function nodes(): [string, string][] {
  const paths = [
    process.execPath,
    join(ROOT, '.tools/node/bin/node'),
    process.env.SYSTEM_NODE ?? '',
  ];
  const versions = new Map<string, string>();
  for (const path of paths.filter((candidate) => existsSync(candidate))) {
    versions.set(execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1), path);
  }
  if (versions.size < 2) console.warn(`skipped: a second Node, beside ${[...versions.keys()]}`);
  return [...versions];
}

async function tinyImage() {
  return buildImage({ layers: [await buildLayer([{ path: 'etc/motd', content: 'hello' }])] });
}

/** Files of a tree by their paths. */
async function filesOf(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path)] as const),
  );
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}
