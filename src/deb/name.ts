import { usageError } from '../errors.ts';

/** Debian policy, 5.6.1: at least two characters, the first one a letter or a digit. */
const PACKAGE_NAME = /^[a-z0-9][a-z0-9+.-]+$/;

/**
 * The package is purged with its /var/lib/NAME and owns NAME.service: a name that is already a
 * folder or a unit of the base system or of an engine would take those away.
 */
const TAKEN = new Set([
  ...['apt', 'dbus', 'dpkg', 'initramfs-tools', 'logrotate', 'misc', 'pam', 'polkit-1', 'private'],
  ...[
    'sudo',
    'systemd',
    'ucf',
    'containerd',
    'containers',
    'docker',
    'podman',
    'container-preload',
  ],
]);

/**
 * A Debian package name that can also name the loader's unit and folders.
 *
 * @throws UserError (usage)
 */
export function parsePackageName(text: string): string {
  const quoted = JSON.stringify(text);
  if (!PACKAGE_NAME.test(text)) {
    throw usageError(`${quoted} is no Debian package name`, {
      hint: 'two or more of a-z 0-9 + - . and a letter or digit first',
    });
  }
  if (text.includes('+')) {
    throw usageError(`package name ${quoted}: systemd allows no + in the name of a unit`);
  }
  if (text.length > 128) throw usageError(`package name ${quoted} has more than 128 characters`);
  if (TAKEN.has(text)) {
    throw usageError(
      `package name ${quoted} is taken by the system that it is to be installed on`,
      {
        hint: `for example ${text}-images`,
      },
    );
  }
  return text;
}
