import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { interpolate, textOf } from '../../../src/images/formats/compose/interpolate.ts';
import { goProgram } from '../../support/go.ts';
import { tempDirs } from '../../support/temp.ts';
import { type ComposeCase, composeCases } from './compose-cases.ts';
import { layProject } from './compose-project.ts';

// The library that Docker Compose reads its files with, at the version in compose-go/go.mod.
jest.setTimeout(300_000);

const temp = tempDirs();
const go = goProgram(
  'compose files as Docker Compose reads them',
  join(import.meta.dirname, 'compose-go'),
);
afterAll(temp.remove);

async function composeGo(given: Omit<ComposeCase, 'name'>) {
  const { paths, envFiles } = await layProject(temp, given);
  const { COMPOSE_ENV_FILES: _, ...env } = given.env ?? {};
  const argv = [
    ...(given.profiles ?? []).flatMap((profile) => ['--profile', profile]),
    ...envFiles.flatMap((file) => ['--env-file', file]),
    ...paths,
  ];
  const { status, stdout, stderr } = go.run(argv, { ...env, HOME: '/nonexistent' });
  return {
    status,
    images: stdout
      .split('\n')
      .filter((line) => line !== '')
      .sort(),
    stderr,
  };
}

go.describe("Docker Compose's own answer", () => {
  test.each(composeCases.map((each) => [each.name, each] as const))('%s', async (_, given) => {
    const { status, images, stderr } = await composeGo(given);
    if (given.error) expect(stderr).toMatch(given.error);
    else expect({ stderr, images }).toEqual({ stderr: '', images: given.images });
    expect(status).toBe(given.error ? 1 : 0);
  });
});

go.describe('interpolation', () => {
  test('is the same, whatever the template', sameInterpolation);
});

async function sameInterpolation(): Promise<void> {
  const env = { A: 'a', B_2: 'b:2', EMPTY: '', c: '${A}' };
  const random = numbers(20261121);
  const templates = Array.from({ length: 2000 }, () => template(random, 3));
  const ours = templates.map((text) => {
    try {
      return textOf(interpolate(text, (name) => lookup(env, name)));
    } catch {
      return undefined;
    }
  });
  const valid = templates.flatMap((text, index) => {
    const value = ours[index];
    return value === undefined ? [] : [[text, `x${value}`] as const];
  });
  expect(valid.length).toBeGreaterThan(500);
  const services = valid.map(([text], index) => [`s${index}`, { image: `x${text}` }]);
  const file = JSON.stringify({ services: Object.fromEntries(services) });
  const theirs = await composeGo({ files: { 'compose.json': file }, env });
  expect(theirs.stderr).toBe('');
  expect(theirs.images).toEqual(valid.map(([, value]) => value).sort());
  // and what we refuse, they refuse
  const refused = templates.filter((_, index) => ours[index] === undefined).slice(0, 20);
  for (const text of refused) {
    const { status } = await composeGo({
      files: { 'compose.json': JSON.stringify({ services: { s: { image: `x${text}` } } }) },
      env,
    });
    expect({ text, status }).toEqual({ text, status: 1 });
  }
}

function lookup(env: Readonly<Record<string, string>>, name: string) {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  return value === undefined ? undefined : { value };
}

/** A text of words, variables and braces, most of them in their place. */
function template(random: (below: number) => number, depth: number): string {
  const pick = <T>(values: readonly T[]) => values[random(values.length)] as T;
  const parts = Array.from({ length: random(4) }, () => {
    const name = pick(['A', 'B_2', 'EMPTY', 'UNSET', 'c', '_x']);
    const kind = random(10);
    if (kind === 0) return pick(['$$', '$', '$1', '{', '}', '${', '-', ':', '?']);
    if (kind <= 3) return pick(['a', 'b/c', ':1', 'X', '.', '-z']);
    if (kind <= 5) return `$${name}`;
    if (kind <= 6 || depth === 0) return `\${${name}}`;
    const operator = pick([':-', '-', ':+', '+', ':?', '?']);
    return `\${${name}${operator}${template(random, depth - 1)}}`;
  });
  return parts.join('');
}

/** The same numbers every time: xorshift. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.abs(state) % below;
  };
}
