import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { changelog, changelogDate, changelogName, lintianOverrides } from '../../src/deb/docs.ts';
import { formatManifest, packageManifest, parseManifest } from '../../src/deb/manifest.ts';
import {
  LOADER_PARTS,
  readTemplates,
  renderTemplates,
  type Templates,
} from '../../src/deb/template.ts';
import { dataFiles, describingFiles, folders, scriptFiles } from '../../src/deb/tree.ts';
import { EPOCH, packageSpec, paperImage } from './fixture.ts';

const device = {
  load: 'load',
  ...Object.fromEntries(LOADER_PARTS.map((part) => [part, part])),
  service: 'service',
  target: 'target',
  conffile: 'conffile',
  postinst: 'postinst',
  prerm: 'prerm',
  postrm: 'postrm',
  'README.Debian': 'readme',
} as Templates;
const spec = packageSpec([paperImage('docker.io/library/alpine:3.20')]);

test.each([
  [{ compression: 'zstd' }, 'podman', 'xargs cat \\| zstd -dc \\| podman load'],
  [
    { compression: 'original', user: 'kiosk' },
    'podman of the user kiosk',
    'xargs cat \\| podman load',
  ],
] as const)('the texts of a package with %j', async (values, store, byHand) => {
  const templates = await readTemplates(join(import.meta.dirname, '../../device'));
  const { service, 'README.Debian': readme } = renderTemplates(templates, { ...spec, ...values });
  expect(service).toMatch(new RegExp(`^Description=.* into ${store}$`, 'm'));
  expect(readme).toMatch(new RegExp(`^${store}: at boot`, 'm'));
  expect(readme).toMatch(new RegExp(byHand));
  // No column and no underline depends on what was filled in.
  expect(readme).not.toMatch(/edge-images\S* {2,}\S/);
  expect(readme).toMatch(/^(.+)\n=+\n/);
  expect(readme.split('\n')[0]).toHaveLength(readme.split('\n')[1]?.length ?? 0);
  expect(/zst/.test(readme)).toBe(values.compression === 'zstd');
});

describe('dataFiles', () => {
  test('has all of the package but the fragments and manifest.json', () => {
    const files = dataFiles(spec, device, []);
    expect(files.map(({ mode, path }) => `${mode.toString(8)} ${path}`)).toEqual([
      '644 usr/share/edge-images/image.list',
      '644 usr/share/edge-images/sha256sums',
      '644 usr/share/edge-images/container-preload.target',
      '755 usr/lib/edge-images/load',
      ...LOADER_PARTS.map((part) => `644 usr/lib/edge-images/${part.replace('lib/', '')}`),
      '644 usr/lib/systemd/system/edge-images.service',
      '644 usr/share/doc/edge-images/README.Debian',
      '644 usr/share/doc/edge-images/copyright',
      '644 usr/share/doc/edge-images/changelog.gz',
      '644 usr/share/lintian/overrides/edge-images',
      '644 etc/container-preload/edge-images.conf',
    ]);
    expect(files.filter((file) => file.path.includes(':'))).toEqual([]);
  });

  test.each([
    [
      'the same twice',
      ['usr/bin/x', 'usr/bin/x'],
      /two files of the package are called \/usr\/bin\/x/,
    ],
    ['the unit', ['usr/lib/systemd/system/edge-images.service'], /two files/],
    ['a folder', ['usr/lib/systemd'], /\/usr\/lib\/systemd is both a file and a folder/],
    ['below a file', ['usr/bin/x', 'usr/bin/x/y'], /\/usr\/bin\/x is both/],
  ])('refuses extra files: %s', (_, paths, message) => {
    const extra = paths.map((path) => ({ source: '/x', path, mode: 0o644 as const }));
    expect(() => dataFiles(spec, device, extra)).toThrow(message);
    expect(() => dataFiles(spec, device, extra)).toThrow(
      expect.objectContaining({ kind: 'usage' }),
    );
  });
});

const data = [
  { path: 'usr/b', mode: 0o755, size: 2000, md5: 'm2', sha256: 's2' },
  { path: 'etc/a', mode: 0o644, size: 1, md5: 'm1', sha256: 's1' },
] as const;

test('scriptFiles names the conffiles, and its scripts are executable', () => {
  expect(
    scriptFiles(device, data).map((file) => [file.path, file.mode.toString(8), file.content]),
  ).toEqual([
    ['DEBIAN/conffiles', '644', '/etc/a\n'],
    ['DEBIAN/postinst', '755', 'postinst'],
    ['DEBIAN/prerm', '755', 'prerm'],
    ['DEBIAN/postrm', '755', 'postrm'],
  ]);
});

describe('describingFiles', () => {
  const fragment = { name: 'layers/c.zst', path: '/c', size: 5000, md5: 'm3', sha256: 's' };
  const scripts = [
    { path: 'DEBIAN/prerm', mode: 0o755, size: 9, md5: 'm4', sha256: 's4' },
  ] as const;
  const files = describingFiles(spec, 'test', { data, scripts, fragments: [fragment] });
  const content = (path: string) => String(files.find((file) => file.path === path)?.content);
  const manifest = content('usr/share/edge-images/manifest.json');
  const sum = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

  test('counts fragments and manifest.json into Installed-Size', () => {
    // 1 + 2 + 5 KiB, and the folders: . etc usr usr/share and its edge-images, images, layers
    const size = 15 + Math.ceil(manifest.length / 1024);
    expect(content('DEBIAN/control')).toMatch(new RegExp(`^Installed-Size: ${size}$`, 'm'));
  });
  test('has md5sums of all data but conffiles', () => {
    expect(content('DEBIAN/md5sums')).toBe(
      [
        'm2  usr/b',
        'm3  usr/share/edge-images/layers/c.zst',
        `${sum('md5', manifest)}  usr/share/edge-images/manifest.json`,
        '',
      ].join('\n'),
    );
  });
  test('names every file but fragments, md5sums and manifest.json in manifest.json', () => {
    expect(parseManifest(manifest).files).toEqual([
      { path: 'DEBIAN/control', mode: '0644', sha256: sum('sha256', content('DEBIAN/control')) },
      { path: 'DEBIAN/prerm', mode: '0755', sha256: 's4' },
      { path: 'etc/a', mode: '0644', sha256: 's1' },
      { path: 'usr/b', mode: '0755', sha256: 's2' },
    ]);
  });
});

test('folders come before what is in them, and those of the fragments are always there', () => {
  expect(folders('x-y', ['usr/lib/x-y/load', 'etc/a'])).toEqual([
    '',
    'etc',
    'usr',
    'usr/lib',
    'usr/lib/x-y',
    'usr/share',
    'usr/share/x-y',
    'usr/share/x-y/images',
    'usr/share/x-y/layers',
  ]);
});

describe('renderTemplates', () => {
  test('fills every place', () => {
    const load = "@NAME@ @ENGINE@ '@USER@' @DELETE_AFTER_LOAD@ $@ user@host.org @@";
    expect(renderTemplates({ ...device, load }, spec).load).toBe(
      "edge-images podman '' no $@ user@host.org @@",
    );
    expect(renderTemplates({ ...device, load }, { ...spec, user: 'kiosk' }).load).toMatch(
      / 'kiosk' /,
    );
    expect(renderTemplates({ ...device, load }, { ...spec, deleteAfterLoad: true }).load).toMatch(
      / yes /,
    );
  });
  test('the settings on the device are those that were asked for', async () => {
    const templates = await readTemplates(join(import.meta.dirname, '../../device'));
    const settings = (given: object) =>
      renderTemplates(templates, { ...spec, ...given }).conffile.match(/^[a-z_]+=.*$/gm);
    expect(settings({})).toEqual(['delete_after_load=no', 'conflict=keep', 'remove_replaced=no']);
    expect(settings({ deleteAfterLoad: true, conflict: 'package', removeReplaced: true })).toEqual([
      'delete_after_load=yes',
      'conflict=package',
      'remove_replaced=yes',
    ]);
  });
  test('knows no other places', () => {
    expect(() => renderTemplates({ ...device, prerm: '@OTHER@' }, spec)).toThrow(
      'device/prerm: nothing to put into @OTHER@',
    );
  });
});

describe('docs', () => {
  test('the changelog has one entry, at the epoch', () => {
    expect(
      gunzipSync(changelog(spec)).toString(),
    ).toBe(`edge-images (1.2.3) unstable; urgency=medium

  * 1 container image for amd64;
    manifest.json names each with its digests.

 -- Jane Doe <jane@debian.org>  Fri, 02 Jan 2026 03:04:05 +0000
`);
    expect(changelog(spec).subarray(0, 10).toString('hex')).toBe('1f8b0800000000000203');
    expect(changelogDate(EPOCH)).toBe('Fri, 02 Jan 2026 03:04:05 +0000');
  });
  test.each([
    ['1.2.3', 'changelog.gz'],
    ['1.2.3-1', 'changelog.Debian.gz'],
  ])('the changelog of %s is %s', (version, name) => {
    expect(changelogName(version)).toBe(name);
  });
  test('every override of lintian has its reason above it', () => {
    const lines = lintianOverrides({ ...spec, version: '1-1' })
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(6);
    for (const [index, line] of lines.entries()) {
      expect(line).toMatch(index % 2 === 0 ? /^# [A-Z].*\.$/ : /^edge-images: [a-z-]+$/);
    }
  });
});

describe('manifest.json', () => {
  const manifest = packageManifest(spec, 'container-preload 1.0.0', []);
  test('is read as it was written', () => {
    expect(parseManifest(formatManifest(manifest))).toEqual(manifest);
    expect(manifest).toMatchObject({
      format: 1,
      generator: 'container-preload 1.0.0',
      level: 9,
      images: [{ indexDigest: null, pinned: true, fragment: { file: 'images/a.zst', size: 1 } }],
    });
  });
  test.each([
    ['{}', /format undefined is not known/],
    ['null', /format undefined is not known/],
    ['{"format":2}', /format 2 is not known/],
    ['{"format":1}', /fields are missing/],
    [JSON.stringify({ ...manifest, images: [{}] }), /fields are missing/],
    [JSON.stringify({ ...manifest, files: undefined }), /fields are missing/],
    [JSON.stringify({ ...manifest, files: [{ path: 'x', mode: 420 }] }), /fields are missing/],
    [JSON.stringify(manifest).replace('sha256:', 'sha257:'), /fields are missing/],
    ['{', /JSON/],
  ])('refuses %s', (text, message) => {
    expect(() => parseManifest(text)).toThrow(message);
  });
});
