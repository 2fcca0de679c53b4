import { expect, test } from '@jest/globals';
import { failure } from '../../src/errors.ts';
import type { Finding } from '../../src/images/finding.ts';
import { failureSummary, problemSummary } from '../../src/report/problems.ts';

const finding = (line: number, level: Finding['level'] = 'warning'): Finding => ({
  level,
  message: 'a:1 has\nno digest',
  hint: 'image: "a:1@sha256:abc" # a|b',
  origin: { file: 'compose.yml', line, column: 3 },
});
const many = (count: number, level?: Finding['level']) =>
  Array.from({ length: count }, (_, index) => finding(index + 1, level));

test('ten are annotations enough', () => {
  expect(problemSummary(many(10), 10)).toBeUndefined();
  expect(problemSummary([...many(10), ...many(5, 'notice')], 10)).toBeUndefined();
});

test('where nothing is annotated one is enough', () => {
  expect(problemSummary(many(1), 0)).toContain('| warning | compose.yml:1:3 |');
  expect(problemSummary(many(1, 'notice'), 0)).toBeUndefined();
});

test('more are all in a table', () => {
  const { hint: _, ...plain } = finding(12, 'error');
  const summary = problemSummary([...many(10), plain, finding(13, 'notice')], 10) ?? '';
  const rows = summary.split('\n');
  expect(rows).toHaveLength(4 + 11);
  expect(rows.slice(0, 5)).toEqual([
    '### 11 problems',
    '',
    '|  | where | what | write |',
    '| --- | --- | --- | --- |',
    '| warning | compose.yml:1:3 | a:1 has no digest | `image: "a:1@sha256:abc" # a\\|b` |',
  ]);
  expect(rows.at(-1)).toBe('| error | compose.yml:12:3 | a:1 has no digest |  |');
});

test('of very many the table has as many as GitHub shows', () => {
  const rows = (problemSummary(many(503), 10) ?? '').split('\n');
  expect(rows).toHaveLength(4 + 500 + 2);
  expect(rows.at(-1)).toBe('and 3 more, which are in the log');
});

test('a failure is told where it happened, as it is', () => {
  const error = failure('a:1: *why*\n## not', {
    origin: { file: 'a.txt', line: 3 },
    hint: 'do `it`',
  });
  expect(failureSummary(error)).toBe(
    '### container-preload failed\n\n    a.txt:3: a:1: *why* ## not (do `it`)',
  );
  expect(failureSummary(new TypeError('a bug'))).toBeUndefined();
});
