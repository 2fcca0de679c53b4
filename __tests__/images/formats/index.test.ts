import { describe, expect, test } from '@jest/globals';
import type { FormatName } from '../../../src/images/formats/format.ts';
import {
  formatNamed,
  formats,
  isFormatName,
  recognise,
  strayRemark,
} from '../../../src/images/formats/index.ts';
import { listFile } from '../../../src/images/formats/list-file.ts';
import { A, usageErrorOf } from '../cases.ts';

describe('a file is recognised', () => {
  test.each<[FormatName, string, string]>([
    ['lines', 'images.txt', 'alpine:3.20\n'],
    ['lines', 'images', '\n# what we need\n\n  alpine:3.20 as a:1 fetch-only # x\n'],
    ['lines', 'images.inc', `docker://quay.io/libpod/alpine;digest=${A};tag=3\nalpine\n`],
    ['lines', 'images.yml', '# no YAML\nalpine\nbusybox\n'],
    ['lines', 'images.txt', '\r\nalpine\r\n'],
    ['lines', 'images.txt', 'oci-archive:build/app.tar:app:1\n'],
    ['lines', 'images.txt', '[::1]:5000/app:1\n'],
    ['lines', 'images.txt', ''],
    ['lines', 'images.yml', '# nothing\n'],
    // told as what they are, with their mistake
    ['lines', 'images.txt', 'Alpine\n'],
    ['lines', 'list', 'alpine busybox\n'],
    ['compose', 'compose.yml', 'services:\n  a: {image: a}\n'],
    ['compose', 'stack', '# x\nname: x\n"services" :\n  a: {image: a}\n'],
    ['compose', 'a.json', '{"name": "x", "services": {"a": {"image": "a"}}}'],
    ['compose', 'compose.yml', 'include:\n- a.yml\n'],
    ['compose', 'compose.yml', 'services:\n\ta: broken\n'],
    ['compose', 'broken.json', '{"services": \n'],
  ])('as %s: %s %j', (name, file, text) => {
    expect(recognise(listFile(file, text)).name).toBe(name);
  });
});

test.each([
  [
    'both.yml',
    'apiVersion: v1\nkind: Pod\nservices: {a: {image: a}}\nspec: {containers: [{image: b}]}\n',
  ],
  ['both.json', '{"apiVersion": "v1", "kind": "Pod", "include": ["a.yml"]}'],
  ['both.yml', 'services: {a: {image: a}}\n---\napiVersion: v1\nkind: Pod\n'],
])('a file is like two: %s %j', (file, text) => {
  const error = usageErrorOf(() => recognise(listFile(file, text)));
  expect(error.message).toBe('the image list may be compose or kubernetes');
  expect(error.hint).toBe(`say which: compose:${file} or kubernetes:${file}`);
  expect(error.origin).toEqual({ file });
});

describe('a file is like no list', () => {
  test.each([
    ['values.yml', 'image:\n  repository: alpine\n'],
    ['list.txt', '<?xml version="1.0"?>\n<a/>\n'],
    ['list.txt', '{"images": ["alpine"]}\n'],
    ['images.txt', 'image: alpine\n'],
    ['images.txt', '# x\n[Service]\nExecStart=x\n'],
    ['images.txt', '---\nimage: a\n'],
    ['images.env', 'IMAGE=alpine\n'],
    ['images.sh', 'DESCRIPTION = "x"\n'],
    ['Dockerfile', 'FROM alpine:3\n'],
    ['nested.yml', 'x:\n  services:\n    a: {image: a}\n'],
  ])('%s %j', (file, text) => {
    const error = usageErrorOf(() => recognise(listFile(file, text)));
    expect(error.message).toBe('no format of image lists is recognised');
    expect(error.hint).toBe(
      `the formats are lines (NAME:TAG), compose (services:), quadlet ([Container]), kiwi (<image schemaversion>), isar (SRC_URI), kubernetes (kind:); say which in image-list: FORMAT:${file}`,
    );
    expect(error.origin).toEqual({ file });
  });
});

describe('a file that a pattern names', () => {
  test.each([
    ['web.container', '[Container]\nImage=alpine\n'],
    // told as what they are, with their mistake
    ['web.container', '[Contaner]\nImage=alpine\n'],
    ['compose.yml', 'servises: {a: {image: alpine}}\n'],
    ['app.bb', 'x\n'],
    ['images.txt', 'Alpine\n'],
    ['base.list', 'alpine\n'],
    ['images', 'alpine:3.20\nbusybox\n'],
    ['images', '# x\nteam/app as x\n'],
    ['images', '# nothing\n'],
  ])('is read: %s %j', (file, text) => {
    expect(strayRemark(listFile(file, text))).toBeUndefined();
  });

  test.each([
    ['notice', 'README', 'Quadlets\n====\n'],
    ['notice', 'README.md', '# Quadlets\n\nSee also: compose.yml\n'],
    ['notice', 'x.service', '[Service]\nExecStart=x\n'],
    ['notice', 'app.env', 'IMAGE=alpine:3\n'],
    // it may be a list of one image
    ['warning', 'NOTES.md', 'notes\n'],
    ['warning', 'images', 'alpine # see a/b\n'],
  ])('is left out with a %s: %s %j', (level, file, text) => {
    expect(strayRemark(listFile(file, text))).toEqual({
      images: [],
      findings: [
        {
          level,
          message: `left out of the pattern, for it is no list for sure: as one it is lines:${file}`,
          origin: { file },
        },
      ],
    });
  });
});

test('every name of a format is one', () => {
  for (const { name } of formats) {
    expect(isFormatName(name)).toBe(true);
    expect(formatNamed(name).name).toBe(name);
  }
  expect(isFormatName('./compose')).toBe(false);
  expect(new Set(formats.map(({ name }) => name)).size).toBe(formats.length);
});
