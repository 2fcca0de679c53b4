import { describe, expect, test } from '@jest/globals';
import { checkKernelMachine, IMAGE_CHECKS } from '../../src/boot/checks.ts';
import type { ShownImage } from '../../src/boot/engine.ts';
import type { ImageUnderTest } from '../../src/boot/types.ts';
import { sha256 } from '../../src/images/digest.ts';

const [config, manifest, base, top, other] = ['c', 'm', 'b', 't', 'o'].map((text) => sha256(text));
if (!config || !manifest || !base || !top || !other) throw new Error('digests');

const IMAGE: ImageUnderTest = {
  reference: 'docker.io/library/alpine:3.20',
  configDigest: config,
  manifestDigest: manifest,
  architecture: 'arm64',
  layers: [base, top],
  settings: { entrypoint: ['/bin/app'], command: ['-v'], labels: { a: '1', b: '2' } },
  unpackedSize: 1,
  fetchOnly: false,
};

const SHOWN: ShownImage = {
  id: config,
  architecture: 'arm64',
  layers: [base, top],
  entrypoint: ['/bin/app'],
  command: ['-v'],
  labels: { b: '2', a: '1' },
};

function verdicts(shown: ShownImage, image = IMAGE): Record<string, string> {
  return Object.fromEntries(
    IMAGE_CHECKS.map(({ name, compare }) => {
      try {
        compare(shown, image);
        return [name, 'ok'];
      } catch (error) {
        return [name, (error as Error).message];
      }
    }),
  );
}

const ALL_OK = { ID: 'ok', architecture: 'ok', layers: 'ok', 'entrypoint and labels': 'ok' };

test.each([
  ['classic Docker and Podman show the digest of the config', SHOWN],
  ["Docker's containerd store shows that of the manifest", { ...SHOWN, id: manifest }],
])('%s', (_, shown) => {
  expect(verdicts(shown)).toEqual(ALL_OK);
});

describe('what differs is said, with both sides', () => {
  test.each<[string, Partial<ShownImage>, Partial<Record<string, string>>]>([
    [
      'another image',
      { id: other },
      {
        ID: `its ID is ${other.slice(0, 19)}, not ${config.slice(0, 19)} nor ${manifest.slice(0, 19)}`,
      },
    ],
    [
      'another architecture',
      { architecture: 'amd64' },
      { architecture: 'it is for amd64, not arm64' },
    ],
    [
      'another layer',
      { layers: [base, other] },
      { layers: `layer 2 is ${other.slice(0, 19)}, not ${top.slice(0, 19)}` },
    ],
    [
      'a missing layer',
      { layers: [base] },
      { layers: `layer 2 is absent, not ${top.slice(0, 19)}` },
    ],
    ['one more layer', { layers: [base, top, other] }, { layers: '3 layers, not 2' }],
    [
      'no entrypoint',
      { entrypoint: [] },
      { 'entrypoint and labels': 'its entrypoint is [], not ["/bin/app"]' },
    ],
    [
      'another command',
      { command: ['-q'] },
      { 'entrypoint and labels': 'its command is ["-q"], not ["-v"]' },
    ],
    [
      'a label more',
      { labels: { a: '1', b: '2', c: '3' } },
      { 'entrypoint and labels': 'its labels is {"a":"1","b":"2","c":"3"}, not {"a":"1","b":"2"}' },
    ],
  ])('%s', (_, change, expected) => {
    expect(verdicts({ ...SHOWN, ...change })).toEqual({ ...ALL_OK, ...expected });
  });
});

test.each([
  ['x86_64', 'amd64'],
  ['aarch64', 'arm64'],
  ['armv7l', 'armhf'],
  ['armv8l', 'armhf'],
] as const)('a kernel that says %s is one of %s', (machine, architecture) => {
  expect(checkKernelMachine(machine, architecture)).toBe(machine);
});

test('a kernel of another architecture', () => {
  expect(() => checkKernelMachine('x86_64', 'arm64')).toThrow('uname -m says x86_64, not aarch64');
});
