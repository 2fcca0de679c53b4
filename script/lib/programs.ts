import { busybox, debianTree } from '../../__tests__/support/debian.ts';

/** Fetches the programs that tests put into images, so that no test has to wait for a mirror. */

for (const architecture of ['amd64', 'arm64', 'armhf'] as const) await busybox(architecture);
await debianTree('arm64', ['coreutils'], { depends: true });
