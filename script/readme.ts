import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { withTables } from './lib/readme-tables.ts';

/** Writes the inputs and outputs of action.yml into README.md: `node script/readme.ts`. */
const root = join(import.meta.dirname, '..');
const readme = join(root, 'README.md');
const action = parse(await readFile(join(root, 'action.yml'), 'utf8'));
await writeFile(readme, withTables(await readFile(readme, 'utf8'), action));
