import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Job, outputs, runJob, startJob } from './job.ts';
import { buildInputs, end, namesIn, ROOT, startBundle } from './program.ts';
import { busyboxEntries } from './support/debian.ts';
import { type Built, buildImage, buildIndex, buildLayer } from './support/images.ts';
import { push } from './support/push.ts';
import { type Registry, startRegistry } from './support/registry.ts';
import { tempDirs } from './support/temp.ts';

const temp = tempDirs();
const index = buildIndex([
  buildImage({ layers: [await buildLayer([{ path: 'etc/motd', content: 'hello' }])] }),
]);
let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
  await push(registry, 'app', '1', index);
});
afterAll(async () => {
  await registry.stop();
  await temp.remove();
});

/** A step that builds; it boots only where that is what is tested. */
const newJob = (inputs: Readonly<Record<string, string>>) =>
  startJob(temp, 'action.yml', (folder) => ({
    ...buildInputs(folder),
    'boot-test': 'false',
    ...inputs,
  }));
const run = (job: Job, more?: NodeJS.ProcessEnv) => runJob('dist/main.js', job, more);

test('a build: outputs, a summary, a warning at its line', async () => {
  const reference = `${registry.host}/app:1`;
  const job = await newJob({ 'image-list': 'lists/images.txt' });
  await mkdir(join(job.workspace, 'lists'));
  await writeFile(join(job.workspace, 'lists/images.txt'), `# images\n  ${reference}\n`);
  const { code, stdout, stderr } = await run(job);
  expect([code, stderr]).toEqual([0, '']);

  const given = await outputs(job);
  expect(Object.keys(given)).toEqual([
    ...['deb', 'deb-sha256', 'package', 'version', 'images', 'cache-hit', 'stats'],
    'boot-verdict',
  ]);
  expect(given).toMatchObject({
    deb: join(job.output, 'app-images_1.0_amd64.deb'),
    'deb-sha256': expect.stringMatching(/^[0-9a-f]{64}$/),
    package: 'app-images',
    version: '1.0',
    'boot-verdict': 'skipped',
  });
  expect(JSON.parse(given.images ?? '')).toMatchObject([
    { reference, indexDigest: index.digest, layers: 1 },
  ]);
  expect(JSON.parse(given.stats ?? '')).toMatchObject({ blobsDownloaded: 1, layersCompressed: 1 });

  const warnings = stdout.split('\n').filter((line) => line.startsWith('::warning'));
  expect(warnings).toEqual([
    `::warning file=lists/images.txt,line=2,col=3,endColumn=${reference.length + 3}::${reference} has no digest, so another build may get another image; write: ${reference}@${index.digest}`,
  ]);
  const groups = stdout.split('\n').filter((line) => /^::(end)?group::/.test(line));
  expect(groups).toEqual([
    ...['::group::Resolving references', '::endgroup::'],
    ...['::group::Fetching and compressing layers', '::endgroup::'],
    ...['::group::Writing the package', '::endgroup::'],
  ]);
  const summary = await readFile(job.env.GITHUB_STEP_SUMMARY ?? '', 'utf8');
  expect(summary).toMatch(/^## app-images_1\.0_amd64\.deb: /);
  expect(summary).toContain(`| \`${reference}\` | ${index.digest.slice(7, 19)} | `);
  expect(await namesIn(job.output)).toEqual(['app-images_1.0_amd64.deb']);
});

describe('an annotation at the line of a list', () => {
  const image = buildImage({ layers: [] });
  const foreign = buildImage({ architecture: 'riscv64', layers: [] });
  const arm64Program = () =>
    busyboxEntries('arm64').then(async (entries) =>
      buildImage({ layers: [await buildLayer(entries)], config: { Cmd: ['sh'] } }),
    );

  test.each<[string, () => Promise<Built>, string, RegExp]>([
    [
      'a tag that moved',
      async () => index,
      `@${image.digest}`,
      /^::warning file=compose\.yml,line=4,col=12,endColumn=\d+::\S+:1 now is sha256:\w+; the image is the given sha256:\w+; write: image: \S+:1@sha256:\w+ # here$/m,
    ],
    [
      'no image for the architecture',
      async () => buildIndex([foreign]),
      '',
      /^::error file=compose\.yml,line=4,col=12::compose\.yml:4:12: .*it has no image for linux\/amd64/m,
    ],
    [
      'an image that is for another one',
      async () => foreign,
      '',
      /^::error file=compose\.yml,line=4,col=12::compose\.yml:4:12: .*riscv64/m,
    ],
    [
      'programs for another one',
      async () => buildIndex([await arm64Program()]),
      '',
      /^::error file=compose\.yml,line=4,col=12::compose\.yml:4:12: .*its config says amd64, but .*arm64/m,
    ],
  ])('%s', async (name, build, pin, expected) => {
    const repository = name.replaceAll(' ', '-');
    await push(registry, repository, 'old', image);
    await push(registry, repository, '1', await build());
    const job = await newJob({ 'image-list': 'compose.yml' });
    await writeFile(
      join(job.workspace, 'compose.yml'),
      `# one service\nservices:\n  app:\n    image: ${registry.host}/${repository}:1${pin} # here\n`,
    );
    const { stdout } = await run(job);
    expect(stdout).toMatch(expected);
  });
});

test('more problems than annotations are shown: all in the summary', async () => {
  const job = await newJob({ 'image-list': 'compose.yml', 'digest-policy': 'strict' });
  const services = Array.from(
    { length: 11 },
    (_, number) => `  s${number}:\n    image: "${registry.host}/app:1" # ${number}\n`,
  );
  await writeFile(join(job.workspace, 'compose.yml'), `services:\n${services.join('')}`);
  const { code, stdout } = await run(job);
  expect(code).toBe(1);
  // the same image is one of the package, and all of its places are to be pinned
  expect(stdout.match(/^::error file=compose\.yml,line=\d+,col=13,endColumn=/gm)).toHaveLength(11);
  const summary = await readFile(job.env.GITHUB_STEP_SUMMARY ?? '', 'utf8');
  expect(summary).toContain('### 11 problems');
  expect(summary).toContain(`\`image: "${registry.host}/app:1@${index.digest}" # 10\``);
});

test('no machine is made for another architecture, which is said once', async () => {
  const built = buildImage({ architecture: 'riscv64', layers: [] });
  await push(registry, 'riscv', '1', buildIndex([built]));
  const images = `${registry.host}/riscv:1`;
  const job = await newJob({ images, arch: 'riscv64', 'boot-test': 'true' });
  const { code, stdout } = await run(job);
  expect([code, stdout.split('\n').filter((line) => line.startsWith('::notice'))]).toEqual([
    0,
    ['::notice::no boot test: it is for amd64, arm64, not for riscv64'],
  ]);
  expect(await outputs(job)).toMatchObject({ 'boot-verdict': 'skipped' });
});

test('paths are those of the workspace', async () => {
  const job = await newJob({ images: `${registry.host}/app:1`, 'output-dir': 'built' });
  expect((await run(job)).code).toBe(0);
  expect(await namesIn(join(job.workspace, 'built'))).toEqual(['app-images_1.0_amd64.deb']);
});

describe('errors: one annotation, the exit code, and no outputs', () => {
  const usage = (inputs: Record<string, string>) => ({ images: 'alpine', ...inputs });
  test.each<[string, Record<string, string>, number, string | RegExp]>([
    [
      'an unknown input',
      usage({ imagse: 'alpine' }),
      2,
      /^::error::unknown input imagse \(one of images, /,
    ],
    ['no architecture', usage({ arch: '' }), 2, /^::error::arch is missing/],
    ['a level', usage({ level: '23' }), 2, '::error::level: not a whole number from 1 to 22: "23"'],
    [
      'a contradiction',
      usage({ compression: 'original', level: '19' }),
      2,
      /^::error::level: compression original/,
    ],
    [
      'a boolean',
      usage({ 'tls-verify': 'yes' }),
      2,
      '::error::tls-verify: neither true nor false: "yes"',
    ],
    ['a suite', usage({ 'boot-test': '../x' }), 2, /^::error::boot-test: not a suite: "\.\.\/x"/],
    [
      'a boot',
      usage({ 'boot-test': 'true', 'boot-memory': '2G' }),
      2,
      /^::error::boot-memory: not a whole number/,
    ],
    ['an image of the input', { images: 'alpine\nAlpine' }, 2, /^::error::images:2:1: .*Alpine/],
    [
      'an image of a file',
      { 'image-list': 'images.txt' },
      2,
      /^::error file=images\.txt,line=2,col=1::images\.txt:2:1: .*Alpine/,
    ],
    [
      'a registry that refuses',
      { images: '127.0.0.1:1/app:1', arch: 'x86' },
      2,
      /^::error::arch: unknown/,
    ],
  ])('%s', async (_name, inputs, code, expected) => {
    const job = await newJob(inputs);
    await writeFile(join(job.workspace, 'images.txt'), '# one\nAlpine\n');
    const ended = await run(job);
    const errors = ended.stdout.split('\n').filter((line) => line.startsWith('::error'));
    expect(errors).toEqual([
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ]);
    expect([ended.code, ended.stderr]).toEqual([code, '']);
    expect(await outputs(job)).toEqual({});
    expect(await namesIn(job.output)).toEqual([]);
  });

  test('a failure', async () => {
    const job = await newJob({ images: `${registry.host}/none:1` });
    const ended = await run(job);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^::error::images:1:1: .*none:1: the registry does not have it/m);
    expect(await outputs(job)).toEqual({});
    expect(await namesIn(join(job.cache, 'work'))).toEqual([]);
    const summary = await readFile(job.env.GITHUB_STEP_SUMMARY ?? '', 'utf8');
    expect(summary).toMatch(
      /^### container-preload failed\n\n {4}images:1:1: .*none:1: the registry/,
    );
  });

  test('is told where the summary cannot be written', async () => {
    const job = await newJob({ images: `${registry.host}/none:1` });
    const ended = await run({ ...job, env: { ...job.env, GITHUB_STEP_SUMMARY: '/nonexistent/x' } });
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^::error::images:1:1: .*none:1: the registry does not have it/m);
    expect(ended.stdout).toContain(
      '::warning::/nonexistent/x: the summary cannot be written: no such file',
    );
  });

  test.each([
    ['is not there', '/nonexistent/output', 'no such file'],
    ['is a folder', '/usr', 'it is a directory'],
  ])('a file for outputs that %s, before any network', async (_, path, why) => {
    const job = await newJob({ images: '127.0.0.1:1/app:1' });
    const ended = await run(job, { GITHUB_OUTPUT: path });
    const [error, stack] = ended.stdout.split('\n');
    expect([ended.code, error, stack]).toEqual([
      1,
      `::error::GITHUB_OUTPUT: ${path} cannot be written: ${why} (the runner keeps the outputs of the step there: check what has become of that file)`,
      expect.stringMatching(/^::debug::UserError: /),
    ]);
  });

  test('a file for outputs that is lost while the job runs', async () => {
    const job = await newJob({ images: `${registry.host}/app:1` });
    const bin = await temp.make('bin');
    const lose = `#!/bin/sh\nrm -f "$GITHUB_OUTPUT"\nPATH=\${PATH#*:} exec dpkg-deb "$@"\n`;
    await writeFile(join(bin, 'dpkg-deb'), lose, { mode: 0o755 });
    const ended = await run(job, { PATH: `${bin}:${process.env.PATH}` });
    expect([ended.code, ended.stdout]).toEqual([
      1,
      expect.stringMatching(
        /\n::error::GITHUB_OUTPUT: .*\/output cannot be written: no such file /,
      ),
    ]);
  });

  test('a strict policy: the error stands at the line', async () => {
    const job = await newJob({ 'image-list': 'images.txt', 'digest-policy': 'strict' });
    await writeFile(join(job.workspace, 'images.txt'), `${registry.host}/app:1\n`);
    const ended = await run(job);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^::error file=images\.txt,line=1,col=1::/m);
    expect(ended.stdout).toContain(`@${index.digest}`);
  });
});

describe('a missing tool', () => {
  /** A PATH with a shell and an apt-get that notes how it was called, and nothing else. */
  async function emptyPath(): Promise<{ path: string; log: string }> {
    const path = await temp.make('bin');
    const log = join(path, 'log');
    for (const name of ['sh', 'git']) await symlink(`/bin/${name}`, join(path, name));
    for (const name of ['apt-get', 'sudo']) {
      await writeFile(join(path, name), `#!/bin/sh\necho "${name} $*" >>${log}\n`);
      await chmod(join(path, name), 0o755);
    }
    return { path, log };
  }

  test('is only named where nothing may be installed', async () => {
    const { path, log } = await emptyPath();
    const job = await newJob({ images: `${registry.host}/app:1`, 'install-tools': 'false' });
    const { code, stdout } = await run(job, { PATH: path });
    expect(code).toBe(1);
    expect(stdout).toContain(
      '::error::not installed: skopeo, zstd, dpkg (apt-get install skopeo zstd dpkg)\n',
    );
    await expect(readFile(log)).rejects.toThrow('ENOENT');
  });

  test('for the boot test is found out before the build', async () => {
    const { path } = await emptyPath();
    const inputs = { images: 'alpine', 'install-tools': 'false', 'boot-test': 'true' };
    const { code, stdout } = await run(await newJob({ ...inputs, arch: 'arm64' }), { PATH: path });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error::not installed: skopeo, zstd, dpkg, .*\bqemu-utils\b/m);
  });

  test('is installed by apt otherwise', async () => {
    const { path, log } = await emptyPath();
    const job = await newJob({ images: `${registry.host}/app:1` });
    const { code, stdout } = await run(job, { PATH: path });
    expect(await readFile(log, 'utf8')).toMatch(
      /^(sudo )?apt-get update .*\n(sudo )?apt-get install .* skopeo zstd dpkg\n$/,
    );
    // This apt-get brings nothing.
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/^::error::dpkg-deb is not installed/m),
    ]);
  });
});

test('ctrl-C and a cancelled job end it with their codes', async () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    // Nothing listens: it waits between its tries.
    const job = await newJob({ images: '127.0.0.1:1/app:1' });
    const { env, workspace: cwd } = job;
    const child = startBundle([join(ROOT, 'dist/main.js')], { env, cwd });
    const ended = end(child);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill(signal);
    expect(await ended).toMatchObject({
      code,
      stdout: expect.stringMatching(new RegExp(`\\nended by ${signal}\\n$`)),
    });
    expect(await namesIn(join(job.cache, 'work'))).toEqual([]);
  }
});
