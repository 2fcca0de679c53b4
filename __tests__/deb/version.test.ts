import { describe, expect, test } from '@jest/globals';
import {
  defaultVersion,
  fileVersion,
  parseDebianVersion,
  versionOfTag,
} from '../../src/deb/version.ts';
import { VERSIONS } from './versions.ts';

describe('parseDebianVersion', () => {
  test.each(VERSIONS)('%j: %p', (text, valid) => {
    if (valid) expect(parseDebianVersion(text).text).toBe(text);
    else expect(() => parseDebianVersion(text)).toThrow(/is no Debian version: /);
  });

  test('takes a version apart', () => {
    expect(parseDebianVersion('1:2.0-rc-1')).toEqual({
      text: '1:2.0-rc-1',
      epoch: 1,
      upstream: '2.0-rc',
      revision: '1',
    });
    expect(parseDebianVersion('2.0')).toMatchObject({ epoch: undefined, revision: undefined });
  });

  // dpkg would allow it after an epoch; no file name may hold it.
  test('allows no colon in the upstream version', () => {
    expect(() => parseDebianVersion('1:2:3')).toThrow('a colon stands only after the epoch');
  });

  test('is a usage error', () => {
    expect(() => parseDebianVersion('x')).toThrow(expect.objectContaining({ kind: 'usage' }));
  });
});

test.each([
  ['1:2.0-1', '2.0-1'],
  ['2.0-1', '2.0-1'],
])('fileVersion of %s is %s', (version, name) => {
  expect(fileVersion(parseDebianVersion(version))).toBe(name);
});

test.each([
  ['v1.2.3', '1.2.3'],
  ['1.2.3', '1.2.3'],
  ['1.2.3-1', '1.2.3-1'],
  ['v2.0.0-rc.1', '2.0.0~rc.1'],
  ['v2.0.0-rc.1+build', '2.0.0~rc.1+build'],
  ['v1', '1'],
  ['latest', undefined],
  ['v', undefined],
  ['vx1', undefined],
  ['release/1.0', undefined],
])('tag %s means %s', (tag, version) => {
  expect(versionOfTag(tag)).toBe(version);
});

describe('defaultVersion', () => {
  const now = new Date('2026-11-21T10:00:00Z');
  const commitTime = new Date('2026-01-02T03:04:05.678+01:00');

  test.each([
    [{ gitTag: 'v1.2.3', commitTime, commit: 'abcdef0' }, '1.2.3'],
    [{ gitTag: 'latest', commitTime, commit: 'abcdef0' }, '0~20260102020405.abcdef0'],
    [{ commitTime, commit: 'abcdef0' }, '0~20260102020405.abcdef0'],
    [{ commitTime, commit: 'abcdef0', clean: false }, '0~20261121100000.abcdef0'],
    [{ commitTime, commit: 'abcdef0', pinned: false }, '0~20261121100000.abcdef0'],
    [{ commit: 'abcdef0' }, '0~20261121100000.abcdef0'],
    [{}, '0~20261121100000'],
  ])('%j: %s', (git, version) => {
    expect(defaultVersion({ clean: true, pinned: true, ...git, now })).toBe(version);
    expect(parseDebianVersion(version).text).toBe(version);
  });
});
