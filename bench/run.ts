import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startRegistry } from '../__tests__/support/registry.ts';
import { withTempDir } from '../__tests__/support/temp.ts';
import type { Bench } from './bench.ts';
import { base, boot } from './boot.ts';
import { runner, shards } from './caches.ts';
import { describeMachine } from './machine.ts';
import { curve, disk, four, layer, memory, one, warm } from './parts.ts';
import { copy, growth, huge, large, rivals, small } from './races.ts';
import { formatReport, type Recorded } from './report.ts';
import { libraries, tries } from './zstd.ts';

const ROOT = join(import.meta.dirname, '..');
const RESULTS = join(ROOT, 'build/bench/results.json');
const REPORT = join(ROOT, 'docs/benchmarks.md');
/** Outside of build/: making these layers takes minutes. */
const KEEP = join(ROOT, '.tools/bench');

const PARTS = {
  one: { run: one, levels: [3, 19] },
  layer: { run: layer, levels: [3, 19] },
  four: { run: four, levels: [3, 19] },
  rivals: { run: rivals, levels: [3, 19] },
  small: { run: small, levels: [3, 19] },
  large: { run: large, levels: [3, 19] },
  warm: { run: warm, levels: [3, 9, 19] },
  runner: { run: runner, levels: [3, 9, 19] },
  shards: { run: shards, levels: [9, 19] },
  copy: { run: copy, levels: [3] },
  growth: { run: growth, levels: [9] },
  disk: { run: disk, levels: [3] },
  curve: { run: curve, levels: [1, 3, 6, 9, 12, 15, 17, 19, 22] },
  memory: { run: memory, levels: [3, 19] },
  huge: { run: huge, levels: [19] },
  libraries: { run: libraries, levels: [3, 9, 19] },
  tries: { run: tries, levels: [3, 9, 19] },
  base: { run: base, levels: [3] },
  boot: { run: boot, levels: [3] },
} as const;

type PartName = keyof typeof PARTS;

const USAGE = `node bench/run.ts [--part ${Object.keys(PARTS).join('|')}]… [--runs N] [--level N]… [--program FILE] [--node FILE]
  Measures dist/cli.js against skopeo, zstd and dpkg-deb, and writes docs/benchmarks.md.
  --runs     how often each pair runs; 5 by default
  --program  the bundle to be measured, with the folder device/ beside its own
  --node     what runs it; by default the node that runs this
  What was measured before and is not measured again is kept in build/bench/.`;

function parse(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      part: { type: 'string', multiple: true, default: Object.keys(PARTS) },
      runs: { type: 'string', default: '5' },
      level: { type: 'string', multiple: true, default: [] },
      program: { type: 'string', default: join(ROOT, 'dist/cli.js') },
      node: { type: 'string', default: process.execPath },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.part.find((name) => !(name in PARTS));
  if (unknown !== undefined) throw new Error(`unknown part ${unknown}\n${USAGE}`);
  return {
    parts: values.part as PartName[],
    runs: Number(values.runs),
    levels: values.level.map(Number),
    program: resolve(values.program),
    node: values.node,
    help: values.help,
  };
}

async function main(argv: readonly string[]): Promise<void> {
  const { parts, levels, help, ...rest } = parse(argv);
  if (help) return console.log(USAGE);
  await mkdir(KEEP, { recursive: true });
  const machine = await describeMachine(rest.node);
  const registry = await startRegistry();
  try {
    await withTempDir(async (work) => {
      const say = (text: string) => console.log(`  ${text}`);
      const bench: Bench = { ...rest, registry, work, keep: KEEP, say };
      for (const part of parts) {
        for (const level of levels.length > 0 ? levels : PARTS[part].levels) {
          console.log(`${part}, level ${level}:`);
          const result = await PARTS[part].run(level, bench);
          await record({
            part,
            level,
            date: new Date().toISOString(),
            machine,
            result,
          } as Recorded);
        }
      }
    });
  } finally {
    await registry.stop();
  }
  console.log(`\n${await readFile(REPORT, 'utf8')}`);
}

/** Adds a measurement to those that are there, and writes the report of all. */
async function record(measured: Recorded): Promise<void> {
  const known: Recorded[] = JSON.parse(await readFile(RESULTS, 'utf8').catch(() => '[]'));
  const others = known.filter(
    ({ part, level }) => part !== measured.part || level !== measured.level,
  );
  const results = [...others, measured].sort((a, b) => a.level - b.level);
  await mkdir(dirname(RESULTS), { recursive: true });
  await writeFile(RESULTS, JSON.stringify(results, null, 1));
  await mkdir(dirname(REPORT), { recursive: true });
  await writeFile(REPORT, formatReport(results));
}

await main(process.argv.slice(2));
