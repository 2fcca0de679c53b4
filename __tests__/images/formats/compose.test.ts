import { relative } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { formatError, formatExcerpt, UserError } from '../../../src/errors.ts';
import { type ListRequest, type Lists, readLists } from '../../../src/images/list.ts';
import { pinnedLine } from '../../../src/images/pin.ts';
import { tempDirs } from '../../support/temp.ts';
import { A, B } from '../cases.ts';
import { type ComposeCase, composeCases } from './compose-cases.ts';
import { layProject } from './compose-project.ts';

const temp = tempDirs();
afterAll(temp.remove);

/** The lists that the first of these files, with those that override it, comes to. */
async function read(
  given: Omit<ComposeCase, 'name'>,
  architecture?: ListRequest['architecture'],
): Promise<Lists & { folder: string }> {
  const { folder, paths, envFiles } = await layProject(temp, given);
  const lists = await readLists({
    images: '',
    imageLists: [paths.length > 1 ? `compose:${paths.join(':')}` : paths.join()],
    env: { ...given.env, ...(envFiles.length > 0 && { COMPOSE_ENV_FILES: envFiles.join(',') }) },
    profiles: given.profiles ?? [],
    architecture,
  });
  return { ...lists, folder };
}

async function refusal(...given: Parameters<typeof read>): Promise<UserError> {
  const error: unknown = await read(...given).catch((reason: unknown) => reason);
  if (error instanceof UserError && error.kind === 'usage') return error;
  throw new Error('nothing was refused', { cause: error });
}

describe('the images of a project', () => {
  test.each(composeCases.map((each) => [each.name, each] as const))('%s', async (_, given) => {
    const { images, error } = given.ours ?? given;
    if (error !== undefined) {
      const refused = await refusal(given);
      expect(formatError(refused)).toMatch(error);
      expect(refused.origin?.line).toBeGreaterThan(0);
      return;
    }
    const found = (await read(given)).images.map(({ written }) => written);
    expect(found.sort()).toEqual(images);
  });

  test('stand in the order of the file, with their places', async () => {
    const { images, folder } = await read({
      files: {
        'compose.yml':
          'include: [b.yml]\nservices:\n  z:\n    image: "z:1"\n  a:\n    extends: {file: c.yml, service: c}\n',
        'b.yml': 'services:\n  b:\n    image: b\n',
        'c.yml': 'services: {c: {image: c}}\n',
      },
    });
    expect(
      images.map(({ written, origin: { file, line, column } }) => [
        `${written} ${relative(folder, file)}:${line}:${column}`,
      ]),
    ).toEqual([['b b.yml:3:12'], ['z:1 compose.yml:4:13'], ['c c.yml:1:23']]);
  });
});

test.each(['alpine:3', '"alpine:3"', "'alpine:3'", '&x "alpine:3"'])(
  'the image %s is shown where its digest is written',
  async (written) => {
    const { images } = await read({
      files: { 'compose.yml': `services:\n  a:\n    image: ${written}\n` },
    });
    const [{ origin, place } = { origin: {}, place: undefined }] = images;
    expect(place).toMatchObject(origin);
  },
);

describe('the pinned line', () => {
  test.each([
    ['image: alpine:3', `image: alpine:3@${A}`],
    ['image: alpine # why', `image: alpine:latest@${A} # why`],
    ['image: "alpine:3"', `image: "alpine:3@${A}"`],
    ["image: 'alpine:3'  # why", `image: 'alpine:3@${A}'  # why`],
    ['image: &x alpine:3', `image: &x alpine:3@${A}`],
    ['image: !override alpine:3', `image: !override alpine:3@${A}`],
    ['image: ${X:-alpine:3}', `image: \${X:-alpine:3@${A}}`],
    [
      'image: ${REG:-docker.io}/library/alpine:3',
      `image: \${REG:-docker.io}/library/alpine:3@${A}`,
    ],
    ['image: alpine:${X:-3}', `image: alpine:\${X:-3@${A}}`],
    [`image: alpine:\${X-3@${B}}`, `image: alpine:\${X-3@${A}}`],
    [
      'image: "${X:-r.test}/plant/broker:${Y:-2.0.22}" # why',
      `image: "\${X:-r.test}/plant/broker:\${Y:-2.0.22@${A}}" # why`,
    ],
    ['image: ${X:-alpine:${Y:-3}}', `image: \${X:-alpine:\${Y:-3@${A}}}`],
    ['image: ${REG}/a/b', `image: \${REG}/a/b:latest@${A}`],
    ['image: ${NOTHING}alpine:3', `image: \${NOTHING}alpine:3@${A}`],
    ['image: ${WHOLE}', `WHOLE="redis:7@${A}" # in .env`],
    [`image: alpine:3@${A}`, `image: alpine:3@${A}`],
  ])('%s', async (line, pinned) => {
    const [image] = await imagesOf(line);
    expect(image && pinnedLine(image, A)).toBe(pinned);
  });

  test.each([
    ['image: alpine:${TAG}', 'made of variables'],
    ['image: redis:${V:-7}-alpine', 'made of variables'],
    ['image: redis:${V:-7}${W:+-alpine}', 'made of variables'],
    ['image: redis:${V:-7}${W:-.1}', 'made of variables'],
    ['image: ${V:-redis:}${W:-7}', 'made of variables'],
    ['image: a/${V:-redis}:${W:-7}', 'made of variables'],
    ['image: redis:${NOTHING}${W:-7}', 'made of variables'],
    ['image: ${GIVEN}', 'made of variables'],
    ['image: ${WHOLE}-alpine', 'made of variables'],
    ['image: alpine${NOTHING}', 'made of variables'],
    ['image: "al\\x70ine"', 'escapes'],
    ['image: >-\n      alpine', 'several lines'],
  ])('%s has no place', async (line, why) => {
    const [image] = await imagesOf(line);
    expect(image).toMatchObject({ unpinnable: expect.stringContaining(why) });
    expect(image).not.toHaveProperty('place');
  });

  async function imagesOf(line: string) {
    const files = {
      'compose.yml': `services:\n  a:\n    ${line}\n`,
      '.env': 'REG=registry.test:5000\nWHOLE="redis:7" # in .env\nTAG=3\n',
    };
    return (await read({ files, env: { GIVEN: 'alpine:3' } })).images;
  }
});

describe('a platform', () => {
  const files = (platform: string) => ({
    'compose.yml': `services:\n  a:\n    image: a:1\n    platform: ${platform}\n`,
  });

  test.each([
    ['linux/amd64', 'amd64'],
    ['amd64', 'amd64'],
    ['linux/x86_64', 'amd64'],
    ['linux/arm64', 'arm64'],
    ['linux/arm64/v8', 'arm64'],
    ['linux/aarch64', 'arm64'],
    ['linux/arm/v7', 'armhf'],
    ['linux/arm', 'armhf'],
    ['${PLATFORM:-linux/riscv64}', 'riscv64'],
    ['linux', 'amd64'],
  ] as const)('%s is right for %s', async (platform, architecture) => {
    expect((await read({ files: files(platform) }, architecture)).images).toHaveLength(1);
  });

  test.each([
    ['linux/arm64', 'amd64'],
    ['linux/arm/v6', 'armhf'],
    ['linux/arm/v7', 'armel'],
    ['windows/amd64', 'amd64'],
  ] as const)('%s is wrong for %s', async (platform, architecture) => {
    const error = await refusal({ files: files(platform) }, architecture);
    expect(error.message).toContain(`service "a" is for ${platform}, and the package for`);
    expect(error.origin).toMatchObject({ line: 4, column: 15 });
    // a list for all architectures has none that could be wrong
    expect((await read({ files: files(platform) })).images).toHaveLength(1);
  });
});

test('what is left out is said', async () => {
  const { findings, folder } = await read({
    files: {
      'compose.yml':
        'services:\n  a: {image: a:1}\n  b: {build: .}\n  c: {image: c:1, profiles: [x, y]}\n  d: {image: "d${D}:${E:-1}"}\n',
    },
  });
  expect(
    findings.map(({ level, message, origin: { file, line } }) => [
      level,
      relative(folder, file),
      line,
      message,
    ]),
  ).toEqual([
    ['notice', 'compose.yml', 4, 'service "c" is left out: it needs profile x or y'],
    [
      'notice',
      'compose.yml',
      3,
      expect.stringContaining('service "b" is left out: it has no image'),
    ],
    ['warning', 'compose.yml', 5, 'the variable D is not set: nothing stands in its place'],
  ]);
});

describe('a file that is refused', () => {
  test.each<[string, string, RegExp, [number, number]]>([
    ['an unknown anchor', 'services:\n  a: *b\n', /no anchor &b before this/, [2, 6]],
    [
      'an alias in a circle',
      'services:\n  a: &a\n    image: a\n    b: *a\n',
      /an alias stands in/,
      [4, 8],
    ],
    ['a merged text', 'services:\n  a:\n    <<: x\n', /merges what is no mapping/, [3, 9]],
    ['services as a list', 'services:\n  - a\n', /services is no mapping/, [2, 3]],
    ['include as a text', 'include: x.yml\nservices: {}\n', /include is no list/, [1, 10]],
    ['include without a path', 'include:\n  - env_file: x\n', /include has no path/, [2, 5]],
    ['include of what is not there', 'include: [no.yml]\n', /there is no file/, [1, 11]],
    ['include of a repository', 'include:\n  - oci://a/b\n', /not a local file/, [2, 5]],
    [
      'a variable that is not set where the tag should be',
      'services:\n  a:\n    image: app:${TAG}\n',
      /^the variable TAG is not set, and without it "app:" is no image: invalid tag ""$/,
      [3, 16],
    ],
    [
      'a variable that is not set where the image should be',
      'services:\n  a:\n    image: "$IMAGE"\n',
      /^the variable IMAGE is not set, and without it the image of service "a" is empty$/,
      [3, 13],
    ],
    [
      'a wrong reference beside variables',
      'services:\n  a:\n    image: ${HOST}Alpine:${TAG:-1}\n',
      /^the variable HOST is not set, and without it "Alpine:1" is no image: .* lower case$/,
      [3, 12],
    ],
    ['a wrong reference', 'services:\n  a:\n    image: Alpine\n', /must be lower case/, [3, 12]],
    [
      'a bad template in its place',
      'services:\n  a:\n    image: "a:${b"\n',
      /invalid interpolation/,
      [3, 15],
    ],
  ])('%s', async (_, text, message, [line, column]) => {
    const error = await refusal({ files: { 'compose.yml': text } });
    expect(error.message).toMatch(message);
    expect(error.origin).toMatchObject({ line, column });
    expect(error.excerpt).toBe(text.split('\n')[line - 1]);
  });

  test('deep nesting', async () => {
    const error = await refusal({
      files: { 'compose.yml': `# [\nservices: ["[", 'x', ${'{a: '.repeat(500_000)}` },
    });
    expect(error.message).toBe('not valid YAML: nested too deeply');
    // The first bracket too many, behind one that is open already.
    expect(error.origin).toMatchObject({
      line: 2,
      column: 'services: ["[", \'x\', '.length + 999 * 4 + 1,
    });
  });

  test('so much YAML that it would take minutes', async () => {
    const error = await refusal({
      files: { 'compose.yml': `services: {}\n${'#'.repeat(5_000_000)}` },
    });
    expect(error.message).toBe('too large for YAML (over 5 MB)');
  });

  test('templates in templates without end', async () => {
    const image = `${'${A:-'.repeat(10_000)}a${'}'.repeat(10_000)}`;
    const text = `services:\n  a:\n    image: "${image}"\n`;
    const error = await refusal({ files: { 'compose.yml': text } });
    expect(error.message).toContain('too deep');
    expect(
      formatExcerpt(error)
        ?.split('\n')
        .map(({ length }) => length < 140),
    ).toEqual([true, true]);
  });

  test('many services take seconds, not minutes', async () => {
    const services = Array.from(
      { length: 5000 },
      (_, number) => `  s${number}: {image: "a:${number}"}\n`,
    );
    const start = performance.now();
    const { images } = await read({ files: { 'compose.yml': `services:\n${services.join('')}` } });
    expect(images).toHaveLength(5000);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test.each([
    ['the one before', (number: number) => `s${number - 1}`],
    ['the one before, by its file', (number: number) => `{file: a.yml, service: s${number - 1}}`],
  ])(
    'services that each extend %s take seconds, too',
    async (_, extended) => {
      const services = Array.from({ length: 2000 }, (_, index) => {
        const number = 2000 - index;
        return `  s${number}: {extends: ${extended(number)}}\n`;
      });
      const text = (last: string) => `services:\n${services.join('')}  s0: ${last}\n`;
      const start = process.cpuUsage();
      const lists = await read({ files: { 'a.yml': text('{image: "a:1"}') } });
      expect(lists.images).toHaveLength(2001);
      const circle = await refusal({ files: { 'a.yml': text('{extends: s2000}') } });
      expect(formatError(circle)).toMatch(/a\.yml:\d+:\d+: service "s\d+" extends itself/);
      // Of the processor, as the clock also counts what else the machine does.
      expect(process.cpuUsage(start).user).toBeLessThan(10_000_000);
    },
    60_000,
  );

  test('anchors that multiply cost nothing', async () => {
    const levels = Array.from({ length: 40 }, (_, level) => {
      const inner =
        level === 0
          ? 'x'
          : Array(9)
              .fill(`*a${level - 1}`)
              .join(', ');
      return `x-${level}: &a${level} [${inner}]\n`;
    });
    const text = `${levels.join('')}services:\n  a: {image: alpine, command: *a39}\n`;
    expect((await read({ files: { 'compose.yml': text } })).images).toHaveLength(1);
  });
});
