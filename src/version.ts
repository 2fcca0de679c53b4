import { readFileSync } from 'node:fs';

/** This program's version, from its package.json: one level up from src/ as from dist/. */
export function readProgramVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
