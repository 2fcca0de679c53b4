import { describe, expect, test } from '@jest/globals';
import { planFetch } from '../../src/registry/fetch.ts';
import type { Layer, Resolution } from '../../src/registry/types.ts';

const layer = (digit: string): Layer => ({
  blob: `sha256:${digit.repeat(64)}`,
  diffId: `sha256:${digit.repeat(64)}`,
  size: 1,
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
});
const image = (...digits: string[]) => ({ layers: digits.map(layer) }) as unknown as Resolution;

function plan(images: readonly Resolution[], known = ''): string[] {
  const tasks = planFetch(images, ({ blob }) => known.includes(blob.charAt(7)));
  return tasks.map(
    (task) =>
      `${images.indexOf(task.image)}:${task.wanted.map(({ blob }) => blob.charAt(7)).join('')}`,
  );
}

describe('planFetch', () => {
  test.each<[string, string[][], string, string[]]>([
    ['nothing of no images', [], '', []],
    ['all of one image', [['a', 'b']], '', ['0:ab']],
    ['a layer that stands there twice once', [['a', 'b', 'a']], '', ['0:ab']],
    [
      'shared layers with the first',
      [
        ['a', 'b'],
        ['a', 'c'],
        ['c', 'b'],
      ],
      '',
      ['0:ab', '1:c'],
    ],
    [
      'not what is known',
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
      'ac',
      ['0:b'],
    ],
    ['no image that is known whole', [['a'], ['b']], 'a', ['1:b']],
  ])('%s', (_name, images, known, expected) => {
    expect(
      plan(
        images.map((digits) => image(...digits)),
        known,
      ),
    ).toEqual(expected);
  });
});
