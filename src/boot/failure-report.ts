import { basename } from 'node:path';
import { lastConsoleLines, readEnd } from './machine.ts';
import { failedOf, type Verdict } from './types.ts';

/**
 * For the checks that failed: the ends of the consoles, and what the machines told (failed units,
 * journals of the loader and the engine).
 */
export async function failureReport({ cases, logs }: Verdict): Promise<string> {
  const failed = failedOf(cases);
  const consoles = new Set(failed.map(({ log }) => log));
  const diagnoses = new Set(failed.map(({ scenario }) => diagnosisName(scenario)));
  const wanted = logs.filter((log) => consoles.has(log) || diagnoses.has(basename(log)));
  return (await Promise.all(wanted.map(excerpt))).join('\n');
}

/** The file with what a machine told of a scenario's failure. */
export function diagnosisName(scenario: string): string {
  return `${scenario}.diagnosis.log`;
}

async function excerpt(log: string): Promise<string> {
  const text = await readEnd(log);
  return `--- ${log}\n${log.endsWith('.console.log') ? lastConsoleLines(text) : text.trimEnd()}`;
}
