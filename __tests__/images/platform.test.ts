import { describe, expect, test } from '@jest/globals';
import {
  debianArchitectures,
  formatPlatform,
  parseArchitecture,
  platformOf,
} from '../../src/images/platform.ts';
import { usageErrorOf } from './cases.ts';

const TABLE = [
  ['amd64', 'amd64', []],
  ['arm64', 'arm64', ['v8']],
  ['armhf', 'arm', ['v7', 'v6', 'v5']],
  ['armel', 'arm', ['v5']],
  ['i386', '386', []],
  ['ppc64el', 'ppc64le', []],
  ['s390x', 's390x', []],
  ['riscv64', 'riscv64', []],
  ['loong64', 'loong64', []],
] as const;

test.each(TABLE)('%s is linux/%s', (debian, architecture, variants) => {
  expect(platformOf(parseArchitecture(debian))).toEqual({ os: 'linux', architecture, variants });
});

test('no other architecture has images', () => {
  expect(debianArchitectures).toEqual(TABLE.map(([debian]) => debian));
});

describe('what is refused', () => {
  test.each([
    ['all', 'an image has an architecture', 'one of amd64, '],
    ['', 'unknown Debian architecture ""', 'one of amd64, '],
    ['AMD64', 'unknown Debian architecture "AMD64"', 'Debian calls it amd64'],
    ['x86_64', 'unknown Debian architecture "x86_64"', 'Debian calls it amd64'],
    ['aarch64', 'unknown Debian architecture "aarch64"', 'Debian calls it arm64'],
    ['armv7l', 'unknown Debian architecture "armv7l"', 'Debian calls it armhf'],
    ['linux/arm64', 'unknown Debian architecture "linux/arm64"', 'Debian calls it arm64'],
    ['toString', 'unknown Debian architecture', 'one of amd64, '],
    ['386', 'unknown Debian architecture "386"', 'Debian calls it i386'],
    ['arm', 'unknown Debian architecture "arm"', 'Debian calls it armhf'],
    ['ppc64le', 'unknown Debian architecture', 'Debian calls it ppc64el'],
  ])('%j', (text, why, hint) => {
    const error = usageErrorOf(() => parseArchitecture(text));
    expect(error.message).toContain(why);
    expect(error.hint).toContain(hint);
  });
});

test.each([
  [{ os: 'linux', architecture: 'arm', variant: 'v7' }, 'linux/arm/v7'],
  [{ os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
  [{ os: 'linux', architecture: 'amd64', variant: '' }, 'linux/amd64'],
])('%j is written %s', (platform, text) => {
  expect(formatPlatform(platform)).toBe(text);
});
