import { parseArgs } from 'node:util';
import { usageError } from './errors.ts';
import { type InputInfo, parseBoolean, within } from './inputs.ts';
import { nearest } from './nearest.ts';

/** What stands on a command line: options by name, and all the rest. */
export interface Arguments {
  readonly values: Readonly<Record<string, string>>;
  readonly positionals: readonly string[];
}

/**
 * Reads `--name value` and `--name=value`. A boolean may stand alone; an option that may be given
 * several times collects lines.
 *
 * @param explain what is to be said of an option that is not one of these
 * @throws UserError (usage) for an unknown or repeated option and for a missing value
 */
export function parseArguments(
  args: readonly string[],
  options: Readonly<Record<string, InputInfo>>,
  explain: (option: string) => string | undefined = () => undefined,
): Arguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { boolean }]) => [
        name,
        { type: boolean ? 'boolean' : 'string' } as const,
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values: Record<string, string> = {};
  const positionals: string[] = [];
  for (const [n, token] of tokens.entries()) {
    if (token.kind === 'positional') {
      checkBoolean(tokens[n - 1], token.value);
      positionals.push(token.value);
    }
    if (token.kind !== 'option') continue;
    const { name, rawName } = token;
    const info =
      rawName.startsWith('--') && Object.hasOwn(options, name) ? options[name] : undefined;
    if (info === undefined) {
      throw usageError(`unknown option ${rawName}`, {
        hint: explain(name) ?? suggestion(name, options),
      });
    }
    addOption(token, info, values);
  }
  return { values, positionals };
}

/** `--tls-verify false` would leave the option on, and name an image `false`. */
function checkBoolean(before: { kind: string; rawName?: string } | undefined, value: string): void {
  if (before?.kind !== 'option' || !/^(true|false|yes|no)$/i.test(value)) return;
  const meant = /^(true|yes)$/i.test(value);
  throw usageError(`${before.rawName} takes its value behind =`, {
    hint: `${before.rawName}=${meant}`,
  });
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function addOption(
  { name, rawName, value, inlineValue }: OptionToken,
  info: InputInfo,
  values: Record<string, string>,
): void {
  const given = info.boolean ? readBoolean(name, value ?? 'true') : value;
  if (given === undefined || (!inlineValue && given.startsWith('--'))) {
    throw usageError(`${rawName} needs a value`, { hint: info.help });
  }
  if (Object.hasOwn(values, name) && !info.many) throw usageError(`${rawName} is given twice`);
  values[name] = Object.hasOwn(values, name) ? `${values[name]}\n${given}` : given;
}

function readBoolean(name: string, text: string): string {
  return String(within(name, () => parseBoolean(text)));
}

function suggestion(name: string, options: Readonly<Record<string, InputInfo>>): string {
  const near = nearest(name, Object.keys(options));
  return near ? `did you mean --${near}?` : 'see --help';
}
