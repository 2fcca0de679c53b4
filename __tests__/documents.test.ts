import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const filesIn = (folder: string, ending: RegExp) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));

/** The relative links of a Markdown file, what is code left out. */
function linksOf(path: string): string[] {
  const prose = read(path)
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/`[^`]*`/g, '');
  const links = [...prose.matchAll(/\]\(\s*([^)\s]+)\s*\)|(?:src|href)="([^"]+)"/g)];
  return links.map(([, link = '', source]) => source ?? link).filter((link) => !/^\w+:/.test(link));
}

/** What GitHub calls the headings of a Markdown file. */
function anchorsOf(path: string): string[] {
  const prose = read(path).replaceAll(/^(?:> )?```[\s\S]*?^(?:> )?```/gm, '');
  return [...prose.matchAll(/^(?:> )?#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('links lead somewhere', () => {
  const documents = [
    ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
    ...filesIn('docs', /\.md$/),
  ];
  test.each(documents)('%s', (path) => {
    const broken = linksOf(path).filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('what the Marketplace wants', () => {
  // https://docs.github.com/en/actions/reference/metadata-syntax-reference#branding
  const COLOURS = [
    'white',
    'black',
    'yellow',
    'blue',
    'green',
    'orange',
    'red',
    'purple',
    'gray-dark',
  ];

  test.each(['action.yml', 'boot/action.yml'])('%s', (path) => {
    const { name, description, author, branding } = parse(read(path));
    expect(name).toMatch(/^[a-z -]{3,50}$/);
    expect(description.length).toBeLessThanOrEqual(125);
    expect(author).toBeTruthy();
    expect(['package', 'check-circle']).toContain(branding.icon);
    expect(COLOURS).toContain(branding.color);
  });
});

test.each([
  ['LICENSE', /^MIT License/],
  ['SECURITY.md', /^## Reporting$/m],
  ['CONTRIBUTING.md', /docs\/contributing\.md/],
  ['CODE_OF_CONDUCT.md', /SECURITY\.md#reporting/],
])('%s is there', (path, says) => expect(read(path)).toMatch(says));

describe('issue forms', () => {
  test.each(['bug', 'feature'])('%s', (name) => {
    const form = parse(read(`.github/ISSUE_TEMPLATE/${name}.yml`));
    const ids = form.body.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(form.body.length);
    for (const { type, attributes } of form.body) {
      expect(['textarea', 'input', 'dropdown']).toContain(type);
      expect(attributes.label).toBeTruthy();
    }
    expect([typeof form.name, typeof form.description]).toEqual(['string', 'string']);
  });
});

test('docs/device.md quotes what the loader says', () => {
  const loader = ['device/load', ...filesIn('device/lib', /\.sh$/)].map(read).join('\n');
  const table = read('docs/device.md')
    .split('\n')
    .filter((line) => line.startsWith('| `…'));
  const quotes = table.flatMap((row) => /^\| `(.*?)`/.exec(row)?.[1]?.split('…') ?? row);
  expect(table.length).toBeGreaterThan(10);
  expect(quotes.filter((quote) => !loader.includes(quote))).toEqual([]);
});

test('docs/device.md has the states that README.Debian has', () => {
  const states = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([, name]) => name);
  const [, onDevice = ''] =
    /\nThe states\n-+\n([\s\S]*?)\n\n/.exec(read('device/README.Debian')) ?? [];
  const [, here = ''] = /\n\| state [\s\S]*?\n([\s\S]*?)\n\n/.exec(read('docs/device.md')) ?? [];
  expect(states(here, /^\| `(\w+)`/gm)).toEqual(states(onDevice, /^ {2}(\w+) {2}/gm));
  expect(states(here, /^\| `(\w+)`/gm)).toContain('interrupted');
});
