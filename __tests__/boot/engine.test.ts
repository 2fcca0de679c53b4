import { expect, test } from '@jest/globals';
import {
  asUserArgv,
  daemonSettings,
  findShell,
  importArgv,
  inspectArgv,
  parseInspections,
  removeContainerArgv,
  removeImageArgv,
  runArgv,
  storeOf,
} from '../../src/boot/engine.ts';

const HEX = 'a'.repeat(64);

test.each([
  ['inspect', inspectArgv('docker', ['a:1', 'b:1']), 'docker image inspect a:1 b:1'],
  ['remove', removeImageArgv('podman', 'a:1'), 'podman image rm --force a:1'],
  ['remove a container', removeContainerArgv('docker', 'c'), 'docker rm --force c'],
  ['import', importArgv('podman', '/run/a.tar', 'a:1'), 'podman import /run/a.tar a:1'],
  [
    'run',
    runArgv('docker', 'c', 'a:1', ['uname', '-m']),
    'docker run --rm --name c --network=none --pull=never --log-driver=none --entrypoint uname a:1 -m',
  ],
  [
    'run with a file of the machine',
    runArgv('podman', 'c', 'a:1', ['/t'], { '/t': '/run/p/true' }),
    'podman run --rm --name c --network=none --pull=never --log-driver=none --volume /run/p/true:/t:ro --entrypoint /t a:1',
  ],
])('%s', (_, argv, line) => {
  expect(argv.join(' ')).toBe(line);
});

test("Docker's answer", () => {
  const json = JSON.stringify([
    {
      Id: `sha256:${HEX}`,
      Architecture: 'amd64',
      RootFS: { Type: 'layers', Layers: ['sha256:1'] },
      Config: { Entrypoint: null, Cmd: ['sh'], Labels: { a: 'b' } },
    },
  ]);
  expect(parseInspections(json)).toEqual([
    {
      id: `sha256:${HEX}`,
      architecture: 'amd64',
      layers: ['sha256:1'],
      entrypoint: [],
      command: ['sh'],
      labels: { a: 'b' },
    },
  ]);
});

test("Podman's answer has IDs without their algorithm, and leaves out what is empty", () => {
  const json = JSON.stringify([{ Id: HEX, Architecture: 'arm64', RootFS: {}, Config: {} }]);
  expect(parseInspections(json)).toEqual([
    {
      id: `sha256:${HEX}`,
      architecture: 'arm64',
      layers: [],
      entrypoint: [],
      command: [],
      labels: {},
    },
  ]);
});

test.each([
  ['overlay2 [["Backing Filesystem","extfs"],["Native Overlay Diff","true"]]', 'classic'],
  ['overlayfs [["driver-type","io.containerd.snapshotter.v1"]]', 'containerd'],
])('the store of Docker with %s', (driver, store) => {
  expect(storeOf(driver)).toBe(store);
});

test("Docker's settings for a store", () => {
  expect(JSON.parse(daemonSettings('containerd'))).toEqual({
    features: { 'containerd-snapshotter': true },
  });
  expect(JSON.parse(daemonSettings('classic'))).toEqual({
    features: { 'containerd-snapshotter': false },
  });
});

test('a program as another user', () => {
  const argv = asUserArgv('app', ['podman', 'image', 'inspect', 'a b:1']);
  expect(argv.slice(0, 2)).toEqual(['sh', '-euc']);
  expect(argv.slice(3)).toEqual(['sh', 'app', 'podman', 'image', 'inspect', 'a b:1']);
  expect(argv[2]).toMatch(
    /exec runuser -u "\$user" -- env HOME="\$home" XDG_RUNTIME_DIR=.* "\$@"$/,
  );
});

test.each([
  [0, '\nx86_64\n', 'started'],
  [2, '\nx86_64\n', 'started'],
  [202, '', 'absent'],
  [213, '', 'absent'],
  [208, '', 'foreign'],
  // The engine's own codes: it crashed, or could not start the probe.
  [2, '', 'started'],
  [126, '', 'started'],
])('a probe that ends with %i and %j: the shell is %s', (code, stdout, shell) => {
  expect(findShell({ code, stdout })).toBe(shell);
});
