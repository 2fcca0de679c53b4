import { describe, expect, test } from '@jest/globals';
import { extraPath, findExtraFiles, parseExtraFile } from '../../src/deb/extra.ts';

const usage = expect.objectContaining({ kind: 'usage' });

describe('parseExtraFile', () => {
  test.each([
    ['a:/b/c', { source: 'a', destination: '/b/c' }],
    ['dir/a:b:/b/c', { source: 'dir/a:b', destination: '/b/c' }],
    ['/a:/b/c', { source: '/a', destination: '/b/c' }],
  ])('%s', (text, file) => {
    expect(parseExtraFile(text)).toEqual(file);
  });
  test.each(['', 'a', 'a:', ':/b', 'a:b', '/b/c'])('refuses %j', (text) => {
    expect(() => parseExtraFile(text)).toThrow(usage);
  });
});

describe('extraPath', () => {
  test.each([
    ['/etc/app/app.conf', 'etc/app/app.conf'],
    ['//usr///bin/tool', 'usr/bin/tool'],
    ['/usr/share/edge-images-more/x', 'usr/share/edge-images-more/x'],
    ['/usr/lib/systemd/system/app.service', 'usr/lib/systemd/system/app.service'],
    [`/usr/${'x'.repeat(245)}`, `usr/${'x'.repeat(245)}`],
  ])('%s', (destination, path) => {
    expect(extraPath(destination, 'edge-images')).toBe(path);
  });

  test.each([
    ['usr/bin/x', /not absolute/],
    ['/usr/bin/', /names a folder/],
    ['/', /names a folder/],
    ['/x', /in the root folder/],
    ['/usr/../etc/x', /holds \. or \.\./],
    ['/usr/./x', /holds \. or \.\./],
    ['/usr/bin/..', /holds \. or \.\./],
    ['/usr/a b', /only ASCII/],
    ['/usr/a\nb', /only ASCII/],
    ['/usr/a\\b', /only ASCII/],
    ['/usr/a:b', /only ASCII/],
    ['/usr/ä', /only ASCII/],
    [`/usr/${'x'.repeat(246)}`, /more than 245 characters/],
    [`/usr/${'x'.repeat(246)}/y`, /more than 245 characters/],
    [`/usr${'/xxx'.repeat(512)}`, /more than 2048 characters/],
    ['/bin/x', /link to \/usr\/bin/],
    ['/lib/systemd/system/x.service', /link to \/usr\/lib/],
    ['/DEBIAN/postinst', /no files in \/DEBIAN/],
    ['//DEBIAN/postinst', /no files in \/DEBIAN/],
    ['/run/x', /no files in \/run/],
    ['/usr/share/edge-images/layers/x', /belongs to the loader/],
    ['/usr/share/edge-images', /belongs to the loader/],
    ['/usr/lib/edge-images/x', /belongs to the loader/],
    ['/usr/share/doc/edge-images/x', /belongs to the loader/],
    ['/var/lib/edge-images/x', /belongs to the loader/],
    ['/etc/container-preload/other.conf', /belongs to the loader/],
    ['/usr/lib/systemd/system/container-preload.target', /belongs to the loader/],
  ])('refuses %j', (destination, message) => {
    expect(() => extraPath(destination, 'edge-images')).toThrow(usage);
    expect(() => extraPath(destination, 'edge-images')).toThrow(message);
  });
});

describe('findExtraFiles', () => {
  test.each([
    ['/nowhere/x', /cannot be read: no such file/],
    ['/', /is no regular file/],
    ['/dev/null', /is no regular file/],
  ])('refuses the source %s', async (source, message) => {
    const found = findExtraFiles([{ source, destination: '/usr/bin/x' }], 'edge-images');
    await expect(found).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
  });
});
