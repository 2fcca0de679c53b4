import { describe, expect, test } from '@jest/globals';
import { dropInFolders, quadlet } from '../../../src/images/formats/quadlet.ts';
import { DIGEST, parse, pinned, refusal, shown, told } from './context.ts';
import { container, image, QUADLET_CASES, unit } from './quadlet-cases.ts';

const APP = '[Unit]\nDescription=App\n\n[Container]\nImage=quay.io/team/app:1.2\n';

describe("what Podman's own generator reads alike (quadlet.itg.ts asks it)", () => {
  test.each(QUADLET_CASES)('%s', async (_, files, expected) => {
    if (expected === 'refused') {
      expect(await refusal(quadlet, files)).toMatch(/^[\w.]+: |^[\w.]+:\d+:\d+: /);
    } else {
      const { images } = await parse(quadlet, files);
      expect(images.map(({ name, written }) => [name, written])).toEqual(
        expected.map((each) => [expect.stringContaining(each), expect.any(String)]),
      );
    }
  });
});

describe('images of a unit', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['a container', { 'u/app.container': APP }, ['u/app.container:5:7 quay.io/team/app:1.2']],
    ['a container with a root file system', { 'a.container': container('Rootfs=/srv/x') }, []],
    ['an image', { 'app.image': image() }, ['app.image:2:7 quay.io/a:1']],
    [
      'a volume from an image',
      { 'a.volume': unit('Volume', 'Driver=image', 'Image=quay.io/data:2') },
      ['a.volume:3:7 quay.io/data:2'],
    ],
    ['a volume of another driver', { 'a.volume': unit('Volume', 'Image=quay.io/data:2') }, []],
    ['a pod', { 'a.pod': unit('Pod', 'PodName=x') }, []],
    ['a network', { 'a.network': unit('Network') }, []],
    [
      'mounted images',
      {
        'a.container': container(
          'Image=quay.io/a:1',
          'Mount=type=image,source=quay.io/b:1,destination=/b',
          'Mount=type=bind,source=/x,destination=/y',
          'Mount="type=image,destination=/c,src=quay.io/c:1"',
        ),
      },
      [
        'a.container:2:7 quay.io/a:1',
        'a.container:3:25 quay.io/b:1',
        'a.container:5:38 quay.io/c:1',
      ],
    ],
    [
      'the image of another unit',
      { 'u/web.container': container('Image=base.image'), 'u/base.image': image() },
      ['u/base.image:2:7 quay.io/a:1'],
    ],
    [
      'a mounted image of another unit',
      {
        'web.container': container('Rootfs=/x', 'Mount=type=image,source=b.image,target=/b'),
        'b.image': image(),
      },
      ['b.image:2:7 quay.io/a:1'],
    ],
    [
      'manifests of a .kube unit',
      {
        'u/k.kube': unit('Kube', 'Yaml=pod.yml', 'Yaml="../b.yml"'),
        'u/pod.yml': 'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: quay.io/p:1}]}\n',
        'b.yml': 'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: quay.io/q:1}]}\n',
      },
      ['u/pod.yml:3:29 quay.io/p:1', 'b.yml:3:29 quay.io/q:1'],
    ],
  ])('%s', async (_, files, expected) => {
    const list = await parse(quadlet, files);
    expect(shown(list)).toEqual(expected);
    expect(told(list)).toEqual([]);
  });
});

describe('drop-ins', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'of the unit',
      { 'app.container.d/10.conf': container('Image=quay.io/b:1') },
      'app.container.d/10.conf:2:7 quay.io/b:1',
    ],
    [
      'in the order of their names',
      {
        'app.container.d/20.conf': container('Image=quay.io/second:1'),
        'app.container.d/10.conf': container('Image=quay.io/first:1'),
      },
      'app.container.d/20.conf:2:7 quay.io/second:1',
    ],
    [
      'of all containers, by name and not by folder',
      {
        'container.d/90.conf': container('Image=quay.io/all:1'),
        'app.container.d/10.conf': container('Image=quay.io/own:1'),
      },
      'container.d/90.conf:2:7 quay.io/all:1',
    ],
    [
      'of the same name: the nearer one',
      {
        'container.d/10.conf': container('Image=quay.io/all:1'),
        'app.container.d/10.conf': container('Pull=missing'),
      },
      'app.container:5:7 quay.io/team/app:1.2',
    ],
    [
      'that are none',
      { 'app.container.d/10.txt': container('Image=quay.io/b:1') },
      'app.container:5:7 quay.io/team/app:1.2',
    ],
  ])('%s', async (_, dropIns, expected) => {
    expect(shown(await parse(quadlet, { 'app.container': APP, ...dropIns }))).toEqual([expected]);
  });

  test('are nothing by themselves', async () => {
    expect(await parse(quadlet, { 'a.container.d/10.conf': APP })).toEqual({
      images: [],
      findings: [],
    });
  });

  test.each<[string, string[]]>([
    ['app.container', ['app.container.d', 'container.d']],
    ['a-b-c.image', ['a-b-c.image.d', 'a-b-.image.d', 'a-.image.d', 'image.d']],
    ['a@.container', ['a@.container.d', 'container.d']],
    ['a@x.container', ['a@x.container.d', 'a@.container.d', 'container.d']],
    [
      'a-b@x-y.container',
      [
        'a-b@x-y.container.d',
        'a-b@.container.d',
        'a-@.container.d',
        'a-.container.d',
        'container.d',
      ],
    ],
  ])('of %s', (name, folders) => {
    expect(dropInFolders(name)).toEqual(folders);
  });
});

describe('specifiers', () => {
  const TEMPLATE = container('Image=quay.io/%p/%i:1');

  test('an instance knows its own', async () => {
    const list = await parse(quadlet, { 'app@blue.container': TEMPLATE });
    expect(shown(list)).toEqual(['app@blue.container:2:7 quay.io/app/blue:1']);
    expect(pinned(list)).toEqual(['it is written with specifiers: write the name out']);
  });

  test('a template has its default instance', async () => {
    const text = `${TEMPLATE}[Install]\nDefaultInstance=red\n`;
    const list = await parse(quadlet, { 'app@.container': text });
    expect(shown(list)).toEqual(['app@.container:2:7 quay.io/app/red:1']);
  });

  test('a template has its instances in the folder', async () => {
    const files = { 'app@.container': TEMPLATE, 'app@blue.container': TEMPLATE };
    const list = await parse(quadlet, files);
    expect(shown(list)).toEqual([]);
    expect(told(list)).toEqual([
      'notice app@.container:2:7 a template: its images are those of app@blue.container',
    ]);
  });

  test.each([
    ['app@.container', 'quay.io/%i:1'],
    ['app.container', 'quay.io/%i:1'],
    ['app.container', 'quay.io/app:%H'],
    ['app.container', 'quay.io/app:${TAG}'],
    ['app.container', 'quay.io/app:1%'],
  ])('what only the device knows is told: %s, %s', async (name, text) => {
    const list = await parse(quadlet, { [name]: container(`Image=${text}`) });
    expect(shown(list)).toEqual([]);
    expect(told(list)).toEqual([
      `warning ${name}:2:7 only systemd on the device knows what ${text} is: the image is not carried`,
    ]);
  });
});

describe('what people should know', () => {
  test.each<[string, Record<string, string>, string[]]>([
    [
      'a pull at every start',
      { 'a.container': container('Image=quay.io/a:1', 'Pull=always') },
      ['warning a.container:3:6 Pull=always: the container does not start without its registry'],
    ],
    ['another policy', { 'a.container': container('Image=quay.io/a:1', 'Pull=newer') }, []],
    [
      'a name without a registry',
      { 'a.container': container('Image=team/app') },
      ['warning a.container:2:7 team/app has no registry: taken as docker.io/team/app:latest'],
    ],
    ['localhost is one', { 'a.container': container('Image=localhost/app') }, []],
    [
      'an image that is built on the device',
      { 'a.container': container('Image=app.build') },
      ['warning a.container:2:7 app.build builds the image on the device: it is not carried'],
    ],
    [
      'what builds it',
      { 'a.build': unit('Build', 'ImageTag=localhost/a', 'File=./Containerfile') },
      ['notice a.build what it builds on the device is not carried'],
    ],
    [
      'an .image unit without a policy',
      { 'a.image': unit('Image', 'Image=quay.io/a:1') },
      ['warning a.image:2:7 Podman pulls the image of an .image unit at every start'],
    ],
    [
      'what an .image unit says to the device',
      { 'a.image': image('AuthFile=/etc/auth.json', 'TLSVerify=false') },
      [
        'notice a.image:4:10 AuthFile=: this is a file of the device; the input authfile names the logins for the build',
        'notice a.image:5:11 TLSVerify=: this counts on the device; for the build there is the input tls-verify',
      ],
    ],
  ])('%s', async (_, files, expected) => {
    const findings = told(await parse(quadlet, files));
    expect(findings).toHaveLength(expected.length);
    for (const [index, text] of expected.entries()) expect(findings[index]).toContain(text);
  });
});

test('a package for Docker cannot serve quadlets', async () => {
  expect(told(await parse(quadlet, { 'a.container': APP }, { engine: 'docker' }))).toEqual([
    'warning a.container this is for podman, but the input engine is docker',
  ]);
  expect(
    told(await parse(quadlet, { 'a.network': unit('Network') }, { engine: 'docker' })),
  ).toEqual([]);
});

describe('an .image unit', () => {
  test('names an archive by ImageTag=', async () => {
    const text = unit('Image', 'Image=docker-archive:out/app.tar', 'ImageTag=quay.io/app:3');
    const { images, findings } = await parse(quadlet, { 'a.image': text });
    expect(images).toMatchObject([
      {
        source: { transport: 'docker-archive', location: 'out/app.tar' },
        name: 'quay.io/app:3',
      },
    ]);
    expect(findings).toEqual([]);
  });

  test.each([
    ['Arch=arm64', 'a.image:4:6: Arch=arm64 is another platform than amd64 (linux/amd64)'],
    ['OS=windows', 'a.image:4:4: OS=windows is another platform'],
    ['Variant=v7', 'a.image:4:9: Variant=v7 is another platform'],
  ])('of another platform: %s', async (line, why) => {
    expect(await refusal(quadlet, { 'a.image': image(line) })).toContain(why);
    const { images } = await parse(
      quadlet,
      { 'a.image': image(line) },
      { architecture: undefined },
    );
    expect(images).toHaveLength(1);
  });

  test.each(['Arch=amd64', 'Arch=x86_64', 'OS=linux'])('of this platform: %s', async (line) => {
    expect((await parse(quadlet, { 'a.image': image(line) })).images).toHaveLength(1);
  });
});

test('a digest stands within the quotes, and in the file where the image is named', async () => {
  const list = await parse(quadlet, {
    'a.container': container('Image=b.image', 'Mount=type=image,source=quay.io/m:1,target=/m'),
    'b.image': unit('Image', ' Image = "quay.io/b:1"  ', 'Policy=never'),
  });
  expect(pinned(list)).toEqual([
    `Image = "quay.io/b:1@${DIGEST}"`,
    `Mount=type=image,source=quay.io/m:1@${DIGEST},target=/m`,
  ]);
  const parted = await parse(quadlet, { 'a.container': container('Image=quay.io/\\', 'x:1') });
  expect(pinned(parted)).toEqual(['it is written over several lines: write it on one']);
});

describe('refused', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'no image',
      { 'a.container': container('Pull=never') },
      'a.container: the container has neither Image= nor Rootfs=',
    ],
    [
      'an image in other letters',
      { 'a.container': container('image=x') },
      'a.container:2:1: Podman does not know image= (write Image=)',
    ],
    [
      'and of an .image unit',
      { 'a.image': unit('Image', 'IMAGE=x') },
      'a.image:2:1: Podman does not know IMAGE= (write Image=)',
    ],
    [
      'an image set to nothing',
      { 'a.container': container('Image=x', 'Image=') },
      'neither Image= nor Rootfs=',
    ],
    [
      'both',
      { 'a.container': container('Image=x', 'Rootfs=/y') },
      'a.container:3:8: the container has both',
    ],
    [
      'a wrong reference',
      { 'a.container': container('Image=quay.io/App') },
      'a.container:2:7: invalid image reference',
    ],
    [
      'no such unit',
      { 'u/a.container': container('Image=b.image') },
      'u/a.container:2:7: no unit b.image beside this one',
    ],
    [
      'an image volume without one',
      { 'a.volume': unit('Volume', 'Driver=image') },
      'a.volume:2:8: Driver=image needs Image=',
    ],
    [
      'an .image unit without one',
      { 'a.image': unit('Image', 'Arch=amd64') },
      'a.image: no Image=',
    ],
    ['a .kube unit without one', { 'a.kube': unit('Kube') }, 'a.kube: no Yaml='],
    [
      'no such manifest',
      { 'u/a.kube': unit('Kube', 'Yaml=x.yml') },
      'u/a.kube:2:6: no such file: u/x.yml',
    ],
    [
      'a mistake in a drop-in',
      { 'a.container': APP, 'a.container.d/x.conf': 'Image' },
      'a.container.d/x.conf:1:1: "Image" is no section',
    ],
    [
      'a name that is no unit',
      { 'list.txt': APP },
      'list.txt: a quadlet is called NAME.container, NAME.volume',
    ],
  ])('%s', async (_, files, why) => {
    expect(await refusal(quadlet, files)).toContain(why);
  });
});

test.each([
  [true, 'a.container', APP],
  [true, 'a.container', 'broken\n[Container]\r\nImage'],
  [true, 'u/a.network', '[Network]'],
  [true, 'a.container.d/10.conf', '[Container]\nImage=x'],
  [true, 'container.d/10.conf', '[Container]\nImage=x'],
  [false, 'a.image', 'alpine\nbusybox\n'],
  [false, 'a.container', '[Image]\n'],
  [false, 'a.txt', APP],
  [false, 'conf.d/a.conf', '[undefined]\n'],
])('recognised: %s, %s', (is, file, text) => {
  expect(quadlet.recognises(file, text)).toBe(is);
});
