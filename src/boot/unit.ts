import { failure } from '../errors.ts';
import { STOPPED } from './guest.ts';
import type { Machine } from './machine.ts';

/** A loader's unit as systemd shows it. */
export interface UnitState {
  readonly active: string;
  readonly result: string;
  /** Seconds that its main process took, by the clock. */
  readonly seconds: number;
  /** Seconds of processor that it took with all that it started; NaN where nobody counts. */
  readonly processor: number;
}

export function showUnitsArgv(units: readonly string[]): string[] {
  return [
    ...['systemctl', 'show', '--property=ActiveState,Result,CPUUsageNSec'],
    ...['--property=ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic', ...units],
  ];
}

/** @param text what `systemctl show` says of one unit or, with empty lines between them, several */
export function parseUnitStates(text: string): UnitState[] {
  return text.trim().split(/\n\n+/).map(parseUnitState);
}

function parseUnitState(text: string): UnitState {
  const values = new Map(
    text.split('\n').map((line) => line.split(/=(.*)/s, 2) as [string, string]),
  );
  const micros = (name: string) => Number(values.get(name));
  return {
    active: values.get('ActiveState') ?? '',
    result: values.get('Result') ?? '',
    seconds:
      (micros('ExecMainExitTimestampMonotonic') - micros('ExecMainStartTimestampMonotonic')) / 1e6,
    processor: Number(values.get('CPUUsageNSec')) / 1e9,
  };
}

/** In the order of `units`. */
export async function unitStates(machine: Machine, units: readonly string[]): Promise<UnitState[]> {
  return parseUnitStates(await output(machine, showUnitsArgv(units)));
}

/** What the unit said since the machine was started. */
export function journalArgv(unit: string): string[] {
  return ['journalctl', '--boot', '--no-pager', '--output=cat', `--unit=${unit}`];
}

/** The same of the loader alone, without what systemd says of the unit. @param name of the package */
export function loaderJournalArgv(name: string): string[] {
  return ['journalctl', '--boot', '--no-pager', '--output=cat', `--identifier=${name}`];
}

/** What a program of the machine writes. @throws UserError (failure) when it fails */
export async function output(
  machine: Machine,
  argv: readonly string[],
  seconds?: number,
): Promise<string> {
  const { code, stdout, stderr } = await machine.run(argv, seconds);
  if (code === 0) return stdout;
  throw failure(`${argv.join(' ')}: ${reason(code, seconds, `${stderr}\n${stdout}`)}`);
}

/** In one line why a program of the machine failed. */
export function reason(code: number, seconds: number | undefined, said: string): string {
  if (code === STOPPED) return `not done within ${seconds ?? 60} s`;
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return `exit code ${code}: ${lines.slice(-3).join(' | ') || 'it said nothing'}`;
}
