import { describe, expect, test } from '@jest/globals';
import type { ClientRequest } from '../../src/store/client.ts';
import { judge } from '../../src/store/client-log.ts';

const judged = (operation: ClientRequest['operation'], said: string, done = false) =>
  judge({ operation }, { done, said });

test.each<[string, string]>([
  ['an entry that is not there', '::debug::Cache not found for version 1 of keys: KEY\n'],
  ['a mode that allows no reading', "Cache restore skipped: the effective cache-mode 'none'\n"],
  ['nothing', ''],
])('restore: %s is fine', (_name, said) => {
  expect(judged('restore', said)).toEqual({ kind: 'fine' });
});

test('what was done is fine, whatever was said meanwhile', () => {
  expect(judged('save', '::warning::slow\n', true)).toEqual({ kind: 'fine' });
});

test.each<[string, string, string]>([
  [
    'the old service',
    '::warning::Failed to restore: Cache service responded with 401\n',
    'Cache service responded with 401',
  ],
  [
    'the new service',
    'Attempt 1 of 5 failed\n::error::Failed to restore: Failed to X: (500)%0AInternal 100%25\n',
    'Failed to X: (500) Internal 100%',
  ],
  [
    'a signed URL',
    '::warning::Failed to restore: GET https://host/blob?sig=SECRET&se=1 failed\n',
    'GET https://host/blob failed',
  ],
])('restore: trouble, in the words of %s', (_name, said, why) => {
  expect(judged('restore', said)).toEqual({ kind: 'trouble', why });
});

describe('save', () => {
  const refused =
    'Failed to save: Unable to reserve cache with key KEY, another job may be creating this cache.';

  test.each<[string, string]>([
    ['old', `${refused} More details: Cache already exists. Scope: refs/heads/main\n`],
    ['new', `::debug::Failed to reserve cache: Error: (409) Conflict: it is there\n${refused}\n`],
  ])('what another job keeps is fine: the %s service', (_name, said) => {
    expect(judged('save', said)).toEqual({ kind: 'fine' });
  });

  test.each<[string, string]>([
    ['old', `${refused} More details: Failed request: (403)\n`],
    ['new', '::warning::Failed to save: X. More details: cache write denied: untrusted event\n'],
    ['none', "Cache save skipped: the effective cache-mode 'read' does not permit writes.\n"],
  ])('a token that may only read: the %s service', (_name, said) => {
    expect(judged('save', said)).toEqual({ kind: 'read-only' });
  });

  test('the real reason stands in a debug line', () => {
    const said = `::debug::Failed to reserve cache: Error: Failed to CreateCacheEntry: quota\n${refused}\n`;
    expect(judged('save', said)).toEqual({
      kind: 'trouble',
      why: 'Failed to CreateCacheEntry: quota',
    });
  });

  test('numbers of debug lines are no status', () => {
    const said = '::debug::File Size: 403\n::warning::Failed to save: write EPIPE\n';
    expect(judged('save', said)).toEqual({ kind: 'trouble', why: 'write EPIPE' });
  });
});

test('a limit, with the seconds that it lasts', () => {
  const said = [
    "::warning::You've hit a rate limit, your rate limit will reset in 7 seconds",
    '::warning::Failed to restore: Rate limited: Failed request: (429)',
  ].join('\n');
  expect(judged('look', said)).toEqual({
    kind: 'limited',
    seconds: 7,
    why: 'Rate limited: Failed request: (429)',
  });
});
