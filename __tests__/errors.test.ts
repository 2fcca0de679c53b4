import { expect, test } from '@jest/globals';
import {
  explainSystemError,
  failure,
  formatError,
  formatOrigin,
  UserError,
  usageError,
} from '../src/errors.ts';

test.each([
  [{ file: 'a.txt' }, 'a.txt'],
  [{ file: 'a.txt', line: 3 }, 'a.txt:3'],
  [{ file: 'a.txt', line: 3, column: 9 }, 'a.txt:3:9'],
])('%j is %s', (origin, text) => {
  expect(formatOrigin(origin)).toBe(text);
});

test('where, what and what to do, in one line', () => {
  const origin = { file: 'a.txt', line: 3 };
  expect(formatError(usageError('bad', { origin, hint: 'do better' }))).toBe(
    'a.txt:3: bad (do better)',
  );
  expect(formatError(failure('it\n  broke \n again'))).toBe('it broke again');
});

test('what others say cannot steer a terminal, and not begin a line', () => {
  const message = 'a\x1b[31m\x9b2Jb\x07\r\n::set-env::c\td\x7f';
  expect(formatError(failure(message, { hint: '\x1b]0;title\x07' }))).toBe(
    'a[31m2Jb ::set-env::c d (]0;title)',
  );
});

test('usage and failure', () => {
  const cause = new Error('why');
  expect(usageError('x')).toMatchObject({ kind: 'usage', name: 'UserError', hint: undefined });
  expect(failure('x', { cause })).toMatchObject({ kind: 'failure', cause });
});

test.each([
  ['ENOSPC', /^no space left on the device: \/full \(free some/],
  ['EDQUOT', /^the disk quota is used up: \/full/],
  ['EACCES', /^permission denied: \/full \(check who may read and write there/],
  ['EPERM', /^operation not permitted: \/full/],
  ['EROFS', /^the file system is read-only: \/full/],
  ['EEXIST', /^something that is no folder is in the way: \/full \(check the paths/],
  ['ENOTDIR', /^something that is no folder is in the way: \/full/],
  ['ELOOP', /^symbolic links that go in a circle: \/full/],
  ['ENAMETOOLONG', /^the name is too long: \/full/],
  ['EMFILE', /^too many open files: \/full \(raise the limit/],
])('%s in words for people', (code, expected) => {
  const thrown = Object.assign(new Error(code), { code, path: '/full', syscall: 'write' });
  const error = explainSystemError(thrown) as UserError;
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ kind: 'failure', cause: thrown });
  expect(formatError(error)).toMatch(expected);
});

test('without a path', () => {
  const thrown = Object.assign(new Error('x'), { code: 'ENOSPC', syscall: 'write' });
  expect((explainSystemError(thrown) as UserError).message).toBe('no space left on the device');
});

test('of a folder that was removed under it', () => {
  const thrown = Object.assign(new Error('x'), { code: 'ENOENT', syscall: 'uv_cwd' });
  expect((explainSystemError(thrown) as UserError).message).toBe(
    'the current folder does not exist any more',
  );
});

test.each([
  new Error('a bug'),
  usageError('usage'),
  Object.assign(new Error('no file'), { code: 'ENOENT', syscall: 'open' }),
  Object.assign(new Error('not of the system'), { code: 'ENOSPC' }),
])('%s stays as it is', (thrown) => {
  expect(explainSystemError(thrown)).toBe(thrown);
});
