import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseXml } from '@rgrove/parse-xml';
import { screenLines, terminalSvg } from '../../script/lib/terminal-svg.ts';

test('a live line is replaced, and a long one goes on in the next', () => {
  const output = '\r\x1b[K1 of 3\r\x1b[K2 of 3\r\x1b[Kdone\r\n\r\n1234567890AB\r\n\r\n';
  expect(screenLines(output, { columns: 10 })).toEqual(['done', '', '1234567890', 'AB']);
});

test('text is text, whatever it is made of', () => {
  const svg = terminalSvg(['$ a <b> & "c"'], { columns: 20 });
  expect(parseXml(svg).text.split('\n')).toContain('$ a <b> & "c"');
});

test('the picture of the README is one of these commands', () => {
  const svg = readFileSync(join(import.meta.dirname, '../../docs/terminal.svg'), 'utf8');
  const { text } = parseXml(svg);
  for (const command of ['lock --check', 'lock', 'build']) {
    expect(text).toContain(`$ container-preload ${command} `);
  }
  expect(text).not.toContain('/tmp/');
});
