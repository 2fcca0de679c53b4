import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { noise } from './archive/bytes.ts';
import { cli, type Ended, namesIn, type RunOptions, type Workplace, workplace } from './program.ts';
import { busyboxEntries } from './support/debian.ts';
import {
  type Built,
  type BuiltImage,
  buildImage,
  buildIndex,
  buildLayer,
  digestOf,
  dockerArchive,
  layerOfTar,
} from './support/images.ts';
import { type Fault, type FaultProxy, htmlPage, startProxy } from './support/proxy.ts';
import { push } from './support/push.ts';
import { type Registry, startRegistry } from './support/registry.ts';
import { tempDirs } from './support/temp.ts';

jest.setTimeout(120_000);

const asRoot = process.getuid?.() === 0;
if (!asRoot) console.warn('skipped: full disks and other users, which need root');
const withRoot = asRoot ? describe : describe.skip;
const NOBODY = 65534;

const temp = tempDirs();
const layer = await buildLayer([{ path: 'etc/motd', content: noise(200_000) }]);
const image = buildImage({ layers: [layer] });
const foreign = await buildLayer(await busyboxEntries('amd64'));

let registry: Registry;
let secret: Registry;
let proxy: FaultProxy | undefined;
beforeAll(async () => {
  [registry, secret] = await Promise.all([
    startRegistry(),
    startRegistry({ htpasswd: { user: 'me', password: 'letmein' } }),
  ]);
  const images: Record<string, Built> = {
    good: buildIndex([image]),
    'config-says-amd64': buildIndex([
      relabelled(buildImage({ layers: [layer] }), {
        os: 'linux',
        architecture: 'arm64',
        variant: 'v8',
      }),
    ]),
    'program-is-amd64': buildImage({
      architecture: 'arm64',
      variant: 'v8',
      layers: [foreign],
      config: { Entrypoint: ['/bin/sh'] },
    }),
    'no-tar': buildImage({ layers: [await layerOfTar(Buffer.from('<html>'.repeat(1000)))] }),
    'other-content': buildImage({ layers: [layer], configFile: rootfs(digestOf(noise(1))) }),
  };
  for (const [name, built] of Object.entries(images)) await push(registry, name, '1', built);
});
afterEach(() => proxy?.stop());
afterAll(async () => {
  await Promise.all([registry.stop(), secret.stop()]);
  await temp.remove();
});

/** The image under the platform of another in its index: the index lies. */
function relabelled(built: BuiltImage, platform: BuiltImage['platform']): BuiltImage {
  return { ...built, platform };
}

function rootfs(diffId: string) {
  return { rootfs: { type: 'layers', diff_ids: [diffId] } };
}

const newPlace = async (more?: Record<string, string>) => workplace(await temp.make('bad'), more);

/** One line that says it and maybe the line that it is about, that code, and nothing left: no package, no part of one, no work. */
async function expectRefusal(
  { code, stdout, stderr }: Ended,
  place: Workplace,
  expected: { readonly code: 1 | 2; readonly says: RegExp },
): Promise<void> {
  const errors = stderr.split('\n').filter((line) => line.startsWith('container-preload: '));
  expect(errors).toEqual([expect.stringMatching(expected.says)]);
  // The line of a list that is meant may follow, with a margin.
  const said = stderr.trimEnd().replace(/(?:\n {2}\s*\d* \| .*){2}$/, '');
  expect(said.split('\n').at(-1)).toBe(errors[0]);
  expect(errors[0]).toMatch(/^container-preload: error: /);
  expect(stderr).not.toMatch(/^ +at /m);
  expect([code, stdout]).toEqual([expected.code, '']);
  expect(await namesIn(place.output)).toEqual([]);
  expect(await namesIn(join(place.cache, 'work'))).toEqual([]);
}

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;

describe('usage, before anything is done', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown option', ['alpine', '--colour=red'], /unknown option --colour/],
    ['an option without its value', ['alpine', '--jobs'], /--jobs needs a value/],
    ['an option twice', ['alpine', '--arch=arm64'], /--arch is given twice/],
    ['no image', [], /no image is named/],
    ['a bad name', ['Alpine'], /images:1:1: .*"Alpine".*upper case|images:1:1: .*Alpine.*lower/],
    ['a bad tag', ['alpine:.x'], /images:1:1: .*tag/],
    ['a bad digest', ['alpine@sha256:abc'], /images:1:1: .*digest/],
    ['a digest of another kind', [`alpine@md5:${'a'.repeat(32)}`], /images:1:1: .*(md5|digest)/],
    ['a scheme', ['https://example.org/alpine'], /images:1:1: .*https:\/\//],
    ['a word too many', ['alpine busybox'], /images:1:1: unexpected "busybox"/],
    [
      'one name with two digests',
      [`alpine:3@${A}`, `alpine:3@${B}`],
      /images:2:1: docker\.io\/library\/alpine:3 is named twice, .*first at images:1:1/,
    ],
    [
      'a list that is not there',
      ['--image-list=/nowhere/images.txt'],
      /"\/nowhere\/images\.txt".*no such file/,
    ],
    ['a list that is a folder', ['--image-list=/'], /"\/".*directory/],
    [
      'a login file that is not there',
      ['alpine', '--authfile=/nowhere/auth.json'],
      /authfile: there is no \/nowhere\/auth\.json/,
    ],
  ])('%s', async (_name, args, says) => {
    const place = await newPlace();
    await expectRefusal(await cli(['build', ...place.args, ...args]), place, { code: 2, says });
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['an architecture', { arch: 'x86_64' }, /arch: unknown Debian architecture "x86_64"/],
    ['the architecture all', { arch: 'all' }, /arch: architecture all/],
    ['a level', { level: '23' }, /level: not a whole number from 1 to 22: "23"/],
    ['a level that is no number', { level: 'high' }, /level: not a whole number .*"high"/],
    ['a version', { version: 'one' }, /version: "one" is no Debian version/],
    ['a package name', { package: 'App_Images' }, /package: .*"App_Images"/],
    ['an engine', { engine: 'lxc' }, /engine: unknown value "lxc" \(one of docker, podman\)/],
    ['a maintainer', { maintainer: 'somebody' }, /maintainer.*somebody/],
    ['a section', { section: 'no such' }, /"no such" is no section/],
    ['a description', { description: ' ' }, /description/],
    ['a dependency', { depends: 'a b c' }, /depends.*a b c/i],
    [
      'a file',
      { files: '/nowhere/file:/etc/file' },
      /"\/nowhere\/file" cannot be read: no such file/,
    ],
    [
      'a place for a file',
      { files: '/etc/hostname:/bin/x' },
      /"\/bin\/x": \/bin is a link to \/usr\/bin/,
    ],
    ['a contradiction', { compression: 'original', level: '19' }, /level: compression original/],
    ['a store with a colon', { 'cache-dir': '/tmp/a:b' }, /cache-dir must not have a colon/],
  ])('%s', async (_name, options, says) => {
    const place = await newPlace(options);
    // A registry that refuses at once: what is refused before is not asked of it.
    const ended = await cli(['build', '127.0.0.1:1/app:1', ...place.args]);
    await expectRefusal(ended, place, { code: 2, says });
  });

  test.each<[string, string[], RegExp]>([
    ['no command', [], /no command is given/],
    ['an unknown command', ['bake'], /unknown command "bake".*build/],
    ['a word of JavaScript', ['constructor'], /unknown command "constructor"/],
    ['another one', ['__proto__'], /unknown command "__proto__"/],
    ['half a command', ['cache'], /unknown command "cache" \(did you mean cache prune\?\)/],
    ['the other half', ['prune'], /unknown command "prune" \(did you mean cache prune\?\)/],
    ['a misspelt command', ['buld'], /unknown command "buld" \(did you mean build\?\)/],
    [
      'an option before its command',
      ['--json', 'list'],
      /no command stands before --json \(one of/,
    ],
    [
      'a second architecture',
      ['list', 'alpine', '--arch', 'amd64', 'arm64'],
      /unexpected argument arm64 \(--arch takes one architecture; .*--images arm64\)/,
    ],
    ['a list of plan without its option', ['plan', 'a.txt'], /argument a\.txt \(.*--image-list/],
    ['an architecture of list', ['list', 'alpine', '--arch=arm'], /arch: unknown .*armhf/],
    [
      'an option of the action alone',
      ['build', 'alpine', '--boot-test=trixie'],
      /unknown option --boot-test \(.*container-preload boot\)/,
    ],
    ['nothing to inspect', ['inspect'], /inspect needs one package/],
    ['the empty name to inspect', ['inspect', ''], /inspect needs one package/],
    ['too much to inspect', ['inspect', 'a', 'b'], /inspect needs one package/],
    ['no size', ['cache', 'prune'], /--max-size is missing/],
    ['a size', ['cache', 'prune', '--max-size=much'], /max-size: not a size: "much"/],
    ['an argument of prune', ['cache', 'prune', 'all', '--max-size=1G'], /unexpected argument all/],
    [
      'an option of another command',
      ['list', 'alpine', '--level=3'],
      /--level \(an option of build\)/,
    ],
    [
      'no maintainer',
      ['build', 'alpine', '--arch=amd64', '--package=app'],
      /maintainer is missing/,
    ],
  ])('%s', async (_name, args, says) => {
    const place = await newPlace();
    const nobody = { HOME: '/nowhere', XDG_CACHE_HOME: place.cache, DEBEMAIL: '' };
    const git = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
    const env = { ...nobody, ...git, GITHUB_REPOSITORY_OWNER: '' };
    const ended = await cli(args, { env, cwd: await temp.make('elsewhere') });
    await expectRefusal(ended, place, { code: 2, says });
  });

  test('no stack, but with --debug', async () => {
    const { code, stderr } = await cli(['build', 'Alpine', '--debug', ...(await newPlace()).args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^UserError: /m);
    expect(stderr).toMatch(/^ +at /m);
  });
});

describe('images that are not what was asked for', () => {
  const says = (reference: string, text: string) =>
    new RegExp(`images:1:1: .*${reference}.*: ${text}`);

  test.each<[string, string, Record<string, string>, RegExp]>([
    ['no such tag', 'good:2', {}, says('good:2', 'the registry does not have it')],
    ['no such repository', 'none:1', {}, says('none:1', 'the registry does not have it')],
    ['no such digest', `good@${A}`, {}, says('good', 'the registry does not have it')],
    [
      'a platform that it does not have',
      'good:1',
      { arch: 'riscv64' },
      says('good:1', '.*linux/riscv64.*linux/amd64'),
    ],
    [
      'a platform that a single image is not for',
      `good@${image.digest}`,
      { arch: 's390x' },
      says('good', '.*(s390x.*amd64|amd64.*s390x)'),
    ],
    [
      'an index that calls an amd64 image arm64',
      'config-says-amd64:1',
      { arch: 'arm64' },
      says('config-says-amd64:1', '.*amd64'),
    ],
    [
      'an amd64 program in an arm64 image',
      'program-is-amd64:1',
      { arch: 'arm64' },
      says('program-is-amd64:1', 'its config says arm64, but /bin/sh is for amd64'),
    ],
    [
      'a layer that is no tar',
      'no-tar:1',
      {},
      says('no-tar:1', 'layer sha256:[0-9a-f]{64} is not valid: Invalid tar header'),
    ],
    [
      'a layer that is not the one of the config',
      'other-content:1',
      {},
      says(
        'other-content:1',
        'layer sha256:[0-9a-f]{64} is not valid: its uncompressed bytes are .*, but its config says',
      ),
    ],
  ])('%s', async (_name, reference, options, expected) => {
    const place = await newPlace(options);
    const ended = await cli(['build', `${registry.host}/${reference}`, ...place.args]);
    await expectRefusal(ended, place, { code: 1, says: expected });
  });

  test('all of those that are not there, each in a line', async () => {
    const place = await newPlace();
    const wanted = ['none', 'good:1', 'good:2'].map((name) => `${registry.host}/${name}`);
    const ended = await cli(['build', ...wanted, ...place.args]);
    await expectRefusal(ended, place, {
      code: 1,
      says: /error: 2 images cannot be had \(for each/,
    });
    expect(ended.stderr).toMatch(
      /^error: images:1:1: \S+none: the registry does not have it \(no tag is given, so \S+none:latest was asked for; check/m,
    );
    expect(ended.stderr).toMatch(/^error: images:3:1: \S+good:2: the registry does not have it/m);
  });

  test('a tag that is not at the digest, where that is an error', async () => {
    await push(registry, 'moved', '1', image);
    await push(registry, 'moved', '1', buildIndex([image]));
    const place = await newPlace({ 'digest-policy': 'strict' });
    const ended = await cli(['build', `${registry.host}/moved:1@${image.digest}`, ...place.args]);
    // The index lists it, so the tag does lead to that digest; another image's does not.
    expect(ended.code).toBe(0);
    const other = buildImage({ layers: [layer], config: { Labels: { another: 'yes' } } });
    await push(registry, 'moved', '2', other);
    const strict = await newPlace({ 'digest-policy': 'strict' });
    const args = ['build', `${registry.host}/moved:2@${image.digest}`];
    await expectRefusal(await cli([...args, ...strict.args]), strict, {
      code: 1,
      says: new RegExp(`moved:2 now is ${other.digest}`),
    });
    const lenient = await cli([...args, ...(await newPlace({ 'digest-policy': 'warn' })).args]);
    expect([lenient.code, lenient.stderr]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(`^warning: images:1:1: .*moved:2 now is ${other.digest}`, 'm'),
      ),
    ]);
  });

  test('an archive of two images, and a file that is none', async () => {
    const folder = await temp.make('archives');
    const two = buildImage({ layers: [layer], config: { Labels: { two: 'yes' } } });
    await writeFile(
      join(folder, 'two.tar'),
      await dockerArchive([
        { image, tags: ['one:1'] },
        { image: two, tags: ['two:2'] },
      ]),
    );
    await writeFile(join(folder, 'text.tar'), 'no archive');
    for (const [source, expected] of [
      [`docker-archive:${folder}/two.tar`, /the archive has the names/],
      [`oci-archive:${folder}/text.tar:app:1`, /not an archive/],
      [`oci:${folder}/nowhere:app:1`, /nowhere/],
    ] as const) {
      const place = await newPlace();
      const ended = await cli(['build', source, ...place.args]);
      await expectRefusal(ended, place, { code: 1, says: expected });
    }
  });
});

describe('registries that do not serve', () => {
  test.each<[string, Fault[], RegExp]>([
    // Each of the five tries of one call fails; the waits between them come to some ten seconds.
    [
      'that refuses the connection',
      [{ fault: 'refuse' }],
      /refuses the connection, 5 times in a row/,
    ],
    ['that sends HTML', [htmlPage()], /sends HTML and is no registry/],
    ['that sends HTML for a manifest', [{ ...htmlPage(), on: 'manifest' }], /HTML|manifest/],
    [
      'that denies',
      [{ fault: 'answer', status: 403, body: '{}' }],
      /wants a login, or this one has no access/,
    ],
  ])('%s', async (_name, faults, says) => {
    proxy = await startProxy(registry, faults);
    const place = await newPlace();
    const ended = await cli(['build', `${proxy.host}/good:1`, ...place.args]);
    await expectRefusal(ended, place, { code: 1, says });
  });

  test.each<[string, Fault, RegExp]>([
    [
      'closes in the middle of a layer',
      { fault: 'cut', on: 'blob', afterBytes: 50_000 },
      /the connection broke \(unexpected EOF\)/,
    ],
    [
      'sends wrong bytes in a layer',
      { fault: 'corrupt', on: 'blob', method: 'GET' },
      /the registry sent wrong bytes for sha256:/,
    ],
  ])('that %s', async (_name, fault, says) => {
    // Manifest and config are in the cache: only the layer is asked for.
    const place = await newPlace();
    const { cache } = place;
    await cli(['build', `${registry.host}/good:1`, ...place.args]);
    execFileSync('rm', ['-r', place.output, join(cache, 'v1/layers')]);
    const blob = join(cache, 'v1/blobs/sha256', layer.digest.slice('sha256:'.length));
    execFileSync('rm', [blob]);
    proxy = await startProxy(registry, [fault]);
    const ended = await cli(['build', `${proxy.host}/good:1`, ...place.args]);
    await expectRefusal(ended, place, { code: 1, says });
  });

  test('that asks for a login, and one with a wrong password', async () => {
    const place = await newPlace();
    const reference = `${secret.host}/app:1`;
    await expectRefusal(await cli(['build', reference, ...place.args]), place, {
      code: 1,
      says: /wants a login.*skopeo login REGISTRY.*authfile/,
    });
    const authfile = join(await temp.make('login'), 'auth.json');
    const auth = Buffer.from('me:wrong-password').toString('base64');
    await writeFile(authfile, JSON.stringify({ auths: { [secret.host]: { auth } } }));
    const ended = await cli(['build', reference, ...place.args, `--authfile=${authfile}`]);
    await expectRefusal(ended, place, { code: 1, says: /login/ });
    expect(ended.stderr).not.toMatch(/wrong-password/);
  });

  test('that speaks plain HTTP, without leave', async () => {
    const place = await newPlace({ 'tls-verify': 'true' });
    const ended = await cli(['build', `${registry.host}/good:1`, ...place.args]);
    await expectRefusal(ended, place, {
      code: 1,
      says: /plain HTTP.*tls-verify: false/,
    });
  });
});

describe('tools', () => {
  test.each([
    ['skopeo', /skopeo is not installed \(apt-get install skopeo\)/],
    ['dpkg-deb', /dpkg-deb is not installed \(apt-get install dpkg\)/],
  ])('%s is missing', async (name, says) => {
    const place = await newPlace();
    const env = { PATH: await pathWithout(name) };
    const ended = await cli(['build', `${registry.host}/good:1`, ...place.args], { env });
    await expectRefusal(ended, place, { code: 1, says });
    // Before any image is looked at.
    expect(ended.stderr).not.toContain('Fetching');
  });

  test('zstd is missing, where a layer needs it', async () => {
    const packed = await buildLayer([{ path: 'a', content: 'a' }], 'zstd');
    await push(registry, 'zstd', '1', buildImage({ layers: [packed] }));
    const place = await newPlace();
    const env = { PATH: await pathWithout('zstd') };
    const ended = await cli(['build', `${registry.host}/zstd:1`, ...place.args], { env });
    await expectRefusal(ended, place, {
      code: 1,
      says: /zstd is not installed \(apt-get install zstd\)/,
    });
  });

  test('skopeo is too old', async () => {
    const bin = await temp.make('bin');
    await writeFile(join(bin, 'skopeo'), '#!/bin/sh\necho "skopeo version 1.4.1"\n');
    await chmod(join(bin, 'skopeo'), 0o755);
    const place = await newPlace();
    const env = { PATH: `${bin}${delimiter}${process.env.PATH}` };
    const ended = await cli(['build', `${registry.host}/good:1`, ...place.args], { env });
    await expectRefusal(ended, place, { code: 1, says: /skopeo.*1\.4\.1.*1\.9/ });
  });
});

withRoot('disks and rights', () => {
  test.each(['cache-dir', 'output-dir'])('no space left in %s', async (name) => {
    const disk = await temp.make('disk');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', disk]);
    try {
      const full = join(disk, 'folder');
      const place = { ...(await newPlace({ [name]: full })) };
      const really = name === 'cache-dir' ? { ...place, cache: full } : { ...place, output: full };
      await push(registry, 'large', '1', buildImage({ layers: [await largeLayer] }));
      const ended = await cli(['build', `${registry.host}/large:1`, ...place.args]);
      await expectRefusal(ended, really, { code: 1, says: /no space left/ });
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test.each(['cache-dir', 'output-dir'])('%s is on a read-only file system', async (name) => {
    const disk = await temp.make('disk');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', disk]);
    try {
      const place = await newPlace({ [name]: join(disk, 'folder') });
      const ended = await cli(['build', `${registry.host}/good:1`, ...place.args]);
      await expectRefusal(ended, place, { code: 1, says: /read-only|EROFS/ });
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test.each([
    ['cache-dir', /cannot use the store .*permission denied.*cache-dir/],
    ['output-dir', /cannot write to .*: permission denied/],
  ])('nobody may not write %s', async (name, says) => {
    const folder = await temp.make('nobody');
    await chmod(folder, 0o777);
    const closed = await temp.make('closed');
    await chmod(closed, 0o755);
    const place = workplace(folder, { [name]: join(closed, 'folder') });
    const options: RunOptions = {
      uid: NOBODY,
      env: { HOME: folder, TMPDIR: folder, XDG_RUNTIME_DIR: folder },
    };
    const ended = await cli(['build', `${registry.host}/good:1`, ...place.args], options);
    await expectRefusal(ended, place, { code: 1, says });
    expect(await namesIn(closed)).toEqual([]);
  });

  test('of a store of nobody that root has worked in, the folder that is closed is named', async () => {
    const folder = await temp.make('nobody');
    await chmod(folder, 0o777);
    const place = workplace(folder);
    await mkdir(join(place.cache, 'work'), { recursive: true });
    await chown(place.cache, NOBODY, NOBODY);
    const options = { uid: NOBODY, env: { HOME: folder, TMPDIR: folder } };
    const ended = await cli(['build', `${registry.host}/good:1`, ...place.args], options);
    const says = new RegExp(`permission denied: ${place.cache}/work/`);
    await expectRefusal(ended, place, { code: 1, says });
    // Nor does another command speak of what it does not use.
    await chmod(place.cache, 0o700);
    await chown(place.cache, 0, 0);
    const pruned = await cli(
      ['cache', 'prune', '--max-size=1M', `--cache-dir=${place.cache}`],
      options,
    );
    expect([pruned.code, pruned.stderr]).toEqual([
      1,
      expect.stringMatching(/permission denied: .*\(check who may read and write there\)\n$/),
    ]);
  });
});

test.each([
  ['is a file', '/etc/hostname', /cannot write to \/etc\/hostname: it is no folder/],
  ['lies in a file', '/etc/hostname/out', /cannot write to \/etc\/hostname\/out: it is no folder/],
  ['cannot be made', '/proc/out', /no folder can be made here: \/proc\/out/],
])('an output-dir that %s, before any network', async (_, path, says) => {
  const place = await newPlace({ 'output-dir': path });
  // Nothing listens there: it would be tried again and again.
  const ended = await cli(['build', '127.0.0.1:1/app:1', ...place.args]);
  await expectRefusal(ended, { ...place, output: join(place.cache, 'none') }, { code: 1, says });
  expect(await namesIn(place.cache)).toEqual([]);
});

test('a folder in the place of the package, before any network', async () => {
  const place = await newPlace();
  const deb = join(place.output, 'app-images_1.0_amd64.deb');
  await mkdir(deb, { recursive: true });
  const { code, stderr } = await cli(['build', '127.0.0.1:1/app:1', ...place.args]);
  expect([code, stderr]).toEqual([
    1,
    `container-preload: error: a folder is in the place of the package: ${deb} (remove it, or choose another folder with output-dir)\n`,
  ]);
  expect([await namesIn(place.output), await namesIn(deb)]).toEqual([[basename(deb)], []]);
});

test('original blobs that are too large for a .deb, before anything is downloaded', async () => {
  // The manifest says so much; nothing of it is there.
  const huge = 10_000_000_000;
  const built = buildImage({ layers: [layer] });
  const manifest = JSON.parse(built.bytes.toString());
  manifest.layers[0].size = huge;
  const bytes = Buffer.from(JSON.stringify(manifest));
  await push(registry, 'huge', '1', { ...built, bytes, digest: digestOf(bytes) });
  const place = await newPlace({ compression: 'original', level: '' });
  const ended = await cli(['build', `${registry.host}/huge:1`, ...place.args]);
  await expectRefusal(ended, place, {
    code: 1,
    says: /come to \d+ bytes, and a \.deb cannot hold more than 9999999999/,
  });
});

const largeLayer = buildLayer([{ path: 'etc/large', content: noise(900_000) }], 'none');

/** A folder with links to every program of this machine but one. */
async function pathWithout(name: string): Promise<string> {
  const bin = await temp.make('path');
  await mkdir(join(bin, 'bin'));
  const seen = new Set([name]);
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const program of await readdir(folder).catch(() => [])) {
      if (seen.has(program)) continue;
      seen.add(program);
      await symlink(join(folder, program), join(bin, 'bin', program));
    }
  }
  return join(bin, 'bin');
}
