import { describe, expect, test } from '@jest/globals';
import { isarRecipe } from '../../../src/images/formats/isar-recipe.ts';
import { BITBAKE_CASES } from './bitbake-cases.ts';
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

test('an entry for another architecture is left out with a word', async () => {
  const text = 'SRC_URI = "docker://a"\nSRC_URI:append:arm64 = " docker://npu;tag=1"\n';
  expect(told(await read(text))).toEqual([
    'notice app_1.2.bb:2:26 docker://npu;tag=1 is left out: it is for arm64, and the package for amd64',
  ]);
  expect(told(await read(text, { architecture: 'arm64' }))).toEqual([]);
  expect(told(await read(text, { architecture: undefined }))).toEqual([]);
});

describe("BitBake's variables and lines (bitbake.itg.ts asks itself)", () => {
  test.each(BITBAKE_CASES)('%s', async (_, text, expected) => {
    if (typeof expected === 'string') {
      expect(await refusal(isarRecipe, { 'app_1.2.bb': text })).toContain(expected);
    } else expect(await references(text)).toEqual(expected);
  });

  test('variables may come from the environment, and those of the recipe are stronger', async () => {
    const env = { REGISTRY: 'quay.io', TAG: 'no' };
    const text = 'TAG = "1"\nSRC_URI = "docker://${REGISTRY}/a;tag=${TAG}"';
    expect(await references(text, { env })).toEqual(['quay.io/a;tag=1']);
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
    ['inherit docker-loader', 9, 'docker', 'podman'],
    ['inherit dpkg podman-loader', 14, 'podman', 'docker'],
    ['require recipes-support/container-loader/podman-loader.inc', 9, 'podman', 'docker'],
  ] as const)('%s', async (line, column, meant, other) => {
    const text = `${line}\nSRC_URI = "docker://a"`;
    for (const engine of [undefined, meant]) {
      expect(told(await read(text, engine && { engine }))).toEqual([]);
    }
    expect(told(await read(text, { engine: other }))).toEqual([
      `warning app_1.2.bb:1:${column} this is for ${meant}, but the input engine is ${other}`,
    ]);
  });

  test.each([
    ['= "1"', true],
    ['?= "1"', true],
    ['= "0"', false],
    ['= "yes"', false],
  ])('CONTAINER_DELETE_AFTER_LOAD %s', async (assignment, meant) => {
    const text = `CONTAINER_DELETE_AFTER_LOAD ${assignment}\nSRC_URI = "docker://a"`;
    expect(told(await read(text))).toEqual([]);
    expect(told(await read(text, { deleteAfterLoad: meant }))).toEqual([]);
    expect(told(await read(text, { deleteAfterLoad: !meant }))).toEqual([
      expect.stringMatching(
        /^warning app_1\.2\.bb:1:\d+ CONTAINER_DELETE_AFTER_LOAD = ".+", but the input delete-after-load is/,
      ),
    ]);
  });

  test('CONTAINER_DELETE_AFTER_LOAD that is empty says nothing', async () => {
    const text = 'CONTAINER_DELETE_AFTER_LOAD = ""\nSRC_URI = "docker://a"';
    expect(told(await read(text, { deleteAfterLoad: true }))).toEqual([]);
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

test('what a .bbappend takes away from its recipe is told', async () => {
  const text = 'SRC_URI:remove = "docker://a;tag=1 file://x"\nSRC_URI += "docker://b"';
  const list = await read(text, {}, 'app_%.bbappend');
  expect(shown(list)).toEqual(['app_%.bbappend:2:13 docker://b']);
  expect(told(list)).toEqual([
    'warning app_%.bbappend:1:19 docker://a;tag=1 is taken away from no recipe: each is read by itself',
  ]);
  expect(told(await read(text))).toEqual([]);
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
      'variables that grow',
      `${Array.from({ length: 40 }, (_, i) => `V${i} = "\${V${i + 1}}\${V${i + 1}}"`).join('\n')}\nV40 = "xx"\nSRC_URI = "\${V0}"`,
      'the value of a variable is too long',
    ],
    [
      'a tag in the name',
      'SRC_URI = "docker://debian:12"',
      'app_1.2.bb:1:12: invalid entry "docker://debian:12": tag and digest stand in the parameters',
    ],
    ['an unknown parameter', 'SRC_URI = "docker://debian;Tag=12"', 'unknown parameter "Tag"'],
    ['a wrong digest', 'SRC_URI = "docker://debian;digest=sha256:1"', '1 digit, not 64'],
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
