import { describe, expect, test } from '@jest/globals';
import { isarRecipe } from '../../../src/images/formats/isar-recipe.ts';
import { DIGEST, parse, pinned, refusal, shown, told } from './context.ts';

type About = Parameters<typeof parse>[2];

async function read(text: string, about?: About, file = 'app_1.2.bb') {
  return parse(isarRecipe, { [file]: text }, about);
}

/** The references alone, each without its `docker://`. */
async function references(text: string, about?: About): Promise<string[]> {
  const { images } = await read(text, about);
  return images.map(({ written }) => written.replace('docker://', ''));
}

const RECIPE = `# This software is a part of the product.
inherit dpkg-raw

DESCRIPTION = "Applications"
SRC_URI += "\\
    file://app.service \\
    docker://quay.io/libpod/alpine;tag=3.10.2 docker://debian;digest=sha256:${'a'.repeat(64)} \\
    https://example.org/x.tar;unpack=0 \\
    "

do_install() {
    SRC_URI="x"
    install -m 644 \${WORKDIR}/app.service \${D}/
}
addtask install after do_unpack
`;

test('a recipe', async () => {
  const list = await read(RECIPE);
  expect(shown(list)).toEqual([
    'app_1.2.bb:7:5 docker://quay.io/libpod/alpine;tag=3.10.2',
    `app_1.2.bb:7:47 docker://debian;digest=sha256:${'a'.repeat(64)}`,
  ]);
  expect(list.images.map(({ name }) => name)).toEqual([
    'quay.io/libpod/alpine:3.10.2',
    'docker.io/library/debian:latest',
  ]);
  expect(told(list)).toEqual([]);
});

// bitbake.itg.ts has BitBake's own data store evaluate the same.
describe('assignments', () => {
  test.each<[string, string, string[]]>([
    ['=', 'SRC_URI = "docker://a"\nSRC_URI = "docker://b"', ['b']],
    ['+=', 'SRC_URI = "docker://a"\nSRC_URI += "docker://b"', ['a', 'b']],
    ['=+', 'SRC_URI = "docker://a"\nSRC_URI =+ "docker://b"', ['b', 'a']],
    ['.= has no space', 'SRC_URI = "docker://a"\nSRC_URI .= "/b"', ['a/b']],
    ['=. has no space', 'SRC_URI = "a"\nSRC_URI =. "docker://b/"', ['b/a']],
    ['?= of what is set', 'SRC_URI = "docker://a"\nSRC_URI ?= "docker://b"', ['a']],
    ['?= of what is not', 'SRC_URI ?= "docker://b"', ['b']],
    ['??= is the weakest', 'SRC_URI ??= "docker://a"\nSRC_URI ??= "docker://b"', ['b']],
    ['??= of what is set later', 'SRC_URI ??= "docker://a"\nSRC_URI = "docker://b"', ['b']],
    ['+= forgets a ??=', 'SRC_URI ??= "docker://a"\nSRC_URI += "docker://b"', ['b']],
    [':=', 'T = "1"\nSRC_URI := "docker://a;tag=${T}"\nT = "2"', ['a;tag=1']],
    ['= is replaced at the end', 'T = "1"\nSRC_URI = "docker://a;tag=${T}"\nT = "2"', ['a;tag=2']],
    ['single quotes', "SRC_URI = 'docker://a'", ['a']],
    ['export', 'export SRC_URI = "docker://a"', ['a']],
    ['no spaces', 'SRC_URI="docker://a"', ['a']],
    ['unset', 'SRC_URI = "docker://a"\nunset SRC_URI\nSRC_URI += "docker://b"', ['b']],
    ['a flag', 'SRC_URI[sha256sum] = "docker://a"', []],
    [':append', 'SRC_URI:append = " docker://b"\nSRC_URI = "docker://a"', ['a', 'b']],
    [':append has no space', 'SRC_URI = "docker://a"\nSRC_URI:append = "/b"', ['a/b']],
    [':append += has one', 'SRC_URI = "docker://a"\nSRC_URI:append += "docker://b"', ['a', 'b']],
    [':prepend', 'SRC_URI:prepend = "docker://b "\nSRC_URI = "docker://a"', ['b', 'a']],
    [
      'two of :prepend',
      'SRC_URI:prepend = "docker://b "\nSRC_URI:prepend = "docker://c "',
      ['c', 'b'],
    ],
    [':append to a ??=', 'SRC_URI ??= "docker://a"\nSRC_URI:append = " docker://b"', ['a', 'b']],
    [
      ':remove',
      'SRC_URI = "docker://a docker://b;tag=1 docker://a"\nSRC_URI:remove = "docker://a"',
      ['b;tag=1'],
    ],
    [
      ':remove of a part',
      'SRC_URI = "docker://a;tag=1"\nSRC_URI:remove = "docker://a"',
      ['a;tag=1'],
    ],
    [
      ':remove with a variable',
      'T = "1"\nSRC_URI = "docker://a;tag=1"\nSRC_URI:remove = "docker://a;tag=${T}"',
      [],
    ],
    [
      ':remove of what is appended',
      'SRC_URI:append = " docker://a"\nSRC_URI:remove = "docker://a"',
      [],
    ],
    ['of an architecture', 'SRC_URI = "docker://a"\nSRC_URI:amd64 = "docker://b"', ['b']],
    ['of another', 'SRC_URI = "docker://a"\nSRC_URI:arm64 = "docker://b"', ['a']],
    [
      ':append of an architecture',
      'SRC_URI:append:amd64 = " docker://a"\nSRC_URI:append:arm64 = " docker://b"',
      ['a'],
    ],
    [
      'an architecture, appended',
      'SRC_URI = "docker://a"\nSRC_URI:amd64:append = " docker://b"',
      ['b'],
    ],
    [
      'an architecture, then all, appended',
      'SRC_URI:amd64 = "docker://a"\nSRC_URI:append = " docker://b"',
      ['a', 'b'],
    ],
    [
      ':remove of an architecture',
      'SRC_URI = "docker://a docker://b"\nSRC_URI:remove:amd64 = "docker://a"\nSRC_URI:remove:arm64 = "docker://b"',
      ['b'],
    ],
    ['forcevariable', 'SRC_URI:forcevariable = "docker://f"\nSRC_URI:amd64 = "docker://a"', ['f']],
    ['an architecture in a variable', 'SRC_URI:append:${DISTRO_ARCH} = " docker://a"', ['a']],
    ['variables in variables', 'A = "${B}x"\nB = "y"\nSRC_URI = "docker://${A}/${B}"', ['yx/y']],
    [
      'several entries in a variable',
      'I = "docker://a docker://b"\nSRC_URI = "${I} docker://c"',
      ['a', 'b', 'c'],
    ],
    [
      'an architecture in a value',
      'SRC_URI = "docker://${DISTRO_ARCH}/a;tag=${PACKAGE_ARCH}"',
      ['amd64/a;tag=amd64'],
    ],
    [
      "what the file's name says",
      'SRC_URI = "docker://${PN}/${BPN};tag=${PV}"',
      ['app/app;tag=1.2'],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await references(text)).toEqual(expected);
  });

  test('variables may come from the environment, and those of the recipe are stronger', async () => {
    const env = { REGISTRY: 'quay.io', TAG: 'no' };
    const text = 'TAG = "1"\nSRC_URI = "docker://${REGISTRY}/a;tag=${TAG}"';
    expect(await references(text, { env })).toEqual(['quay.io/a;tag=1']);
  });
});

describe('lines', () => {
  test.each<[string, string, string[]]>([
    ['a value over several', 'SRC_URI = " \\\n  docker://a \\\n\\\n  docker://b"', ['a', 'b']],
    ['white space after it', 'SRC_URI = "docker://a"  \t\r\n', ['a']],
    ['comments', '# SRC_URI = "docker://a"\n#\\\n# x\nSRC_URI = "docker://b"', ['b']],
    ['a function of a shell', 'do_x () {\nSRC_URI = "docker://a\n}\nSRC_URI = "docker://b"', ['b']],
    ['a function of Python', 'python do_x() {\n  x = "{"\n  }\n}\nSRC_URI = "docker://b"', ['b']],
    ['an anonymous one', 'python () {\n  x = 1\n}\nSRC_URI = "docker://b"', ['b']],
    ['fakeroot', 'fakeroot do_x() {\n x\n}\nSRC_URI = "docker://b"', ['b']],
    ['def', 'def f(d):\n    x = "\n\n# c\n    return 1\nSRC_URI = "docker://b"', ['b']],
    [
      'other statements',
      'EXPORT_FUNCTIONS do_x\ndeltask x\naddhandler y\nexport X\nSRC_URI = "docker://b"',
      ['b'],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await references(text)).toEqual(expected);
  });
});

describe('where an image is pinned', () => {
  test.each<[string, string, string]>([
    [
      'its entry',
      'SRC_URI = " \\\n  docker://a;tag=1 \\\n"',
      `docker://a;digest=${DIGEST};tag=1 \\`,
    ],
    [
      'an older digest',
      `SRC_URI = "docker://a;digest=sha256:${'a'.repeat(64)};tag=1;unpack=0"`,
      `SRC_URI = "docker://a;digest=${DIGEST};tag=1;unpack=0"`,
    ],
    [
      'variables stay',
      'SRC_URI = "docker://x/${PN};tag=${PV}"',
      `SRC_URI = "docker://x/\${PN};digest=${DIGEST};tag=\${PV}"`,
    ],
    [
      'the variable that holds it',
      'I = "docker://a"\nSRC_URI = "${I}"',
      `I = "docker://a;digest=${DIGEST};tag=latest"`,
    ],
    [
      'a digest in a variable',
      `D = "sha256:${'a'.repeat(64)}"\nSRC_URI = "docker://a;digest=\${D}"`,
      'a variable holds the digest: write it out',
    ],
    [
      'an entry of two assignments',
      'SRC_URI = "docker://a"\nSRC_URI .= "/b"',
      'it is put together from several places: write it in one',
    ],
  ])('%s', async (_, text, expected) => {
    expect(pinned(await read(text))).toEqual([expected]);
  });
});

describe('files of a recipe', () => {
  const INCLUDED = 'SRC_URI += "docker://${PN}/included;tag=${PV}"\n';

  test.each<[string, Record<string, string>, string[]]>([
    [
      'beside it',
      {
        'l/r/app/app_1.bb': 'require app.inc\nSRC_URI += "docker://own"',
        'l/r/app/app.inc': INCLUDED,
      },
      ['l/r/app/app.inc:1:13 docker://app/included;tag=1', 'l/r/app/app_1.bb:2:13 docker://own'],
    ],
    [
      'by its path in the layer, and by the name of the recipe',
      { 'l/r/app/app_1.bb': 'require r/app/${BPN}.inc', 'l/r/app/app.inc': INCLUDED },
      ['l/r/app/app.inc:1:13 docker://app/included;tag=1'],
    ],
    [
      'several, one of them twice',
      {
        'app_1.bb': 'require a.inc b.inc\ninclude a.inc c.inc',
        'a.inc': INCLUDED,
        'b.inc': 'include d.inc',
        'd.inc': 'SRC_URI += "docker://d"',
      },
      ['a.inc:1:13 docker://app/included;tag=1', 'd.inc:1:13 docker://d'],
    ],
    [
      'in a circle',
      {
        'app_1.bb': 'require a.inc',
        'a.inc': 'require b.inc\nSRC_URI += "docker://a"',
        'b.inc': 'require a.inc',
      },
      ['a.inc:2:13 docker://a'],
    ],
  ])('%s', async (_, files, expected) => {
    const list = await parse(isarRecipe, { ...files, 'l/conf/layer.conf': '' });
    expect(shown(list)).toEqual(expected);
    expect(told(list)).toEqual([]);
  });

  test('not above the layer', async () => {
    const list = await parse(isarRecipe, {
      'l/r/app_1.bb': 'require x.inc',
      'l/conf/layer.conf': '',
      'x.inc': INCLUDED,
    });
    expect(shown(list)).toEqual([]);
    expect(told(list)).toEqual([
      'warning l/r/app_1.bb:1:9 x.inc is not in this layer: what it adds to SRC_URI is not read',
    ]);
  });

  test('a mistake in one is told of its place', async () => {
    expect(await refusal(isarRecipe, { 'a.bb': 'include b.inc', 'b.inc': '\nX = "' })).toMatch(
      /^b\.inc:2:1: /,
    );
  });
});

describe("Isar's loader", () => {
  test.each([
    ['inherit docker-loader', 9, 'docker'],
    ['inherit dpkg podman-loader', 14, 'podman'],
    ['require recipes-support/container-loader/podman-loader.inc', 9, 'podman'],
  ])('%s', async (line, column, engine) => {
    const list = await read(`${line}\nSRC_URI = "docker://a"`);
    expect(told(list)).toEqual([
      `notice app_1.2.bb:1:${column} loads into ${engine}: here the input engine says so`,
    ]);
  });

  test.each([
    ['= "1"', 1],
    ['?= "1"', 1],
    ['= "0"', 0],
    ['= ""', 0],
  ])('CONTAINER_DELETE_AFTER_LOAD %s', async (assignment, count) => {
    const list = await read(`CONTAINER_DELETE_AFTER_LOAD ${assignment}\nSRC_URI = "docker://a"`);
    expect(told(list)).toHaveLength(count);
    for (const line of told(list))
      expect(line).toContain('here the input delete-after-load says so');
  });
});

describe('what is not read is told', () => {
  test.each<[string, string, string]>([
    [
      'a machine',
      'SRC_URI:append:qemuamd64 = " docker://a"',
      'warning app_1.2.bb:1:30 docker://a is not read: it counts only with the override qemuamd64, of which',
    ],
    ['a suite', 'SRC_URI:bookworm = "docker://a"', 'it counts only with the override bookworm'],
    ['both', 'SRC_URI:append:bookworm:rpi = " docker://a"', 'the override bookworm, rpi'],
    [
      'a function',
      'python () {\n    d.appendVar("SRC_URI", " docker://a;tag=1")\n}',
      'warning app_1.2.bb:2:30 docker://a;tag=1 is not read: it stands in a function',
    ],
  ])('%s', async (_, text, expected) => {
    const list = await read(text);
    expect(shown(list)).toEqual([]);
    expect(told(list)).toEqual([expect.stringContaining(expected)]);
  });

  test('not what has no image', async () => {
    expect(told(await read('SRC_URI:append:qemuamd64 = " file://a"'))).toEqual([]);
  });
});

test('without an architecture, those of all count, each once', async () => {
  const text = `SRC_URI = "docker://a"
SRC_URI:append:arm64 = " docker://b"
SRC_URI:append:qemuarm = " docker://c"`;
  const list = await read(text, { architecture: undefined });
  expect(list.images.map(({ written }) => written)).toEqual(['docker://a', 'docker://b']);
  expect(told(list)).toHaveLength(1);
});

describe('refused', () => {
  test.each<[string, string, string]>([
    [
      'quotes that are not closed',
      'SRC_URI = "docker://a',
      'app_1.2.bb:1:1: "SRC_URI = \\"docker://a" is nothing that BitBake knows',
    ],
    ['no quotes', 'SRC_URI = docker://a', 'is nothing that BitBake knows'],
    ['quotes within', 'SRC_URI = "a" b"', 'is nothing that BitBake knows'],
    ['an indented line', ' SRC_URI = "a"', 'is nothing that BitBake knows'],
    [
      'a comment within a value',
      'SRC_URI = "docker://a \\\n# docker://b \\\n"',
      'app_1.2.bb:2:1: a comment within a value',
    ],
    [
      'a comment that goes on',
      '# x \\\nSRC_URI = "docker://a"',
      'app_1.2.bb:2:1: a comment within a value',
    ],
    [
      'a backslash at the end',
      'SRC_URI = "docker://a" \\',
      'app_1.2.bb:1:1: the last line goes on with a backslash',
    ],
    [
      'an unknown variable',
      'SRC_URI = "docker://${REGISTRY}/a"',
      'app_1.2.bb:1:12: ${REGISTRY} has no value here: "docker://${REGISTRY}/a"',
    ],
    [
      'code in a value',
      'SRC_URI = "docker://a;tag=${@d.getVar(\'X\')}"',
      "${@d.getVar('X')} has no value here",
    ],
    [
      'a variable of itself',
      'A = "${B}"\nB = "${A}"\nSRC_URI = "docker://${A}"',
      'app_1.2.bb:2:6: the variable A refers to itself',
    ],
    [
      'variables that grow',
      `${Array.from({ length: 40 }, (_, i) => `V${i} = "\${V${i + 1}}\${V${i + 1}}"`).join('\n')}\nV40 = "xx"\nSRC_URI = "\${V0}"`,
      'a variable grows without end',
    ],
    [
      'a tag in the name',
      'SRC_URI = "docker://debian:12"',
      'app_1.2.bb:1:12: invalid entry "docker://debian:12": tag and digest stand in the parameters',
    ],
    ['an unknown parameter', 'SRC_URI = "docker://debian;Tag=12"', 'unknown parameter "Tag"'],
    ['a wrong digest', 'SRC_URI = "docker://debian;digest=sha256:1"', '1 digits, not 64'],
  ])('%s', async (_, text, why) => {
    expect(await refusal(isarRecipe, { 'app_1.2.bb': text })).toContain(why);
  });
});

test.each([
  [true, 'app_1.bb', ''],
  [true, 'a/app_%.bbappend', 'X = "1"'],
  [true, 'a.inc', '# x\nSRC_URI += "a"'],
  [true, 'a.inc', 'SRC_URI:append:arm64 = "a"'],
  [true, 'uri', "SRC_URI ?= 'a'"],
  [false, 'a.inc', 'docker://alpine;tag=1\nalpine\n'],
  [false, 'a.inc', '# SRC_URI = "x"\n'],
  [false, 'a.txt', 'alpine'],
])('recognised: %s, %s', (is, file, text) => {
  expect(isarRecipe.recognises(file, text)).toBe(is);
});
