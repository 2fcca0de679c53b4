import { expect, test } from '@jest/globals';
import { parseLines } from '../../src/images/formats/lines.ts';
import { listFile } from '../../src/images/formats/list-file.ts';
import type { Image } from '../../src/images/image.ts';
import { isAsked, type Looked, localNotices, lockables, planLock } from '../../src/images/lock.ts';
import { A, B } from './cases.ts';

const images = (text: string) => parseLines(listFile('list', text));

function looked(text: string, current: Looked['current'], asked = true): Looked[] {
  return lockables(images(text)).map((lockable) => ({ ...lockable, asked, current }));
}

test.each([
  ['alpine', [true, true]],
  ['alpine:3', [true, true]],
  [`alpine:3@${A}`, [false, true]],
  [`alpine@${A}`, [false, false]],
  [`docker://a.b/c;digest=${A};tag=1`, [false, true]],
])('whether the registry is asked for %s, and by update', (text, expected) => {
  const [lockable] = lockables(images(text));
  expect(lockable && [isAsked(lockable, false), isAsked(lockable, true)]).toEqual(expected);
});

test('local images are not locked, which is said', () => {
  const both = images('alpine\noci:out as a:1\n');
  expect(lockables(both)).toHaveLength(1);
  expect(localNotices(both)).toEqual([
    {
      level: 'notice',
      message: 'oci:out has nothing to pin: it is no image of a registry',
      origin: { file: 'list', line: 2, column: 1 },
    },
  ]);
});

test('a change has its place, both digests and what to write', () => {
  const { changes, obstacles, kept, findings } = planLock(looked(`alpine:3@${A}`, B), false);
  expect(changes).toMatchObject([{ old: A, new: B, text: `alpine:3@${B}`, place: { start: 0 } }]);
  expect({ obstacles, kept, findings }).toEqual({ obstacles: [], kept: 0, findings: [] });
});

test.each([
  ['what is right', looked(`alpine:3@${A}`, A)],
  ['what was not asked for', looked(`alpine@${A}`, undefined, false)],
])('%s stays', (_, found) => {
  expect(planLock(found, true)).toEqual({ changes: [], obstacles: [], kept: 1, findings: [] });
});

test('by check a change is an error with the line to write', () => {
  const { findings } = planLock([...looked('alpine:3 # x', A), ...looked(`b:1@${A}`, B)], true);
  expect(findings.map(({ level, hint }) => [level, hint])).toEqual([
    ['error', `alpine:3@${A} # x`],
    ['error', `b:1@${B}`],
  ]);
});

test('a tag that is gone leaves the digest, and is said', () => {
  const { changes, obstacles, findings } = planLock(looked(`alpine:3@${A}`, undefined), false);
  expect({ changes: changes.length, obstacles: obstacles.length }).toEqual({
    changes: 0,
    obstacles: 1,
  });
  expect(findings).toMatchObject([
    { level: 'warning', message: expect.stringContaining('no longer in the registry') },
  ]);
});

test('one place that stands for several images gets the digest of none', () => {
  const [one] = images('alpine:1') as [Image];
  const [two] = images('alpine:2') as [Image];
  expect(lockables([one, one])).toHaveLength(1);
  const found = lockables([one, two]).map((each) => ({ ...each, asked: true, current: A }));
  expect(planLock(found, false)).toMatchObject({ changes: [], obstacles: [{}] });
});
