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

test('usage and failure', () => {
  const cause = new Error('why');
  expect(usageError('x')).toMatchObject({ kind: 'usage', name: 'UserError', hint: undefined });
  expect(failure('x', { cause })).toMatchObject({ kind: 'failure', cause });
});

test.each([
  ['ENOSPC', /^no space left on the device: \/full \(free some/],
  ['EDQUOT', /^the disk quota is used up: \/full/],
  ['EACCES', /^permission denied: \/full \(check who may write/],
  ['EPERM', /^operation not permitted: \/full/],
  ['EROFS', /^the file system is read-only: \/full/],
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

test.each([
  new Error('a bug'),
  usageError('usage'),
  Object.assign(new Error('no file'), { code: 'ENOENT', syscall: 'open' }),
  Object.assign(new Error('not of the system'), { code: 'ENOSPC' }),
])('%s stays as it is', (thrown) => {
  expect(explainSystemError(thrown)).toBe(thrown);
});
