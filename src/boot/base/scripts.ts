import type { UnpackedPackage } from './control.ts';

/**
 * What the maintainer scripts of a new installation would do beyond that package's own affairs, read
 * from their text. What only one package does is in guest/base/configure.
 */
export interface ScriptEffects {
  /** Units that `deb-systemd-helper enable` gets, of the system and of users. */
  readonly units: readonly string[];
  readonly userUnits: readonly string[];
  /** Arguments of update-alternatives, from `--install` on. */
  readonly alternatives: readonly (readonly string[])[];
  /** Lines of sysusers.d for what adduser and addgroup would make. */
  readonly accounts: readonly string[];
}

export function scriptEffects(packages: readonly UnpackedPackage[]): ScriptEffects {
  const scripts = packages.map(({ files }) => joinLines(files.get('postinst') ?? ''));
  return {
    units: scripts.flatMap((script) => enabledUnits(script, '')),
    userUnits: scripts.flatMap((script) => enabledUnits(script, '--user ')),
    alternatives: scripts.flatMap(installedAlternatives),
    accounts: [...new Set(scripts.flatMap(accounts))],
  };
}

/** Packages whose scripts may do what nobody has written down here, by name. */
export function unknownPackages(packages: readonly UnpackedPackage[]): string[] {
  return packages
    .filter(({ name, files }) => !REVIEWED.has(name) && !isGenerated(files))
    .map(({ name }) => name);
}

/**
 * Their preinst and postinst were read, in bookworm, trixie and forky: on a new installation they do
 * what this file finds, what guest/base/configure does, or nothing that a booted system misses.
 */
const REVIEWED = new Set([
  'adduser',
  'apparmor',
  'base-files',
  'base-passwd',
  'bash',
  'containerd',
  'containernetworking-plugins',
  'coreutils',
  'dash',
  'dbus',
  'dbus-daemon',
  'dbus-system-bus-common',
  'dbus-user-session',
  'debconf',
  'debianutils',
  'dirmngr',
  'dmsetup',
  'docker.io',
  'dpkg',
  'gpg-agent',
  'gzip',
  'init-system-helpers',
  'iproute2',
  'iptables',
  'kmod',
  'libc-bin',
  'libc6',
  'libgcrypt20',
  'libglib2.0-0',
  'libglib2.0-0t64',
  'libgssapi-krb5-2',
  'libpam-modules',
  'libpam-runtime',
  'libpam-systemd',
  'libpam0g',
  'libreadline8t64',
  'libselinux1',
  'libsystemd-shared',
  'login',
  'login.defs',
  'mawk',
  'netbase',
  'passwd',
  'perl-base',
  'pinentry-curses',
  'podman',
  'readline-common',
  'systemd',
  'systemd-sysv',
  'tar',
  'udev',
  'usr-is-merged',
  'util-linux',
  'util-linux-extra',
]);

/** debhelper's sections that this file reads, that boot makes good, or that need no doing when new. */
const GENERATORS =
  /^dh_(apparmor|installalternatives|installdeb|installinit|installsystemd|installsystemduser|installsysusers|installtmpfiles|makeshlibs|systemd_enable|systemd_start)\b/;

function isGenerated(files: ReadonlyMap<string, string>): boolean {
  return ['preinst', 'postinst'].every((name) => isBoilerplate(withoutSections(files.get(name))));
}

/** A script without the sections that known helpers wrote into it. */
function withoutSections(script = ''): string {
  return script.replaceAll(
    /^# Automatically added by (\S+)\n.*?^# End automatically added section$/gms,
    (section, generator: string) => (GENERATORS.test(generator) ? '' : section),
  );
}

function isBoilerplate(script: string): boolean {
  const lines = joinLines(script)
    .split('\n')
    .map((line) => line.replace(/^\s*#.*/, '').trim());
  return lines.every((line) => /^(set -e[ux]?|exit 0|dpkg-maintscript-helper .*|)$/.test(line));
}

/** A unit with a `debian-installed` guard is one that a new installation leaves alone. */
function enabledUnits(script: string, scope: '' | '--user '): string[] {
  const named = (verb: string) =>
    [
      ...script.matchAll(
        new RegExp(`deb-systemd-helper (?:--quiet )?${scope}${verb} '?([\\w@.\\\\-]+)`, 'g'),
      ),
    ].map(([, unit]) => unit ?? '');
  const guarded = new Set(named('debian-installed'));
  return [...new Set(named('enable'))].filter((unit) => !guarded.has(unit));
}

function installedAlternatives(script: string): string[][] {
  return [
    ...script.matchAll(/^\s*update-alternatives (?:--quiet )?(--install .*?)(?:\s*\|\|.*)?$/gm),
  ].map(([, args = '']) => args.trim().split(/\s+/));
}

function accounts(script: string): string[] {
  const text = withValues(script);
  const groups = [...text.matchAll(/\baddgroup\b((?:\s+--\S+)*)\s+([a-z_][\w-]*)/g)]
    .filter(([, options = '']) => options.includes('--system'))
    .map(([, , name]) => `g ${name} -`);
  const users = [...text.matchAll(/\badduser\b(.*--system.*)$/gm)].map(([, args = '']) =>
    sysuser(args.replace(/\s*(\|\||&&|;|>).*/, '').trim()),
  );
  return [...groups, ...users];
}

/** @param args of `adduser --system`: the name is what is no option's value, and mostly the last. */
function sysuser(args: string): string {
  const words = args.split(/\s+/).map((word) => word.replaceAll(/["']/g, ''));
  const home = words[words.indexOf('--home') + 1];
  const name = words.at(-1);
  return `u ${name} - - ${words.includes('--home') ? home : '/nonexistent'} /usr/sbin/nologin`;
}

/** Puts the values of plain assignments (`USER=messagebus`) where they are used. */
function withValues(script: string): string {
  const values = new Map(
    [...script.matchAll(/^\s*([A-Z_]+)=["']?([\w/.-]+)["']?$/gm)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
  return script.replaceAll(/\$\{?([A-Z_]+)\}?/g, (use, name: string) => values.get(name) ?? use);
}

function joinLines(script: string): string {
  return script.replaceAll(/[ \t]*\\\n[ \t]*/g, ' ');
}
