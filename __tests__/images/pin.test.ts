import { describe, expect, test } from '@jest/globals';
import { parseLines } from '../../src/images/formats/lines.ts';
import { listFile } from '../../src/images/formats/list-file.ts';
import type { Image } from '../../src/images/image.ts';
import {
  checkPin,
  digestPolicies,
  pinnedLine,
  pinnedText,
  tagMoved,
} from '../../src/images/pin.ts';
import { A, B } from './cases.ts';

function only(text: string): Image {
  const [image] = parseLines(listFile('list', `\n\n\n${text}`));
  if (image === undefined) throw new Error(`no image in ${text}`);
  return image;
}

describe('the pinned line', () => {
  test.each([
    ['alpine', `alpine:latest@${A}`],
    ['alpine:3.20', `alpine:3.20@${A}`],
    ['alpine:3.20   # small', `alpine:3.20@${A}   # small`],
    ['quay.io/libpod/alpine:3', `quay.io/libpod/alpine:3@${A}`],
    ['localhost:5000/app', `localhost:5000/app:latest@${A}`],
    ['[::1]:5000/app', `[::1]:5000/app:latest@${A}`],
    ['[::1]/app:1', `[::1]/app:1@${A}`],
    ['docker://alpine', `docker://alpine:latest@${A}`],
    ['docker://alpine:3.20', `docker://alpine:3.20@${A}`],
    [`alpine:3.20@${B}`, `alpine:3.20@${A}`],
    [`alpine@${B}`, `alpine@${A}`],
    ['docker://a.b/c;tag=1', `docker://a.b/c;digest=${A};tag=1`],
    ['docker://a.b/c;', `docker://a.b/c;digest=${A};tag=latest`],
    ['docker://a.b/c;name=x;tag=1;unpack=0', `docker://a.b/c;digest=${A};tag=1;name=x;unpack=0`],
    [`docker://a.b/c;tag=1;digest=${B}`, `docker://a.b/c;digest=${A};tag=1`],
    [`docker://a.b/c;digest=${B}`, `docker://a.b/c;digest=${A}`],
    ['alpine as alpine:latest', `alpine:latest@${A} as alpine:latest`],
    ['alpine as x.y/z:1 fetch-only', `alpine:latest@${A} as x.y/z:1 fetch-only`],
    ['alpine:3 fetch-only', `alpine:3@${A} fetch-only`],
    ['oci:./out as x.y/z:1', 'oci:./out as x.y/z:1'],
    ['docker-archive:a.tar', 'docker-archive:a.tar'],
  ])('%s', (text, pinned) => {
    const image = only(text);
    expect(pinnedLine(image, A)).toBe(pinned);
    // pasted, it gives the same image
    const { name, fetchOnly, syntax } = only(pinned);
    expect({ name, fetchOnly, syntax }).toEqual({
      name: image.name,
      fetchOnly: image.fetchOnly,
      syntax: image.syntax,
    });
  });

  test('is the reference alone where the line has no end', () => {
    const line = (length: number) => `alpine:3 #${'x'.repeat(length - 2)}`;
    expect(pinnedLine(only(line(200)), A)).toBe(line(200).replace('3', `3@${A}`));
    expect(pinnedLine(only(line(201)), A)).toBe(`alpine:3@${A}`);
  });

  test('the reference alone can replace what was written', () => {
    expect(pinnedText(only('alpine as x:1 fetch-only'), A)).toBe(`alpine:latest@${A}`);
  });
});

describe('a reference without a digest', () => {
  test.each([
    ['warn', 'warning'],
    ['strict', 'error'],
  ] as const)('%s', (policy, level) => {
    expect(checkPin(only('  alpine:3.20'), A, policy)).toEqual({
      level,
      message: 'alpine:3.20 has no digest, so another build may get another image',
      hint: `alpine:3.20@${A}`,
      origin: { file: 'list', line: 4, column: 3 },
      endColumn: 14,
    });
  });

  test('that cannot be pinned where it stands says why', () => {
    const { place: _, ...image } = only('alpine:3.20');
    const finding = checkPin({ ...image, unpinnable: 'it is made of variables' }, A, 'warn');
    expect(finding?.message).toMatch(/another image \(it is made of variables\)$/);
    expect(finding?.hint).toBe(`alpine:3.20@${A}`);
    expect(finding).not.toHaveProperty('endColumn');
  });

  test('ignore', () => expect(checkPin(only('alpine'), A, 'ignore')).toBeUndefined());

  test.each([`alpine@${B}`, `docker://a.b/c;digest=${B}`, 'dir:out as x', 'docker-daemon:x'])(
    '%s needs none',
    (text) => expect(checkPin(only(text), A, 'strict')).toBeUndefined(),
  );
});

describe('a tag that moved', () => {
  test.each([
    ['warn', 'warning'],
    ['strict', 'error'],
  ] as const)('under %s is %s', (policy, level) => {
    expect(tagMoved(only(`alpine:3.20@${A}`), A, B, policy)).toEqual({
      level,
      message: `docker.io/library/alpine:3.20 now is ${B}; the image is the given ${A}`,
      hint: `alpine:3.20@${B}`,
      origin: { file: 'list', line: 4, column: 1 },
      endColumn: 84,
    });
  });

  test('is not said under ignore', () => {
    expect(tagMoved(only(`alpine:3.20@${A}`), A, B, 'ignore')).toBeUndefined();
  });

  test('has not moved where both are the same', () => {
    expect(tagMoved(only(`alpine:3.20@${A}`), A, A, 'strict')).toBeUndefined();
  });

  test('is nothing that a local image has', () => {
    expect(tagMoved(only('dir:out as x'), A, B, 'strict')).toBeUndefined();
  });
});

test('the policies', () => expect(digestPolicies).toEqual(['warn', 'strict', 'ignore']));
