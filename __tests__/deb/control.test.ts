import { describe, expect, test } from '@jest/globals';
import {
  formatConffiles,
  formatControl,
  formatMd5sums,
  installedSize,
} from '../../src/deb/control.ts';
import { packageSpec, paperImage } from './fixture.ts';

function imagesOf(count: number) {
  return Array.from({ length: count }, (_, index) => paperImage(`docker.io/library/i:${index}`));
}

describe('formatControl', () => {
  test('is one paragraph', () => {
    const spec = packageSpec(imagesOf(2), {
      description: 'images of the gateway\nOne.\n\nTwo\n  as it is',
      section: 'admin',
    });
    expect(formatControl(spec, 1234)).toBe(`Package: edge-images
Version: 1.2.3
Architecture: amd64
Maintainer: Jane Doe <jane@debian.org>
Installed-Size: 1234
Depends: podman, zstd
Section: admin
Priority: optional
Description: images of the gateway
 One.
 .
 Two
   as it is
 .
 Container images for Podman, loaded at boot:
  docker.io/library/i:0
  docker.io/library/i:1
`);
  });

  test('tells what is loaded from what stays a file, and for whom', () => {
    const [first, second] = imagesOf(2);
    const images = [{ ...paperImage('docker.io/library/file:1'), fetchOnly: true }, first, second];
    const control = formatControl(
      packageSpec(
        images.filter((image) => image !== undefined),
        { user: 'kiosk' },
      ),
      1,
    );
    expect(control).toMatch(
      / Container images for Podman of the user kiosk, loaded at boot:\n {2}docker.io\/library\/i:0\n {2}docker.io\/library\/i:1\n Container images that stay files, and are not loaded:\n {2}docker.io\/library\/file:1\n$/,
    );
  });

  test('has no Depends where there are none', () => {
    expect(formatControl(packageSpec(imagesOf(1), { depends: '' }), 1)).not.toMatch(/Depends/);
  });

  test('names twenty images and counts the rest, long names too', () => {
    const long = paperImage(`example.org/${'x'.repeat(80)}:1`);
    const control = formatControl(packageSpec([long, ...imagesOf(30)], { engine: 'docker' }), 1);
    expect(control).toMatch(/^ Container images for Docker, loaded at boot:$/m);
    expect(control).toMatch(
      /\n {2}docker\.io\/library\/i:19\n {2}and 11 more, see \/usr\/share\/edge-images\/manifest\.json\n$/,
    );
  });

  test('breaks long lines between words, never before a full stop', () => {
    const words = `${'word '.repeat(15)}.deb and more`;
    const control = formatControl(packageSpec(imagesOf(1), { description: `x y\n${words}` }), 1);
    const extended = control.split('\n').filter((line) => line.startsWith(' '));
    expect(extended.every((line) => line.length < 80 || line.includes('.deb'))).toBe(true);
    expect(extended.slice(0, 2)).toEqual([` ${'word '.repeat(15)}.deb`, ' and more']);
  });
});

test.each([
  [[], 1, 1],
  [[0], 1, 1],
  [[1], 1, 2],
  [[1024], 1, 2],
  [[1025, 1], 3, 6],
])('installedSize of %j and %i folders is %i', (sizes, folders, size) => {
  expect(installedSize(sizes, folders)).toBe(size);
});

test('md5sums are sorted by bytes and leave conffiles out', () => {
  const file = (path: string) => ({ path, size: 1, md5: `m-${path}` });
  const files = ['usr/b', 'usr/B', 'etc/c', 'usr/a-b', 'usr/a/b'].map(file);
  expect(formatMd5sums(files, ['etc/c'])).toBe(
    ['usr/B', 'usr/a-b', 'usr/a/b', 'usr/b'].map((path) => `m-${path}  ${path}\n`).join(''),
  );
});

test('conffiles are absolute and sorted', () => {
  expect(formatConffiles(['etc/b', 'etc/a'])).toBe('/etc/a\n/etc/b\n');
});
