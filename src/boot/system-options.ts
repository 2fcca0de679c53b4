import type { BaseSystem } from './base/types.ts';

/**
 * What the kernel and the init of a system are told beside what every machine needs. Of a base of
 * ours, units that have nothing to do with images stay away: each costs seconds under emulation.
 */
export function systemOptions({ packages, kernelOptions }: BaseSystem): string[] {
  const hasAppArmor = packages.some(({ name }) => name === 'apparmor');
  return [
    // Docker fails on a kernel with AppArmor and a system without its parser.
    ...(hasAppArmor ? [] : ['apparmor=0']),
    ...(kernelOptions ?? LEFT_OUT.map((unit) => `systemd.mask=${unit}`)),
  ];
}

const LEFT_OUT = [
  'dpkg-db-backup.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'getty@tty1.service',
  // These start Podman three times at every boot, for registries that are not there and for
  // containers that must be restarted.
  'podman-auto-update.service',
  'podman-auto-update.timer',
  'podman-restart.service',
  'podman.service',
  'podman.socket',
  'systemd-pstore.service',
  'systemd-tmpfiles-clean.timer',
];
