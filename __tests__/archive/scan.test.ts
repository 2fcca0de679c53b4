import { describe, expect, test } from '@jest/globals';
import { type LayerNotes, type PathNote, scanLayer } from '../../src/archive/scan.ts';
import { type Entry, tarOf } from '../support/images.ts';
import { elf } from './bytes.ts';

describe('notes', () => {
  test.each<[string, Entry, Record<string, PathNote>]>([
    [
      'a little-endian program',
      { path: 'bin/app', content: elf(183), mode: 0o755 },
      { 'bin/app': { machine: 183 } },
    ],
    [
      'a big-endian program',
      { path: 'bin/app', content: elf(22, 'big'), mode: 0o755 },
      { 'bin/app': { machine: 22 } },
    ],
    ['a program that nobody may run', { path: 'bin/app', content: elf(62), mode: 0o644 }, {}],
    [
      'a program of the group',
      { path: 'app', content: elf(62), mode: 0o010 },
      { app: { machine: 62 } },
    ],
    ['what is too short for one', { path: 'app', content: '\x7fELF', mode: 0o755 }, {}],
    ['a file', { path: 'etc/passwd', content: 'root:x:0:0', mode: 0o755 }, {}],
    ['an empty file', { path: 'bin/none', mode: 0o755 }, {}],
    ['a directory', { path: 'bin/' }, {}],
    [
      'a symbolic link',
      { path: 'bin', type: 'symlink', linkname: 'usr/bin' },
      { bin: { link: 'usr/bin' } },
    ],
    [
      'a hard link, which is named from the root',
      { path: './bin/sh', type: 'link', linkname: './bin/busybox' },
      { 'bin/sh': { link: '/bin/busybox' } },
    ],
    [
      'a script',
      { path: 'run', content: '#!/bin/sh -e\necho', mode: 0o755 },
      { run: { interpreter: '/bin/sh' } },
    ],
    [
      'a script with a space',
      { path: 'run', content: '#! /usr/bin/env python3\n', mode: 0o755 },
      { run: { interpreter: '/usr/bin/env' } },
    ],
    ['a script without a path', { path: 'run', content: '#!sh\n', mode: 0o755 }, {}],
    ['a whiteout', { path: 'bin/.wh.sh' }, { 'bin/sh': { gone: true } }],
    ['a whiteout at the root', { path: '.wh.app' }, { app: { gone: true } }],
    [
      'a name with ./ in front',
      { path: './bin/app', content: elf(62), mode: 0o755 },
      { 'bin/app': { machine: 62 } },
    ],
    [
      'a name with / in front',
      { path: '/bin/app', content: elf(62), mode: 0o755 },
      { 'bin/app': { machine: 62 } },
    ],
    [
      'a name that is no property',
      { path: '__proto__', content: elf(62), mode: 0o755 },
      JSON.parse('{ "__proto__": { "machine": 62 } }'),
    ],
  ])('%s', async (_name, entry, expected) => {
    const notes = await scan(await tarOf([entry]));
    expect(Object.entries(notes)).toEqual(Object.entries(expected));
  });

  test('the last member of a name counts, but a whiteout hides only what is below', async () => {
    const notes = await scan(
      await tarOf([
        { path: 'bin/one', content: elf(62), mode: 0o755 },
        { path: 'bin/one', content: elf(183), mode: 0o755 },
        { path: 'bin/two', content: elf(62), mode: 0o755 },
        { path: 'bin/.wh.two' },
        { path: 'bin/.wh.three' },
        { path: 'bin/three', content: elf(62), mode: 0o755 },
      ]),
    );
    expect(notes).toEqual({
      'bin/one': { machine: 183 },
      'bin/two': { machine: 62 },
      'bin/three': { machine: 62 },
    });
  });

  test.each([1, 7, 511, 512, 513, 100_000])('in chunks of %i bytes', async (size) => {
    const tar = await tarOf([
      { path: 'bin/app', content: Buffer.concat([elf(40), Buffer.alloc(20_000)]), mode: 0o755 },
      { path: 'etc/large', content: Buffer.alloc(40_000) },
      { path: 'run', content: '#!/bin/app\n', mode: 0o755 },
    ]);
    expect(await scan(tar, size)).toEqual({
      'bin/app': { machine: 40 },
      run: { interpreter: '/bin/app' },
    });
  });

  test('names of more than 100 bytes', async () => {
    const path = `opt/${'long/'.repeat(40)}${'name'.repeat(30)}`;
    const notes = await scan(await tarOf([{ path, content: elf(62), mode: 0o755 }]));
    expect(notes).toEqual({ [path]: { machine: 62 } });
  });
});

const member = await tarOf([{ path: 'a', content: 'b'.repeat(2000) }]);

describe('what is no tar', () => {
  test.each<[string, Buffer, RegExp]>([
    ['text', Buffer.from('not a tar '.repeat(200)), /Invalid tar header/],
    ['a few bytes', Buffer.from('x'), /Unexpected end of data/],
    ['a member without its content', member.subarray(0, 1024), /Unexpected end of data/],
  ])('%s', async (_name, bytes, message) => {
    await expect(scan(bytes)).rejects.toThrow(message);
  });

  test('is refused as soon as it shows, and writing on never hangs', async () => {
    const reader = scanLayer();
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const writing = async () => {
      for (let i = 0; i < 100; i += 1) await reader.write(chunk);
    };
    await expect(writing()).rejects.toThrow('Invalid tar header');
  });

  test('but nothing at all is an empty tar', async () => {
    expect(await scan(Buffer.alloc(0))).toEqual({});
    expect(await scan(Buffer.alloc(512))).toEqual({});
  });
});

async function scan(tar: Buffer, chunkSize = 64 * 1024): Promise<LayerNotes> {
  const reader = scanLayer();
  for (let at = 0; at < tar.length; at += chunkSize) {
    await reader.write(tar.subarray(at, at + chunkSize));
  }
  return reader.end();
}
