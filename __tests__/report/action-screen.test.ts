import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Origin } from '../../src/errors.ts';
import { actionScreen, annotationOf, printVerbatim } from '../../src/report/action-screen.ts';

describe('where an annotation stands', () => {
  test.each<[string, Origin | undefined, object]>([
    ['nowhere', undefined, {}],
    ['an input, which is no file', { file: 'images', line: 2 }, {}],
    ['an input as a whole', { file: 'level' }, {}],
    ['a line', { file: 'images.txt', line: 2 }, { file: 'images.txt', startLine: 2 }],
    [
      'a column',
      { file: 'lists/a.bb', line: 2, column: 5 },
      { file: 'lists/a.bb', startLine: 2, startColumn: 5 },
    ],
  ])('%s', (_name, origin, expected) => {
    expect(annotationOf(origin)).toEqual(expected);
  });
});

describe('what the runner reads', () => {
  let written: string;
  let write: jest.SpiedFunction<typeof process.stdout.write>;
  beforeEach(() => {
    written = '';
    write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
  });
  afterEach(() => write.mockRestore());

  const finding = { message: 'no digest', hint: 'alpine@sha256:abc' };
  const origin = { file: 'a,b.txt', line: 7 };

  test.each<[string, (screen: ReturnType<typeof actionScreen>) => void, string]>([
    ['a line', (screen) => screen.print('hello'), 'hello\n'],
    [
      'a line that would be a command',
      (screen) => screen.print('the registry says\n::set-env::x\x1b[2J'),
      'the registry says ::set-env::x[2J\n',
    ],
    ['a group', (screen) => screen.startGroup('Title'), '::group::Title\n'],
    ['its end', (screen) => screen.endGroup(), '::endgroup::\n'],
    [
      'a warning',
      (screen) => screen.finding({ ...finding, level: 'warning', origin }),
      '::warning file=a%2Cb.txt,line=7::no digest; write: alpine@sha256:abc\n',
    ],
    [
      'an error',
      (screen) =>
        screen.finding({ ...finding, level: 'error', origin: { file: 'images', line: 1 } }),
      '::error::no digest; write: alpine@sha256:abc\n',
    ],
  ])('%s', (_name, show, expected) => {
    show(actionScreen());
    expect(written).toBe(expected);
  });

  test('no word of others is a command, or steers a terminal', () => {
    printVerbatim('What it told', 'one\n::error::evil\n\ttwo\x1b[2J');
    const [, token = ''] = /^::stop-commands::(\S{20,})$/m.exec(written) ?? [];
    expect(written.split('\n')).toEqual([
      ...['::group::What it told', `::stop-commands::${token}`],
      ...['one', '::error::evil', '\ttwo[2J', `::${token}::`, '::endgroup::', ''],
    ]);
  });
});
