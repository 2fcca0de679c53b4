import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tempDirs } from '../support/temp.ts';
import { type LoaderRun, layersOf, Model, modelImage } from './model.ts';

const SHELLS = [['dash'], ['busybox', 'sh']] as const;

const temp = tempDirs();
let root = '';
beforeAll(async () => {
  root = join(await temp.make('device'), 'model');
});
afterAll(() => temp.remove());

const red = modelImage('red');
const old = modelImage('red', ['red, first edition'], { edition: 'first' });
const other = modelImage('red', ['somebody else'], { edition: 'other' });
const N = red.config;
const S = old.config;
const C = other.config;

interface Row {
  readonly name: string;
  readonly has?: string;
  readonly stamp?: string;
  readonly begun?: true;
  readonly stampDriver?: string;
  readonly driver?: string;
  readonly conflict?: 'package';
  readonly loads: number;
  readonly removals?: number;
  readonly ends: string;
  readonly summary: string;
  readonly stamped: string | undefined;
  readonly files?: readonly string[];
}

const STAMP = `docker-overlay2-${red.key}.stamp`;
const INTENT = `docker-overlay2-${red.key}-${red.config.slice(7)}`;
const LOADED = '1 loaded, 0 already there, 0 kept';
const THERE = '0 loaded, 1 already there, 0 kept';
const KEPT = '0 loaded, 0 already there, 1 kept';
const CONTAINERD = 'overlayfs+io.containerd.snapshotter.v1';

const ROWS: readonly Row[] = [
  { name: 'absent', loads: 1, ends: N, summary: LOADED, stamped: N },
  { name: 'absent, loaded before', stamp: N, loads: 1, ends: N, summary: LOADED, stamped: N },
  { name: 'absent, older loaded before', stamp: S, loads: 1, ends: N, summary: LOADED, stamped: N },
  { name: 'N, loaded by us', has: N, stamp: N, loads: 0, ends: N, summary: THERE, stamped: N },
  { name: 'N, never ours', has: N, loads: 0, ends: N, summary: THERE, stamped: N },
  { name: 'N, but we loaded S', has: N, stamp: S, loads: 0, ends: N, summary: THERE, stamped: N },
  {
    name: 'N by its manifest, in the containerd store',
    has: red.manifest,
    driver: CONTAINERD,
    loads: 0,
    ends: red.manifest,
    summary: THERE,
    stamped: red.manifest,
  },
  {
    name: 'absent, in the containerd store',
    driver: CONTAINERD,
    loads: 1,
    ends: red.manifest,
    summary: LOADED,
    stamped: red.manifest,
  },
  { name: 'S: upgraded', has: S, stamp: S, loads: 1, ends: N, summary: LOADED, stamped: N },
  {
    name: 'other, never ours',
    has: C,
    loads: 0,
    ends: C,
    summary: KEPT,
    stamped: undefined,
    files: [],
  },
  { name: 'other, we loaded S', has: C, stamp: S, loads: 0, ends: C, summary: KEPT, stamped: S },
  { name: 'other, we loaded N', has: C, stamp: N, loads: 0, ends: C, summary: KEPT, stamped: N },
  {
    name: 'other, conflict=package',
    has: C,
    stamp: S,
    conflict: 'package',
    loads: 1,
    ends: N,
    summary: LOADED,
    stamped: N,
  },
  {
    name: 'S, but noted of another storage driver',
    has: S,
    stamp: S,
    stampDriver: 'btrfs',
    loads: 0,
    ends: S,
    summary: KEPT,
    stamped: undefined,
    files: [STAMP.replace('overlay2', 'btrfs')],
  },
  {
    name: 'absent, load begun',
    begun: true,
    loads: 2,
    removals: 1,
    ends: N,
    summary: LOADED,
    stamped: N,
  },
  {
    name: 'N, load begun',
    has: N,
    begun: true,
    loads: 2,
    removals: 2,
    ends: N,
    summary: LOADED,
    stamped: N,
  },
  {
    name: 'S, load begun',
    has: S,
    stamp: S,
    begun: true,
    loads: 2,
    removals: 1,
    ends: N,
    summary: LOADED,
    stamped: N,
  },
  {
    name: 'other, load begun',
    has: C,
    begun: true,
    loads: 0,
    ends: C,
    summary: KEPT,
    stamped: undefined,
    files: [INTENT],
  },
  {
    name: 'other, load begun, conflict=package',
    has: C,
    begun: true,
    conflict: 'package',
    loads: 2,
    removals: 1,
    ends: N,
    summary: LOADED,
    stamped: N,
  },
  {
    name: 'N, load begun, stamped, but the intent not dropped',
    has: N,
    stamp: N,
    begun: true,
    loads: 2,
    removals: 2,
    ends: N,
    summary: LOADED,
    stamped: N,
  },
];

describe.each(SHELLS)('what the loader does, in %s', (...shell) => {
  test.each(ROWS)('$name', (row) => {
    const model = new Model(root);
    model.install([red]);
    model.write('engine/driver', `${row.driver ?? 'overlay2'}\n`);
    if (row.conflict) model.write('etc/container-preload/demo.conf', 'conflict=package\n');
    if (row.has) model.has(imageOf(row.has), row.has);
    if (row.stamp) model.stamped(red, row.stamp, row.stampDriver);
    if (row.begun) model.begun(red);

    const { code, output, calls } = model.load(shell);

    expect(output).toContain(row.summary);
    expect({
      code,
      loads: count(calls, 'docker load'),
      removals: count(calls, 'docker rmi'),
      id: model.idOf(red),
      stamp: model.stampOf(red),
      files: model.stateFiles(),
    }).toEqual({
      code: 0,
      loads: row.loads,
      removals: row.removals ?? 0,
      id: row.ends,
      stamp: row.stamped,
      files: row.files ?? [model.stampFile(red)],
    });
  });
});

test('a machine that has everything is asked once', () => {
  const model = new Model(root);
  const images = ['a', 'b', 'c'].map((name) => modelImage(name));
  model.install(images);
  for (const image of images) {
    model.has(image, image.config);
    model.stamped(image, image.config);
  }
  const { code, calls } = model.load();
  expect(code).toBe(0);
  expect(calls.filter((call) => /^(docker|sync)/.test(call))).toEqual([
    expect.stringMatching(/^docker info/),
    expect.stringMatching(/^docker image inspect .* -- .*a:1 .*b:1 .*c:1$/),
  ]);
});

describe('at the first start', () => {
  test('a machine that has nothing is asked once', () => {
    const model = new Model(root);
    model.install([red]);
    const { code, calls } = model.load();
    expect(code).toBe(0);
    const asked = calls.filter((call) => call.startsWith('docker'));
    expect(asked.slice(0, asked.indexOf('docker load --quiet'))).toEqual([
      expect.stringMatching(/^docker info/),
      expect.stringMatching(/^docker images/),
    ]);
  });

  test('images that others brought are found beside those that are absent', () => {
    const model = new Model(root);
    const [ours, theirs] = [modelImage('ours'), modelImage('theirs')];
    model.install([ours, theirs]);
    model.has(theirs, theirs.config);
    expect(model.load().output).toContain('1 loaded, 1 already there, ');
    expect(model.stampOf(theirs)).toBe(theirs.config);
  });
});

test('the order of a load: intent, load, sync, look, stamp', () => {
  const model = new Model(root);
  model.install([red]);
  const { calls } = model.load();
  const state = `${root}/var/lib/demo`;
  const intents = `${root}/var/lib/container-preload/intents`;
  const from = calls.indexOf(`sync ${intents}/${INTENT}.new`);
  expect(calls.slice(from)).toEqual([
    `sync ${intents}/${INTENT}.new`,
    `sync ${intents}`,
    'docker load --quiet',
    expect.stringMatching(/^stream/),
    `sync -f ${root}/engine`,
    expect.stringMatching(/^docker image inspect/),
    `sync ${state}/${STAMP}.new`,
    `sync ${state}`,
    `sync ${intents}`,
  ]);
});

test('what was loaded into a store is known when the package comes back to it', () => {
  const model = new Model(root);
  model.install([old]);
  model.load();
  expect(model.stampOf(red)).toBe(S);
  // The other store is empty, and is left alone again before the package's next version comes.
  model.write('engine/driver', 'btrfs\n');
  model.run(['mv', join(root, 'engine/images'), join(root, 'engine/images.overlay2')]);
  model.run(['mkdir', join(root, 'engine/images')]);
  model.load();
  model.write('engine/driver', 'overlay2\n');
  model.run(['rm', '-r', join(root, 'engine/images')]);
  model.run(['mv', join(root, 'engine/images.overlay2'), join(root, 'engine/images')]);
  model.install([red]);
  const { output } = model.load();
  expect(output).toContain(LOADED);
  expect({
    id: model.idOf(red),
    overlay2: model.stampOf(red),
    btrfs: model.stampOf(red, 'btrfs'),
  }).toEqual({ id: N, overlay2: N, btrfs: S });
});

test('an image that stays a file is never asked for or loaded', () => {
  const model = new Model(root);
  model.install([modelImage('file', ['file'], { flags: 'fetch-only' })]);
  const { code, output, calls } = model.load();
  expect(output).toContain(
    '0 loaded, 0 already there, 0 kept (changed by somebody), 0 failed, 1 kept as files',
  );
  expect(code).toBe(0);
  expect(calls.join('\n')).not.toContain('file:1');
});

test('an engine that cannot tell what it has is left alone', () => {
  const model = new Model(root, 'podman');
  model.install([red]);
  model.has(red, N);
  model.write('engine/unreadable', '');
  const { code, output, calls } = model.load();
  expect(code).toBe(1);
  expect(output).toContain(
    `cannot load ${red.reference}: podman cannot inspect it: Error: the store is damaged`,
  );
  expect(calls.some((call) => /load|rmi/.test(call))).toBe(false);
});

test('an engine that does not answer is a failure with its own words', () => {
  const model = new Model(root);
  model.install([red]);
  model.write('engine/driver', '');
  model.write('bin/docker', '#!/bin/sh\necho Cannot connect >&2\nexit 1\n');
  const { code, output } = model.load();
  expect(code).toBe(1);
  expect(output).toBe('demo: docker does not answer after 2 s: Cannot connect\n');
});

test('a container keeps its image', () => {
  const model = new Model(root);
  model.install([red]);
  model.has(red, N);
  model.begun(red);
  model.write('engine/containers', '0123456789ab\n');
  const { code, output, calls } = model.load();
  expect(code).toBe(1);
  expect(output).toContain('or a container that uses the image');
  expect(count(calls, 'docker rmi')).toBe(0);
});

test('what cannot be loaded again is not removed', () => {
  const model = new Model(root);
  model.install([red]);
  model.has(red, N);
  model.begun(red);
  model.run(['rm', '-r', join(root, 'usr/share/demo/layers')]);
  const { code, output } = model.load();
  expect(code).toBe(1);
  expect(output).toContain('is missing: install the package demo again');
  expect(model.idOf(red)).toBe(N);
});

test('settings are data; what is not understood is said', () => {
  const model = new Model(root);
  model.install([red]);
  model.write(
    'etc/container-preload/demo.conf',
    '# a comment\n\nconflict=$(touch /tmp/never)\ndelete_after_load=maybe\nconflict=keep',
  );
  const { code, output } = model.load();
  expect(code).toBe(0);
  expect(output).toContain('not understood and ignored: conflict=$(touch /tmp/never)\n');
  expect(output).toContain('not understood and ignored: delete_after_load=maybe\n');
});

describe.each(SHELLS)('a bad list, in %s', (...shell) => {
  const column = (index: number, value: string) =>
    red.line
      .split(' ')
      .map((text, at) => (at === index ? value : text))
      .join(' ');
  const digest = 'a'.repeat(64);

  test.each([
    ['an option as reference', column(0, '--all:1')],
    ['a reference without a tag', column(0, 'docker.io/library/red')],
    ['a command in the reference', column(0, 'red:$(id)')],
    ['a glob in the reference', column(0, 'red:*')],
    ['a path as key', column(1, '../../etc/passwd')],
    ['a short key', column(1, 'abc')],
    ['a bad config digest', column(2, `sha512:${digest}`)],
    ['a bad manifest digest', column(3, digest)],
    ['a size that is no number', column(4, '1+1')],
    ['an unknown flag', column(5, 'reboot')],
    ['an image outside the folder', column(6, `images/../../${digest}.tar`)],
    ['an image of unknown kind', column(6, `images/${digest}.gz`)],
    ['layers of another compression', column(7, `layers/${digest}.zst`)],
    ['contents of more layers', column(8, `${digest}:1,${digest}:1`)],
    ['contents of no layer', column(8, '-')],
    ['a size of a layer that is no number', column(8, `${digest}:x`)],
    ['a diff ID that is none', column(8, 'abc:1')],
    ['a layer in the wrong folder', column(7, `images/${digest}.tar`)],
    ['a column too few', red.line.split(' ').slice(0, 8).join(' ')],
    ['a column too many', `${red.line} more`],
    ['an empty line', ''],
  ])('%s', (_, line) => {
    const model = new Model(root);
    model.install([red, { ...red, line }, red]);
    const { code, output, calls } = model.load(shell);
    expect(output).toMatch(/^demo: .*image.list:3 is damaged: install the package demo again\n$/);
    expect(code).toBe(1);
    expect(count(calls, 'docker')).toBe(0);
  });

  test('a format of the future', () => {
    const model = new Model(root);
    model.write('usr/share/demo/image.list', '# container-preload image list 3\n');
    const { code, output } = model.load(shell);
    expect(output).toMatch(/has a format that this loader does not know: .* list 3\n$/);
    expect(code).toBe(1);
  });
});

test.each([['--force'], ['--status', 'more'], ['-']])('unknown arguments: %s', (...args) => {
  const model = new Model(root);
  model.install([red]);
  const { code, output } = model.load(['dash'], args);
  expect(output).toMatch(/^usage: /);
  expect(code).toBe(2);
});

test.each([['--json'], ['--status', '--verify'], ['--status', '--status']])(
  'options that do not go together: %s',
  (...args) => {
    const model = new Model(root);
    model.install([red]);
    const { code, output, calls } = model.load(['dash'], args);
    expect(output).toMatch(/^usage: /);
    expect({ code, calls }).toEqual({ code: 2, calls: [] });
  },
);

describe.each(SHELLS)('what tools are told, in %s', (...shell) => {
  const file = modelImage('file', ['base', 'file'], { flags: 'fetch-only' });
  const blue = modelImage('blue', ['base', 'blue']);

  test('--status --json', () => {
    const model = new Model(root);
    model.install([red, blue, file]);
    model.has(red, N);
    model.stamped(red, N);
    expect(json(model, '--status')).toEqual({
      package: 'demo',
      engine: 'docker',
      user: '',
      images: [
        { reference: red.reference, state: 'loaded', id: N, size: 1000 },
        { reference: blue.reference, state: 'absent', id: null, size: 2000 },
        { reference: file.reference, state: 'file', id: null, size: 2000 },
      ],
    });
  });

  test('--verify --json', () => {
    const model = new Model(root);
    model.install([red, blue, file]);
    const [base, ownOfBlue] = blue.layers.map((layer) => `layers/${layer}.tar`);
    const verdicts = (code = 1) => {
      const { images } = json(model, '--verify', code) as {
        images: { files: string; bad: string }[];
      };
      return images.map(({ files, bad }) => [files, ...bad]);
    };
    expect(verdicts(0)).toEqual([['whole'], ['whole'], ['whole']]);
    model.write(`usr/share/demo/${ownOfBlue}`, 'another layer\n');
    expect(verdicts()).toEqual([['whole'], ['damaged', ownOfBlue], ['whole']]);
    model.run(['rm', join(root, `usr/share/demo/${base}`)]);
    expect(verdicts()).toEqual([['whole'], ['damaged', base, ownOfBlue], ['missing', base]]);
    model.run(['rm', join(root, `usr/share/demo/${ownOfBlue}`)]);
    model.write('etc/container-preload/demo.conf', 'delete_after_load=yes\n');
    expect(verdicts()).toEqual([['whole'], ['deleted'], ['missing', base]]);
    model.write('usr/share/demo/sha256sums', '');
    expect(verdicts()[0]?.[0]).toBe('damaged');
  });

  /** What the loader prints on standard output, and nothing else there. */
  function json(model: Model, option: string, code = 0): unknown {
    const run = model.run([...shell, join(root, 'load'), option, '--json']);
    expect(run.code).toBe(code);
    return JSON.parse(run.stdout);
  }
});

test.each([
  ['tmpfs', 'ext2/ext3', true],
  ['tmpfs', 'tmpfs', false],
  ['ext2/ext3', 'ext2/ext3', false],
])('state on %s, the engine on %s', (state, store, said) => {
  const model = new Model(root);
  model.install([red]);
  const stub = `case "$*" in -f*/engine) echo ${store} ;; -f*) echo ${state} ;; *) exec /usr/bin/stat "$@" ;; esac`;
  model.write('bin/stat', `#!/bin/sh\n${stub}\n`);
  model.run(['chmod', '755', join(root, 'bin/stat')]);
  const { code, output } = model.load();
  expect(code).toBe(0);
  expect(output.split('is in memory, but').length - 1).toBe(said ? 1 : 0);
});

test('images that share a cut layer are undone together', () => {
  const model = new Model(root);
  const images = [modelImage('a', ['base', 'a']), modelImage('b', ['base', 'b'])];
  model.install(images);
  for (const image of images) {
    model.has(image, image.config);
    model.begun(image);
  }
  model.write(`engine/layers/${images[0]?.layers[0]}`, 'damaged\n');
  const { code } = model.load();
  expect(code).toBe(0);
  expect(new Set(model.layerConditions())).toEqual(new Set(['whole']));
});

describe('what a cut load of another package, or of an earlier list, left', () => {
  const base = modelImage('base');
  const gone = modelImage('gone', ['base', 'gone']);
  const blue = modelImage('blue', ['base', 'blue']);

  /** A load of `gone` was cut, which the package of this machine does not have. */
  function machine(): Model {
    const model = new Model(root);
    model.install([blue]);
    model.begun(gone, 'overlay2', 'other');
    return model;
  }

  const damageBase = (model: Model) => model.write(`engine/layers/${base.layers[0]}`, 'damaged\n');

  test.each([
    ['its image is there', true],
    ['its layer alone is there', false],
  ])('%s', (_, recorded) => {
    const model = machine();
    if (recorded) model.has(gone, gone.config);
    damageBase(model);
    const { code } = model.load();
    expect({ code, gone: model.idOf(gone), blue: model.idOf(blue) }).toEqual({
      code: 0,
      gone: undefined,
      blue: blue.config,
    });
    expect(new Set(model.layerConditions())).toEqual(new Set(['whole']));
    // What was not replaced stays suspect.
    expect(model.stateFiles()).toEqual([model.stampFile(blue), model.intentOf(gone)].sort());
    expect(model.broughtBy(gone)).toBe(
      `${gone.config.slice(7)} ${gone.manifest.slice(7)} ${gone.layers[1]} `
        .split(' ')
        .sort()
        .join(' '),
    );
    expect(model.load().output).toContain('0 loaded, 1 already there');
  });

  test('an image somebody loaded on top of it is loaded anew', () => {
    const model = machine();
    model.has(blue, blue.config);
    damageBase(model);
    expect(model.load().output).toContain('1 loaded, 0 already there');
    expect(new Set(model.layerConditions())).toEqual(new Set(['whole']));
  });

  test.each([
    ['a tag of the user', gone],
    ['an image built on it', modelImage('mine', ['base', 'mine'])],
  ])('%s keeps it', (_, from) => {
    const model = machine();
    const mine = { ...from, reference: 'docker.io/library/mine:1' };
    model.has(mine, from.config);
    damageBase(model);
    const { code, output } = model.load();
    expect(code).toBe(1);
    expect(output).toMatch(
      /cannot load .*blue:1: an interrupted load can't be undone while .*mine/,
    );
    expect(model.idOf(blue)).toBeUndefined();
    expect(model.stateFiles()).toEqual([model.intentOf(gone)]);
  });

  test('what shares it with an image that is kept stays too', () => {
    const model = machine();
    const mine = { ...gone, reference: 'docker.io/library/mine:1' };
    for (const image of [gone, mine, blue]) model.has(image, image.config);
    const { code, output, calls } = model.load();
    expect(output).toMatch(/cannot load .*blue:1: .* while mine:1/);
    expect({ code, gone: model.idOf(gone), blue: model.idOf(blue) }).toEqual({
      code: 1,
      gone: gone.config,
      blue: blue.config,
    });
    expect(count(calls, 'docker rmi')).toBe(0);
  });
});

test('a damaged intent counts as one', () => {
  const model = new Model(root);
  model.install([red]);
  model.has(red, N);
  model.stamped(red, N);
  model.write(`var/lib/container-preload/intents/${INTENT}`, 'layers=../../x\n');
  const { code, calls } = model.load();
  expect({ code, loads: count(calls, 'docker load'), files: model.stateFiles() }).toEqual({
    code: 0,
    loads: 2,
    files: [STAMP],
  });
});

test('a damaged intent under another key is dropped with the image that it is about', () => {
  const model = new Model(root);
  model.install([red]);
  model.has(red, N);
  model.stamped(red, N);
  const key = '0'.repeat(32);
  const digits = red.config.slice(7);
  model.write(`var/lib/container-preload/intents/docker-overlay2-${key}-${digits}`, '');
  expect(count(model.load().calls, 'docker load')).toBe(2);
  expect(model.stateFiles()).toEqual([STAMP]);
  expect(count(model.load().calls, 'docker load')).toBe(0);
});

test('the intent of a store whose name goes on is left to that store', () => {
  const model = new Model(root);
  model.install([red]);
  model.has(red, N);
  model.stamped(red, N);
  model.begun(red, 'overlay2-more');
  const { output, calls } = model.load();
  expect(output).toContain(THERE);
  expect(count(calls, 'docker rmi')).toBe(0);
  expect(model.stateFiles()).toHaveLength(2);
});

describe('a folder', () => {
  test('in the place of a stamp gives way', () => {
    const model = new Model(root);
    model.install([red]);
    model.run(['mkdir', '-p', join(root, 'var/lib/demo', STAMP, 'sub')]);
    expect(model.load().output).toContain(LOADED);
    expect(model.stampOf(red)).toBe(N);
  });

  test('in the place of an intent gives way', () => {
    const model = new Model(root);
    model.install([red]);
    const intents = join(root, 'var/lib/container-preload/intents');
    model.run(['mkdir', '-p', join(intents, INTENT, 'sub')]);
    expect(model.load().output).toContain(LOADED);
    expect(model.stateFiles()).toEqual([STAMP]);
  });

  test('in the place of a draft is removed', () => {
    const model = new Model(root);
    const blue = modelImage('blue');
    model.install([red, blue]);
    model.has(red, N);
    model.run(['mkdir', '-p', join(root, 'var/lib/demo', `${STAMP}.new`)]);
    const { code, output } = model.load();
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining('1 loaded, 1 already'),
    });
    expect(model.stampOf(red)).toBe(N);
  });
});

test.each(['layers=a b c d', 'id=* x', 'layers=', 'engine='])('a damaged stamp: %s', (line) => {
  const model = new Model(root);
  model.install([red]);
  model.stamped(red, S);
  const file = join(root, 'var/lib/demo', STAMP);
  model.run(['sed', '-i', `s|^${line.split('=')[0]}=.*|${line}|`, file]);
  const { code, output } = model.load();
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(LOADED) });
  expect(model.stampOf(red)).toBe(N);
});

test('another package has put another image under the tag', () => {
  const model = new Model(root);
  model.install([red]);
  model.has(other, C);
  model.stamped(other, C, 'overlay2', 'rival');
  const { code, output } = model.load();
  expect(code).toBe(1);
  expect(output).toContain(
    `cannot load ${red.reference}: the package rival has put another image under this name`,
  );
  expect(model.idOf(red)).toBe(C);
});

test('a layer named by its sha512', () => {
  const model = new Model(root);
  const long = 'a'.repeat(128);
  const line = red.line.replaceAll(/(layers\/|(?<= ))[0-9a-f]{64}(?=[.:])/g, `$1${long}`);
  model.install([{ ...red, layers: [long], line }]);
  expect(model.load().code).toBe(0);
});

describe('layers that the engine has from earlier loads of ours', () => {
  const one = modelImage('one', ['base', 'middle', 'one']);
  const two = modelImage('two', ['base', 'middle', 'two']);
  const three = modelImage('three', ['three', 'base']);
  const next = modelImage('one', ['base', 'middle', 'next'], { edition: 'next' });
  const [base = '', middle = ''] = one.layers;

  /** `one` was loaded by the package `by`. */
  function machine(by = 'demo', layers = layersOf(one)): Model {
    const model = new Model(root);
    model.has(one, one.config);
    model.stamped(one, one.config, 'overlay2', by, layers);
    return model;
  }

  test('a base is streamed once in a run that goes image by image', () => {
    const model = new Model(root);
    model.install([one, two, three]);
    model.free(7);
    const run = model.load();
    expect({ code: run.code, streams: streams(run) }).toEqual({
      code: 0,
      // Not `base` of the last: there it lies on another layer.
      streams: [['base', 'middle', 'one'], ['two'], ['three', 'base']],
    });
    expect(run.output).toContain(`loading 1 of 3: ${one.reference} (1 MB)\n`);
    expect(run.output).toContain(`loading 2 of 3: ${two.reference} (1 MB, of which 1 MB are new)`);
    for (const image of [one, two, three]) expect(model.idOf(image)).toBe(image.config);
  });

  test('the largest image is the first', () => {
    const model = new Model(root);
    const small = modelImage('small');
    model.install([small, one]);
    model.free(7);
    expect(model.load().output).toMatch(/loading 1 of 2: .*one:1.*loading 2 of 2: .*small:1/s);
  });

  test.each([
    ['an upgrade', 'demo', next, ['next']],
    ['an image of another package', 'other', two, ['two']],
  ])('%s streams what is new', (_, by, image, expected) => {
    const model = machine(by);
    model.install([image]);
    const run = model.load();
    expect({ code: run.code, streams: streams(run) }).toEqual({ code: 0, streams: [expected] });
    expect(model.idOf(image)).toBe(image.config);
  });

  const WHOLE = ['base', 'middle', 'two'];
  test.each<[string, (model: Model) => void, readonly string[]]>([
    [
      'the image is gone',
      (model) => model.run(['docker', 'rmi', '--force', '--', one.reference]),
      WHOLE,
    ],
    ['another image has its name', (model) => model.has(one, `sha256:${'e'.repeat(64)}`), WHOLE],
    [
      'it was loaded by another storage driver',
      (model) => {
        model.run(['rm', join(root, 'var/lib/demo', model.stampFile(one))]);
        model.stamped(one, one.config, 'btrfs', 'demo', layersOf(one));
      },
      WHOLE,
    ],
    ['we never loaded it', (model) => model.stamped(one, one.config), WHOLE],
    [
      'it was compressed in another way',
      (model) =>
        model.stamped(one, one.config, 'overlay2', 'demo', layersOf(one).replaceAll('tar', 'zst')),
      WHOLE,
    ],
    [
      'only its base is ours',
      (model) => model.stamped(one, one.config, 'overlay2', 'demo', `layers/${base}.tar`),
      ['middle', 'two'],
    ],
    [
      'a layer above is not',
      (model) =>
        model.stamped(
          one,
          one.config,
          'overlay2',
          'demo',
          `layers/${middle}.tar,layers/${base}.tar`,
        ),
      WHOLE,
    ],
  ])('are streamed where %s', (_, change, expected) => {
    const model = machine();
    model.install([two]);
    change(model);
    const run = model.load();
    expect({ code: run.code, streams: streams(run) }).toEqual({ code: 0, streams: [expected] });
  });

  test('are streamed where somebody else loaded the image', () => {
    const model = new Model(root);
    model.install([one, two]);
    model.has(one, one.config);
    const run = model.load();
    expect({ code: run.code, streams: streams(run) }).toEqual({ code: 0, streams: [WHOLE] });
    expect(model.stampOf(one)).toBe(one.config);
  });

  test('never those that a cut load may have damaged', () => {
    const model = machine();
    model.install([one, two]);
    model.begun(modelImage('gone', ['base', 'middle', 'gone']), 'overlay2', 'other');
    model.write(`engine/layers/${middle}`, 'damaged\n');
    const { code } = model.load();
    expect(code).toBe(0);
    expect(new Set(model.layerConditions())).toEqual(new Set(['whole']));
  });

  test('never by an image whose own load was cut', () => {
    const model = new Model(root);
    model.install([one]);
    model.has(two, two.config);
    model.stamped(two, two.config, 'overlay2', 'other', layersOf(two));
    model.begun(modelImage('one', ['one']));
    const run = model.load();
    const whole = ['base', 'middle', 'one'];
    expect({ code: run.code, streams: streams(run) }).toEqual({ code: 0, streams: [whole, whole] });
  });

  test('an engine that refuses gets the whole image, without the tag that it showed', () => {
    const model = machine();
    model.install([two]);
    model.write('engine/refuses', '');
    const run = model.load();
    expect({ code: run.code, streams: streams(run) }).toEqual({
      code: 0,
      streams: [['two'], ['base', 'middle', 'two']],
    });
    expect(run.output).toMatch(
      /docker does not take \S+two:1 without layers that it should have: loading all of it \(docker failed with code 1: blob \w+: no such file\)/,
    );
    const loads = run.calls.filter((call) =>
      /^docker (load|rmi)|^stream|container-preload.intents.docker/.test(call),
    );
    expect(loads.map((call) => call.replace(/ .*/, ''))).toEqual([
      ...['sync', 'docker', 'stream', 'docker', 'sync', 'docker', 'stream'],
    ]);
    expect(model.idOf(two)).toBe(two.config);
  });

  test('a load that may bring them after all begins with an intent that names them', () => {
    // The power goes at later and later steps, until it goes in the second load.
    for (let step = 1; step < 60; step++) {
      const model = machine();
      model.install([two]);
      model.write('engine/refuses', '');
      model.write('cut', `kept ${step}\n`);
      if (count(model.load().calls, 'docker load') < 2) continue;
      expect(model.broughtBy(two)?.split(' ')).toEqual(expect.arrayContaining([base, middle]));
      return;
    }
    throw new Error('there was no second load');
  });
});

describe('images that the engine lacks, in one stream', () => {
  const one = modelImage('one', ['base', 'middle', 'one']);
  const two = modelImage('two', ['base', 'middle', 'two']);
  const three = modelImage('three', ['three', 'base']);
  const old = modelImage('one', ['base', 'old'], { edition: 'old' });
  const images = [one, two, three];
  const ALL = ['base', 'middle', 'one', 'two', 'three'];
  const intents = '/var/lib/container-preload/intents';

  function machine(): Model {
    const model = new Model(root);
    model.install(images);
    return model;
  }

  function ids(model: Model) {
    return images.map((image) => model.idOf(image));
  }

  const packaged = images.map(({ config }) => config);

  test('each layer comes once, with one call of the engine', () => {
    const model = machine();
    const run = model.load();
    // The model names a stream once an image, each with all that came.
    expect(new Set(streams(run).map((layers) => layers.join()))).toEqual(new Set([ALL.join()]));
    expect({ code: run.code, loads: count(run.calls, 'docker load'), ids: ids(model) }).toEqual({
      code: 0,
      loads: 1,
      ids: packaged,
    });
    expect(images.map((image) => model.stampOf(image))).toEqual(packaged);
    expect(run.output).toBe(
      [
        'loading 3 images in one stream, each layer once (1 MB):',
        `loading 1 of 3: ${one.reference} (1 MB)`,
        `loading 2 of 3: ${two.reference} (1 MB, of which 1 MB are new)`,
        `loading 3 of 3: ${three.reference} (1 MB, of which 1 MB are new)`,
        '3 loaded, 0 already there, 0 kept (changed by somebody), 0 failed, 0 kept as files\n',
      ].join('\n'),
    );
    expect(model.load().output).toContain('0 loaded, 3 already there');
  });

  test('the order: all intents, load, sync, look, all stamps, no intents', () => {
    const model = machine();
    const { calls } = model.load();
    const files = (folder: string, names: readonly string[]) =>
      ['sync', ...names.map((name) => `${root}${folder}/${name}.new`)].join(' ');
    const from = calls.findIndex((call) => call.startsWith('sync'));
    expect(calls.slice(from)).toEqual([
      files(
        intents,
        images.map((image) => model.intentOf(image)),
      ),
      `sync ${root}${intents}`,
      expect.stringMatching(/^tar -x -i -f/),
      expect.stringMatching(/^tar -x -i -O .* index.json$/),
      expect.stringMatching(/^tar -x -i -O .* manifest.json$/),
      expect.stringMatching(/^tar -c/),
      'docker load --quiet',
      ...images.map(() => expect.stringMatching(/^stream/)),
      `sync -f ${root}/engine`,
      expect.stringMatching(/^docker image inspect .*one:1 .*two:1 .*three:1$/),
      files(
        '/var/lib/demo',
        images.map((image) => model.stampFile(image)),
      ),
      `sync ${root}/var/lib/demo`,
      `sync ${root}${intents}`,
    ]);
  });

  test('what each intent names', () => {
    for (let step = 1; step < 60; step++) {
      const model = machine();
      model.write('cut', `kept ${step}\n`);
      if (count(model.load().calls, 'docker load') === 0) continue;
      for (const image of images) {
        const items = [image.config.slice(7), image.manifest.slice(7), ...image.layers];
        expect(model.broughtBy(image)?.split(' ')).toEqual(expect.arrayContaining(items));
      }
      return;
    }
    throw new Error('there was no load');
  });

  // Five layers of 1000 bytes, and some hundred of files to spool: one stream leaves half as much free as that.
  test.each([
    [8, 1, 0],
    [7, 3, 0],
    [5, 3, 0],
    [4, 0, 1],
  ])('with %s KiB free', (kibibytes, loads, code) => {
    const model = machine();
    model.free(kibibytes);
    const run = model.load();
    expect({ code: run.code, loads: count(run.calls, 'docker load') }).toEqual({ code, loads });
    expect(run.output.includes('in one stream')).toBe(loads === 1);
  });

  test('a single one is loaded as ever', () => {
    const model = machine();
    for (const image of [one, two]) {
      model.has(image, image.config);
      model.stamped(image, image.config);
    }
    const run = model.load();
    expect(run.output).not.toContain('stream');
    expect({ streams: streams(run), ids: ids(model) }).toEqual({
      streams: [['three', 'base']],
      ids: packaged,
    });
  });

  test('layers of earlier loads are left out', () => {
    const model = machine();
    const other = modelImage('other', ['base', 'other']);
    model.has(other, other.config);
    model.stamped(other, other.config, 'overlay2', 'other', layersOf(other));
    model.install([one, two]);
    const run = model.load();
    expect({ loads: count(run.calls, 'docker load'), streams: streams(run)[0] }).toEqual({
      loads: 1,
      streams: ['middle', 'one', 'two'],
    });
  });

  test('an image that replaces another is not among them', () => {
    const model = machine();
    model.has(old, old.config);
    model.stamped(one, old.config, 'overlay2', 'demo', layersOf(old));
    const run = model.load();
    expect(run.output).toContain('loading 2 images in one stream');
    expect(run.output).toContain(`loading 3 of 3: ${one.reference}`);
    expect({ loads: count(run.calls, 'docker load'), ids: ids(model) }).toEqual({
      loads: 2,
      ids: packaged,
    });
  });

  test('a file that is missing keeps its image out', () => {
    const model = machine();
    model.run(['rm', join(root, `usr/share/demo/layers/${two.layers[2]}.tar`)]);
    const run = model.load();
    expect(run.output).toContain('loading 2 images in one stream');
    expect(run.output).toMatch(
      /cannot load \S+two:1: .* is missing: install the package demo again/,
    );
    expect({ code: run.code, loads: count(run.calls, 'docker load'), ids: ids(model) }).toEqual({
      code: 1,
      loads: 1,
      ids: [one.config, undefined, three.config],
    });
  });

  test.each([
    ['layer', `layers/${two.layers[2]}.tar`],
    ['end', `images/${two.config.slice(7)}.tar`],
  ])('a damaged %s stops no other image', (_, file) => {
    const model = machine();
    model.write(`usr/share/demo/${file}`, 'not a fragment\n');
    const run = model.load();
    expect(run.output).toMatch(
      /one stream was not possible, so image by image: docker failed .*header/,
    );
    expect(run.output).toMatch(
      /cannot load \S+two:1: docker failed with code 1: invalid tar header/,
    );
    expect({
      code: run.code,
      loads: count(run.calls, 'docker load'),
      ids: ids(model),
      files: model.stateFiles(),
    }).toEqual({
      code: 1,
      // Together; `one`; `two` without what `one` brought, and whole; `three`.
      loads: 5,
      ids: [one.config, undefined, three.config],
      files: [one, three].map((image) => model.stampFile(image)).sort(),
    });
  });

  test('nothing is left of a stream that the engine refuses', () => {
    const model = machine();
    const other = modelImage('other', ['base', 'other']);
    model.has(other, other.config);
    model.stamped(other, other.config, 'overlay2', 'other', layersOf(other));
    model.install([one, two]);
    model.write('engine/refuses', '');
    const run = model.load();
    // The tag that the engine showed goes before anything else is loaded.
    const order = run.calls.filter((call) => /^docker (load|rmi)/.test(call));
    expect(order.slice(0, 3)).toEqual([
      'docker load --quiet',
      `docker rmi --force -- ${one.reference}`,
      'docker load --quiet',
    ]);
    expect({ code: run.code, ids: [model.idOf(one), model.idOf(two)] }).toEqual({
      code: 0,
      ids: [one.config, two.config],
    });
    expect(model.stateFiles()).toEqual([model.stampFile(one), model.stampFile(two)].sort());
  });

  test('a cut one is undone in one stream, and then made good image by image', () => {
    const model = machine();
    for (const image of images) {
      model.has(image, image.config);
      model.begun(image);
    }
    model.write(`engine/layers/${one.layers[0]}`, 'damaged\n');
    const run = model.load();
    expect(run.output).not.toContain('in one stream');
    const order = run.calls.filter((call) => /^docker (load|rmi)/.test(call));
    expect(order.map((call) => call.split(' ')[1])).toEqual([
      ...['rmi', 'rmi', 'rmi', 'load', 'rmi', 'rmi', 'rmi', 'load', 'load', 'load'],
    ]);
    expect({ code: run.code, ids: ids(model), files: model.stateFiles() }).toEqual({
      code: 0,
      ids: packaged,
      files: images.map((image) => model.stampFile(image)).sort(),
    });
    expect(new Set(model.layerConditions())).toEqual(new Set(['whole']));
  });

  test('beside one whose load was cut, the others come in one stream', () => {
    const model = machine();
    const four = modelImage('four');
    model.install([...images, four]);
    model.begun(four);
    const run = model.load();
    expect(run.output).toContain('loading 3 images in one stream');
    // `four` once to be removed, and once more for good.
    expect(count(run.calls, 'docker load')).toBe(3);
    expect({ code: run.code, ids: ids(model), four: model.idOf(four) }).toEqual({
      code: 0,
      ids: packaged,
      four: four.config,
    });
  });

  test('nothing is streamed before every intent is written', () => {
    const model = machine();
    const stub = `case "$*" in */${model.intentOf(two)}) echo full >&2; exit 1 ;; *) exec /bin/mv "$@" ;; esac`;
    model.write('bin/mv', `#!/bin/sh\n${stub}\n`);
    model.run(['chmod', '755', join(root, 'bin/mv')]);
    const run = model.load();
    expect({ code: run.code, loads: count(run.calls, 'docker load') }).toEqual({
      code: 1,
      loads: 2,
    });
    expect(run.output).toMatch(/so image by image: \S+intents cannot be written: full/);
  });
});

/** What each load streamed: the first words of its layers. */
function streams({ calls }: LoaderRun): string[][] {
  const names = new Map(
    ['base', 'middle', 'one', 'two', 'three', 'next'].map((name) => [
      modelImage(name).layers[0],
      name,
    ]),
  );
  return calls
    .filter((call) => call.startsWith('stream '))
    .map((call) => call.split(' ').slice(2))
    .map((layers) => layers.map((layer) => names.get(layer) ?? layer));
}

function imageOf(id: string) {
  return [red, old, other].find(({ config, manifest }) => [config, manifest].includes(id)) ?? red;
}

function count(calls: readonly string[], start: string): number {
  return calls.filter((call) => call.startsWith(start)).length;
}
