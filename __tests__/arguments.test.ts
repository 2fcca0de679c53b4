import { describe, expect, test } from '@jest/globals';
import { parseArguments } from '../src/arguments.ts';
import { formatError } from '../src/errors.ts';
import { usageErrorOf } from './images/cases.ts';

const OPTIONS = {
  images: { help: 'image references', many: true },
  arch: { help: 'an architecture' },
  json: { help: 'as JSON', boolean: true },
  'cache-dir': { help: 'a folder' },
};

describe('what is understood', () => {
  test.each<[string, string[], Record<string, string>, string[]]>([
    ['nothing', [], {}, []],
    ['a value behind a space', ['--arch', 'amd64'], { arch: 'amd64' }, []],
    ['a value behind =', ['--arch=amd64'], { arch: 'amd64' }, []],
    ['a value with = in it', ['--arch=a=b'], { arch: 'a=b' }, []],
    ['an empty value', ['--arch='], { arch: '' }, []],
    ['a value that begins with a hyphen', ['--arch', '-x'], { arch: '-x' }, []],
    ['a value that looks like an option', ['--arch=--json'], { arch: '--json' }, []],
    ['a boolean alone', ['--json'], { json: 'true' }, []],
    ['a boolean with its value', ['--json=false'], { json: 'false' }, []],
    ['a boolean in capitals', ['--json=TRUE'], { json: 'true' }, []],
    ['a boolean and what follows it', ['--json', 'alpine'], { json: 'true' }, ['alpine']],
    ['an option several times', ['--images', 'a', '--images=b'], { images: 'a\nb' }, []],
    ['an option whose value is true', ['--arch', 'true'], { arch: 'true' }, []],
    ['a list in one value', ['--images', 'a\nb'], { images: 'a\nb' }, []],
    ['other arguments', ['one', '--arch', 'amd64', 'two'], { arch: 'amd64' }, ['one', 'two']],
    ['what follows --', ['--', '--arch', '-x'], {}, ['--arch', '-x']],
    ['a lone hyphen', ['-'], {}, ['-']],
  ])('%s', (_name, args, values, positionals) => {
    expect(parseArguments(args, OPTIONS)).toEqual({ values, positionals });
  });
});

describe('what is refused', () => {
  test.each<[string, string[], string]>([
    ['an unknown option', ['--colour'], 'unknown option --colour (see --help)'],
    ['one with a value', ['--colour=red'], 'unknown option --colour (see --help)'],
    [
      'one that is nearly right',
      ['--cache-dirs', 'x'],
      'unknown option --cache-dirs (did you mean --cache-dir?)',
    ],
    ['the start of one', ['--cache', 'x'], 'unknown option --cache (did you mean --cache-dir?)'],
    ['a slip of the fingers', ['--acrh', 'x'], 'unknown option --acrh (did you mean --arch?)'],
    ['a short option', ['-a'], 'unknown option -a (did you mean --arch?)'],
    ['a property of objects', ['--constructor', 'x'], 'unknown option --constructor (see --help)'],
    ['another such', ['--__proto__=x'], 'unknown option --__proto__ (see --help)'],
    ['an option twice', ['--arch', 'amd64', '--arch=arm64'], '--arch is given twice'],
    ['a boolean that is none', ['--json=yes'], 'json: neither true nor false: "yes"'],
    ['a boolean twice', ['--json', '--json'], '--json is given twice'],
    [
      'a boolean and a value apart',
      ['--json', 'false'],
      '--json takes its value behind = (--json=false)',
    ],
    [
      'the same in the words of the conffile',
      ['--json', 'yes'],
      '--json takes its value behind = (--json=true)',
    ],
    ['a missing value', ['--arch'], '--arch needs a value (an architecture)'],
    ['an option for a value', ['--arch', '--json'], '--arch needs a value (an architecture)'],
  ])('%s', (_name, args, message) => {
    const error = usageErrorOf(() => parseArguments(args, OPTIONS));
    expect(error.kind).toBe('usage');
    expect(formatError(error)).toBe(message);
  });
});
