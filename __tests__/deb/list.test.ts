import { describe, expect, test } from '@jest/globals';
import { formatImageList, listedImage, parseImageList, referenceKey } from '../../src/deb/list.ts';
import { paperImage } from './fixture.ts';

const layer = (name: string) => ({
  fragment: { name, path: '/x', size: 1, md5: '', sha256: '' },
  diffId: paperImage('a').configDigest,
  blob: paperImage('a').configDigest,
  unpackedSize: 2048,
});

describe('formatImageList', () => {
  test('has nine columns, every layer in its place from the base up', () => {
    const image = {
      ...paperImage('docker.io/library/alpine:3.20'),
      layers: ['layers/b.zst', 'layers/a.zst', 'layers/b.zst'].map(layer),
    };
    const digest = image.configDigest;
    const key = referenceKey(image.reference);
    expect(
      formatImageList([image, { ...paperImage('x:1'), fetchOnly: true }].map(listedImage)),
    ).toBe(
      [
        '# container-preload image list 2',
        `docker.io/library/alpine:3.20 ${key} ${digest} ${digest} 4096 - images/a.zst layers/b.zst,layers/a.zst,layers/b.zst ${[0, 0, 0].map(() => `${digest.slice(7)}:2048`).join(',')}`,
        `x:1 ${referenceKey('x:1')} ${digest} ${digest} 4096 fetch-only images/a.zst - -`,
        '',
      ].join('\n'),
    );
  });

  test('names state files by the start of the sha256', () => {
    // printf docker.io/library/alpine:3.20 | sha256sum
    expect(referenceKey('docker.io/library/alpine:3.20')).toBe('75be9c490b21b793193f47be0daf1e1b');
  });

  test.each(['a b:1', '', 'a\nb:1'])('refuses the reference %j', (reference) => {
    expect(() => formatImageList([listedImage(paperImage(reference))])).toThrow(/a column/);
  });
});

describe('parseImageList', () => {
  test('reads what was written', () => {
    const images = [
      listedImage({ ...paperImage('a:1'), layers: [layer('layers/b.zst')] }),
      listedImage({ ...paperImage('b:1'), fetchOnly: true }),
    ];
    expect(parseImageList(formatImageList(images))).toEqual(images);
  });

  test.each([
    ['', /first line/],
    ['# container-preload image list 1\n', /first line/],
    ['# container-preload image list 2\na b', /has no end/],
    ['# container-preload image list 2\na b\n', /line 2 has not nine columns/],
    ['# container-preload image list 2\na b c d 1 - g h\n', /line 2 has not nine columns/],
    ['# container-preload image list 2\na b c d x - g h i\n', /line 2: the size/],
    ['# container-preload image list 2\na b c d 1 x g h i\n', /line 2: unknown flags x/],
    ['# container-preload image list 2\na b c d 1 - g h i\n', /line 2: layers and their/],
    ['# container-preload image list 2\na b c d 1 - g h,h a:1\n', /line 2: layers and their/],
  ])('refuses %j', (text, message) => {
    expect(() => parseImageList(text)).toThrow(message);
  });
});
