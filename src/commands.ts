import type { Arguments } from './arguments.ts';
import { BOOT_TEST_INPUTS } from './boot-inputs.ts';
import { usageError } from './errors.ts';
import type { InputInfo } from './inputs.ts';
import { nearest } from './nearest.ts';

/** A command of the command line. */
export interface Command {
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, InputInfo>>;
  run(args: Arguments, signal: AbortSignal): Promise<void>;
}

/** By name, which may be two words. */
export type Commands = Readonly<Record<string, Command>>;

export function help(all: Commands): string {
  const commands = Object.values(all).map(
    ({ usage, summary }) => `  container-preload ${usage}\n      ${summary}`,
  );
  return [
    'Carries container images to devices in a Debian package.',
    '',
    ...commands,
    '',
    'container-preload COMMAND --help shows the options. --debug keeps the stack of an error.',
  ].join('\n');
}

export function commandHelp({ usage, summary, options }: Command): string {
  const described = Object.entries(options).map(([name, info]) => {
    const fallback = info.default ? ` [${info.default}]` : '';
    return [`  --${name}${valueWord(info)}`, `${info.help}${fallback}`] as const;
  });
  const width = Math.max(...described.map(([option]) => option.length));
  return [
    `container-preload ${usage}`,
    `  ${summary}`,
    '',
    ...described.map(([option, text]) => `${option.padEnd(width)}  ${text}`),
    ...(Object.values(options).some(({ many }) => many)
      ? ['', 'An option with VALUE… may be given several times.']
      : []),
  ].join('\n');
}

/** How a value stands behind an option's name. */
function valueWord({ boolean, many, default: byDefault }: InputInfo): string {
  if (boolean) return byDefault === 'true' ? '=false' : '';
  return many ? ' VALUE…' : ' VALUE';
}

/**
 * The command and what follows it; `cache prune` is one command of two words, and for help the first one
 * is enough.
 */
export function findCommand(
  commands: Commands,
  args: readonly string[],
): { command: Command; rest: readonly string[] } {
  const wantsHelp = args.some(isHelp);
  for (const words of [1, 2]) {
    const name = args.slice(0, words).join(' ');
    const found = Object.entries(commands).find(
      ([key]) => key === name || (wantsHelp && key.startsWith(`${name} `)),
    );
    if (found) return { command: found[1], rest: args.slice(words) };
  }
  const [first = ''] = args;
  const names = Object.keys(commands);
  if (first.startsWith('-')) {
    throw usageError(`no command stands before ${first}`, { hint: `one of ${names.join(', ')}` });
  }
  const near = nearest(first, names) ?? names.find((name) => name.endsWith(` ${first}`));
  throw usageError(`unknown command ${JSON.stringify(first)}`, {
    hint: near ? `did you mean ${near}?` : `one of ${names.join(', ')}`,
  });
}

/** What there is to say of an option that the command does not have, but others. */
export function explainOption(commands: Commands, option: string): string | undefined {
  if (Object.hasOwn(BOOT_TEST_INPUTS, option)) {
    return 'an input of the action; in a shell, prove the package by container-preload boot';
  }
  const owners = Object.entries(commands).filter(([, { options }]) =>
    Object.hasOwn(options, option),
  );
  return owners.length > 0 ? `an option of ${owners.map(([name]) => name).join(', ')}` : undefined;
}

export function isHelp(arg: string | undefined): boolean {
  return arg === '--help' || arg === '-h';
}
