/** A description and what its containers come to, by kiwi and by us alike. */
export interface KiwiCase {
  readonly about: string;
  /** What stands in `<image>`, beside what kiwi wants of every description. */
  readonly body: string;
  /** By default amd64, and none. */
  readonly architecture?: 'amd64' | 'arm64' | 'armhf' | 'ppc64el' | 's390x' | 'riscv64';
  readonly profiles?: readonly string[];
  /** Files beside the description. */
  readonly files?: Readonly<Record<string, string>>;
  /** References in their order, with a `!` behind those that are only fetched; a part of our error for what kiwi refuses. */
  readonly expected: readonly string[] | string;
}

const PROFILES = `<profiles>
  <profile name="base" description="what the others require"/>
  <profile name="kiosk" description="with a screen"><requires profile="base"/></profile>
  <profile name="default" description="unless another is asked for" import="true"/>
  <profile name="arm" description="boards" arch="aarch64"/>
</profiles>`;

function containers(attributes: string, ...elements: string[]): string {
  const children = elements.map((element) => `    <container ${element}/>`);
  return `  <containers ${attributes}>\n${children.join('\n')}\n  </containers>\n`;
}

const QUAY = 'source="quay.io" backend="podman"';

export const KIWI_CASES: readonly KiwiCase[] = [
  {
    about: 'no containers',
    body: '',
    expected: [],
  },
  {
    about: 'the tag is latest, unless it is given',
    body: containers(QUAY, 'name="app"', 'name="other" tag="1.2"', 'name="third" tag=""'),
    expected: ['quay.io/app:latest', 'quay.io/other:1.2', 'quay.io/third:latest'],
  },
  {
    about: 'a path, with slashes wherever',
    body: containers(
      'source="registry.suse.com/" backend="docker"',
      'name="a" path="bci"',
      'name="b" path="/bci/"',
      'name="c" path="bci//x/../y/./"',
      'name="d" path=""',
      'name="e" path="/"',
    ),
    expected: [
      'registry.suse.com/bci/a:latest',
      'registry.suse.com/bci/b:latest',
      'registry.suse.com/bci/y/c:latest',
      'registry.suse.com/d:latest',
      'registry.suse.com/e:latest',
    ],
  },
  {
    about: 'a source with a path and a port',
    body: containers('source="registry.local:5000/team" backend="podman"', 'name="x" path="p"'),
    expected: ['registry.local:5000/team/p/x:latest'],
  },
  {
    about: 'fetch_only',
    body: containers(
      QUAY,
      'name="a" fetch_only="true"',
      'name="b" fetch_only="1"',
      'name="c" fetch_only="false"',
      'name="d" fetch_only="0"',
    ),
    expected: ['quay.io/a:latest!', 'quay.io/b:latest!', 'quay.io/c:latest', 'quay.io/d:latest'],
  },
  {
    about: 'fetch_only as people say it',
    body: containers(QUAY, 'name="a" fetch_only="yes"'),
    expected: 'fetch_only="yes" is neither true nor false',
  },
  {
    about: 'fetch_only in capitals',
    body: containers(QUAY, 'name="a" fetch_only="True"'),
    expected: 'fetch_only="True" is neither true nor false',
  },
  {
    about: 'a section for architectures',
    body:
      containers(`${QUAY} arch="x86_64,aarch64"`, 'name="both"') +
      containers(`${QUAY} arch="aarch64"`, 'name="arm"'),
    expected: ['quay.io/both:latest'],
  },
  {
    about: 'the same on another',
    body:
      containers(`${QUAY} arch="x86_64,aarch64"`, 'name="both"') +
      containers(`${QUAY} arch="aarch64"`, 'name="arm"'),
    architecture: 'arm64',
    expected: ['quay.io/both:latest', 'quay.io/arm:latest'],
  },
  {
    about: 'containers for architectures within such a section',
    body: containers(
      `${QUAY} arch="x86_64,armv7l"`,
      'name="all"',
      'name="pc" arch="x86_64"',
      'name="board" arch="armv7l,aarch64"',
    ),
    architecture: 'armhf',
    expected: ['quay.io/all:latest', 'quay.io/board:latest'],
  },
  {
    about: 'architectures of large machines',
    body: containers(
      QUAY,
      'name="p" arch="ppc64le"',
      'name="z" arch="s390x"',
      'name="r" arch="riscv64"',
    ),
    architecture: 's390x',
    expected: ['quay.io/z:latest'],
  },
  {
    about: 'little-endian POWER is another than ppc64',
    body: containers(QUAY, 'name="p" arch="ppc64"', 'name="l" arch="ppc64le"'),
    architecture: 'ppc64el',
    expected: ['quay.io/l:latest'],
  },
  {
    about: "a Debian architecture's name that kiwi does not know",
    body: containers(QUAY, 'name="a" arch="armhf"'),
    expected: 'unknown architecture "armhf"',
  },
  {
    about: 'white space between architectures',
    body: containers(QUAY, 'name="a" arch="x86_64, aarch64"'),
    expected: 'unknown architecture " aarch64"',
  },
  {
    about: 'white space around architectures',
    body: containers(QUAY, 'name="a" arch=" x86_64 "'),
    expected: ['quay.io/a:latest'],
  },
  {
    about: 'a section of a profile that nobody asked for',
    body:
      PROFILES + containers(`${QUAY} profiles="kiosk"`, 'name="a"') + containers(QUAY, 'name="b"'),
    expected: ['quay.io/b:latest'],
  },
  {
    about: 'the imported profile, as no other is asked for',
    body: PROFILES + containers(`${QUAY} profiles="default"`, 'name="a"'),
    expected: ['quay.io/a:latest'],
  },
  {
    about: 'the imported profile, as another is asked for',
    body: PROFILES + containers(`${QUAY} profiles="default"`, 'name="a"'),
    profiles: ['base'],
    expected: [],
  },
  {
    about: 'one of several profiles',
    body: PROFILES + containers(`${QUAY} profiles="other,base"`, 'name="a"'),
    profiles: ['base'],
    expected: ['quay.io/a:latest'],
  },
  {
    about: 'a profile that another requires',
    body: PROFILES + containers(`${QUAY} profiles="base"`, 'name="a"'),
    profiles: ['kiosk'],
    expected: ['quay.io/a:latest'],
  },
  {
    about: 'white space between profiles',
    body: PROFILES + containers(`${QUAY} profiles="other, base"`, 'name="a"'),
    profiles: ['base'],
    expected: [],
  },
  {
    about: 'empty profiles',
    body: PROFILES + containers(`${QUAY} profiles=""`, 'name="a"'),
    expected: ['quay.io/a:latest'],
  },
  {
    about: 'a profile of its architecture',
    body: PROFILES + containers(`${QUAY} profiles="arm"`, 'name="a"'),
    architecture: 'arm64',
    profiles: ['arm'],
    expected: ['quay.io/a:latest'],
  },
  {
    about: 'no source',
    body: containers('backend="podman"', 'name="a"'),
    expected: '<containers> without the attribute source',
  },
  {
    about: 'no backend',
    body: containers('source="quay.io"', 'name="a"'),
    expected: '<containers> without the attribute backend',
  },
  {
    about: 'another backend',
    body: containers('source="quay.io" backend="containerd"', 'name="a"'),
    expected: 'unknown backend "containerd"',
  },
  {
    about: 'no name',
    body: containers(QUAY, 'tag="1"'),
    expected: '<container> without the attribute name',
  },
  {
    about: 'a wrong attribute',
    body: containers(QUAY, 'name="a" digest="sha256:1"'),
    expected: '<container> has no attribute "digest"',
  },
  {
    about: 'profiles of a single container, which the schema does not have',
    body: PROFILES + containers(QUAY, 'name="a" profiles="base"'),
    expected: '<container> has no attribute "profiles"',
  },
  {
    about: 'an empty section',
    body: containers(QUAY),
    expected: '<containers> without a <container>',
  },
  {
    about: 'entities and single quotes',
    body: containers(QUAY, "name='a&#x62;c' tag='1'", 'name="x" path="a&#47;b"'),
    expected: ['quay.io/abc:1', 'quay.io/a/b/x:latest'],
  },
  {
    about: 'a comment, and attributes over several lines',
    body:
      '<!-- <containers source="a" backend="docker"><container name="x"/></containers> -->' +
      containers('\n  backend="podman"\n  source="quay.io"\n', 'tag="1"\n   name="a"'),
    expected: ['quay.io/a:1'],
  },
  {
    about: 'an included file',
    body: `<include from="this://common.xml"/>${containers(QUAY, 'name="own"')}`,
    files: { 'common.xml': `<image>${containers(QUAY, 'name="common"')}</image>` },
    expected: ['quay.io/common:latest', 'quay.io/own:latest'],
  },
  {
    about: 'an included file that is not there',
    body: '<include from="this://nowhere.xml"/>',
    expected: 'no such file: ',
  },
  {
    about: 'a digest in place of the tag',
    body: containers(QUAY, `name="a@sha256" tag="${'a'.repeat(64)}"`),
    expected: [`quay.io/a@sha256:${'a'.repeat(64)}`],
  },
];

/** The whole description. */
export function kiwiDescription(body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<image schemaversion="8.5" name="device">
<description type="system">
  <author>Author</author><contact>author@example.org</contact><specification>A device</specification>
</description>
<preferences><version>1.0.0</version><packagemanager>apt</packagemanager>
  <type image="oem" filesystem="ext4"/></preferences>
<repository><source path="obs://Debian/12"/></repository>
<packages type="image"><package name="podman"/></packages>
<packages type="bootstrap"><package name="base-files"/></packages>
${body}</image>
`;
}
