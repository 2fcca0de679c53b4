import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { lastConsoleLines } from './machine.ts';
import type { Verdict } from './types.ts';

/**
 * For the scenarios in which a check failed: the ends of the consoles, and what the machines told
 * (failed units, journals of the loader and the engine).
 */
export async function failureReport({ cases, logs }: Verdict): Promise<string> {
  const failed = new Set(cases.filter(({ ok }) => !ok).map(({ scenario }) => scenario));
  const wanted = logs.filter((log) => [...failed].some((scenario) => isLogOf(scenario, log)));
  return (await Promise.all(wanted.map(excerpt))).join('\n');
}

/** Logs are called `NUMBER-SCENARIO.KIND.log`. */
function isLogOf(scenario: string, log: string): boolean {
  return basename(log).replace(/^\d+-/, '').startsWith(`${scenario}.`);
}

async function excerpt(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return `--- ${log}\n${log.endsWith('.console.log') ? lastConsoleLines(text) : text.trimEnd()}`;
}
