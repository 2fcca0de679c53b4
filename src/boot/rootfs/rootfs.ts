import { join } from 'node:path';
import { failure } from '../../errors.ts';
import { field } from '../base/control.ts';
import type { BaseArchitecture, BaseSystem, Engine } from '../base/types.ts';
import { rootfsDisk } from './disk.ts';
import { type FileSystem, openFileSystem } from './file-system.ts';
import { initrdPaths } from './initrd.ts';
import { findKernel } from './kernel.ts';
import { checkModules } from './modules.ts';

export interface RootfsOptions {
  /** A folder, a tarball or an image of ext4: a whole system with its kernel. Never written. */
  readonly path: string;
  readonly architecture: BaseArchitecture;
  readonly engine: Engine;
  /** An existing folder for temporary files, which the system needs for as long as it is booted. */
  readonly workDir: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/**
 * The user's own system as one that machines boot: on an overlay, with its own kernel and initrd.
 *
 * @throws UserError (failure) for one that can't be booted or can't take the package
 */
export async function readRootfs(options: RootfsOptions): Promise<BaseSystem> {
  const { path, workDir, signal, onProgress } = options;
  onProgress?.(`reading ${path}`);
  const disk = await rootfsDisk(path, workDir, signal);
  const system = openFileSystem(disk, signal);
  const packages = await installedPackages(system, options);
  await checkInit(system, path);
  const files = await findKernel(system, path);
  const [kernel, initrd] = [join(workDir, 'rootfs.kernel'), join(workDir, 'rootfs.initrd')];
  await system.copy(files.kernel, kernel);
  await system.copy(files.initrd, initrd);
  await checkModules(system, await initrdPaths(initrd, signal), path);
  return {
    disk,
    kernel,
    initrd,
    suite: await systemName(system),
    architecture: options.architecture,
    packages,
    // Its other file systems are not here: systemd would wait for them.
    kernelOptions: ['fstab=no'],
    key: path,
  };
}

/** Debian packages that have an engine. */
const ENGINES: Readonly<Record<Engine, readonly string[]>> = {
  docker: ['docker.io', 'docker-ce', 'moby-engine'],
  podman: ['podman'],
};

async function installedPackages(
  system: FileSystem,
  { path, architecture, engine }: RootfsOptions,
): Promise<BaseSystem['packages']> {
  const status = await system.read('/var/lib/dpkg/status');
  if (status === undefined) {
    throw failure(`${path} has no /var/lib/dpkg/status: nothing can be installed in it`);
  }
  const stanzas = status
    .split('\n\n')
    .filter((stanza) => /^Status: install ok installed$/m.test(stanza));
  const value = (stanza: string, name: string) => field(stanza, name) ?? '';
  const dpkg = stanzas.find((stanza) => value(stanza, 'Package') === 'dpkg') ?? '';
  const found = value(dpkg, 'Architecture');
  if (found !== architecture) {
    throw failure(
      `${path} is a system for ${found || 'no architecture'}, and the package for ${architecture}`,
    );
  }
  const packages = stanzas.map((stanza) => ({
    name: value(stanza, 'Package'),
    version: value(stanza, 'Version'),
  }));
  if (packages.some(({ name }) => ENGINES[engine].includes(name))) return packages;
  throw failure(`${path} has no ${engine}, and machines have no network to get it from`, {
    hint: `install ${ENGINES[engine][0]} in the system`,
  });
}

/** What starts the agent from the kernel's command line. */
const GENERATOR = 'systemd-run-generator';

async function checkInit(system: FileSystem, path: string): Promise<void> {
  for (const folder of ['/usr/lib', '/lib']) {
    const generators = await system.list(`${folder}/systemd/system-generators`);
    if (generators.some(({ name }) => name === GENERATOR)) return;
  }
  throw failure(`${path} has no ${GENERATOR}: its init is not systemd, which the boot test needs`);
}

/** `trixie`, or what the system calls itself. */
async function systemName(system: FileSystem): Promise<string> {
  const text =
    (await system.read('/usr/lib/os-release')) ?? (await system.read('/etc/os-release')) ?? '';
  const value = (name: string) => new RegExp(`^${name}="?([^"\\n]+)`, 'm').exec(text)?.[1];
  return value('VERSION_CODENAME') ?? value('ID') ?? 'an unnamed system';
}
