import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { changelog, changelogDate, changelogName, lintianOverrides } from '../../src/deb/docs.ts';
import { formatManifest, packageManifest, parseManifest } from '../../src/deb/manifest.ts';
import { renderTemplates } from '../../src/deb/template.ts';
import { controlFiles, dataFiles, folders } from '../../src/deb/tree.ts';
import { EPOCH, packageSpec, paperImage } from './fixture.ts';

const device = {
  load: 'load',
  service: 'service',
  target: 'target',
  conffile: 'conffile',
  postinst: 'postinst',
  prerm: 'prerm',
  postrm: 'postrm',
  'README.Debian': 'readme',
};
const spec = packageSpec([paperImage('docker.io/library/alpine:3.20')]);

describe('dataFiles', () => {
  test('has all of the package but the fragments', () => {
    const files = dataFiles(spec, device, [], 'test');
    expect(files.map(({ mode, path }) => `${mode.toString(8)} ${path}`)).toEqual([
      '644 usr/share/edge-images/image.list',
      '644 usr/share/edge-images/manifest.json',
      '644 usr/share/edge-images/container-preload.target',
      '755 usr/lib/edge-images/load',
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
    expect(() => dataFiles(spec, device, extra, 'test')).toThrow(message);
    expect(() => dataFiles(spec, device, extra, 'test')).toThrow(
      expect.objectContaining({ kind: 'usage' }),
    );
  });
});

test('controlFiles counts fragments into Installed-Size and md5sums', () => {
  const written = [
    { path: 'etc/a', size: 1, md5: 'm1' },
    { path: 'usr/b', size: 2000, md5: 'm2' },
  ];
  const fragment = { name: 'layers/c.zst', path: '/c', size: 5000, md5: 'm3', sha256: 's' };
  const files = controlFiles(spec, device, written, [fragment]);
  const content = (path: string) => files.find((file) => file.path === `DEBIAN/${path}`)?.content;
  expect(content('md5sums')).toBe('m2  usr/b\nm3  usr/share/edge-images/layers/c.zst\n');
  expect(content('conffiles')).toBe('/etc/a\n');
  // 1 + 2 + 5 KiB, and the folders: . etc usr usr/share and its edge-images, images, layers
  expect(content('control')).toMatch(/^Installed-Size: 15$/m);
  expect(files.filter((file) => file.mode === 0o755).map((file) => file.path)).toEqual([
    'DEBIAN/postinst',
    'DEBIAN/prerm',
    'DEBIAN/postrm',
  ]);
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
    const load = '@NAME@ @ENGINE@ @DELETE_AFTER_LOAD@ $@ user@host.org @@';
    expect(renderTemplates({ ...device, load }, spec).load).toBe(
      'edge-images podman no $@ user@host.org @@',
    );
    expect(renderTemplates({ ...device, load }, { ...spec, deleteAfterLoad: true }).load).toMatch(
      / yes /,
    );
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
  const manifest = packageManifest(spec, 'container-preload 1.0.0');
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
    ['{', /JSON/],
  ])('refuses %s', (text, message) => {
    expect(() => parseManifest(text)).toThrow(message);
  });
});
