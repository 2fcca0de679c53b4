import type { Engine } from './base/types.ts';
import { asUserArgv, engineUnits } from './engine.ts';
import type { Machine } from './machine.ts';
import type { PackageUnderTest } from './types.ts';
import { journalArgv } from './unit.ts';

/** What a person wants to see of a machine in which a check failed. Never throws. */
export async function diagnose(
  machine: Machine,
  packages: readonly PackageUnderTest[],
  engine: Engine,
): Promise<string> {
  const parts: string[] = [];
  for (const argv of diagnosisCommands(packages, engine)) {
    const said = await machine.run(argv).then(
      ({ stdout, stderr }) => `${stdout}${stderr}`,
      (error: Error) => error.message,
    );
    parts.push(`$ ${argv.join(' ')}\n${said.trimEnd()}\n`);
  }
  return parts.join('\n');
}

function diagnosisCommands(packages: readonly PackageUnderTest[], engine: Engine): string[][] {
  const units = packages.map(({ name }) => `${name}.service`);
  const users = new Set(packages.map(({ user }) => user));
  return [
    ['systemctl', '--failed', '--no-pager', '--plain'],
    // What hangs has not failed yet.
    ['systemctl', 'list-jobs', '--no-pager'],
    ...units.map((unit) => ['systemctl', 'status', '--no-pager', '--lines=0', unit]),
    ...units.map(journalArgv),
    ...packages.map(({ name }) => [`/usr/lib/${name}/load`, '--status']),
    ...packages.map(({ name }) => ['find', `/var/lib/${name}`, '-type', 'f', '-ls']),
    ...[...users].map((user) => {
      const list = [engine, 'image', 'ls', '--all', '--no-trunc'];
      return user === undefined ? list : asUserArgv(user, list);
    }),
    ...engineUnits(engine).map((unit) => [...journalArgv(unit), '--lines=100']),
    ['df', '-h', '/'],
    ['dmesg', '--level=err,warn'],
  ];
}
