import { describe, expect, test } from '@jest/globals';
import { formatError, formatOrigin, UserError } from '../../../src/errors.ts';
import { listFile } from '../../../src/images/formats/list-file.ts';
import { originOf, placeOf, textOf } from '../../../src/images/formats/pieces.ts';
import { allValues, lastValue, parseUnitFile } from '../../../src/images/formats/unit-file.ts';

function last(text: string) {
  return lastValue(parseUnitFile(listFile('a.container', text)), 'Container', 'Image');
}

/** The value with the place where it begins, and the stretch that it stands on if that is one. */
function shown(text: string): (string | undefined)[] {
  const value = last(text);
  if (value === undefined || value.length === 0) return [value && ''];
  return [textOf(value), formatOrigin(originOf(value)), placeOf(value)?.text];
}

describe('the value that counts', () => {
  test.each<[string, string, (string | undefined)[]]>([
    ['plain', '[Container]\nImage=a:1\n', ['a:1', 'a.container:2:7', 'a:1']],
    ['white space around', ' [Container] \n\tImage =  a:1  \n', ['a:1', 'a.container:2:11', 'a:1']],
    ['CRLF', '[Container]\r\nImage=a:1\r\n', ['a:1', 'a.container:2:7', 'a:1']],
    ['quotes', '[Container]\nImage="a:1"\n', ['a:1', 'a.container:2:8', 'a:1']],
    ['one quote', '[Container]\nImage="a:1\n', ['"a:1', 'a.container:2:7', '"a:1']],
    [
      'single quotes, which Podman leaves',
      "[Container]\nImage='a'\n",
      ["'a'", 'a.container:2:7', "'a'"],
    ],
    ['the last one', '[Container]\nImage=a\nImage=b\n', ['b', 'a.container:3:7', 'b']],
    [
      'a section again',
      '[Container]\nImage=a\n[Unit]\nImage=x\n[Container]\nImage=b',
      ['b', 'a.container:6:7', 'b'],
    ],
    ['set to nothing', '[Container]\nImage=a\nImage=\n', ['']],
    ['another section', '[Service]\nImage=a\n', [undefined]],
    ['another key', '[Container]\nimage=a\n', [undefined]],
    [
      'comments',
      '# [Container]\n; x\n[Container]\n  # y\nImage=a # b\n',
      ['a # b', 'a.container:5:7', 'a # b'],
    ],
    [
      'a comment that ends with a backslash',
      '[Container]\n# x \\\nImage=a\n',
      ['a', 'a.container:3:7', 'a'],
    ],
    ['the next line', '[Container]\nImage=\\\n  a:1\n', ['a:1', 'a.container:3:3', 'a:1']],
    [
      'a comment within',
      '[Container]\nImage=\\\n# x\n\n; y\n  a:1\nPull=x',
      ['a:1', 'a.container:6:3', 'a:1'],
    ],
    [
      'two lines',
      '[Container]\nImage=quay.io/\\\n  a:1\n',
      ['quay.io/a:1', 'a.container:2:7', undefined],
    ],
    ['a backslash at the end', '[Container]\nImage=a:1\\', ['a:1', 'a.container:2:7', 'a:1']],
    ['an equals sign in the value', '[Container]\nImage=a=b', ['a=b', 'a.container:2:7', 'a=b']],
  ])('%s', (_, text, expected) => {
    expect(shown(text)).toEqual(expected);
  });
});

test('of a key that may come several times, an empty value drops those before it', () => {
  const unit = parseUnitFile(listFile('a.kube', '[Kube]\nYaml=a\nYaml=\nYaml=b\nYaml=c\n'));
  expect(allValues(unit, 'Kube', 'Yaml').map(textOf)).toEqual(['b', 'c']);
});

describe('refused', () => {
  test.each([
    [
      'a line without =',
      '[Container]\nImage a\n',
      'a.container:2:1: "Image a" is no section, no assignment',
    ],
    ['no key', '[Container]\n = a\n', 'a.container:2:2: "= a" is no section'],
    ['no section', '\nImage=a\n', 'a.container:2:1: "Image=a" stands before the first section'],
    [
      'a section that is not closed',
      '[Container\nImage=a\n',
      'a.container:1:1: "[Container" is no section',
    ],
  ])('%s', (_, text, why) => {
    expect(() => last(text)).toThrow(UserError);
    try {
      last(text);
    } catch (error) {
      expect(formatError(error as UserError)).toContain(why);
    }
  });
});
