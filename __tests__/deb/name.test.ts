import { describe, expect, test } from '@jest/globals';
import { parsePackageName } from '../../src/deb/name.ts';
import { NAMES } from './versions.ts';

describe('parsePackageName', () => {
  test.each(NAMES)('%j: %p', (text, valid) => {
    if (valid) expect(parsePackageName(text)).toBe(text);
    else expect(() => parsePackageName(text)).toThrow(/is no Debian package name/);
  });

  test('allows no +, which no unit may have in its name', () => {
    expect(() => parsePackageName('g++-images')).toThrow(/systemd allows no \+/);
  });

  test.each(['docker', 'systemd', 'container-preload'])('does not take %s', (name) => {
    expect(() => parsePackageName(name)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringMatching(/is taken/) }),
    );
  });

  test('has an end', () => {
    expect(() => parsePackageName('a'.repeat(129))).toThrow(/more than 128/);
    expect(parsePackageName('a'.repeat(128))).toHaveLength(128);
  });
});
