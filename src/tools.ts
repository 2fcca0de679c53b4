import { exec } from '@actions/exec';
import { failure, UserError } from './errors.ts';
import { run } from './exec.ts';

/** The programs that a build runs, and the Debian packages that have them. */
const TOOLS = [
  { argv: ['skopeo', '--version'], package: 'skopeo' },
  { argv: ['zstd', '--version'], package: 'zstd' },
  { argv: ['dpkg-deb', '--version'], package: 'dpkg' },
] as const;

/** The Debian packages that this machine lacks for a build. */
export async function missingBuildTools(): Promise<string[]> {
  const installed = await Promise.all(TOOLS.map(({ argv }) => isInstalled(argv)));
  return TOOLS.filter((_, index) => !installed[index]).map((tool) => tool.package);
}

/**
 * Installs what is missing, with apt. Nothing happens where all is there.
 *
 * @param missing Debian packages
 * @param allowed `false`: only say what is missing
 * @throws UserError (failure)
 */
export async function installTools(missing: readonly string[], allowed: boolean): Promise<void> {
  if (missing.length === 0) return;
  const hint = `apt-get install ${missing.join(' ')}`;
  if (!allowed) throw failure(`not installed: ${missing.join(', ')}`, { hint });
  const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
  for (const argv of [
    [...sudo, 'apt-get', 'update', '--quiet=2'],
    [...sudo, 'apt-get', 'install', '--yes', '--quiet=2', '--no-install-recommends', ...missing],
  ]) {
    await execOrExplain(argv, hint);
  }
}

async function execOrExplain(argv: readonly string[], hint: string): Promise<void> {
  const [program = '', ...args] = argv;
  try {
    await exec(program, args, {
      env: { ...(process.env as Record<string, string>), DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (cause) {
    throw failure(`missing tools could not be installed: ${(cause as Error).message}`, {
      hint: `have them on the runner: ${hint}`,
      cause,
    });
  }
}

async function isInstalled(argv: readonly string[]): Promise<boolean> {
  try {
    return (await run(argv)).code === 0;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
