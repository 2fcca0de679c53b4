import { describe, expect, test } from '@jest/globals';
import { parseIsar } from '../../src/images/isar.ts';
import { formatReference, nameAndTag } from '../../src/images/reference.ts';
import { A, B, usageErrorOf } from './cases.ts';

describe('an entry of SRC_URI', () => {
  test.each([
    [`docker://quay.io/libpod/alpine;digest=${A};tag=3.10.2`, `quay.io/libpod/alpine:3.10.2@${A}`],
    [`docker://quay.io/libpod/alpine;tag=3.10.2;digest=${A}`, `quay.io/libpod/alpine:3.10.2@${A}`],
    ['docker://quay.io/libpod/alpine;tag=3.10.2', 'quay.io/libpod/alpine:3.10.2'],
    [`docker://quay.io/libpod/alpine;digest=${A}`, `quay.io/libpod/alpine@${A}`],
    ['docker://quay.io/libpod/alpine', 'quay.io/libpod/alpine:latest'],
    ['docker://quay.io/libpod/alpine;', 'quay.io/libpod/alpine:latest'],
    ['docker://debian;tag=12', 'docker.io/library/debian:12'],
    ['docker://localhost:5000/app;tag=1', 'localhost:5000/app:1'],
    ['docker://[::1]:5000/app;tag=1', '[::1]:5000/app:1'],
    ['docker://a.b/c;name=x;unpack=0;subdir=s;destsuffix=d;downloadfilename=f;tag=1', 'a.b/c:1'],
    [`docker://a.b/c;name=\${PN};name=twice;tag=1`, 'a.b/c:1'],
  ])('%s', (text, normalised) => {
    expect(formatReference(parseIsar(text))).toBe(normalised);
  });

  test('a digest alone is called latest on the device', () => {
    expect(nameAndTag(parseIsar(`docker://a.b/c;digest=${A}`))).toBe('a.b/c:latest');
  });
});

describe('what is refused', () => {
  test.each([
    ['alpine;tag=3', 'does not start with docker://'],
    ['docker://', 'no repository name'],
    ['docker://;tag=3', 'no repository name'],
    ['docker://a.b/C;tag=3', 'lower case'],
    ['docker://a.b/c:3;tag=3', 'tag and digest stand in the parameters'],
    ['docker://alpine:3;tag=3', 'tag and digest stand in the parameters'],
    [`docker://a.b/c@${A};tag=3`, 'tag and digest stand in the parameters'],
    ['docker://a.b/c@main;tag=3', 'tag and digest stand in the parameters'],
    ['docker://a.b/c;tag=1;tag=1', 'tag is given twice'],
    [`docker://a.b/c;digest=${A};digest=${B}`, 'digest is given twice'],
    ['docker://a.b/c;arch=arm64', 'unknown parameter "arch"'],
    ['docker://a.b/c;sha256sum=abc', 'unknown parameter "sha256sum"'],
    ['docker://a.b/c;tag', 'tag has no value'],
    ['docker://a.b/c;tag=', 'tag has no value'],
    ['docker://a.b/c;digest=', 'digest has no value'],
    [`docker://a.b/c;tag=\${PV}`, `the variable in "tag=\${PV}"`],
    ['docker://a.b/c;tag=a/b', 'invalid tag "a/b"'],
    ['docker://c;tag=5000/b', 'invalid tag "5000/b"'],
    [`docker://c;tag=1@${A}`, 'invalid tag'],
    ['docker://a.b/c;tag=1=2', 'invalid tag "1=2"'],
    ['docker://a.b/c;digest=sha256:12', '2 digits, not 64'],
  ])('%s', (text, why) => {
    const origin = { file: 'app.bb', line: 9 };
    const error = usageErrorOf(() => parseIsar(text, origin));
    expect(error.message).toContain(why);
    expect(error.hint).toMatch(/./);
    expect(error.origin).toBe(origin);
  });
});
