import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inspectPackage } from '../../src/deb/inspect/inspect.ts';
import { buildPackage } from '../../src/deb/package.ts';
import type { Compression, PackagedImage, PackageSpec } from '../../src/deb/types.ts';
import { UserError } from '../../src/errors.ts';
import { formatInspection } from '../../src/report/inspection.ts';
import {
  type ImageChange,
  layerTar,
  packagedImage,
  packageSpec,
  writeFragment,
} from './fixture.ts';

const deviceDir = fileURLToPath(new URL('../../device/', import.meta.url));

let top: string;
let base: Buffer;
let layer: Buffer;

beforeAll(async () => {
  top = mkdtempSync(join(tmpdir(), 'inspect-itg-'));
  base = await layerTar('base', 'base '.repeat(200_000));
  layer = await layerTar('one', '1');
});

afterAll(() => rmSync(top, { recursive: true, force: true }));

async function build(images: PackagedImage[], given: Partial<PackageSpec> = {}): Promise<string> {
  const folders = {
    workDir: mkdtempSync(join(top, 'work-')),
    outputDir: mkdtempSync(join(top, 'out-')),
  };
  const options = { deviceDir, generator: 'container-preload 0', ...folders };
  return (await buildPackage(packageSpec(images, given), options)).path;
}

function image(
  name: string,
  layers: Buffer[],
  compression: Compression = 'zstd',
  change: ImageChange = {},
): Promise<PackagedImage> {
  return packagedImage(mkdtempSync(join(top, 'store-')), name, layers, compression, change);
}

/** Takes a package apart, lets `change` at it, and packs it again. */
async function rebuilt(
  deb: string,
  change: (share: string, root: string) => void,
): Promise<string> {
  const root = mkdtempSync(join(top, 'root-'));
  execFileSync('dpkg-deb', ['-R', deb, root]);
  change(join(root, 'usr/share/edge-images'), root);
  const path = join(top, 'rebuilt.deb');
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', root, path], { stdio: 'pipe' });
  return path;
}

describe('inspectPackage of a whole package', () => {
  test.each<Compression>(['zstd', 'original'])('finds no problem: %s', async (compression) => {
    const images = [
      await image('docker.io/library/one:1', [base, layer], compression),
      await image('docker.io/library/two:2', [base, base], compression),
      await image('docker.io/library/none:3', [], compression),
    ];
    const inspection = await inspectPackage(await build(images, { compression }));
    expect(inspection.problems).toEqual([]);
    expect(inspection).toMatchObject({
      package: 'edge-images',
      version: '1.2.3',
      architecture: 'amd64',
      engine: 'podman',
      compression,
      level: 9,
      depends: compression === 'zstd' ? 'podman, zstd' : 'podman',
      size: distinctSize(images),
    });
    expect(
      inspection.images.map(({ reference, configDigest }) => ({ reference, configDigest })),
    ).toEqual(images.map(({ reference, configDigest }) => ({ reference, configDigest })));
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
  });

  test('prints a table', async () => {
    const one = await image('docker.io/library/one:1', [base, layer]);
    const deb = await build([
      { ...one, pinned: true },
      await image('docker.io/library/two:2', [base]),
    ]);
    const table = formatInspection(await inspectPackage(deb));
    expect(table).toMatch(/^edge-images 1\.2\.3 for amd64, podman\n/);
    expect(table).toMatch(
      /docker\.io\/library\/one:1 {2}linux\/amd64 {2}sha256:[0-9a-f]{12} .* 2 +1 .* pinned\n/,
    );
    // In the order of their headings, the first one as a build and a list have it.
    expect(table).toMatch(/^IMAGE +PLATFORM +DIGEST +ID +ID \(CONTAINERD\) /m);
    const digests = [one.registryManifestDigest, one.configDigest, one.archiveManifestDigest];
    expect(table).toMatch(new RegExp(digests.map((digest) => digest.slice(0, 19)).join(' +')));
    expect(table).toMatch(/ kB in all; every digest is right\n$/);
  });

  test('prints nothing that steers a terminal', async () => {
    const deb = await build([await image('docker.io/library/one:1', [base])]);
    const inspection = await inspectPackage(deb);
    const table = formatInspection({ ...inspection, generator: 'a\x1b[2J\u009bb' });
    expect(table).toMatch(/, made by a\?\[2J\?b\n/);
  });

  test('reads layers that are zstd or not compressed at the registry, and skippable frames', async () => {
    const one = await image('docker.io/library/one:1', [base]);
    const [first] = one.layers;
    if (first === undefined) throw new Error('no layer');
    const path = String(first.fragment.path);
    const frame = Buffer.from('5a2a4d1804000000abcdabcd'.slice(0, 24), 'hex');
    frame.writeUInt32LE(0x184d2a5a, 0);
    const bytes = Buffer.concat([frame, readFileSync(path)]);
    writeFileSync(path, bytes);
    const fragment = { ...first.fragment, ...sums(bytes) };
    const deb = await build([{ ...one, layers: [{ ...first, fragment }] }]);
    expect((await inspectPackage(deb)).problems).toEqual([]);
  });
});

describe('inspectPackage finds', () => {
  test.each<[string, ImageChange, RegExp[]]>([
    [
      'another name in index.json',
      { index: { manifests: [] } },
      [
        /^docker\.io\/library\/one:1: images\/.*: index\.json does not agree with the package: manifests\.length$/,
      ],
    ],
    [
      'another tag in manifest.json',
      { docker: { RepoTags: ['other:1'] } },
      [/manifest\.json does not agree with the package: 0\.RepoTags\.0$/],
    ],
    [
      'layers in another order',
      { docker: { Layers: ['blobs/sha256/b', 'blobs/sha256/a'] } },
      [/manifest\.json does not agree with the package: 0\.Layers\.0$/],
    ],
    [
      'a config of other layers',
      { config: { rootfs: { diff_ids: [] } } },
      [/the config does not agree with the package: rootfs\.diff_ids\.length$/],
    ],
    [
      'a config whose system is no text',
      { config: { os: { toString: 1 } } },
      [/the config is for nothing\/amd64, not linux\/amd64$/],
    ],
    [
      'a config of another architecture',
      { config: { architecture: 'arm64' } },
      [/the config is for linux\/arm64, not linux\/amd64$/],
    ],
  ])('%s', async (_, change, problems) => {
    const deb = await build([
      await image('docker.io/library/one:1', [base, layer], 'zstd', change),
    ]);
    expect((await inspectPackage(deb)).problems).toEqual(
      problems.map((problem) => expect.stringMatching(problem)),
    );
  });

  test.each<[string, (archive: Buffer) => Buffer, RegExp]>([
    [
      'other bytes in a layer',
      (archive) => patched(archive, 600),
      /the bytes of blobs\/sha256\/[0-9a-f]+ are sha256|cannot be read: incorrect/,
    ],
    [
      'padding that is not zero',
      (archive) => patched(archive, archive.length - 1),
      /the padding of .* is not zero/,
    ],
    ['no padding', (archive) => archive.subarray(0, -3), /is not padded to a whole block/],
    [
      'an end within the layer',
      (archive) => archive.subarray(0, 560),
      /it ends within blobs|unexpected end of file/,
    ],
    ['a damaged header', (archive) => patched(archive, 3), /a tar header with a wrong checksum/],
    [
      'zero blocks after the layer',
      (archive) => Buffer.concat([archive, Buffer.alloc(1024)]),
      /is not one tar entry/,
    ],
    ['two entries', (archive) => Buffer.concat([archive, archive]), /is not one tar entry/],
    ['nothing', () => Buffer.alloc(0), /is not one tar entry/],
  ])('%s', async (_, change, problem) => {
    for (const compression of ['zstd', 'original'] as const) {
      const one = await image(
        'docker.io/library/one:1',
        [await layerTar('x', 'x'.repeat(100)).then(oddLength)],
        compression,
      );
      const [first] = one.layers;
      if (first === undefined) throw new Error('no layer');
      const path = String(first.fragment.path);
      const archive =
        compression === 'zstd' ? execFileSync('zstd', ['-dcq', path]) : readFileSync(path);
      const name = first.fragment.name.replace(/\.\w+$/, '');
      const fragment = writeFragment(join(top, 'changed'), name, change(archive), compression);
      const deb = await build([{ ...one, layers: [{ ...first, fragment }] }], { compression });
      const { problems } = await inspectPackage(deb);
      expect(problems.join('\n')).toMatch(problem);
    }
  });

  test.each<[string, (archive: Buffer) => Buffer, RegExp]>([
    [
      'another config',
      (archive) => patched(archive, 520),
      /the bytes of blobs\/sha256\/\w+ are sha256:/,
    ],
    [
      'another manifest',
      (archive) => patched(archive, 1560),
      /the bytes of blobs\/sha256\/\w+ are sha256:/,
    ],
    [
      'another oci-layout',
      (archive) => replaced(archive, '1.0.0', '2.0.0'),
      /oci-layout does not agree/,
    ],
    [
      'an index.json that is no JSON',
      (archive) =>
        replaced(archive, '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index', '['),
      /index\.json does not agree with the package: it is no JSON/,
    ],
    ['no end', (archive) => archive.subarray(0, -1024), /does not end where an archive ends/],
    ['half an end', (archive) => archive.subarray(0, -512), /one zero block at its end, not two/],
    [
      'more after its end',
      (archive) => Buffer.concat([archive, Buffer.alloc(512)]),
      /bytes after its end/,
    ],
    ['an entry more at its end', withEntry, /does not end where an archive ends/],
    ['a link in it', asLink, /a tar entry that is no file/],
    [
      'an end within a header',
      (archive) => archive.subarray(0, 100),
      /it ends within a tar header/,
    ],
    ['nothing', () => Buffer.alloc(0), /does not end where an archive ends/],
  ])('%s in an image fragment', async (_, change, problem) => {
    const one = await image('docker.io/library/one:1', [base]);
    const archive = execFileSync('zstd', ['-dcq', String(one.imageFragment.path)]);
    const name = one.imageFragment.name.replace(/\.\w+$/, '');
    const imageFragment = writeFragment(join(top, 'changed'), name, change(archive), 'zstd');
    const { problems } = await inspectPackage(await build([{ ...one, imageFragment }]));
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  test('a large layer that cannot be read, and says nothing else of it', async () => {
    const one = await image('docker.io/library/one:1', [randomBytes(4 * 2 ** 20)], 'original');
    const [first] = one.layers;
    if (first === undefined) throw new Error('no layer');
    const name = first.fragment.name.replace(/\.\w+$/, '');
    const archive = patched(readFileSync(String(first.fragment.path)), 3);
    const fragment = writeFragment(join(top, 'changed'), name, archive, 'original');
    const deb = await build([{ ...one, layers: [{ ...first, fragment }] }], {
      compression: 'original',
    });
    expect((await inspectPackage(deb)).problems).toEqual([
      expect.stringMatching(/cannot be read: a tar header with a wrong checksum$/),
    ]);
  });

  test('a layer of `original` that does not unpack to its diff ID', async () => {
    const one = await image('docker.io/library/one:1', [base], 'original');
    const layers = one.layers.map((packaged) => ({ ...packaged, diffId: one.configDigest }));
    const deb = await build([{ ...one, layers }], { compression: 'original' });
    expect((await inspectPackage(deb)).problems).toEqual([
      expect.stringMatching(/its layer layers\/\w+\.tar unpacks to sha256:\w+, not sha256:/),
      expect.stringMatching(/the config does not agree with the package: rootfs\.diff_ids\.0/),
    ]);
  });

  test('a manifest of `original` that is not the one of the registry', async () => {
    const one = await image('docker.io/library/one:1', [base], 'original');
    const other = { ...one, registryManifestDigest: one.configDigest };
    const deb = await build([other], { compression: 'original' });
    expect((await inspectPackage(deb)).problems).toEqual([
      expect.stringMatching(/the manifest is not the registry's sha256:/),
    ]);
  });

  test('a damaged gzip layer of `original`', async () => {
    const one = await image('docker.io/library/one:1', [base], 'original');
    const deb = await build([one], { compression: 'original' });
    const changed = await rebuilt(deb, (share) =>
      damage(join(share, one.layers[0]?.fragment.name ?? ''), 700),
    );
    const { problems } = await inspectPackage(changed);
    expect(problems.join('\n')).toMatch(
      /layers\/\w+\.tar is damaged: its MD5 is not that of md5sums/,
    );
    expect(problems.join('\n')).toMatch(/layers\/\w+\.tar is damaged: its sha256 is not/);
    expect(problems.join('\n')).toMatch(
      /its layer layers\/\w+\.tar (?:cannot be read|unpacks to)|the bytes of/,
    );
  });

  test.each<[string, (share: string, root: string) => void, RegExp]>([
    [
      'a missing layer',
      (share) => rmSync(firstOf(join(share, 'layers'))),
      /^\/usr\/share\/edge-images\/layers\/\w+\.zst is missing$/m,
    ],
    [
      'a cut zstd fragment',
      (share) => truncateSync(firstOf(join(share, 'layers')), 40),
      /cannot be read: .*[Rr]ead error|cannot be read: .*premature|cannot be read:/,
    ],
    [
      'an unknown layer',
      (share) => writeFileSync(join(share, 'layers/00.zst'), ''),
      /^\/usr\/share\/edge-images\/layers\/00\.zst is unknown/m,
    ],
    [
      'an unknown file',
      (_, root) => writeFileSync(join(root, 'usr/share/doc/edge-images/x'), ''),
      /^\/usr\/share\/doc\/edge-images\/x is unknown/m,
    ],
    [
      'a link',
      (_, root) => symlinkSync('/x', join(root, 'usr/lib/edge-images/x')),
      /x is no regular file but a symlink/,
    ],
    [
      'a changed loader',
      (_, root) => appendFileSync(join(root, 'usr/lib/edge-images/load'), '#'),
      /^\/usr\/lib\/edge-images\/load is damaged/m,
    ],
    [
      'no loader',
      (_, root) => rmSync(join(root, 'usr/lib/edge-images/load')),
      /^\/usr\/lib\/edge-images\/load is missing$/m,
    ],
    [
      'another image.list',
      (share) => edit(join(share, 'image.list'), 'one:1', 'one:2'),
      /image\.list and manifest\.json do not agree/,
    ],
    ['no image.list', (share) => rmSync(join(share, 'image.list')), /^image\.list is missing$/m],
    [
      'other sums of the fragments',
      (share) => edit(join(share, 'sha256sums'), /^[0-9a-f]{8}/, '01234567'),
      /^sha256sums and manifest\.json do not agree$/m,
    ],
    [
      'no sums of the fragments',
      (share) => rmSync(join(share, 'sha256sums')),
      /sha256sums is missing/,
    ],
    [
      'another format of image.list',
      (share) => edit(join(share, 'image.list'), 'list 2', 'list 3'),
      /image\.list: its first line/,
    ],
    [
      'another size',
      (share) => edit(join(share, 'manifest.json'), /"size": \d+/, '"size": 7'),
      /^images\/\w+\.zst has \d+ bytes instead of 7$/m,
    ],
    [
      'another version',
      (_, root) => edit(join(root, 'DEBIAN/control'), 'Version: 1.2.3', 'Version: 9'),
      /manifest\.json says 1\.2\.3, control Version: 9/,
    ],
    [
      'a script with another byte',
      (_, root) => damage(join(root, 'DEBIAN/postinst'), 40),
      /^DEBIAN\/postinst is damaged: its sha256 is not that of manifest\.json$/m,
    ],
    ['no script', (_, root) => rmSync(join(root, 'DEBIAN/prerm')), /^DEBIAN\/prerm is missing$/m],
    [
      'a script more',
      (_, root) => writeFileSync(join(root, 'DEBIAN/preinst'), '#!/bin/sh\n', { mode: 0o755 }),
      /^DEBIAN\/preinst is unknown: manifest\.json does not name it$/m,
    ],
    [
      'other words in control',
      (_, root) => edit(join(root, 'DEBIAN/control'), 'Depends: podman', 'Depends: docker'),
      /^DEBIAN\/control is damaged/m,
    ],
    [
      'a changed loader of which md5sums knows',
      (_, root) => {
        const loader = join(root, 'usr/lib/edge-images/load');
        const before = sums(readFileSync(loader)).md5;
        appendFileSync(loader, '#');
        edit(join(root, 'DEBIAN/md5sums'), before, sums(readFileSync(loader)).md5);
      },
      /^\/usr\/lib\/edge-images\/load is damaged: its sha256 is not that of manifest\.json$/m,
    ],
    [
      'a loader that cannot be run',
      (_, root) => chmodSync(join(root, 'usr/lib/edge-images/load'), 0o644),
      /^\/usr\/lib\/edge-images\/load has the mode 0644 instead of 0755$/m,
    ],
    [
      'a loader that runs as its owner',
      (_, root) => chmodSync(join(root, 'usr/lib/edge-images/load'), 0o4755),
      /^\/usr\/lib\/edge-images\/load has the mode 4755 instead of 0755$/m,
    ],
    [
      'a layer that everybody may change',
      (share) => chmodSync(firstOf(join(share, 'layers')), 0o666),
      /\.zst has the mode 0666 instead of 0644$/m,
    ],
    [
      'a folder that everybody may write to',
      (_, root) => chmodSync(join(root, 'usr/lib'), 0o777),
      /^\/usr\/lib has the mode 0777 instead of 0755$/m,
    ],
    [
      'a folder more',
      (_, root) => mkdirSync(join(root, 'usr/bin')),
      /^\/usr\/bin is a folder that nothing needs$/m,
    ],
    [
      'another conffile',
      (_, root) => appendFileSync(join(root, 'etc/container-preload/edge-images.conf'), '#'),
      /^\/etc\/container-preload\/edge-images\.conf is damaged/m,
    ],
    [
      'md5sums in another order',
      (_, root) => {
        const path = join(root, 'DEBIAN/md5sums');
        writeFileSync(path, execFileSync('sort', ['-r', path]));
      },
      /^DEBIAN\/md5sums is damaged: it is not the list of the files that are there$/m,
    ],
    [
      'a sum of a file that is not there',
      (_, root) => appendFileSync(join(root, 'DEBIAN/md5sums'), `${'0'.repeat(32)}  etc/y\n`),
      /^DEBIAN\/md5sums is damaged: it is not the list of the files that are there$/m,
    ],
  ])('%s', async (_, change, problem) => {
    const deb = await rebuilt(
      await build([await image('docker.io/library/one:1', [base, layer])]),
      change,
    );
    const { problems } = await inspectPackage(deb);
    expect(problems.join('\n')).toMatch(problem);
  });
});

describe('inspectPackage finds in the archive', () => {
  let whole: Buffer;
  beforeAll(async () => {
    whole = readFileSync(await build([await image('docker.io/library/one:1', [layer])]));
  });

  test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['junk after it', (bytes) => Buffer.concat([bytes, Buffer.from('x')]), /a damaged ar header$/],
    ['it twice', (bytes) => Buffer.concat([bytes, bytes]), /a damaged ar header$/],
    [
      'a member more',
      (bytes) => Buffer.concat([bytes, bytes.subarray(8, 72)]),
      /its members are debian-binary, control\.tar, data\.tar, debian-binary instead of/,
    ],
    [
      'very many members',
      (bytes) => Buffer.concat([bytes, ...Array(20).fill(bytes.subarray(8, 72))]),
      /more than 16 ar members$/,
    ],
  ])('%s', async (_, change, problem) => {
    const path = join(mkdtempSync(join(top, 'ar-')), 'p.deb');
    writeFileSync(path, change(whole));
    expect((await inspectPackage(path)).problems).toEqual([expect.stringMatching(problem)]);
  });

  test('every other byte that changes what is installed', async () => {
    const path = join(mkdtempSync(join(top, 'flip-')), 'p.deb');
    const missed: number[] = [];
    let found = 0;
    for (const at of flips(whole)) {
      writeFileSync(path, patched(whole, at));
      if (await isFound(path)) found += 1;
      else missed.push(at);
    }
    writeFileSync(path, whole);
    const installed = unpacked(path);
    const harmful = missed.filter((at) => {
      writeFileSync(path, patched(whole, at));
      return unpacked(path) !== installed;
    });
    expect(harmful).toEqual([]);
    // dpkg reads no more of an ar header than name and size.
    expect(missed.filter((at) => !inArHeader(whole, at))).toEqual([]);
    expect(found).toBeGreaterThan(100);
    expect(missed.length).toBeGreaterThan(0);
  }, 300_000);
});

/** A prime, so that the offsets within tar blocks differ; and some of the first ar headers. */
function flips(bytes: Buffer): number[] {
  const all = [...bytes.keys()];
  return all.filter((at) => at % 211 === 5 || (at < 140 && at % 7 === 3));
}

/** A problem or a failure of one line; what else is thrown is a bug. */
async function isFound(path: string): Promise<boolean> {
  try {
    return (await inspectPackage(path)).problems.length > 0;
  } catch (error) {
    if (error instanceof UserError) return true;
    throw error;
  }
}

/** All that dpkg would install, scripts too: paths, rights, times and digests in one text. */
function unpacked(path: string): string {
  const root = mkdtempSync(join(top, 'unpacked-'));
  execFileSync('dpkg-deb', ['-R', path, root]);
  // dpkg-deb makes DEBIAN itself, at its own time.
  const list = [
    "find . -mindepth 1 -printf '%p %m %y\\n' | sort",
    "find . -type f -printf '%p %T@\\n' | sort",
    'find . -type f | sort | xargs sha256sum',
  ].join('; ');
  return execFileSync('sh', ['-c', list], { cwd: root, encoding: 'utf8' });
}

function inArHeader(bytes: Buffer, at: number): boolean {
  const starts = ['debian-binary ', 'control.tar ', 'data.tar '].map((name) => bytes.indexOf(name));
  return starts.some((start) => at >= start && at < start + 60);
}

describe('inspectPackage refuses', () => {
  let deb: string;
  beforeAll(async () => {
    // More than a pipe holds, so that dpkg-deb is still writing when reading stops.
    const layers = [base, layer, randomBytes(2 ** 20)];
    deb = await build([await image('docker.io/library/one:1', layers)]);
  });

  test.each<[string, (path: string) => void, RegExp]>([
    ['a file that is not there', (path) => rmSync(path), /cannot be read: no such file/],
    ['what is no package', (path) => writeFileSync(path, 'hello'), /is no whole Debian package: /],
    ['an empty file', (path) => writeFileSync(path, ''), /is no whole Debian package: /],
    [
      'one cut in its control member',
      (path) => truncateSync(path, 400),
      /is no whole Debian package: /,
    ],
    [
      'one cut in its data',
      (path) => truncateSync(path, readFileSync(path).length - 30_000),
      /is cut or damaged: /,
    ],
    [
      'one cut in the zero blocks at its end',
      (path) => truncateSync(path, statSync(path).size - 1024),
      /is cut or damaged: /,
    ],
    [
      'one with a damaged header',
      (path) => damage(path, dataStart(path) + 3),
      /is cut or damaged: a tar header with a wrong checksum/,
    ],
    [
      'one without manifest.json',
      (path) => renameSync(withoutManifest(path), path),
      /was not made by container-preload/,
    ],
  ])('%s', async (_, harm, message) => {
    const path = join(mkdtempSync(join(top, 'harm-')), 'p.deb');
    writeFileSync(path, readFileSync(deb));
    harm(path);
    await expect(inspectPackage(path)).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringMatching(message),
    });
  });

  test.each<[string, (share: string, root: string) => string]>([
    ['image.list', (share) => join(share, 'image.list')],
    ['manifest.json', (share) => join(share, 'manifest.json')],
    ['md5sums', (_, root) => join(root, 'DEBIAN/md5sums')],
  ])('%s that memory is too small for', async (name, pathOf) => {
    const grown = await rebuilt(deb, (share, root) =>
      truncateSync(pathOf(share, root), 17 * 2 ** 20),
    );
    await expect(inspectPackage(grown)).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringMatching(`its ${name} has 17825792 bytes: more than 16777216 are not`),
    });
  });

  test('a damaged tar of the control member', async () => {
    const path = join(mkdtempSync(join(top, 'harm-')), 'p.deb');
    writeFileSync(path, readFileSync(deb));
    damage(path, readFileSync(deb).indexOf('control.tar') + 63);
    await expect(inspectPackage(path)).rejects.toMatchObject({
      kind: 'failure',
      message: `${path} is no whole Debian package: a tar header with a wrong checksum`,
    });
  });

  test('a package that says nothing, since dpkg-deb is killed', async () => {
    const bin = mkdtempSync(join(top, 'bin-'));
    writeFileSync(join(bin, 'dpkg-deb'), '#!/bin/sh\nkill -KILL $$\n', { mode: 0o755 });
    const { PATH } = process.env;
    process.env.PATH = bin + delimiter + PATH;
    try {
      await expect(inspectPackage(deb)).rejects.toMatchObject({
        kind: 'failure',
        message: 'dpkg-deb was killed by SIGKILL',
      });
    } finally {
      process.env.PATH = PATH;
    }
  });

  test('a folder', async () => {
    await expect(inspectPackage(top)).rejects.toMatchObject({
      kind: 'failure',
      message: expect.stringMatching(/is no regular file$/),
    });
  });

  test('to go on when it is ended', async () => {
    const controller = new AbortController();
    const inspection = inspectPackage(deb, controller.signal);
    setTimeout(() => controller.abort(new Error('ctrl-C')), 5);
    await expect(inspection).rejects.toThrow('ctrl-C');
  });
});

function distinctSize(images: PackagedImage[]): number {
  const fragments = images.flatMap((one) => [
    one.imageFragment,
    ...one.layers.map(({ fragment }) => fragment),
  ]);
  const sizes = new Map(fragments.map(({ name, size }) => [name, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function sums(bytes: Buffer) {
  const hash = (program: string) =>
    execFileSync(program, { input: bytes })
      .toString()
      .slice(0, program === 'md5sum' ? 32 : 64);
  return { size: bytes.length, md5: hash('md5sum'), sha256: hash('sha256sum') };
}

function patched(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

/** A layer whose length is no multiple of a block, so that there is padding. */
function oddLength(tar: Buffer): Buffer {
  return tar.subarray(0, -7);
}

function damage(path: string, at: number): void {
  writeFileSync(path, patched(readFileSync(path), at));
}

function firstOf(folder: string): string {
  return join(folder, readdirSync(folder).sort()[0] ?? '');
}

function edit(path: string, from: string | RegExp, to: string): void {
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
}

/** A second manifest.json before the zero blocks. */
function withEntry(archive: Buffer): Buffer {
  const header = archive.subarray(0, 512);
  const size = Number.parseInt(header.toString('latin1', 124, 135), 8);
  const entry = archive.subarray(0, 512 + Math.ceil(size / 512) * 512);
  return Buffer.concat([archive.subarray(0, -1024), entry, Buffer.alloc(1024)]);
}

/** The first header says that it is a symbolic link; its checksum is right. */
function asLink(archive: Buffer): Buffer {
  const changed = Buffer.from(archive);
  changed.write('2', 156);
  const sum = Number.parseInt(changed.toString('latin1', 148, 154), 8) + 2;
  changed.write(sum.toString(8).padStart(6, '0'), 148);
  return changed;
}

/** Other text of the same length, filled with spaces. */
function replaced(archive: Buffer, from: string, to: string): Buffer {
  const changed = Buffer.from(archive);
  changed.write(to.padEnd(from.length), archive.lastIndexOf(from));
  return changed;
}

/** Where the tar of the data begins in a .deb. */
function dataStart(path: string): number {
  return readFileSync(path).indexOf('data.tar        ') + 60;
}

function withoutManifest(deb: string): string {
  const root = mkdtempSync(join(top, 'bare-'));
  execFileSync('dpkg-deb', ['-R', deb, root]);
  rmSync(join(root, 'usr/share/edge-images/manifest.json'));
  execFileSync('dpkg-deb', ['-b', root, `${root}.deb`], { stdio: 'pipe' });
  return `${root}.deb`;
}
