import { describe, expect, test } from '@jest/globals';
import { kubernetes } from '../../../src/images/formats/kubernetes.ts';
import { DIGEST, parse, pinned, refusal, shown, told } from './context.ts';

/** An object whose pod's specification is `spec`, indented by `depth`. */
function object(kind: string, ...lines: string[]): string {
  return [`apiVersion: v1`, `kind: ${kind}`, ...lines, ''].join('\n');
}

const POD = object(
  'Pod',
  'spec:',
  '  containers:',
  '    - name: app',
  '      image: quay.io/app:1',
);

async function read(text: string, about?: Parameters<typeof parse>[2]) {
  return parse(kubernetes, { 'm.yml': text }, about);
}

describe('every kind that makes pods', () => {
  const SPEC = '{containers: [{name: a, image: quay.io/a:1}]}';
  test.each([
    ['Pod', `spec: ${SPEC}`],
    ['PodTemplate', `template: {spec: ${SPEC}}`],
    ['Deployment', `spec: {template: {spec: ${SPEC}}}`],
    ['StatefulSet', `spec: {template: {spec: ${SPEC}}}`],
    ['DaemonSet', `spec: {template: {spec: ${SPEC}}}`],
    ['ReplicaSet', `spec: {template: {spec: ${SPEC}}}`],
    ['ReplicationController', `spec: {template: {spec: ${SPEC}}}`],
    ['Job', `spec: {template: {spec: ${SPEC}}}`],
    ['CronJob', `spec: {jobTemplate: {spec: {template: {spec: ${SPEC}}}}}`],
    ['List', `items: [{apiVersion: v1, kind: Pod, spec: ${SPEC}}]`],
    ['PodList', `items: [{apiVersion: v1, kind: Pod, spec: ${SPEC}}]`],
  ])('%s', async (kind, line) => {
    const list = await read(object(kind, line));
    expect(shown(list)).toEqual([`m.yml:3:${line.indexOf('quay') + 1} quay.io/a:1`]);
    expect(told(list)).toEqual([]);
  });

  test.each([
    ['Service', 'spec: {containers: [{image: quay.io/a:1}]}'],
    ['ConfigMap', 'data: {image: quay.io/a:1, x: "{{ .y }}"}'],
    ['Secret', 'stringData: {image: quay.io/a:1}'],
  ])('not %s', async (kind, line) => {
    expect(await read(object(kind, line))).toEqual({ images: [], findings: [] });
  });
});

test('all containers of a pod, and its volumes', async () => {
  const list = await read(
    object(
      'Pod',
      'spec:',
      '  containers:',
      '    - image: quay.io/a:1',
      '  initContainers:',
      '    - image: "quay.io/b:1"',
      '  ephemeralContainers:',
      "    - image: 'quay.io/c:1'",
      '  volumes:',
      '    - name: x',
      '      emptyDir: {}',
      '    - name: y',
      '      image: { reference: quay.io/d:1 }',
    ),
  );
  expect(shown(list)).toEqual([
    'm.yml:7:15 quay.io/b:1',
    'm.yml:5:14 quay.io/a:1',
    'm.yml:9:15 quay.io/c:1',
    'm.yml:14:27 quay.io/d:1',
  ]);
  expect(pinned(list)).toEqual([
    `- image: "quay.io/b:1@${DIGEST}"`,
    `- image: quay.io/a:1@${DIGEST}`,
    `- image: 'quay.io/c:1@${DIGEST}'`,
    `image: { reference: quay.io/d:1@${DIGEST} }`,
  ]);
});

describe('documents', () => {
  test('several, some of them empty', async () => {
    const list = await read(
      `# first\n---\n${POD}---\n---\n# none\n---\n${POD.replace('app:1', 'b:2')}...\n`,
    );
    expect(shown(list)).toEqual(['m.yml:8:14 quay.io/app:1', 'm.yml:18:14 quay.io/b:2']);
  });

  test('CRLF', async () => {
    expect(shown(await read(POD.replaceAll('\n', '\r\n')))).toEqual(['m.yml:6:14 quay.io/app:1']);
  });

  test('JSON', async () => {
    const json = JSON.stringify(
      { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ image: 'quay.io/a:1' }] } },
      undefined,
      1,
    );
    expect(kubernetes.recognises('m.json', json)).toBe(true);
    expect(shown(await read(json))).toEqual(['m.yml:7:15 quay.io/a:1']);
  });
});

describe('aliases', () => {
  test('an image is pinned at its anchor', async () => {
    const list = await read(
      object('Pod', 'x: &image quay.io/a:1 # c', 'spec:', '  containers:', '    - image: *image'),
    );
    expect(shown(list)).toEqual(['m.yml:6:14 quay.io/a:1']);
    expect(pinned(list)).toEqual([`x: &image quay.io/a:1@${DIGEST} # c`]);
  });

  test('a container is merged from others', async () => {
    const list = await read(
      object(
        'Pod',
        'x: &x { image: quay.io/a:1 }',
        'y: &y { name: y }',
        'spec:',
        '  containers:',
        '    - <<: *x',
        '    - <<: [*y, *x]',
        '    - { <<: *x, image: quay.io/b:1 }',
      ),
    );
    expect(list.images.map(({ written }) => written)).toEqual([
      'quay.io/a:1',
      'quay.io/a:1',
      'quay.io/b:1',
    ]);
  });

  test('a mapping that is merged into itself ends', async () => {
    const list = await read(object('Pod', 'spec:', '  containers:', '    - &a { <<: *a }'));
    expect(told(list)).toEqual(['warning m.yml:5:10 no image: here, so none is carried']);
  });

  test('lists of lists of lists are read once', async () => {
    const item = (anchor: string, of: string) =>
      `  - &${anchor} {apiVersion: v1, kind: List, items: [${Array(9).fill(of).join(', ')}]}`;
    const names = 'abcdefghijklmno'.split('');
    const items = names.map((name, index) =>
      item(name, index === 0 ? '*pod' : `*${names[index - 1]}`),
    );
    const text = object(
      'List',
      'pod: &pod {apiVersion: v1, kind: Pod, spec: {containers: [{image: quay.io/a:1}]}}',
      'items:',
      ...items,
    );
    expect(shown(await read(text))).toHaveLength(1);
  });
});

describe("other people's kinds", () => {
  const custom = (...lines: string[]) =>
    ['apiVersion: example.org/v1', 'kind: Thing', ...lines, ''].join('\n');

  test('what looks like a pod is one', async () => {
    const list = await read(
      custom(
        'spec:',
        '  tasks:',
        '    - template:',
        '        spec:',
        '          initContainers: [{ image: quay.io/b:1 }]',
        '          containers: [{ image: quay.io/a:1 }]',
      ),
    );
    expect(shown(list)).toEqual(['m.yml:7:37 quay.io/b:1', 'm.yml:8:33 quay.io/a:1']);
    expect(told(list)).toEqual([]);
  });

  test('of another group, a Service may be one: Knative runs its containers', async () => {
    const list = await read(
      'apiVersion: serving.knative.dev/v1\nkind: Service\nspec: {template: {spec: {containers: [{image: quay.io/a:1}]}}}\n',
    );
    expect(shown(list)).toEqual(['m.yml:3:47 quay.io/a:1']);
  });

  test('any other image is told', async () => {
    const list = await read(custom('spec:', '  image: quay.io/a:1', '  containers: [{ name: x }]'));
    expect(shown(list)).toEqual([]);
    expect(told(list)).toEqual([
      'warning m.yml:4:10 image: of a Thing may be no container\'s image: "quay.io/a:1" is not carried (if it should be, list it in images)',
    ]);
  });

  test.each([
    ['apps/v1', 'Statefulset', ' (StatefulSet?)'],
    ['batch/v1', 'Job2', ''],
  ])('a kind that %s does not have is read alike, and told: %s', async (version, kind, meant) => {
    const list = await read(
      `apiVersion: ${version}\nkind: ${kind}\nspec:\n  template:\n    spec:\n      containers: [{ image: quay.io/a:1 }]\n`,
    );
    expect(shown(list)).toEqual(['m.yml:6:29 quay.io/a:1']);
    expect(told(list)).toEqual([
      `warning m.yml:2:7 ${version} has no kind "${kind}" that makes pods${meant}: its images are carried as those of a pod`,
    ]);
  });

  test.each([
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'spec: {image: x}'],
    ['v1', 'ConfigMap', 'data: {image: x}'],
    ['v1', 'Service', 'spec: {ports: [{port: 80}]}'],
    ['apps/v1', 'ControllerRevision', 'data: {spec: {containers: [{image: x}]}}'],
  ])('%s %s has none', async (version, kind, line) => {
    const text = `apiVersion: ${version}\nkind: ${kind}\n${line}\n`;
    expect(await read(text)).toEqual({ images: [], findings: [] });
  });

  test('a kustomization is told', async () => {
    const text =
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yml]\n';
    expect(told(await read(text))).toEqual([
      'warning m.yml:1:1 a kustomization names no images itself: give what "kubectl kustomize" makes of it',
    ]);
  });
});

describe('what people should know', () => {
  test('a pull at every start', async () => {
    const list = await read(
      POD.replace('      image', '      imagePullPolicy: Always\n      image'),
    );
    expect(told(list)).toEqual([
      expect.stringMatching(/^warning m\.yml:6:24 Always: the container does not start without/),
    ]);
  });

  test.each(['- name: x', '- image: ""', '- image:', '- image: ~'])(
    'no image: %s',
    async (line) => {
      const list = await read(object('Pod', 'spec:', '  containers:', `    ${line}`));
      expect(told(list)).toEqual([expect.stringMatching(/^warning m\.yml:5:7 no image: here/)]);
    },
  );

  test('a pod for other machines is left out', async () => {
    const text = `${POD}  nodeSelector: { kubernetes.io/os: linux, kubernetes.io/arch: arm64 }\n`;
    const list = await read(text);
    expect(shown(list)).toEqual([]);
    expect(told(list)).toEqual([
      'notice m.yml:7:64 a pod for kubernetes.io/arch arm64 is left out: the package is for linux/amd64',
    ]);
    expect((await read(text, { architecture: 'arm64' })).images).toHaveLength(1);
    expect((await read(text, { architecture: undefined })).images).toHaveLength(1);
  });

  test.each(['"quay.io\\/a:1"', '>-\n        quay.io/a:1', '|-\n        quay.io/a:1'])(
    'what cannot be pinned where it stands: %j',
    async (written) => {
      const list = await read(POD.replace('quay.io/app:1', written));
      expect(pinned(list)).toEqual([
        'it is escaped or written over several lines: write it on one',
      ]);
    },
  );
});

describe('refused', () => {
  test.each<[string, string, string]>([
    [
      'a template that is no YAML',
      POD.replace('quay.io/app:1', '{{ .Values.image }}:{{ .Values.tag }}'),
      'm.yml:6:33: this is a template with {{ }}, no manifest (give what "helm template" or the like makes of it)',
    ],
    [
      'a template that is YAML',
      POD.replace('quay.io/app:1', '{{ .Values.image }}'),
      'm.yml:6:14: image: is no string with a reference (a template?',
    ],
    [
      'a template in a string',
      POD.replace('quay.io/app:1', '"{{ .Values.image }}"'),
      'm.yml:6:15: image: is no string with a reference (a template?',
    ],
    [
      'a number',
      POD.replace('quay.io/app:1', '12'),
      'm.yml:6:14: image: is no string with a reference',
    ],
    [
      'a wrong reference',
      POD.replace('app:1', 'App'),
      'm.yml:6:14: invalid image reference "quay.io/App"',
    ],
    ['wrong YAML', `${POD}  x: [`, 'm.yml:7:'],
    ['a key that comes twice', `${POD}kind: Job\n`, 'm.yml:7:1: the key "kind" stands there twice'],
    [
      'an unknown alias',
      POD.replace('quay.io/app:1', '*x'),
      'm.yml:6:14: no anchor &x before this',
    ],
    ['no kind', `${POD}---\nspec: {}\n`, 'm.yml:8:1: an object without kind:'],
    ['no object', `${POD}---\n- x\n`, 'm.yml:8:1: an object without kind:'],
    ['deep nesting', `${POD}x: ${'['.repeat(20_000)}`, 'not valid YAML: nested too deeply'],
  ])('%s', async (_, text, why) => {
    expect(await refusal(kubernetes, { 'm.yml': text })).toContain(why);
  });
});

test.each([
  [true, POD],
  [true, '{{- if .x }}\nkind: Pod\n"apiVersion" : v1\n'],
  [true, '{"kind":"Pod","apiVersion":"v1"'],
  [false, 'services:\n  a:\n    apiVersion: v1\n    kind: Pod\n'],
  [false, 'apiVersion: v1\n'],
  [false, 'alpine\n'],
  [false, ''],
])('recognised: %s', (is, text) => {
  expect(kubernetes.recognises('m.yml', text)).toBe(is);
});
