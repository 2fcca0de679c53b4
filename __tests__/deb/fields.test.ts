import { describe, expect, test } from '@jest/globals';
import {
  ENGINE_DEPENDS,
  engineDepends,
  parseDepends,
  parseDescription,
  parseMaintainer,
  parseSection,
} from '../../src/deb/fields.ts';

const usage = expect.objectContaining({ kind: 'usage' });

describe('parseMaintainer', () => {
  test.each(['Jane Doe <jane@example.org>', 'J. Döe-X <a.b+c@x>'])('takes %s', (text) => {
    expect(parseMaintainer(text)).toBe(text);
  });

  test.each([
    '',
    'Jane',
    'jane@example.org',
    '<jane@example.org>',
    ' <jane@example.org>',
    'Jane <jane>',
    'Jane <jane@example.org> ',
    'Jane <jane@example.org>, Joe <joe@example.org>',
    'Doe, Jane <jane@example.org>',
    'Jane <jane@exa mple.org>',
    'Jane\nDepends: evil <jane@example.org>',
    'Jane <jane@example.org>\nDepends: evil',
    'Jane\u0000 <jane@example.org>',
  ])('refuses %j', (text) => {
    expect(() => parseMaintainer(text)).toThrow(usage);
  });
});

describe('parseDescription', () => {
  test('has a synopsis and lines', () => {
    expect(parseDescription('images of the gateway\r\n\nOne.\n\n  two\n')).toEqual({
      synopsis: 'images of the gateway',
      extended: ['One.', '', '  two'],
    });
    expect(parseDescription('images')).toEqual({ synopsis: 'images', extended: [] });
  });

  test.each([
    ['', /the first line is empty/],
    ['\nlater', /the first line is empty/],
    ['x'.repeat(80), /80 characters or more/],
    ['a\tb', /a control character/],
    ['a\nb\u001b[0m', /a control character/],
    ['a\n.b', /begins with a full stop/],
  ])('refuses %j', (text, message) => {
    expect(() => parseDescription(text)).toThrow(usage);
    expect(() => parseDescription(text)).toThrow(message);
  });

  test('takes 79 characters, and a full stop alone as an empty line', () => {
    expect(parseDescription(`${'x'.repeat(79)}\na\n.\nb`).extended).toEqual(['a', '', 'b']);
    expect(parseDescription('x\n.\n\na\n\n.\n \nb\n.\n').extended).toEqual(['a', '', 'b']);
  });
});

describe('parseSection', () => {
  test.each(['misc', 'non-free/misc', 'contrib/x11'])('takes %s', (text) => {
    expect(parseSection(text)).toBe(text);
  });
  test.each(['', 'a b', 'a/b/c', '/a', 'a\nb', 'Misc'])('refuses %j', (text) => {
    expect(() => parseSection(text)).toThrow(usage);
  });
});

describe('parseDepends', () => {
  const docker = { name: 'edge-images', engine: 'docker', compression: 'zstd' } as const;

  test.each([
    [
      'docker',
      'zstd',
      'docker-cli | docker-ce-cli | docker.io, docker.io | docker-ce, apparmor, zstd',
    ],
    [
      'docker',
      'original',
      'docker-cli | docker-ce-cli | docker.io, docker.io | docker-ce, apparmor',
    ],
    ['podman', 'zstd', 'podman, zstd'],
    ['podman', 'original', 'podman'],
  ] as const)('of %s and %s', (engine, compression, depends) => {
    expect(engineDepends({ engine, compression })).toBe(depends);
    expect(parseDepends(ENGINE_DEPENDS, { name: 'x-images', engine, compression })).toBe(depends);
  });

  test('with layers in zstd that only a newer Docker reads', () => {
    expect(engineDepends({ engine: 'docker', compression: 'original', zstdLayers: true })).toBe(
      'docker-cli | docker-ce-cli | docker.io, docker.io (>= 23) | docker-ce (>= 5:23), apparmor',
    );
  });

  test.each([
    ['', ''],
    ['  ', ''],
    ['podman(>=4.3) ,  zstd', 'podman(>=4.3), zstd'],
    ['a1 | b2:any (<< 1:2~x-1)', 'a1 | b2:any (<< 1:2~x-1)'],
    ['zstd, podman, zstd', 'zstd, podman'],
    [`${ENGINE_DEPENDS}, zstd, app (= 1)`, `${engineDepends(docker)}, app (= 1)`],
  ])('%j comes to %j', (text, depends) => {
    expect(parseDepends(text, docker)).toBe(depends);
  });

  test.each([
    'a',
    'aa,',
    ',aa',
    'aa |',
    'aa bb',
    'aa (1.0)',
    'aa (> 1.0)',
    'aa (>= )',
    'aa (>= 1.0',
    'aa [amd64]',
    'aa <!nocheck>',
    'AA',
    'aa\nbb',
    'aa,\n Recommends: bb',
    '${misc:Depends}',
    '${engine:Depends',
    'edge-images',
    'zstd | edge-images (>= 1)',
  ])('refuses %j', (text) => {
    expect(() => parseDepends(text, docker)).toThrow(usage);
  });
});
