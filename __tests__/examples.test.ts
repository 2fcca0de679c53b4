import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');
const examples = readdirSync(join(ROOT, 'examples'));
const workflows = readdirSync(join(ROOT, '.github/workflows'));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** `ACTION@COMMIT # TAG` of every step with an action of others. */
function actionsOf(path: string): string[] {
  const used = [...read(path).matchAll(/^ +(?:- )?uses: (.*)$/gm)].map(([, action = '']) => action);
  return used.filter((action) => !/^(?:org\/container-preload(?:\/boot)?@v1$|\.\/)/.test(action));
}

test('the README names every example', () => {
  const named = [...read('README.md').matchAll(/\]\(examples\/(.*?)\)/g)].map(([, name]) => name);
  expect([...named].sort()).toEqual([...examples].sort());
});

describe("other people's actions", () => {
  const files = [
    ...examples.map((name) => `examples/${name}`),
    ...workflows.map((name) => `.github/workflows/${name}`),
  ];

  test.each(files)('%s takes them by commit, and says the tag', (path) => {
    for (const action of actionsOf(path)) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test('everywhere of the same version', () => {
    const used = new Set(files.flatMap(actionsOf));
    const names = new Set([...used].map((action) => action.split('@')[0]));
    expect(used.size).toBe(names.size);
  });
});
