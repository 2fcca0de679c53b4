import { expect, test } from '@jest/globals';
import { formatBytes, formatTable, markdownTable, plural } from '../../src/report/text.ts';

test.each([
  [0, '0 B'],
  [1, '1 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1049, '1.0 kB'],
  [1050, '1.1 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [12_345_678, '12.3 MB'],
  [9_999_999_999, '10.0 GB'],
  [2.5e12, '2.5 TB'],
  [7e15, '7000.0 TB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0 layers', '0 entries'],
  [1, '1 layer', '1 entry'],
  [2, '2 layers', '2 entries'],
])('%i of them', (count, layers, entries) => {
  expect([plural(count, 'layer'), plural(count, 'entry', 'entries')]).toEqual([layers, entries]);
});

test('a table', () => {
  const rows = [
    ['image', 'size', 'flags'],
    ['alpine', '1.5 MB', ''],
    ['a-long-name', '10 B', 'fetch-only'],
  ];
  expect(formatTable(rows, new Set([1]))).toBe(
    ['image          size  flags', 'alpine       1.5 MB', 'a-long-name    10 B  fetch-only'].join(
      '\n',
    ),
  );
  expect(formatTable([], new Set())).toBe('');
});

test('a table in Markdown', () => {
  const rows = [
    ['image', 'size'],
    ['a|b', '10 B'],
  ];
  expect(markdownTable(rows, new Set([1]))).toBe(
    ['| image | size |', '| --- | ---: |', '| a\\|b | 10 B |'].join('\n'),
  );
});
