import { describe, expect, test } from '@jest/globals';
import type { Digest } from '../src/images/digest.ts';
import type { Layer, Resolution } from '../src/registry/types.ts';
import { layersOf, shareOut } from '../src/shards.ts';

const MiB = 1 << 20;
const digest = (name: string): Digest => `sha256:${name.padEnd(64, '0')}`;

function layer(name: string, size: number): Layer {
  return { blob: digest(`b${name}`), diffId: digest(name), size, mediaType: '' };
}

function image(name: string, layers: readonly Layer[]): Resolution {
  return { manifestDigest: digest(name), layers } as unknown as Resolution;
}

const base = layer('base', 50 * MiB);
const images = [
  image('first', [base, layer('one', 20 * MiB), layer('tiny', 100)]),
  image('second', [base, layer('two', 29 * MiB), layer('tiny', 100)]),
];

describe('shares', () => {
  test('of equal size, as far as layers are', () => {
    const shares = shareOut(images, 2);
    expect(shares.map(({ bytes }) => Math.round(bytes / MiB))).toEqual([50, 49]);
  });

  test.each([1, 2, 3, 7, 50])('%i: everything once, whatever the order of the images', (count) => {
    const shares = shareOut(images, count);
    expect(shares).toHaveLength(count);
    const names = (list: typeof shares) =>
      list.map(({ parts }) =>
        parts.map((part) => ('layer' in part ? part.layer.diffId : part.image.manifestDigest)),
      );
    expect(names(shareOut([...images].reverse(), count))).toEqual(names(shares));
    const all = names(shares).flat();
    expect(all).toHaveLength(5);
    expect(new Set(all).size).toBe(5);
  });

  test('have the layers that are made for them', () => {
    const parts = shareOut(images, 1)[0]?.parts ?? [];
    expect(layersOf(parts, 'zstd')).toEqual(
      new Set(['base', 'one', 'two', 'tiny'].map((name) => digest(name))),
    );
    expect(layersOf(parts, 'original').has(base.blob)).toBe(true);
  });
});
