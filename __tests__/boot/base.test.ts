import { describe, expect, test } from '@jest/globals';
import {
  aptConfiguration,
  installArgv,
  networkSettings,
  parseCandidates,
  parseKernelPackage,
  parseKernelParts,
} from '../../src/boot/base/apt.ts';
import { bootstrapArgv, extractArgv } from '../../src/boot/base/bootstrap.ts';
import type { UnpackedPackage } from '../../src/boot/base/control.ts';
import { field } from '../../src/boot/base/control.ts';
import { cpio } from '../../src/boot/base/cpio.ts';
import { fileList, statusStanza, triggerIndex } from '../../src/boot/base/database.ts';
import { initrdMembers, parseShowDepends } from '../../src/boot/base/kernel.ts';
import { pamFiles } from '../../src/boot/base/pam.ts';
import { installedPackages } from '../../src/boot/base/prepare.ts';
import { enableArgvs, joinSysusers, unpackArgv } from '../../src/boot/base/quick.ts';
import { baseIngredients, baseKey, recipe } from '../../src/boot/base/recipe.ts';
import { fakerootArgv, toolEnvironment } from '../../src/boot/base/root.ts';
import { scriptEffects, unknownPackages } from '../../src/boot/base/scripts.ts';
import {
  bootstrapSourcesArgv,
  parseIndexTargets,
  signed,
  sourcesLike,
} from '../../src/boot/base/sources.ts';
import { missingPackages } from '../../src/boot/base/tools.ts';

const KEYRING = '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]';

function unpacked(name: string, files: Record<string, string>, control = ''): UnpackedPackage {
  return { name, control, files: new Map(Object.entries(files)), listing: [] };
}

describe('recipe', () => {
  test('each engine brings its own, and every package comes once', () => {
    const docker = recipe({ architecture: 'arm64', engine: 'docker', packages: ['zstd', 'jq'] });
    expect(docker.packages).toEqual(
      expect.arrayContaining(['systemd-sysv', 'docker.io', 'apparmor', 'jq']),
    );
    expect(docker.packages.filter((name) => name === 'zstd')).toHaveLength(1);
    expect(docker.packagesWhereThere).toContain('docker-cli');
    expect(docker.kernelMetaPackage).toBe('linux-image-cloud-arm64');
    const podman = recipe({ architecture: 'armhf', engine: 'podman' });
    expect(podman.packages).toEqual(expect.arrayContaining(['podman', 'crun', 'uidmap']));
    expect(podman.packages).not.toContain('docker.io');
    expect(podman.kernelMetaPackage).toBe('linux-image-armmp');
  });

  const options = { architecture: 'amd64', suite: 'trixie', engine: 'docker' } as const;
  const NOW = new Date('2026-11-21T12:00:00Z');
  const keyOf = (given: Parameters<typeof baseIngredients>[0]) =>
    baseKey(baseIngredients(given, NOW));

  test.each([
    [{ architecture: 'arm64' as const }],
    [{ suite: 'forky' }],
    [{ engine: 'podman' as const }],
    [{ packages: ['jq'] }],
    [{ mirror: 'file:///mirror' }],
    [{ method: 'mmdebstrap' as const }],
  ])('another key for %j', (change) => {
    expect(keyOf({ ...options, ...change })).not.toBe(keyOf(options));
  });

  test('the order of packages makes no other key, and a key is fit for a file name', () => {
    const key = keyOf({ ...options, packages: ['a', 'b'] });
    expect(key).toBe(keyOf({ ...options, packages: ['b', 'a'] }));
    expect(key).toMatch(/^trixie-amd64-docker-[0-9a-f]{12}-20261116$/);
  });

  test.each([
    ['2026-11-15T23:59:59Z', '20261109'],
    ['2026-11-16T00:00:00Z', '20261116'],
    ['2026-11-22T23:59:59Z', '20261116'],
    ['2026-12-31T12:00:00Z', '20261228'],
    ['2027-01-03T12:00:00Z', '20261228'],
  ])('at %s the archive is that of the week from %s', (now, week) => {
    expect(baseKey(baseIngredients(options, new Date(now)))).toMatch(new RegExp(`-${week}$`));
  });

  test('what a key is made of can be told', () => {
    const ingredients = baseIngredients({ ...options, packages: ['jq'] }, NOW);
    expect(ingredients).toMatchObject({
      suite: 'trixie',
      packages: expect.stringMatching(/\bdocker\.io .*\bjq\b/),
      mirror: "this machine's own",
      'archive in the week from': '2026-11-16',
    });
  });
});

describe('sources', () => {
  const own = parseIndexTargets(
    [
      'http://mirror.test/debian/|bookworm|main|Debian',
      'http://mirror.test/debian/|bookworm|contrib|Debian',
      'http://mirror.test/debian/|bookworm-updates|main|Debian',
      'http://mirror.test/debian/|bookworm-backports|main|Debian Backports',
      'http://mirror.test/debian-security/|bookworm-security|main|Debian',
      'http://elsewhere.test/apt/|stable|main|Somebody',
      'http://unread.test/debian/|bookworm|main|$(ORIGIN)',
      '',
    ].join('\n'),
  );

  test("this machine's archives, for another suite", () => {
    expect(sourcesLike(own, 'trixie')).toEqual([
      `deb ${KEYRING} http://mirror.test/debian/ trixie main`,
      `deb ${KEYRING} http://mirror.test/debian/ trixie-updates main`,
      `deb ${KEYRING} http://mirror.test/debian-security/ trixie-security main`,
    ]);
  });

  test('sid has neither updates nor a security archive', () => {
    expect(sourcesLike(own, 'sid')).toEqual([`deb ${KEYRING} http://mirror.test/debian/ sid main`]);
  });

  test('nothing from archives that are not Debian', () => {
    expect(
      sourcesLike(
        own.filter(({ origin }) => origin !== 'Debian'),
        'trixie',
      ),
    ).toEqual([]);
  });

  test("mmdebstrap's own list, with Debian's keys", () => {
    const list = 'deb http://a.test/debian trixie main\n# no\ndeb [x=y] http://b.test s/t main\n';
    expect(signed(list)).toEqual([
      `deb ${KEYRING} http://a.test/debian trixie main`,
      `deb ${KEYRING} http://b.test s/t main`,
    ]);
    const argv = bootstrapSourcesArgv('trixie', '/w/root', '/w/list');
    expect(argv[0]).toBe('mmdebstrap');
    expect(argv.slice(-2)).toEqual(['trixie', '/w/root']);
  });
});

describe('apt', () => {
  test('its configuration touches nothing of this machine', () => {
    const text = aptConfiguration('/w/apt', 'armhf', ['Acquire::http::Proxy "http://p.test:1";']);
    expect(text).toContain('APT::Architectures { "armhf"; };\n');
    for (const key of ['Dir::Etc', 'Dir::State', 'Dir::State::status', 'Dir::Cache']) {
      expect(text).toMatch(new RegExp(`^${key} "/w/apt/`, 'm'));
    }
    expect(text).toContain('APT::Install-Recommends "false";\n');
    expect(text).toMatch(/Acquire::http::Proxy "http:\/\/p.test:1";\n$/);
  });

  test('only how to reach the network is taken over', () => {
    const dump = [
      'APT::Update::Post-Invoke:: "rm -f /var/cache/apt/*.bin";',
      'Acquire::http::Proxy "http://p.test:1";',
      'Acquire::https::CAInfo "/ca.pem";',
      'Acquire::Check-Valid-Until "false";',
      'Acquire::IndexTargets::deb::Packages::Optional "0";',
      'Acquire::Languages "de";',
      'Acquire::http "";',
    ].join('\n');
    expect(networkSettings(dump)).toEqual([
      'Acquire::http::Proxy "http://p.test:1";',
      'Acquire::https::CAInfo "/ca.pem";',
      'Acquire::Check-Valid-Until "false";',
      'Acquire::http "";',
    ]);
  });

  test('downloads the essential packages and those that were asked for', () => {
    expect(installArgv(['udev'])).toEqual([
      ...['apt-get', '-qq', '--yes', '--download-only', 'install', '?essential', 'udev'],
    ]);
  });

  test('a package without a candidate is not there', () => {
    const policy = [
      'docker-cli:\n  Installed: (none)\n  Candidate: 26.1\n  Version table:\n     26.1 500',
      'passt:\n  Installed: (none)\n  Candidate: (none)\n  Version table:',
    ].join('\n');
    expect(parseCandidates(`${policy}\n`)).toEqual(new Set(['docker-cli']));
  });

  test.each([
    [
      'Package: m\nDepends: linux-image-6.1.0-9-cloud-arm64 (= 6.1-1)\n',
      'linux-image-6.1.0-9-cloud-arm64',
    ],
    ['Package: m\nDepends: a, linux-image-7.0+x\n', 'linux-image-7.0+x'],
    ['Package: m\nDescription: linux-image-6 is nothing\n', undefined],
  ])('the kernel of %j', (show, kernel) => {
    expect(parseKernelPackage(show)).toBe(kernel);
  });
});

test("since forky a kernel's files are in packages of their own", () => {
  const depends =
    'Depends: dracut, linux-base-7.2+x, linux-binary-7.2+x (= 1), linux-modules-7.2+x (= 1)';
  expect(parseKernelParts(`Package: k\n${depends}\n`)).toEqual([
    'linux-base-7.2+x',
    'linux-binary-7.2+x',
    'linux-modules-7.2+x',
  ]);
  expect(parseKernelParts('Package: k\nDepends: kmod\n')).toEqual([]);
});

describe("dpkg's database", () => {
  test('the status comes after the name, the conffiles at the end', () => {
    const control = 'Package: a\nVersion: 1\nDescription: x\n more\n\n';
    expect(statusStanza({ control }, [['/etc/a', 'd41d']])).toBe(
      'Package: a\nStatus: install ok installed\nVersion: 1\nDescription: x\n more\nConffiles:\n /etc/a d41d\n\n',
    );
    expect(statusStanza({ control }, [])).not.toContain('Conffiles');
  });

  test('a list has what was unpacked and what was left out', () => {
    const listing = ['./', './usr/', './usr/bin/x y', 'usr/share/'];
    const md5sums = 'abc  usr/share/doc/a/copyright\ndef  usr/bin/x y\n';
    expect(fileList(listing, md5sums)).toEqual([
      '/.',
      '/usr',
      '/usr/bin/x y',
      '/usr/share',
      '/usr/share/doc/a/copyright',
    ]);
  });

  test('interests in paths go into one file, those in names into one each', () => {
    const packages = [
      unpacked('a', { triggers: '# x\ninterest-noawait /usr/lib/udev\ninterest ldconfig\n' }),
      unpacked(
        'b',
        { triggers: 'interest-await /usr/lib/udev # y\nactivate-noawait ldconfig\n' },
        'Package: b\nArchitecture: arm64\nMulti-Arch: same\n',
      ),
    ];
    expect(triggerIndex(packages)).toEqual({
      'triggers/File': '/usr/lib/udev a/noawait\n/usr/lib/udev b:arm64\n',
      'triggers/ldconfig': 'a\n',
    });
  });

  test('fields and installed packages', () => {
    expect(field('Package: a\nMulti-Arch: same\n', 'multi-arch')).toBe('same');
    expect(field('Package: a\n X: no\n', 'X')).toBeUndefined();
    const status = [
      'Package: a\nStatus: install ok installed\nVersion: 1:2-3',
      'Package: b\nStatus: deinstall ok config-files\nVersion: 1',
    ].join('\n\n');
    expect(installedPackages(`${status}\n\n`)).toEqual([{ name: 'a', version: '1:2-3' }]);
  });
});

describe('maintainer scripts', () => {
  const effects = (postinst: string) => scriptEffects([unpacked('a', { postinst })]);

  test('units that a new installation enables', () => {
    const { units, userUnits } = effects(`
      if deb-systemd-helper --quiet was-enabled 'a.service'; then
        deb-systemd-helper enable 'a.service' >/dev/null || true
      fi
      if deb-systemd-helper debian-installed 'b.socket'; then
        deb-systemd-helper enable 'b.socket' >/dev/null || true
      fi
      deb-systemd-helper --user enable 'c@x.timer' >/dev/null || true
    `);
    expect(units).toEqual(['a.service']);
    expect(userUnits).toEqual(['c@x.timer']);
  });

  test('alternatives, over several lines', () => {
    const { alternatives } = effects(
      'update-alternatives --quiet \\\n\t--install /usr/bin/awk awk /usr/bin/mawk 5 \\\n --slave /m m /n || true\n' +
        'update-alternatives --remove awk /usr/bin/mawk\n',
    );
    expect(alternatives).toEqual([
      ['--install', '/usr/bin/awk', 'awk', '/usr/bin/mawk', '5', '--slave', '/m', 'm', '/n'],
    ]);
  });

  test.each([
    ['addgroup --quiet --system input', ['g input -']],
    ['addgroup --system docker\naddgroup --system docker', ['g docker -']],
    ['addgroup people', []],
    [
      'U=messagebus\nadduser --system \\\n --home /nonexistent \\\n --group "$U"',
      ['u messagebus - - /nonexistent /usr/sbin/nologin'],
    ],
    [
      'adduser --force-badname --system --home /run/x --quiet _x || true',
      ['u _x - - /run/x /usr/sbin/nologin'],
    ],
    ['adduser --system y', ['u y - - /nonexistent /usr/sbin/nologin']],
  ])('accounts of %j', (postinst, accounts) => {
    expect(effects(postinst).accounts).toEqual(accounts);
  });

  const section = (generator: string) =>
    `# Automatically added by ${generator}/13.11.4\nif true; then\n\tdo-it\nfi\n# End automatically added section\n`;

  test.each([
    ['nothing', 'a', {}, true],
    ['what was reviewed', 'docker.io', { postinst: 'rm -r /\n' }, true],
    [
      'what debhelper wrote',
      'a',
      { postinst: `#!/bin/sh\nset -e\n\n${section('dh_installsystemd')}exit 0\n` },
      true,
    ],
    ['two sections', 'a', { postinst: section('dh_installinit') + section('dh_installdeb') }, true],
    [
      'what a helper wrote that nobody has reviewed',
      'a',
      { postinst: section('dh_python3') },
      false,
    ],
    [
      'lines between sections',
      'a',
      { postinst: `${section('dh_installinit')}x\n${section('dh_installdeb')}` },
      false,
    ],
    ['a preinst of its own', 'a', { preinst: 'mkdir /x\n' }, false],
  ] as const)('%s', (_, name, files, known) => {
    expect(unknownPackages([unpacked(name, files)])).toEqual(known ? [] : [name]);
  });
});

describe('PAM', () => {
  const template = '# $auth_primary\n$auth_primary\nauth requisite pam_deny.so\n$auth_additional\n';
  const profile = (lines: string) => `Name: x\nDefault: yes\n${lines}`;
  const unix = profile(
    'Priority: 256\nAuth-Type: Primary\nAuth:\n\t[success=end default=ignore]\tu try_first_pass\n' +
      'Auth-Initial:\n\t[success=end default=ignore]\tu\n',
  );

  test('the first asks for the password, and each jumps behind the refusal', () => {
    const other = profile('Priority: 128\nAuth-Type: Primary\nAuth:\n\t[success=end]\to use\n');
    expect(pamFiles(new Map([['common-auth', template]]), [other, unix]).get('common-auth')).toBe(
      '# $auth_primary\nauth\t[success=2 default=ignore]\tu\nauth\t[success=1]\to use\nauth requisite pam_deny.so\n',
    );
  });

  test('without a primary module the refusal is jumped over', () => {
    const text = '$session_primary\n$session_additional\n';
    const session = profile(
      'Priority: 0\nSession-Interactive-Only: yes\nSession-Type: Additional\nSession:\n\toptional\ts\n',
    );
    const off = session.replace('Default: yes', 'Default: no');
    const files = pamFiles(
      new Map([
        ['common-session', text],
        ['common-session-noninteractive', text],
      ]),
      [session, off],
    );
    const permit = 'session\t[default=1]\t\t\tpam_permit.so\n';
    expect(files.get('common-session')).toBe(`${permit}session\toptional\ts\n`);
    expect(files.get('common-session-noninteractive')).toBe(permit);
  });
});

describe('accounts, units, unpacking', () => {
  test('an older systemd-sysusers can read it, and the first of a name counts', () => {
    expect(joinSysusers(['u a - - /home', '# x\nu! a - -\nu! b - -\ng a -\nm a b\nm a b'])).toBe(
      'u a - - /home\n# x\nu b - -\ng a -\nm a b\nm a b\n',
    );
  });

  test('deb-systemd-helper is not called for nothing', () => {
    const none = { units: [], userUnits: [], alternatives: [], accounts: [] };
    expect(enableArgvs('/r', none)).toHaveLength(1);
    expect(enableArgvs('/r', { ...none, units: ['a'], userUnits: ['b'] }).slice(1)).toEqual([
      ['deb-systemd-helper', 'enable', 'a'],
      ['deb-systemd-helper', '--user', 'enable', 'b'],
    ]);
  });

  test('argv', () => {
    expect(unpackArgv('/g', 2, '/r', '/c', ['/a.deb', '/b.deb'])).toEqual([
      ...['/g/base/unpack', '2', '/r', '/c', '/a.deb', '/b.deb'],
    ]);
    expect(fakerootArgv(['x', 'y'], '/s', false)).toEqual(['fakeroot', '-s', '/s', '--', 'x', 'y']);
    expect(fakerootArgv(['x'], '/s', true)).toEqual([
      'fakeroot',
      '-i',
      '/s',
      '-s',
      '/s',
      '--',
      'x',
    ]);
    expect(toolEnvironment({ PATH: '/p', A: 'b' })).toEqual({
      A: 'b',
      LC_ALL: 'C',
      PATH: '/p:/usr/local/sbin:/usr/sbin:/sbin',
    });
    const options = {
      architecture: 'arm64',
      suite: 's',
      packages: ['a', 'b'],
      sources: ['deb x'],
    } as const;
    const argv = bootstrapArgv(options, '/t.tar');
    expect(argv).toEqual(expect.arrayContaining(['--architectures=arm64', '--include=a,b']));
    expect(argv.slice(-3)).toEqual(['s', '/t.tar', 'deb x']);
    expect(extractArgv('/t.tar', '/r')).toEqual(
      expect.arrayContaining(['--numeric-owner', '--file=/t.tar', '--directory=/r']),
    );
  });
});

test('packages to install, each once, for programs that are missing', () => {
  const programs = ['apt-get', 'depmod', 'systemctl', 'systemd-sysusers', 'fakeroot'];
  const there = (program: string) => program === 'apt-get';
  expect(missingPackages(programs, there)).toEqual(['kmod', 'systemd', 'fakeroot']);
});

describe('initrd', () => {
  test('modules in the order of their dependencies, each once', () => {
    const text =
      'insmod /m/virtio.ko.xz \nbuiltin x\ninsmod /m/blk.ko a=b\ninsmod /m/virtio.ko.xz \n';
    expect(parseShowDepends(text)).toEqual(['/m/virtio.ko.xz', '/m/blk.ko']);
  });

  test('its members', () => {
    const bytes = Buffer.from('x');
    const members = initrdMembers({
      init: bytes,
      busybox: bytes,
      modules: [
        ['a.ko', bytes],
        ['b.ko', bytes],
      ],
    });
    expect(members.map(({ path }) => path)).toEqual([
      ...['bin', 'dev', 'modules', 'proc', 'sys', 'root', 'dev/console', 'init', 'bin/busybox'],
      ...['modules/000-a.ko', 'modules/001-b.ko'],
    ]);
  });

  test('newc: every part ends on a multiple of four bytes', () => {
    const archive = cpio([{ path: 'ab', mode: 0o100644, content: Buffer.from('hello') }]);
    expect(archive.length % 4).toBe(0);
    expect(archive.subarray(0, 6).toString()).toBe('070701');
    expect(archive.subarray(54, 62).toString()).toBe('00000005');
    expect(archive.subarray(110, 112).toString()).toBe('ab');
    expect(archive.subarray(116, 121).toString()).toBe('hello');
    expect(archive.toString('latin1')).toContain('TRAILER!!!\0');
  });
});
