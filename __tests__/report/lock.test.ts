import { expect, test } from '@jest/globals';
import type { Image, Place } from '../../src/images/image.ts';
import type { Change } from '../../src/images/lock.ts';
import { checkHint } from '../../src/report/lock.ts';
import { digest, image } from './sample.ts';

const place: Place = {
  file: 'images.txt',
  line: 1,
  column: 1,
  start: 0,
  end: 11,
  text: 'alpine:3.20',
  before: '',
  after: '',
};
const missing: Change = { image: image(), place, old: undefined, new: digest('b'), text: '' };
const moved: Change = { ...missing, old: digest('a') };
const obstacle: Image = { ...image(), unpinnable: 'kiwi has no place for a digest' };

const WRITE = 'container-preload lock FILE… writes missing digests';
const MOVE = 'container-preload lock --update FILE… moves digests';
const CANNOT = '1 cannot be pinned in place, each for the reason given above';

test.each([
  ['missing digests', [missing, missing], [], WRITE],
  ['digests that moved', [moved], [], MOVE],
  ['both', [moved, missing], [], `${WRITE}; ${MOVE}`],
  ['what cannot be pinned', [], [obstacle], CANNOT],
  ['all of them', [missing, moved], [obstacle], `${WRITE}; ${MOVE}; ${CANNOT}`],
])('what to do about %s', (_, changes, obstacles, expected) => {
  expect(checkHint({ changes, obstacles })).toBe(expected);
});
