import { expect, test } from '@jest/globals';
import type { Case, Verdict } from '../../src/boot/types.ts';
import { formatError } from '../../src/errors.ts';
import {
  formatCase,
  markdownVerdict,
  textVerdict,
  verdictError,
} from '../../src/report/verdict.ts';

const CASE: Case = {
  scenario: 'fresh',
  check: 'ID',
  subject: 'a:1',
  ok: true,
  detail: 'sha256:1',
  seconds: 1,
};

const VERDICT: Verdict = {
  ok: false,
  cases: [
    { ...CASE, subject: '', check: 'boots', seconds: 40 },
    CASE,
    { ...CASE, check: 'runs', seconds: 2 },
    { ...CASE, subject: 'b:1', ok: false, detail: 'exit\ncode 1' },
  ],
  acceleration: { by: 'tcg', because: 'this machine is no arm64' },
  architecture: 'arm64',
  suite: 'trixie',
  engine: 'docker',
  logs: ['/logs/1.log'],
  disks: [],
  seconds: 44.5,
};

test('a table for a terminal', () => {
  expect(textVerdict(VERDICT).split('\n')).toEqual([
    'scenario  subject      checks             verdict  seconds',
    'fresh     the machine  boots              passed      40.0',
    'fresh     a:1          ID, runs           passed       3.0',
    'fresh     b:1          ID: exit | code 1  FAILED       1.0',
    '',
    'Boot test on trixie arm64 with docker: 1 of 4 checks FAILED',
    '44.5 s, by emulation (no KVM: this machine is no arm64)',
    'logs: /logs/1.log',
  ]);
});

test('a table for the job summary', () => {
  expect(markdownVerdict(VERDICT).split('\n').slice(0, 7)).toEqual([
    '### Boot test on trixie arm64 with docker: 1 of 4 checks FAILED',
    '',
    '| scenario | subject | checks | verdict | seconds |',
    '| --- | --- | --- | --- | ---: |',
    '| fresh | the machine | boots | passed | 40.0 |',
    '| fresh | a:1 | ID, runs | passed | 3.0 |',
    '| fresh | b:1 | ID: exit \\| code 1 | FAILED | 1.0 |',
  ]);
});

test.each([
  [CASE, 'ok   fresh: a:1: ID: sha256:1 (1.0 s)'],
  [{ ...CASE, subject: '', ok: false }, 'FAIL fresh: ID: sha256:1 (1.0 s)'],
])('a case as a line', (found, line) => {
  expect(formatCase(found)).toBe(line);
});

test.each([
  [VERDICT, '1 of 4 checks failed, the first: fresh: b:1: ID: exit | code 1 (see /logs)'],
  [{ ...VERDICT, cases: [] }, '0 of 0 checks failed, no check was made (see /logs)'],
])('what ends a run that failed', (verdict, line) => {
  const error = verdictError(verdict, '/logs');
  expect([error.kind, formatError(error)]).toEqual(['failure', line]);
});
