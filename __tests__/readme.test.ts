import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { withTables } from '../script/lib/readme-tables.ts';
import { BOOT_ACTION_INPUTS, BOOT_INPUTS, BOOT_TEST_INPUTS } from '../src/boot-inputs.ts';
import { readAction } from './action-file.ts';

const readme = read('README.md');
const boot = read('docs/boot.md');
const action = readAction('action.yml');

function read(path: string): string {
  return readFileSync(join(import.meta.dirname, '..', path), 'utf8');
}

/** Cells of the rows of the table whose head begins with `first`. */
function rowsOf(markdown: string, first: string): string[][] {
  const [, ...lines] = markdown.slice(markdown.indexOf(`\n| ${first} |`) + 1).split('\n');
  const rows = lines.slice(1, lines.indexOf(''));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What stands in backticks in a column. */
function namesIn(rows: readonly string[][], column: number): string[] {
  return rows.flatMap((row) =>
    [...(row[column] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''),
  );
}

describe('the README', () => {
  const inputs = rowsOf(readme, 'input');

  test('has the inputs and outputs as action.yml has them: node script/readme.ts', () => {
    expect(withTables(readme, parse(read('action.yml')))).toBe(readme);
  });

  test('has every input of the action, in its order', () => {
    expect(namesIn(inputs, 0)).toEqual(Object.keys(action.inputs));
  });

  test('has every output', () => {
    expect(namesIn(rowsOf(readme, 'output'), 0)).toEqual(Object.keys(action.outputs));
  });

  test('shows the demonstration and the tests on its first screen', () => {
    const screen = readme.split('\n').slice(0, 25).join('\n');
    expect(screen).toMatch(/^script\/demo .*\nscript\/test /m);
  });
});

describe('docs/boot.md', () => {
  const inputs = rowsOf(boot, 'command');

  test('has every option of the command', () => {
    const options = Object.keys(BOOT_INPUTS).map((name) => `--${name}`);
    expect(namesIn(inputs, 0).sort()).toEqual(['DEB…', '--json', ...options].sort());
  });

  test('has every input of the boot action, and of the one that builds', () => {
    expect(namesIn(inputs, 1).sort()).toEqual(Object.keys(BOOT_ACTION_INPUTS).sort());
    expect(namesIn(inputs, 2).sort()).toEqual(
      [...Object.keys(BOOT_TEST_INPUTS), 'cache-dir'].sort(),
    );
  });
});
