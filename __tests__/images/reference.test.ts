import { describe, expect, test } from '@jest/globals';
import { formatReference, nameAndTag, parseReference } from '../../src/images/reference.ts';
import { A, LONG, usageErrorOf } from './cases.ts';

const HEX = 'a'.repeat(64);

describe('what a reference comes to', () => {
  test.each([
    // Docker Hub and its old name
    ['alpine', 'docker.io/library/alpine:latest'],
    ['alpine:3.20', 'docker.io/library/alpine:3.20'],
    ['library/alpine', 'docker.io/library/alpine:latest'],
    ['grafana/loki', 'docker.io/grafana/loki:latest'],
    ['docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['docker.io/grafana/loki:3', 'docker.io/grafana/loki:3'],
    ['index.docker.io/alpine:3', 'docker.io/library/alpine:3'],
    ['index.docker.io/grafana/loki', 'docker.io/grafana/loki:latest'],
    ['docker.io/library/a/b', 'docker.io/library/a/b:latest'],
    ['other/library', 'docker.io/other/library:latest'],
    // a host has a dot, a port or an upper-case letter, or is localhost
    ['gcr.io/library/busybox', 'gcr.io/library/busybox:latest'],
    ['test_com/foo', 'docker.io/test_com/foo:latest'],
    ['test-com:8080/foo', 'test-com:8080/foo:latest'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app:1', 'localhost:5000/app:1'],
    ['localhost', 'docker.io/library/localhost:latest'],
    ['HUB/app', 'HUB/app:latest'],
    ['Hub.Example/app', 'Hub.Example/app:latest'],
    ['xn--n3h.com:18080/foo', 'xn--n3h.com:18080/foo:latest'],
    ['127.0.0.1:5000/a/b', '127.0.0.1:5000/a/b:latest'],
    ['192.168.0.1', 'docker.io/library/192.168.0.1:latest'],
    // without a slash, what follows the colon is a tag
    ['192.168.0.1:80', 'docker.io/library/192.168.0.1:80'],
    ['test.com:5000', 'docker.io/library/test.com:5000'],
    ['test:5000/repo:tag', 'test:5000/repo:tag'],
    [
      'b.gcr.io/test.example.com/my-app:test.example.com',
      'b.gcr.io/test.example.com/my-app:test.example.com',
    ],
    // IPv6 hosts
    ['[::1]/app', '[::1]/app:latest'],
    ['[::1]:5000/app', '[::1]:5000/app:latest'],
    ['[2001:db8::1]:5000/team/app:1.2', '[2001:db8::1]:5000/team/app:1.2'],
    ['[FC00:1:2:3:4:5:6:7]/a', '[FC00:1:2:3:4:5:6:7]/a:latest'],
    [`[2001:db8::]:5000/a@${A}`, `[2001:db8::]:5000/a@${A}`],
    // separators
    ['dock__er/a_b', 'docker.io/dock__er/a_b:latest'],
    ['docker---rules/d.e', 'docker.io/docker---rules/d.e:latest'],
    ['foo/foo_bar.com:8080', 'docker.io/foo/foo_bar.com:8080'],
    ['d/t', 'docker.io/d/t:latest'],
    // tags
    ['a:Upper_Case-1.0', 'docker.io/library/a:Upper_Case-1.0'],
    ['a:_', 'docker.io/library/a:_'],
    [`a:${'t'.repeat(128)}`, `docker.io/library/a:${'t'.repeat(128)}`],
    // digests
    [`a@${A}`, `docker.io/library/a@${A}`],
    [`a:1@${A}`, `docker.io/library/a:1@${A}`],
    [`quay.io/a/b:1@${LONG}`, `quay.io/a/b:1@${LONG}`],
    // names that only look like image IDs
    [HEX.slice(1), `docker.io/library/${HEX.slice(1)}:latest`],
    [`docker.io/${HEX}`, `docker.io/library/${HEX}:latest`],
    [`z${HEX.slice(1)}`, `docker.io/library/z${HEX.slice(1)}:latest`],
    // the longest name
    [`h.io/${'a/'.repeat(124)}bb`, `h.io/${'a/'.repeat(124)}bb:latest`],
  ])('%s', (text, normalised) => {
    expect(formatReference(parseReference(text))).toBe(normalised);
    expect(parseReference(normalised)).toEqual(parseReference(text));
  });
});

describe('what is no reference', () => {
  test.each([
    ['', 'it has no repository name'],
    [':tag', 'it has no repository name'],
    [`@${A}`, 'it has no repository name'],
    ['quay.io/', 'it has no repository name'],
    ['[::1]', 'it has no repository name'],
    ['[::1]:5000', 'it has no repository name'],
    [HEX, 'an image ID'],
    [`sha256:${HEX}`, 'an image ID'],
    ['docker/Docker', 'must be lower case'],
    ['Uppercase:tag', 'must be lower case'],
    ['test:5000/Upper/lower:tag', 'must be lower case'],
    ['-docker', 'invalid repository name "-docker"'],
    ['docker-/docker', 'invalid repository name "docker-/docker"'],
    ['____/____', 'invalid repository name'],
    ['_a/_b', 'invalid repository name'],
    ['a___b', 'invalid repository name'],
    ['dock..er/a', 'invalid host "dock..er"'],
    ['quay.io/dock..er', 'invalid repository name "dock..er"'],
    ['quay.io/dock_.er', 'invalid repository name'],
    ['quay.io/dock-.er', 'invalid repository name'],
    ['docker///docker', 'invalid repository name'],
    ['docker/', 'invalid repository name'],
    ['aa/asdf$$^/aa', 'invalid repository name'],
    ['käse', 'invalid repository name'],
    ['alpine\n', 'invalid repository name'],
    ['alpine latest', 'invalid repository name'],
    ['-docker.io/a', 'invalid host "-docker.io"'],
    ['docker.io-/a', 'invalid host'],
    ['https://github.com/a', 'invalid host "https:"'],
    ['fc00::1:5000/a', 'invalid host "fc00::1:5000"'],
    ['[fe80::1%eth0]:5000/a', 'invalid host'],
    ['[2001:db8:3:4::192.0.2.33]:5000/a', 'invalid host'],
    ['quay.io:port/a', 'invalid host "quay.io:port"'],
    ['a_b:5000/a', 'invalid host "a_b:5000"'],
    ['127.0.0.1:65536/a', 'invalid host "127.0.0.1:65536"'],
    ['[::1]:99999/a', 'invalid host "[::1]:99999"'],
    [`h.io/${'a/'.repeat(124)}bbb`, '256 characters'],
    [`${'a'.repeat(238)}`, '256 characters'],
    ['a:', 'invalid tag ""'],
    ['a:-foo', 'invalid tag "-foo"'],
    ['a:.foo', 'invalid tag ".foo"'],
    ['a:b:c', 'invalid tag "b:c"'],
    ['a:täg', 'invalid tag'],
    [`a:${'t'.repeat(129)}`, 'invalid tag'],
    ['a@', 'does not start with an algorithm'],
    [`a@${HEX}`, 'does not start with an algorithm'],
    [`a@sha256:${'f'.repeat(34)}`, '34 digits, not 64'],
    [`a@sha512:${'f'.repeat(64)}`, '64 digits, not 128'],
    [`a@${A}a`, '65 digits, not 64'],
    [`a@sha256:${'F'.repeat(64)}`, 'other than 0-9 and a-f'],
    [`a@md5:${'f'.repeat(32)}`, 'the algorithm "md5" is not known'],
    [`a@constructor:${HEX}`, 'the algorithm "constructor" is not known'],
    [`a@${A}:tag`, 'digits, not 64'],
  ])('%s', (text, why) => {
    const origin = { file: 'list', line: 3 };
    const error = usageErrorOf(() => parseReference(text, origin));
    expect(error.message).toContain(why);
    expect(error.hint).toMatch(/./);
    expect(error.origin).toBe(origin);
  });

  test.each([
    ['Uppercase:Tag', '"uppercase:Tag"'],
    ['test:5000/Upper/lower:tag', '"test:5000/upper/lower:tag"'],
  ])('%s: the whole of what to write', (text, hint) => {
    expect(usageErrorOf(() => parseReference(text)).hint).toBe(`write ${hint}`);
  });

  test('a message stays short and on one line however the text looks', () => {
    const { message } = usageErrorOf(() => parseReference(`a\n\u001b${'b'.repeat(100_000)}`));
    expect(message.length).toBeLessThan(400);
    expect(message).not.toMatch(/\p{Cc}/u);
  });

  test('text that is made to be slow is refused at once', () => {
    const start = performance.now();
    for (const part of ['a-', 'a.', 'A', '-', '_', 'a/', 'a:', '1']) {
      expect(() => parseReference(`x.io/${part.repeat(100_000)}!`)).toThrow();
      expect(() => parseReference(`${part.repeat(100_000)}!.A/x`)).toThrow();
    }
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

test.each([
  ['alpine', 'docker.io/library/alpine:latest'],
  [`quay.io/a:1@${A}`, 'quay.io/a:1'],
  [`quay.io/a@${A}`, 'quay.io/a:latest'],
])('the device shows %s as %s', (text, name) => {
  expect(nameAndTag(parseReference(text))).toBe(name);
});
