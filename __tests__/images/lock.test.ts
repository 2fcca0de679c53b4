import { describe, expect, test } from '@jest/globals';
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
  for (const several of [
    [one, two],
    [one, two, two],
    [two, one, two],
  ]) {
    const found = lockables(several).map((each) => ({ ...each, asked: true, current: A }));
    expect(planLock(found, false)).toMatchObject({ changes: [], obstacles: [{}] });
  }
});

describe('a tag in several places', () => {
  const texts = (found: readonly Looked[]) =>
    planLock(found, false).changes.map(({ text }) => text);
  const unpinnable = (found: readonly Looked[]): Looked[] =>
    found.map(({ image: { place: _, ...image }, ...rest }) => ({ ...rest, image }));
  const open = looked('a:1', B);
  const kept = looked(`a:1@${A}`, undefined, false);

  test.each<[string, Looked[], string[]]>([
    ['gets the digest that stays', [...open, ...kept], [`a:1@${A}`]],
    ['and that of nobody else', [...looked('a:2\na:1 as x', B), ...kept], [`a:2@${B}`, `a:1@${B}`]],
    [
      'nor of a tag that is not there',
      [...looked('a', B), ...looked(`a@${A}`, B, false)],
      [`a:latest@${B}`],
    ],
    ['moves with one that moves', [...open, ...looked(`a:1@${A}`, B)], [`a:1@${B}`, `a:1@${B}`]],
    [
      'does not move away from one that cannot',
      [...open, ...looked(`a:1@${A}`, B), ...unpinnable(looked(`a:1@${A}`, B))],
      [`a:1@${A}`],
    ],
    [
      'takes none of two',
      [...open, ...kept, ...looked(`a:1@sha256:${'c'.repeat(64)}`, B, false), ...kept],
      [`a:1@${B}`],
    ],
  ])('%s', (_, found, expected) => {
    expect(texts(found)).toEqual(expected);
  });

  test.each([
    ['has', kept],
    ['gets', open],
  ])('needs no digest where none can stand, as another place %s it', (_, other) => {
    const { obstacles, findings } = planLock([...unpinnable(open), ...other], true);
    expect(obstacles).toEqual([]);
    expect(findings).toHaveLength(other === open ? 1 : 0);
    const another = [...unpinnable(open), ...looked(`a:2@${A}`, A)];
    expect(planLock(another, true).obstacles).toHaveLength(1);
  });

  test('is told of where it stays behind', () => {
    const found = [...kept, ...unpinnable(open), ...unpinnable(looked(`a:1@${A}`, B))];
    const { changes, findings } = planLock(found, false);
    expect(changes).toEqual([]);
    expect(findings.map(({ message, hint }) => [message, hint])).toEqual([
      [`a:1@${A} cannot be pinned here: it has no place`, `a:1@${B}`],
    ]);
  });
});
