import { mayInstallTools, readInputs, runAction } from './action.ts';
import { bootInAction } from './action-boot.ts';
import { BOOT_ACTION_INPUTS, parseBootOptions } from './boot-inputs.ts';
import { usageError } from './errors.ts';
import { expandGlob } from './images/glob.ts';
import { lines } from './inputs.ts';
import { checkRunner } from './runner.ts';

/** The action `container-preload/boot`: proves packages that are there already. */
async function run(signal: AbortSignal): Promise<void> {
  checkRunner();
  const { deb, ...inputs } = readInputs(BOOT_ACTION_INPUTS);
  const install = mayInstallTools();
  const debs = await packagesOf(lines(deb));
  await bootInAction(parseBootOptions(debs, inputs, process.env), {
    install,
    cached: true,
    signal,
  });
}

/** @throws UserError (usage) for a pattern that nothing matches */
async function packagesOf(patterns: readonly string[]): Promise<string[]> {
  if (patterns.length === 0) {
    throw usageError('deb is missing', { hint: BOOT_ACTION_INPUTS.deb.help });
  }
  const found = await Promise.all(
    patterns.map(async (pattern) => {
      const paths = (await expandGlob(pattern)) ?? [pattern];
      if (paths.length > 0) return paths;
      throw usageError(`deb: nothing matches ${JSON.stringify(pattern)}`, {
        hint: `patterns are seen from ${process.cwd()}`,
      });
    }),
  );
  return [...new Set(found.flat())];
}

void runAction(run);
