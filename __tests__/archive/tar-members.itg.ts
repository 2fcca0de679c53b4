import { execFileSync } from 'node:child_process';
import { link, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readMembers } from '../../src/archive/tar-members.ts';
import { tempDirs } from '../support/temp.ts';

const temp = tempDirs();
let folder: string;
const SHORT = ['./', './app', './dir/', './dir/hard', './dir/soft'];
const LONG = `./dir/${'n'.repeat(90)}/${'m'.repeat(120)}`;

beforeAll(async () => {
  folder = await temp.make('members');
  await mkdir(join(folder, 'dir', 'n'.repeat(90)), { recursive: true });
  await writeFile(join(folder, 'app'), '#!/bin/sh\n', { mode: 0o755 });
  await link(join(folder, 'app'), join(folder, 'dir/hard'));
  await symlink('../app', join(folder, 'dir/soft'));
  await writeFile(join(folder, LONG), 'long');
  await writeFile(join(folder, 'holes'), 'data');
  await truncate(join(folder, 'holes'), 1024 * 1024);
});
afterAll(() => temp.remove());

test.each([
  ['v7', SHORT],
  ['ustar', SHORT],
  ['gnu', [...SHORT, LONG]],
  ['pax', [...SHORT, LONG]],
  ['oldgnu', [...SHORT, LONG]],
])('members of GNU tar --format=%s', (format, names) => {
  const members = membersOf(tar([`--format=${format}`, ...names]));
  const byName = new Map(members.map((member) => [member.name.replace(/\/$/, ''), member]));
  expect([...byName.keys()].sort()).toEqual(names.map((name) => name.replace(/\/$/, '')).sort());
  expect(byName.get('./app')).toMatchObject({
    type: '0',
    size: 10,
    mode: 0o755,
    start: '#!/bin/sh\n',
  });
  expect(byName.get('./dir')).toMatchObject({ type: '5', size: 0 });
  expect(byName.get('./dir/hard')).toMatchObject({ type: '1', linkname: './app', size: 0 });
  expect(byName.get('./dir/soft')).toMatchObject({ type: '2', linkname: '../app' });
  if (names.includes(LONG)) expect(byName.get(LONG)).toMatchObject({ size: 4, start: 'long' });
});

test('sparse files of pax are taken, those of GNU are not', () => {
  expect(membersOf(tar(['--sparse', '--format=pax', './holes', './app']))).toMatchObject([
    { type: '0' },
    { name: './app', start: '#!/bin/sh\n' },
  ]);
  expect(() => membersOf(tar(['--sparse', '--format=gnu', './holes']))).toThrow(
    '"./holes" has the type "S"',
  );
  expect(() => membersOf(tar(['--incremental', './dir']))).toThrow('"./dir/" has the type "D"');
});

function tar(args: readonly string[]): Buffer {
  const argv = ['--create', '--file=-', '--no-recursion', '--directory', folder, ...args];
  return execFileSync('tar', argv, { maxBuffer: 1 << 24 });
}

function membersOf(bytes: Buffer) {
  const members: { name: string; start: string }[] = [];
  const reader = readMembers((member, start) =>
    members.push({ ...member, start: start.toString() }),
  );
  reader.write(bytes);
  reader.end();
  return members;
}
