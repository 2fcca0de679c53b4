import { describe, expect, test } from '@jest/globals';
import { type Command, foreignEntrypoint } from '../../src/archive/entrypoint.ts';
import type { LayerNotes } from '../../src/archive/scan.ts';
import type { DebianArchitecture } from '../../src/images/platform.ts';

const AMD64 = { machine: 62 };
const ARM64 = { machine: 183 };

describe('machines', () => {
  test.each<[DebianArchitecture, number, string | undefined]>([
    ['amd64', 62, undefined],
    ['amd64', 3, undefined],
    ['amd64', 183, '/app is for arm64'],
    ['arm64', 183, undefined],
    ['arm64', 40, undefined],
    ['arm64', 62, '/app is for amd64'],
    ['armhf', 40, undefined],
    ['armhf', 183, '/app is for arm64'],
    ['armel', 40, undefined],
    ['armel', 62, '/app is for amd64'],
    ['i386', 3, undefined],
    ['i386', 62, '/app is for amd64'],
    ['ppc64el', 21, undefined],
    ['ppc64el', 243, '/app is for RISC-V'],
    ['s390x', 22, undefined],
    ['riscv64', 243, undefined],
    ['riscv64', 258, '/app is for LoongArch'],
    ['loong64', 258, undefined],
    ['amd64', 22, '/app is for s390'],
    ['amd64', 21, '/app is for ppc64'],
    ['arm64', 3, '/app is for i386'],
    ['amd64', 40, '/app is for 32-bit ARM'],
    ['amd64', 8, '/app is for ELF machine 8'],
  ])('on %s machine %i: %s', (architecture, machine, expected) => {
    const layers = [{ app: { machine } }];
    expect(foreignEntrypoint({ Entrypoint: ['/app'] }, layers, architecture)).toBe(expected);
  });
});

/** Each case has one foreign program, found or not found in an arm64 image. */
describe('which program it is', () => {
  const found = (path: string) => `${path} is for amd64`;
  test.each<[string, Command, LayerNotes[], string | undefined]>([
    ['nothing', {}, [{ app: AMD64 }], undefined],
    ['nulls', { Entrypoint: null, Cmd: null, Env: null }, [{ app: AMD64 }], undefined],
    ['empty lists', { Entrypoint: [], Cmd: [] }, [{ app: AMD64 }], undefined],
    ['the command', { Cmd: ['/app'] }, [{ app: AMD64 }], found('/app')],
    [
      'an empty entrypoint and a command',
      { Entrypoint: [], Cmd: ['/app'] },
      [{ app: AMD64 }],
      found('/app'),
    ],
    [
      'the entrypoint before the command',
      { Entrypoint: ['/a'], Cmd: ['/b'] },
      [{ a: ARM64, b: AMD64 }],
      undefined,
    ],
    [
      'a path from the folder that it works in',
      { Cmd: ['./app'], WorkingDir: '/srv' },
      [{ app: ARM64, 'srv/app': AMD64 }],
      found('/srv/app'),
    ],
    ['not among the files', { Cmd: ['/gone'] }, [{ app: AMD64 }], undefined],
    ['a path from the root', { Cmd: ['./app'] }, [{ app: AMD64 }], found('/app')],
    ['a path with dots', { Cmd: ['/usr/../app'] }, [{ app: AMD64 }], found('/app')],
    [
      'a name, by the default PATH',
      { Cmd: ['app'] },
      [{ 'usr/bin/app': AMD64, 'opt/app': ARM64 }],
      found('/usr/bin/app'),
    ],
    [
      'a name, by the PATH of the image',
      { Cmd: ['app'], Env: ['HOME=/', 'PATH=/none:/opt:/usr/bin'] },
      [{ 'opt/app': AMD64, 'usr/bin/app': ARM64 }],
      found('/opt/app'),
    ],
    [
      'the first that PATH leads to',
      { Cmd: ['app'], Env: ['PATH=/usr/bin:/opt'] },
      [{ 'opt/app': AMD64, 'usr/bin/app': ARM64 }],
      undefined,
    ],
    ['a name that is nowhere', { Cmd: ['app'] }, [{ app: AMD64 }], undefined],
    [
      'through a link',
      { Cmd: ['/bin/sh'] },
      [{ 'bin/sh': { link: 'busybox' }, 'bin/busybox': AMD64 }],
      found('/bin/sh'),
    ],
    [
      'through an absolute link',
      { Cmd: ['/bin/sh'] },
      [{ 'bin/sh': { link: '/opt/busybox' }, 'opt/busybox': AMD64 }],
      found('/bin/sh'),
    ],
    [
      'through a link of a directory, as on a merged /usr',
      { Cmd: ['/bin/sh'] },
      [{ bin: { link: 'usr/bin' }, 'usr/bin/sh': AMD64 }],
      found('/bin/sh'),
    ],
    [
      'through links above the root',
      { Cmd: ['/bin/sh'] },
      [{ 'bin/sh': { link: '../../../opt/sh' }, 'opt/sh': AMD64 }],
      found('/bin/sh'),
    ],
    [
      'through links of links over layers',
      { Cmd: ['/etc/alternatives/../app'] },
      [{ 'usr/bin/app': AMD64, bin: { link: 'usr/bin' } }, { 'etc/app': { link: '/bin/app' } }],
      found('/etc/app'),
    ],
    ['a link to nowhere', { Cmd: ['/app'] }, [{ app: { link: 'gone' } }], undefined],
    ['links in a ring', { Cmd: ['/a'] }, [{ a: { link: 'b' }, b: { link: 'a' } }], undefined],
    [
      'the interpreter of a script',
      { Entrypoint: ['/entrypoint.sh'] },
      [
        {
          'entrypoint.sh': { interpreter: '/bin/sh' },
          'bin/sh': { link: 'dash' },
          'bin/dash': AMD64,
        },
      ],
      found('/entrypoint.sh'),
    ],
    [
      'replaced by a higher layer',
      { Cmd: ['/app'] },
      [{ app: AMD64 }, {}, { app: ARM64 }],
      undefined,
    ],
    ['in a higher layer', { Cmd: ['/app'] }, [{ app: ARM64 }, { app: AMD64 }], found('/app')],
    [
      'hidden by a whiteout',
      { Cmd: ['/app'] },
      [{ app: AMD64 }, { app: { gone: true } }],
      undefined,
    ],
    [
      'hidden with its directory',
      { Cmd: ['/opt/app'] },
      [{ 'opt/app': AMD64 }, { opt: { gone: true } }],
      undefined,
    ],
    [
      'hidden, and there again above',
      { Cmd: ['/app'] },
      [{ app: ARM64 }, { app: { gone: true } }, { app: AMD64 }],
      found('/app'),
    ],
  ])('%s', (_name, command, layers, expected) => {
    expect(foreignEntrypoint(command, layers, 'arm64')).toBe(expected);
  });
});
