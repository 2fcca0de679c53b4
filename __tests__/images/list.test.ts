import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatError, formatExcerpt, UserError } from '../../src/errors.ts';
import { parseLines as parseList } from '../../src/images/formats/lines.ts';
import { listFile as asListFile } from '../../src/images/formats/list-file.ts';
import {
  decodeList,
  formatSource,
  mergeImages,
  readImages as readAll,
} from '../../src/images/list.ts';
import { A, B, usageErrorOf } from './cases.ts';

const parseLines = (text: string, file: string) => parseList(asListFile(file, text));
const readImages = (given: { images: string; imageLists: readonly string[] }) =>
  readAll({ ...given, env: {}, architecture: undefined, profiles: [] });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'list-'));
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

async function listFile(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** The line that people see. */
async function refusal(images: string, imageLists: string[]): Promise<string> {
  const error = await readImages({ images, imageLists }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError && error.kind === 'usage') return formatError(error);
  throw error ?? new Error('nothing was refused');
}

describe('reading', () => {
  test('of a list whose images are all left out it is said why', async () => {
    const path = await listFile(
      'config.xml',
      '<image schemaversion="8.5"><containers source="quay.io" backend="podman" profiles="kiosk"><container name="app"/></containers></image>',
    );
    expect(await refusal('', [path])).toBe(
      `${path}: the image list names no image (quay.io/app:latest is left out: it needs profile kiosk)`,
    );
  });

  test('all reasons are said, of very many the first', async () => {
    const containers = Array.from({ length: 7 }, (_, n) => `<container name="app${n}"/>`).join('');
    const path = await listFile(
      'many.xml',
      `<image schemaversion="8.5"><containers source="quay.io" backend="podman" profiles="kiosk">${containers}</containers></image>`,
    );
    expect(await refusal('', [path])).toMatch(/app0:latest is .*; .*app4:latest is .*; and 2 more/);
  });

  test('the input comes first, then the files in their order', async () => {
    const imageLists = [
      await listFile('b.txt', 'busybox\n'),
      await listFile('a.txt', 'debian\nalpine\n'),
    ];
    const { images } = await readImages({ images: '\nalpine\n', imageLists });
    expect(images.map(({ name, origin }) => [name, origin.file, origin.line])).toEqual([
      ['docker.io/library/alpine:latest', 'images', 2],
      ['docker.io/library/busybox:latest', imageLists[0], 1],
      ['docker.io/library/debian:latest', imageLists[1], 1],
    ]);
  });

  test('files alone are enough', async () => {
    const imageLists = [await listFile('one.txt', Buffer.from('\uFEFFalpine', 'utf8'))];
    const { images } = await readImages({ images: ' \n# none\n', imageLists });
    expect(images).toHaveLength(1);
  });

  test('no image at all', async () => {
    expect(await refusal('\n# nothing\n', [])).toContain('no image is named');
  });

  test.each<[string, (dir: string) => string, string]>([
    ['a missing file', (dir) => join(dir, 'missing'), 'missing": no such file'],
    [
      'a file as a folder',
      (dir) => join(dir, 'plain', 'x'),
      'x": something that is no folder is in the way',
    ],
    ['a directory', (dir) => join(dir, 'directory'), ': it is a directory'],
    ['a name that no system takes', (dir) => join(dir, 'x'.repeat(300)), 'the name is too long'],
    ['an endless file', () => '/dev/zero', 'over 16 MB'],
  ])('%s', async (_, pathIn, why) => {
    await listFile('plain', 'alpine');
    await mkdir(join(folder, 'directory'), { recursive: true });
    expect(await refusal('alpine', [pathIn(folder)])).toContain(why);
  });

  test('a file without permission', async () => {
    const path = await listFile('secret', 'alpine');
    await chmod(path, 0);
    // root may read everything
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    const line = await refusal('', [path]).finally(() => isRoot && process.seteuid?.(0));
    expect(line).toContain(`"${path}": permission denied`);
  });

  test.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'names no image'],
    ['comments only', '# a\n\n', 'names no image'],
    ['a zero byte', 'alpine\n\0', 'a zero byte'],
    ['UTF-16', Buffer.from('\uFEFFalpine', 'utf16le'), 'binary content'],
    ['Latin 1', Buffer.from('alpine\n# K\xe4se\n', 'latin1'), ':2:4: this is not valid UTF-8'],
    ['a wrong line', 'alpine\nAlpine\n', ':2:1: invalid image reference "Alpine"'],
  ])('a file with %s', async (_, content, why) => {
    const path = await listFile('bad', content);
    const line = await refusal('', [path]);
    expect(line).toContain(why);
    expect(line.startsWith(`${path}:`)).toBe(true);
  });
});

test('bytes that are no UTF-8 are shown in their line', () => {
  const bytes = Buffer.from('alpine\r\nbusybox # K\xe4se\r\n', 'latin1');
  const error = usageErrorOf(() => decodeList(bytes, 'list'));
  expect(formatExcerpt(error)).toBe('  2 | busybox # K\uFFFDse\n    |            ^');
});

test('a list may have 16 MB and no byte more', () => {
  const largest = new Uint8Array(16_000_000).fill(0x20);
  expect(decodeList(largest, 'list')).toHaveLength(largest.length);
  const error = usageErrorOf(() => decodeList(new Uint8Array(largest.length + 1), 'list'));
  expect(error.message).toContain('16 MB');
});

test('a list may have as many images as fit into it', async () => {
  const text = Array.from({ length: 200_000 }, (_, number) => `r.test/app:${number}\n`).join('');
  const { images } = await readImages({ images: '', imageLists: [await listFile('many', text)] });
  expect(images).toHaveLength(200_000);
});

describe('the same image again', () => {
  test.each([
    ['the same line', 'alpine', 'alpine'],
    ['its full name', 'alpine', 'docker.io/library/alpine:latest'],
    ['the other syntax', `a.b/c:1@${A}`, `docker://a.b/c;digest=${A};tag=1`],
    ['a tag that the digest makes needless', `a.b/c@${A}`, `a.b/c:latest@${A}`],
    ['the same by another name', `a.b/c:1@${A} as x:1`, `a.b/c:2@${A} as x:1`],
    ['a local image', 'oci:./out as x:1', 'oci:./out as docker.io/library/x:1'],
    ['an archive that says its name itself', 'docker-archive:a.tar', 'docker-archive:a.tar'],
    ['both stay files', 'alpine fetch-only', 'alpine fetch-only'],
  ])('%s', (_, first, second) => {
    const images = mergeImages(parseLines(`${first}\nbusybox\n${second}`, 'list'));
    expect(images.map((places) => places.map(({ origin }) => origin.line))).toEqual([[1, 3], [2]]);
  });
});

describe('a tag with a digest in one place', () => {
  const merged = (text: string) =>
    mergeImages(parseLines(text, 'list')).map((places) => places.map(({ origin }) => origin.line));

  test.each([
    ['after it', `a.b/c:1\na.b/c:1@${A}\na.b/c:1`, [2, 1, 3]],
    ['before it', `a.b/c:1@${A}\na.b/c:1`, [1, 2]],
    ['by another name', `a.b/c:1 as x\ndocker://a.b/c;digest=${A};tag=1 as x`, [2, 1]],
    ['of several with that digest', `a.b/c@${A} as x\na.b/c:1 as x\na.b/c:1@${A} as x`, [3, 1, 2]],
  ])('counts for those without: %s', (_, text, lines) => {
    expect(merged(text)).toEqual([lines]);
  });

  test('and another one in a third are told, wherever the open one stands', () => {
    const places = ['a.b/c:1', `a.b/c:1@${A}`, `a.b/c:1@${B}`];
    for (const order of [
      [0, 1, 2],
      [1, 0, 2],
      [1, 2, 0],
    ]) {
      const text = order.map((index) => places[index]).join('\n');
      const { message, origin } = usageErrorOf(() => merged(text));
      expect(message).toContain(
        `as ${places[1]} and as ${places[2]}: first at list:${order.indexOf(1) + 1}`,
      );
      expect(origin?.line).toBe(order.indexOf(2) + 1);
    }
  });
});

describe('another image', () => {
  test.each([
    ['alpine:3.19', 'alpine:3.20'],
    ['alpine:3.19 as x:1', 'alpine:3.19 as x:2'],
    ['a.b/c', 'a.d/c'],
    ['docker-archive:a.tar', 'docker-archive:b.tar'],
    ['docker-archive:a.tar', 'docker-archive:a.tar as x:1'],
    [`a.b/c:1@${A}`, `a.b/c:2@${B}`],
  ])('%s and %s', (first, second) => {
    expect(mergeImages(parseLines(`${first}\n${second}`, 'list'))).toHaveLength(2);
  });
});

describe('one name for two things', () => {
  test.each([
    [`a.b/c:1@${A}`, `a.b/c:1@${B}`, `as a.b/c:1@${A} and as a.b/c:1@${B}`],
    [`a.b/c@${A}`, `docker://a.b/c;digest=${B}`, `as a.b/c@${A} and as a.b/c@${B}`],
    ['a.b/c:1 as x', `a.b/c:2@${A} as x`, `as a.b/c:1 and as a.b/c:2@${A}`],
    [`a.b/c:2@${A} as x`, 'a.b/c:1 as x', `as a.b/c:2@${A} and as a.b/c:1`],
    ['a.b/c:1', `a.b/c@${A} as a.b/c:1`, `as a.b/c:1 and as a.b/c@${A}`],
    ['a.b/c:1', `a.b/c:1@${A} fetch-only`, 'once fetch-only and once not'],
    ['a.b/c:1', 'a.b/d:1 as a.b/c:1', 'as a.b/c:1 and as a.b/d:1'],
    ['a.b/c:1 as x', 'a.b/c:2 as x', 'as a.b/c:1 and as a.b/c:2'],
    [`a.b/c:1@${A}`, `a.b/d:1@${A} as a.b/c:1`, `as a.b/c:1@${A} and as a.b/d:1@${A}`],
    ['a.b/c:1', 'oci:./out as a.b/c:1', 'as a.b/c:1 and as oci:./out'],
    ['a.b/c:1', 'a.b/c:1 fetch-only', 'once fetch-only and once not'],
    ['oci:o as x', 'oci:o as x fetch-only', 'once fetch-only and once not'],
    ['docker-archive:a', 'docker-archive:a fetch-only', 'once fetch-only and once not'],
  ])('%s and %s', (first, second, why) => {
    const images = parseLines(`${first}\n${second}`, 'list');
    const error = usageErrorOf(() => mergeImages(images));
    expect(error.message).toContain(why);
    expect(error.message).toContain('first at list:1:1');
    expect(error.origin).toEqual({ file: 'list', line: 2, column: 1 });
    expect(error.hint).toMatch(/./);
  });
});

test.each([
  ['alpine', 'docker.io/library/alpine:latest'],
  [`alpine@${A} as x`, `docker.io/library/alpine@${A}`],
  ['oci:./out as x', 'oci:./out'],
])('%s comes from %s', (text, from) => {
  expect(parseLines(text, 'list').map(({ source }) => formatSource(source))).toEqual([from]);
});

describe('an entry of image-list', () => {
  test('may be a pattern', async () => {
    await listFile('p1.txt', 'alpine\n');
    await listFile('p2.txt', '# nothing here\n');
    await listFile('p3.txt', 'busybox\n');
    const { images } = await readImages({ images: '', imageLists: [join(folder, 'p[0-9].txt')] });
    expect(images.map(({ written }) => written)).toEqual(['alpine', 'busybox']);
  });

  test('may be a pattern that names other files, too: they are left out with a word', async () => {
    const around = join(folder, 'around');
    await mkdir(around);
    await listFile('around/web.container', '[Container]\nImage=quay.io/a/web:1\n');
    const notes = await listFile('around/NOTES.md', 'notes\n');
    const readme = await listFile('around/README', 'Quadlets\n====\n');
    const found = await readImages({ images: '', imageLists: [`${around}/*`] });
    expect(found.images.map(({ written }) => written)).toEqual(['quay.io/a/web:1']);
    expect(found.findings.map(({ level, origin }) => [level, origin.file])).toEqual([
      ['warning', notes],
      ['notice', readme],
    ]);
    // By its name alone it is what it is.
    const named = await readImages({ images: '', imageLists: [notes] });
    expect(named.images.map(({ written }) => written)).toEqual(['notes']);
    const asLines = await readImages({ images: '', imageLists: [`lines:${around}/NOTES*`] });
    expect(asLines.images.map(({ written }) => written)).toEqual(['notes']);
  });

  test('may be a pattern that nothing matches', async () => {
    const line = await refusal('', [join(folder, '*.nothing')]);
    expect(line).toContain('no file matches');
  });

  test('may be a pattern whose files name nothing', async () => {
    await listFile('q1.txt', '# nothing\n');
    expect(await refusal('', [join(folder, 'q*.txt')])).toContain('names no image');
  });

  test('may say the format', async () => {
    const path = await listFile('any.yml', 'services: {a: {image: alpine}}\n');
    const { images, files } = await readImages({ images: '', imageLists: [`compose:${path}`] });
    expect(images.map(({ written }) => written)).toEqual(['alpine']);
    expect(files.get(path)?.format).toBe('compose');
    expect(await refusal('', [`lines:${path}`])).toContain(':1:1: unexpected');
  });

  test('may say a format that is none, which is refused', async () => {
    expect(await refusal('', ['foo:images.txt'])).toContain('the formats are lines, compose,');
    expect(await refusal('', ['images/none.txt'])).not.toContain('formats');
  });

  test('may be a folder, which is refused', async () => {
    expect(await refusal('', [folder])).toContain(`write a pattern such as ${folder}/*`);
  });

  test('is a path where what stands before the colon is no format', async () => {
    const path = await listFile('other:list.txt', 'alpine\n');
    const { images } = await readImages({ images: '', imageLists: [path] });
    expect(images).toHaveLength(1);
  });
});

test('a profile is told that none of the lists has', async () => {
  const kiwi =
    '<image schemaversion="8.5"><profiles><profile name="kiosk" description="x"/></profiles><containers source="quay.io" backend="podman"><container name="app"/></containers></image>';
  const imageLists = [
    await listFile('profiles.xml', kiwi),
    await listFile('profiles.yml', 'services: {a: {image: a}, b: {image: b, profiles: [debug]}}\n'),
  ];
  const warnings = async (...profiles: string[]) => {
    const about = { images: '', imageLists, env: {}, architecture: undefined, profiles };
    const { findings } = await readAll(about);
    return findings.filter(({ level }) => level === 'warning').map(({ message }) => message);
  };
  expect(await warnings('kiosk', 'debug')).toEqual([]);
  expect(await warnings('*', 'x')).toEqual([]);
  expect(await warnings('kiosk?', 'dbug?')).toEqual([]);
  expect(await warnings('kiosk', 'dbug')).toEqual(['no list has a profile "dbug"']);
});

test('a mistake is shown with the line that it is in', async () => {
  const path = await listFile('caret.txt', 'alpine\n\t Alpine\r\n');
  const error = await readImages({ images: '', imageLists: [path] }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect(formatExcerpt(error as UserError)).toBe('  2 |   Alpine\n    |   ^');
  const inInput = await readImages({ images: 'busybox\nB', imageLists: [] }).catch(
    (thrown) => thrown,
  );
  expect(formatExcerpt(inInput as UserError)).toBe('  2 | B\n    | ^');
});
