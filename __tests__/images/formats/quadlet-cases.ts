/** What it is about, files of which the first is the unit, and its images. */
export type QuadletCase = readonly [
  string,
  Readonly<Record<string, string>>,
  readonly string[] | 'refused',
];

/** A unit with one section. */
export function unit(section: string, ...lines: string[]): string {
  return [`[${section}]`, ...lines, ''].join('\n');
}

export const container = (...lines: string[]) => unit('Container', ...lines);
export const image = (...lines: string[]) =>
  unit('Image', 'Image=quay.io/a:1', 'Policy=missing', ...lines);

const APP = container('Image=quay.io/app:1');

/** Podman's own generator comes to the same: quadlet.itg.ts asks it. */
export const QUADLET_CASES: readonly QuadletCase[] = [
  ['a container', { 'app.container': APP }, ['quay.io/app:1']],
  ['a root file system', { 'app.container': container('Rootfs=/srv/x') }, []],
  ['neither', { 'app.container': container('Pull=never') }, 'refused'],
  ['both', { 'app.container': container('Image=quay.io/a', 'Rootfs=/srv/x') }, 'refused'],
  [
    'an image set to nothing',
    { 'app.container': container('Image=quay.io/a', 'Image=') },
    'refused',
  ],
  ['the last one', { 'app.container': `${APP}${container('Image=quay.io/b:2')}` }, ['quay.io/b:2']],
  ['another section between', { 'app.container': `${APP}[Service]\nImage=x\n` }, ['quay.io/app:1']],
  ['quotes', { 'app.container': container('Image = "quay.io/a:1" ') }, ['quay.io/a:1']],
  ['CRLF', { 'app.container': APP.replaceAll('\n', '\r\n') }, ['quay.io/app:1']],
  ['indented', { 'app.container': APP.replaceAll(/^/gm, '  ') }, ['quay.io/app:1']],
  [
    'comments',
    { 'app.container': container('# Image=a', '; Image=b', 'Image=quay.io/c') },
    ['quay.io/c'],
  ],
  [
    'a comment with a backslash',
    { 'app.container': container('# x \\', 'Image=quay.io/c') },
    ['quay.io/c'],
  ],
  [
    'two lines',
    { 'app.container': container('Image=\\', '# x', '', '; y', '  quay.io/c') },
    ['quay.io/c'],
  ],
  [
    'a name on two lines',
    { 'app.container': container('Image=quay.io/\\', '  c:1') },
    ['quay.io/c:1'],
  ],
  ['a line without =', { 'app.container': container('Image quay.io/c') }, 'refused'],
  ['no section', { 'app.container': 'Image=quay.io/c\n' }, 'refused'],
  ['a section that is not closed', { 'app.container': '[Container\nImage=quay.io/c\n' }, 'refused'],
  [
    'white space after a section',
    { 'app.container': '[Container] \t\nImage=quay.io/c\n' },
    ['quay.io/c'],
  ],
  ['an image', { 'app.image': image() }, ['quay.io/a:1']],
  ['an image without one', { 'app.image': unit('Image', 'Arch=amd64') }, 'refused'],
  [
    'the image of another unit',
    { 'app.container': container('Image=b.image'), 'b.image': image() },
    ['quay.io/a:1'],
  ],
  [
    'the name that another unit gives its image',
    { 'app.container': container('Image=b.image'), 'b.image': image('ImageTag=quay.io/named:2') },
    ['quay.io/named:2'],
  ],
  ['no such unit', { 'app.container': container('Image=b.image') }, 'refused'],
  [
    'a volume from an image',
    { 'app.volume': unit('Volume', 'Driver=image', 'Image=quay.io/data:2') },
    ['quay.io/data:2'],
  ],
  [
    'a volume from the image of another unit',
    { 'app.volume': unit('Volume', 'Driver=image', 'Image=b.image'), 'b.image': image() },
    ['quay.io/a:1'],
  ],
  ['a volume of another driver', { 'app.volume': unit('Volume', 'Image=quay.io/data:2') }, []],
  ['an image volume without one', { 'app.volume': unit('Volume', 'Driver=image') }, 'refused'],
  [
    'mounted images',
    {
      'app.container': container(
        'Image=quay.io/a:1',
        'Mount=type=image,source=quay.io/b:1,destination=/b',
        'Mount=type=bind,source=/x,destination=/y',
        'Mount=type=image,destination=/c,src=quay.io/c:1',
      ),
    },
    ['quay.io/a:1', 'quay.io/b:1', 'quay.io/c:1'],
  ],
  [
    'mounts that are dropped',
    {
      'app.container': container(
        'Rootfs=/x',
        'Mount=type=image,source=quay.io/b,target=/b',
        'Mount=',
      ),
    },
    [],
  ],
  [
    'a mounted image of another unit',
    {
      'app.container': container('Rootfs=/x', 'Mount=type=image,source=b.image,destination=/b'),
      'b.image': image(),
    },
    ['quay.io/a:1'],
  ],
  [
    'a drop-in',
    { 'app.container': APP, 'app.container.d/10.conf': container('Image=quay.io/b:1') },
    ['quay.io/b:1'],
  ],
  [
    'drop-ins in the order of their names',
    {
      'app.container': APP,
      'app.container.d/20.conf': container('Image=quay.io/second:1'),
      'app.container.d/10.conf': container('Image=quay.io/first:1'),
    },
    ['quay.io/second:1'],
  ],
  [
    'names in the order of their bytes',
    {
      'app.container': APP,
      'app.container.d/a.conf': container('Image=quay.io/small:1'),
      'app.container.d/B.conf': container('Image=quay.io/large:1'),
    },
    ['quay.io/small:1'],
  ],
  [
    'drop-ins of all containers, by name and not by folder',
    {
      'app.container': APP,
      'container.d/90.conf': container('Image=quay.io/all:1'),
      'app.container.d/10.conf': container('Image=quay.io/own:1'),
    },
    ['quay.io/all:1'],
  ],
  [
    'of drop-ins of one name the nearer one',
    {
      'a-b-c.container': APP,
      'container.d/10.conf': container('Image=quay.io/all:1'),
      'a-.container.d/10.conf': container('Image=quay.io/wide:1'),
      'a-b-.container.d/10.conf': container('Image=quay.io/near:1'),
    },
    ['quay.io/near:1'],
  ],
  [
    'a file that is no drop-in',
    { 'app.container': APP, 'app.container.d/10.txt': 'x' },
    ['quay.io/app:1'],
  ],
  [
    'drop-ins of an instance and of its template',
    {
      'a-b@x.container': APP,
      'a-b@.container.d/10.conf': container('Image=quay.io/template:1'),
      'a-b@x.container.d/20.conf': container('Image=quay.io/instance:1'),
    },
    ['quay.io/instance:1'],
  ],
];
