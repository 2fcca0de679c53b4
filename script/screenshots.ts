import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { push } from '../__tests__/support/push.ts';
import { startRegistry } from '../__tests__/support/registry.ts';
import { withTempDir } from '../__tests__/support/temp.ts';
import { mustRun } from '../src/exec.ts';
import { demoImages } from './lib/demo-images.ts';
import { withSummary } from './lib/readme-tables.ts';
import { screenLines, terminalSvg } from './lib/terminal-svg.ts';

const ROOT = join(import.meta.dirname, '..');
const TERMINAL = { columns: 122 };

/** What stands in the picture, with names as a user has them. */
const COMPOSE = `services:
  door:
    image: ghcr.io/acme/door:1.0
  thermostat:
    image: ghcr.io/acme/thermostat:1.0
  shell:
    image: busybox:1.35
`;
const COMMANDS = [
  ['lock', '--check', 'compose.yml'],
  ['lock', 'compose.yml'],
  [
    ...['build', '--image-list', 'compose.yml', '--arch', 'arm64', '--package', 'acme-images'],
    ...['--version', '4.1', '--summary', 'summary.md'],
  ],
];

await withTempDir(async (work) => {
  const registry = await startRegistry();
  try {
    for (const { repository, tag, index } of await demoImages()) {
      await push(registry, named(repository), tag, index);
    }
    await writeHome(work, registry.host);
    await writeFile(join(work, 'compose.yml'), COMPOSE);
    const shown: string[] = [];
    for (const command of COMMANDS) {
      shown.push(`$ container-preload ${command.join(' ')}`, ...(await run(command, work)), '');
    }
    await writeFile(join(ROOT, 'docs/terminal.svg'), terminalSvg(shown.slice(0, -1), TERMINAL));
    const readme = join(ROOT, 'README.md');
    const summary = await readFile(join(work, 'summary.md'), 'utf8');
    await writeFile(readme, withSummary(await readFile(readme, 'utf8'), summary));
  } finally {
    await registry.stop();
  }
});

/** The images of the demonstration by the names of registries that people use. */
function named(repository: string): string {
  const name = repository.replace('demo/', '');
  return name === 'busybox' ? 'docker.io/library/busybox' : `ghcr.io/acme/${name}`;
}

async function writeHome(home: string, host: string): Promise<void> {
  const folder = join(home, '.config/containers');
  const mirrors = ['docker.io', 'ghcr.io'].map(
    (domain) =>
      `[[registry]]\nprefix = "${domain}"\nlocation = "${host}/${domain}"\ninsecure = true\n`,
  );
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'registries.conf'), mirrors.join('\n'));
}

/** What the command shows on a terminal, which script(1) makes; that `lock --check` fails is shown, too. */
async function run(command: readonly string[], work: string): Promise<string[]> {
  const { columns } = TERMINAL;
  const line = `stty cols ${columns}; exec node ${join(ROOT, 'dist/cli.js')} ${command.join(' ')}`;
  const { stdout } = await mustRun(['script', '--quiet', '--command', line, '/dev/null'], {
    cwd: work,
    env: {
      PATH: process.env.PATH,
      HOME: work,
      DEBFULLNAME: 'Acme',
      DEBEMAIL: 'devices@example.org',
      SHELL: '/bin/sh',
    },
  });
  return screenLines(stdout.toString().replaceAll(work, '/home/acme'), TERMINAL);
}
