import { describe, expect, test } from '@jest/globals';
import { ownName, parseLocal } from '../../src/images/transport.ts';
import { A, usageErrorOf } from './cases.ts';

const HEX = 'a'.repeat(64);

function nameOf(text: string): string | undefined {
  const local = parseLocal(text);
  if (local === undefined) throw new Error(`${text} is not local`);
  return ownName(local);
}

test.each([
  ['oci:./out:app', 'oci', './out:app'],
  ['oci-archive:/a/b.tar', 'oci-archive', '/a/b.tar'],
  ['docker-archive:a.tar:app:1', 'docker-archive', 'a.tar:app:1'],
  ['dir:a/b', 'dir', 'a/b'],
  ['containers-storage:app:1', 'containers-storage', 'app:1'],
  ['docker-daemon:app:1', 'docker-daemon', 'app:1'],
  ['containers-storage:[overlay@/a+/b]app', 'containers-storage', '[overlay@/a+/b]app'],
])('%s', (text, transport, location) => {
  expect(parseLocal(text)).toEqual({ transport, location });
});

test.each(['alpine', 'alpine:3', 'docker://alpine', 'toString:1', 'oci', 'oci/app:1', ''])(
  '%j is no local image',
  (text) => expect(parseLocal(text)).toBeUndefined(),
);

describe('the name that is written', () => {
  test.each([
    ['oci:./out:app:1', 'docker.io/library/app:1'],
    ['oci:./out:quay.io/a/b', 'quay.io/a/b:latest'],
    ['oci-archive:a.tar:localhost:5000/app:1', 'localhost:5000/app:1'],
    ['docker-archive:a.tar:app:1', 'docker.io/library/app:1'],
    ['docker-archive:a.tar:app', 'docker.io/library/app:latest'],
    ['docker-archive:a.tar', undefined],
    ['docker-daemon:app:1', 'docker.io/library/app:1'],
    ['containers-storage:localhost/app', 'localhost/app:latest'],
    ['containers-storage:[overlay@/a+/b:opt=1]app:1', 'docker.io/library/app:1'],
    [`containers-storage:app:1@${HEX}`, 'docker.io/library/app:1'],
    [`containers-storage:app@${A}`, 'docker.io/library/app:latest'],
  ])('%s', (text, name) => {
    expect(nameOf(text)).toBe(name);
  });
});

describe('no name', () => {
  test.each([
    'oci:./out',
    'oci:./out:stable',
    'oci:./out:@0',
    'oci-archive:a.tar',
    'dir:a/b',
    'dir:a:app/b:1',
    'docker-archive:a.tar:@0',
    `containers-storage:${HEX}`,
    `containers-storage:[overlay@/a]@${HEX}`,
    `docker-daemon:sha256:${HEX}`,
  ])('%s', (text) => {
    const error = usageErrorOf(() => nameOf(text));
    expect(error.message).toContain('does not say what the image is called');
    expect(error.hint).toBe('add " as NAME:TAG"');
  });
});

describe('what is refused', () => {
  test.each([
    ['oci:', 'names no path'],
    ['oci::app:1', 'names no path'],
    ['dir:', 'names no path'],
    ['docker-daemon:', 'names no image'],
    [`docker-archive:a.tar:app@${A}`, 'by tag, not by digest'],
    ['docker-archive:a.tar:App', 'lower case'],
    ['docker-archive:a.tar:', 'no repository name'],
  ])('%s', (text, why) => {
    expect(usageErrorOf(() => nameOf(text)).message).toContain(why);
  });
});
