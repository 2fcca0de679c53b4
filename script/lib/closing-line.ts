import { readFileSync } from 'node:fs';
import { tally } from './tally.ts';

/**
 * closing-line.ts RESULTS BROKEN PROVED: prints `N passed, N failed` of jest's JSON results, of the number of
 * steps that failed, and of those beside jest that are a test; ends with 1 when anything failed.
 */

const [path = '', brokenSteps, provedSteps] = process.argv.slice(2);
const text = readFileSync(path, 'utf8');
const results = text === '' ? undefined : JSON.parse(text);
const { passed, failed } = tally(results, Number(brokenSteps), Number(provedSteps));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
