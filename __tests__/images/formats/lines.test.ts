import { describe, expect, test } from '@jest/globals';
import { parseLines as parseList } from '../../../src/images/formats/lines.ts';
import { listFile } from '../../../src/images/formats/list-file.ts';
import type { Image } from '../../../src/images/image.ts';
import { A, usageErrorOf } from '../cases.ts';

const ISAR = `docker://quay.io/libpod/alpine;digest=${A};tag=3.10.2`;

const parseLines = (text: string, file = 'list') => parseList(listFile(file, text));

function only(text: string): Image {
  const [image] = parseLines(text);
  if (image === undefined) throw new Error(`no image in ${text}`);
  return image;
}

describe('a line', () => {
  test('comes to an image with its place', () => {
    expect(only('  alpine:3.20  # small')).toEqual({
      source: {
        transport: 'docker',
        reference: { repository: 'docker.io/library/alpine', tag: '3.20' },
      },
      name: 'docker.io/library/alpine:3.20',
      fetchOnly: false,
      written: 'alpine:3.20',
      syntax: 'plain',
      origin: { file: 'list', line: 1, column: 3 },
      place: {
        ...{ file: 'list', line: 1, column: 3, start: 2, end: 13 },
        ...{ before: '  ', text: 'alpine:3.20', after: '  # small' },
      },
    });
  });

  test.each([
    ['alpine', 'docker.io/library/alpine:latest', 'plain', 'alpine'],
    ['\talpine\t#x', 'docker.io/library/alpine:latest', 'plain', 'alpine'],
    ['\u00a0alpine', 'docker.io/library/alpine:latest', 'plain', 'alpine'],
    [`alpine@${A}`, 'docker.io/library/alpine:latest', 'plain', `alpine@${A}`],
    ['docker://alpine:3', 'docker.io/library/alpine:3', 'plain', 'docker://alpine:3'],
    [ISAR, 'quay.io/libpod/alpine:3.10.2', 'isar', ISAR],
    ['oci:./out:app:1', 'docker.io/library/app:1', 'plain', 'oci:./out:app:1'],
    ['docker-archive:a.tar', undefined, 'plain', 'docker-archive:a.tar'],
    ['docker-archive:a.tar as app:1', 'docker.io/library/app:1', 'plain', 'docker-archive:a.tar'],
    ['dir:a#b as registry.example/app:1.2', 'registry.example/app:1.2', 'plain', 'dir:a#b'],
    [`${ISAR} as app`, 'docker.io/library/app:latest', 'isar', ISAR],
    ['alpine as as', 'docker.io/library/as:latest', 'plain', 'alpine'],
  ])('%s', (text, name, syntax, written) => {
    const image = only(text);
    expect({ name: image.name, syntax: image.syntax, written: image.written }).toEqual({
      name,
      syntax,
      written,
    });
    expect(image.fetchOnly).toBe(false);
  });

  test.each(['alpine fetch-only', 'alpine as a:1 fetch-only', 'dir:x as a:1\tfetch-only # why'])(
    '%s stays a file',
    (text) => expect(only(text).fetchOnly).toBe(true),
  );

  test.each(['', '   ', '\t', '# alpine', '  # alpine', '#'])('%j names nothing', (text) => {
    expect(parseLines(text)).toEqual([]);
  });
});

describe('a line that is refused', () => {
  test.each([
    ['alpine busybox', 'unexpected "busybox"'],
    ['alpine as', 'unexpected "as"'],
    ['alpine as fetch-only', 'unexpected "as fetch-only"'],
    ['alpine as a b', 'unexpected "as a b"'],
    ['alpine fetch-only as a:1', 'unexpected "fetch-only as a:1"'],
    ['alpine fetchonly', 'unexpected "fetchonly"'],
    ['oci:./my out as a:1', 'unexpected "out as a:1"'],
    [`alpine as a:1@${A}`, 'has a digest'],
    ['alpine as A', 'lower case'],
    ['dir:out', 'does not say what the image is called'],
    ['oci:', 'names no path'],
    ['https://quay.io/a', 'do not come by "https://"'],
    ['oci-archive//x', 'invalid repository name'],
    ['://x', 'do not come by "://"'],
    ['docker://', 'no repository name'],
    ['docker://alpine;tag=3;tag=4', 'tag is given twice'],
    ['alpine;tag=3', 'invalid repository name "alpine;tag=3"'],
    ['al\u0007pine', 'control character'],
    ['dir:\u001b[31mx as a:1', 'control character'],
  ])('%j', (text, why) => {
    const error = usageErrorOf(() => parseLines(`\n  ${text}`));
    expect(error.message).toContain(why);
    expect(error.origin).toEqual({ file: 'list', line: 2, column: 3 });
  });
});

test('a list counts its lines, whatever ends them', () => {
  const text = `# images\r\nalpine\r\n\r\n\t${ISAR} # pinned\noci:./out as app:1\n`;
  const places = parseLines(text, 'images.txt').map((image) => [image.name, image.origin]);
  expect(places).toEqual([
    ['docker.io/library/alpine:latest', { file: 'images.txt', line: 2, column: 1 }],
    ['quay.io/libpod/alpine:3.10.2', { file: 'images.txt', line: 4, column: 2 }],
    ['docker.io/library/app:1', { file: 'images.txt', line: 5, column: 1 }],
  ]);
});

test('an empty text has no images', () => {
  expect(parseLines('', 'images')).toEqual([]);
});
