import { describe, expect, test } from '@jest/globals';
import { kiwi } from '../../../src/images/formats/kiwi.ts';
import { parse, pinned, refusal, shown, told } from './context.ts';
import { KIWI_CASES, kiwiDescription } from './kiwi-cases.ts';

describe('descriptions that kiwi reads as we do (kiwi.itg.ts asks it)', () => {
  test.each(KIWI_CASES)('$about', async ({ body, architecture, profiles, files, expected }) => {
    const all = { 'config.xml': kiwiDescription(body), ...files };
    const about = { architecture: architecture ?? 'amd64', profiles: profiles ?? [] };
    if (typeof expected === 'string') {
      const line = await refusal(kiwi, all, about);
      expect(line).toContain(expected);
      expect(line).toMatch(/^config\.xml:\d+:\d+: /);
    } else {
      const { images } = await parse(kiwi, all, about);
      expect(images.map((image) => `${image.written}${image.fetchOnly ? '!' : ''}`)).toEqual(
        expected,
      );
    }
  });
});

const SECTION = `<image schemaversion="8.5">
  <containers source="quay.io" backend="podman">
    <container
      tag='1'  name = 'app'/>
    <container name="arm" arch="aarch64"/>
  </containers>
</image>`;

const ARM_LEFT_OUT =
  'notice config.xml:5:22 quay.io/arm:latest is left out: it is for aarch64, and the package for amd64';

test('an image is where its name stands, and cannot be pinned there', async () => {
  const list = await parse(kiwi, { 'a/config.xml': SECTION });
  expect(shown(list)).toEqual(['a/config.xml:4:24 quay.io/app:1']);
  expect(pinned(list)[0]).toMatch(/^kiwi has no place for a digest/);
});

test('without an architecture, all count', async () => {
  const list = await parse(kiwi, { 'config.xml': SECTION }, { architecture: undefined });
  expect(list.images.map(({ name }) => name)).toEqual(['quay.io/app:1', 'quay.io/arm:latest']);
});

test('profile * is every profile', async () => {
  const text = SECTION.replace('<containers ', '<containers profiles="x" ');
  expect((await parse(kiwi, { 'config.xml': text })).images).toEqual([]);
  const all = await parse(kiwi, { 'config.xml': text }, { profiles: ['*'] });
  expect(all.images).toHaveLength(1);
});

test('what is left out is told, and why', async () => {
  const section = (attributes: string) => ({
    'config.xml': SECTION.replace('<containers ', `<containers ${attributes} `),
  });
  const left = (why: string) => [
    `notice config.xml:4:24 quay.io/app:1 is left out: ${why}`,
    `notice config.xml:5:22 quay.io/arm:latest is left out: ${why}`,
  ];
  const reasons = async (attributes: string) => told(await parse(kiwi, section(attributes)));
  expect(await reasons('profiles="kiosk,wall"')).toEqual(left('it needs profile kiosk or wall'));
  expect(await reasons('arch="aarch64,s390x"')).toEqual(
    left('it is for aarch64 and s390x, and the package for amd64'),
  );
  expect(told(await parse(kiwi, section('arch="s390x"'), { architecture: undefined }))).toEqual([]);
});

test('a profile that another requires and the description does not have is told', async () => {
  const profiles =
    '<profiles><profile name="kiosk" description="x"><requires profile="base"/></profile></profiles>';
  const text = SECTION.replace('<containers ', `${profiles}<containers `);
  const list = await parse(kiwi, { 'config.xml': text }, { profiles: ['kiosk', 'other'] });
  expect(list.profiles).toEqual(['kiosk']);
  expect(told(list)).toContain('warning config.xml no profile "base" in this description');
  expect(told(list).join()).not.toContain('other');
});

test('images of container-snap are carried as files', async () => {
  const text = SECTION.replace('backend="podman"', 'backend="container-snap"');
  const list = await parse(kiwi, { 'config.xml': text });
  expect(shown(list)).toEqual(['config.xml:4:24 quay.io/app:1!']);
  expect(told(list)).toEqual([
    ARM_LEFT_OUT,
    'notice config.xml:2:41 Debian has no package of container-snap: these images are carried as files and not loaded',
  ]);
});

test('a backend that is not the engine is told', async () => {
  const files = { 'config.xml': SECTION };
  expect(told(await parse(kiwi, files, { engine: 'podman' }))).toEqual([ARM_LEFT_OUT]);
  expect(told(await parse(kiwi, files, { engine: 'docker' }))).toEqual([
    ARM_LEFT_OUT,
    'warning config.xml:2:41 this is for podman, but the input engine is docker',
  ]);
});

test('every name of an architecture of i386 counts for it', async () => {
  const text = SECTION.replace('arch="aarch64"', 'arch="ix86"');
  const list = await parse(kiwi, { 'config.xml': text }, { architecture: 'i386' });
  expect(list.images).toHaveLength(2);
});

test('an include within an included file is told, as kiwi leaves it out', async () => {
  const list = await parse(kiwi, {
    'x/config.xml': '<image schemaversion="8.5"><include from="this://a.xml"/></image>',
    'x/a.xml': '<image>\n <include from="this://b.xml"/></image>',
  });
  expect(told(list)).toEqual([
    'warning x/a.xml:2:2 an include in an included file: kiwi leaves it out',
  ]);
});

describe('refused', () => {
  test.each<[string, string, string]>([
    ['no end', '<image schemaversion="1"><containers>', 'config.xml:1:'],
    [
      'an entity of its own',
      '<!DOCTYPE image [<!ENTITY a "b">]>\n<image x="&a;"/>',
      "config.xml:2:11: invalid XML: Named entity isn't defined: &a;",
    ],
    [
      'a file of the host',
      '<!DOCTYPE image [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<image>&a;</image>',
      'invalid XML',
    ],
    ['deep nesting', '<a>'.repeat(50_000) + '</a>'.repeat(50_000), 'nested too deeply'],
    ['another root', '<project/>', 'config.xml:1:1: <project> is no kiwi description'],
    [
      'an include from where kiwi is started',
      '<image><include from="a.xml"/></image>',
      'config.xml:1:23: kiwi looks for "a.xml" in the folder where it is started',
    ],
    [
      'a wrong reference',
      '<image><containers source="quay.io" backend="docker"><container name="App"/></containers></image>',
      'config.xml:1:71: invalid image reference "quay.io/App:latest"',
    ],
    [
      'something else',
      '<image><containers source="q" backend="docker"><package/></containers></image>',
      '<package> within <containers>',
    ],
  ])('%s', async (_, text, why) => {
    expect(await refusal(kiwi, { 'config.xml': text })).toContain(why);
  });
});

test.each([
  [true, kiwiDescription('')],
  [true, '\n<!-- c -->\n<image\n  name="x" schemaversion = "7.4"><broken'],
  [false, '<image/>'],
  [false, '<project><image src="x"/></project>'],
  [false, 'quay.io/image schemaversion=1'],
  [false, ''],
])('recognised: %s', (is, text) => {
  expect(kiwi.recognises('config.xml', text)).toBe(is);
});
