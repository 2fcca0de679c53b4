import { expect, test } from '@jest/globals';
import type { Digest } from '../src/images/digest.ts';
import type { Finding } from '../src/images/finding.ts';
import { parseLines } from '../src/images/formats/lines.ts';
import { listFile } from '../src/images/formats/list-file.ts';
import { mergeImages } from '../src/images/list.ts';
import type { BuildOptions } from '../src/inputs.ts';
import type { Resolution } from '../src/registry/types.ts';
import { reportFindings } from '../src/resolutions.ts';
import type { Watch } from '../src/surroundings.ts';
import { A, B } from './images/cases.ts';

/** What is said of a list whose images are all `A`, and whose tags all stand for `tagDigest` now. */
function findingsOf(list: string, tagDigest: Digest): Pick<Finding, 'message' | 'hint'>[] {
  const places = mergeImages(parseLines(listFile('list', list)));
  const resolutions = places.map(
    ([image]) => ({ image, indexDigest: A, manifestDigest: B, tagDigest }) as unknown as Resolution,
  );
  const found: Finding[] = [];
  const watch = { finding: (finding: Finding) => found.push(finding) } as unknown as Watch;
  reportFindings(resolutions, places, { digestPolicy: 'warn' } as BuildOptions, watch);
  return found.map(({ message, hint }) => ({ message, ...(hint && { hint }) }));
}

test('a place without a digest, where another one has it, names that', () => {
  expect(findingsOf(`app:1\napp:1@${A}\n`, A)).toEqual([
    { message: 'app:1 has no digest, the one at list:2:1 counts', hint: `app:1@${A}` },
  ]);
});

test('a place without a digest, as all of them are', () => {
  expect(findingsOf('app:1\n', A)).toEqual([
    {
      message: 'app:1 has no digest, so another build may get another image',
      hint: `app:1@${A}`,
    },
  ]);
});

test('a tag that moved is that of its own place', () => {
  const list = `app:1@${A} as x:1\napp:2@${A} as x:1\n`;
  expect(findingsOf(list, B).map(({ hint }) => hint)).toEqual([`app:1@${B} as x:1`]);
});
