import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An action.yml. */
export interface Action {
  readonly inputs: Record<string, Record<string, string>>;
  readonly outputs: Record<string, Record<string, string>>;
  readonly runs: Record<string, string>;
}

/** Reads the little of YAML that an action.yml is written in: nested keys with plain or quoted values. */
export function readAction(path: string): Action {
  const root: Record<string, unknown> = {};
  const parents: Record<string, unknown>[] = [root];
  const text = readFileSync(join(import.meta.dirname, '..', path), 'utf8');
  for (const line of text.split('\n')) {
    const [, indent = '', key = '', value = ''] = /^( *)([\w-]+):(?: (.*))?$/.exec(line) ?? [];
    if (key === '') continue;
    const parent = parents[indent.length / 2] ?? root;
    if (value === '') {
      const child = {};
      parent[key] = child;
      parents[indent.length / 2 + 1] = child;
    } else {
      parent[key] = value.replace(/^'(.*)'$/, '$1').replaceAll("''", "'");
    }
  }
  return root as unknown as Action;
}
