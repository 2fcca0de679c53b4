import { expect, test } from '@jest/globals';
import { foreignEntrypoint } from '../../src/archive/entrypoint.ts';
import { type LayerNotes, scanLayer } from '../../src/archive/scan.ts';
import { busyboxEntries } from '../support/debian.ts';
import { type Entry, tarOf } from '../support/images.ts';

const architectures = ['amd64', 'arm64', 'armhf'] as const;
const MACHINE = { amd64: 62, arm64: 183, armhf: 40 };

test.each(architectures)('the notes of a real busybox for %s', async (architecture) => {
  const notes = await notesOf(await busyboxEntries(architecture));
  expect(notes).toMatchObject({
    'bin/busybox': { machine: MACHINE[architecture] },
    'bin/sh': { link: 'busybox' },
  });
});

test.each([
  ['amd64', 'amd64', undefined],
  ['arm64', 'arm64', undefined],
  ['armhf', 'armhf', undefined],
  ['amd64', 'arm64', '/bin/sh is for amd64'],
  ['arm64', 'amd64', '/bin/sh is for arm64'],
  ['armhf', 'amd64', '/bin/sh is for 32-bit ARM'],
  ['armhf', 'arm64', undefined],
] as const)('a busybox for %s in an image for %s: %s', async (made, wanted, expected) => {
  const layers = [await notesOf(await busyboxEntries(made))];
  expect(foreignEntrypoint({ Cmd: ['sh'] }, layers, wanted)).toBe(expected);
});

async function notesOf(entries: readonly Entry[]): Promise<LayerNotes> {
  const reader = scanLayer();
  await reader.write(await tarOf(entries));
  return reader.end();
}
