import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';

/**
 * The repository of somebody who has copied every example, for act:
 *
 *   node script/lib/e2e-examples.ts FOLDER REGISTRY ACTION
 *
 * The workflows are the examples' own, but for machines: those need minutes without KVM. What the lists
 * name comes from REGISTRY, by what stands in FOLDER/.home, which is a HOME. ACTION is a folder with this
 * action as it is committed.
 */

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

/** Every list that an example reads. */
const LISTS: Readonly<Record<string, string>> = {
  'images.txt': 'eclipse-mosquitto:2.0.22\nghcr.io/acme/gateway:4.1\n',
  'images/base.txt': 'ghcr.io/acme/gateway:4.1\n',
  'images/media.txt': 'ghcr.io/acme/gateway:4.1\nquay.io/acme/player:2\n',
  'compose.yml':
    'services:\n  broker:\n    image: eclipse-mosquitto:2.0.22\n  gateway:\n    image: ghcr.io/acme/gateway:4.1\n',
};

const OWN = 'org/container-preload';
const ACTIONS = join(import.meta.dirname, 'e2e-actions');
const ROOT = join(import.meta.dirname, '../..');

async function writeRepository(folder: string, registry: string, action: string): Promise<void> {
  const used = new Set<string>();
  for (const name of await readdir(join(ROOT, 'examples'))) {
    const workflow: Workflow = parse(await readFile(join(ROOT, 'examples', name), 'utf8'));
    for (const { uses } of stepsOf(workflow)) if (uses) used.add(uses);
    await put(join(folder, '.github/workflows', name), stringify(reduce(workflow)));
  }
  for (const [name, text] of Object.entries(LISTS)) await put(join(folder, name), text);
  const domains = ['docker.io', 'ghcr.io', 'quay.io'];
  await put(
    join(folder, '.home/.config/containers/registries.conf'),
    domains
      .map(
        (domain) =>
          `[[registry]]\nprefix = "${domain}"\nlocation = "${registry}/${domain}"\ninsecure = true\n`,
      )
      .join('\n'),
  );
  const replaced = [...new Set([...used].map(repositoryOf))].map(
    (repository) => `--local-repository ${repository}=${folderOf(repository, action)}\n`,
  );
  await put(join(folder, '.actrc'), replaced.join(''));
}

function stepsOf({ jobs }: Workflow): Step[] {
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

/** The workflow without machines: the package that one would boot only has to be there. */
function reduce(workflow: Workflow): Workflow {
  const jobs = Object.entries(workflow.jobs).map(([name, job]) => [
    name,
    { ...job, steps: job.steps.map(reduceStep) },
  ]);
  return { ...workflow, jobs: Object.fromEntries(jobs) };
}

function reduceStep({ uses, with: inputs, ...step }: Step): object {
  if (uses?.startsWith(`${OWN}/boot@`)) {
    const run =
      'mkdir boot-logs && ls -- $DEB >boot-logs/list && echo boot-logs=boot-logs >>"$GITHUB_OUTPUT"';
    return { ...step, run, env: { DEB: inputs?.deb } };
  }
  const fewer = uses?.startsWith(`${OWN}@`) ? { ...inputs, 'boot-test': 'false' } : inputs;
  return { ...step, ...(uses && { uses }), ...(fewer && { with: fewer }) };
}

/** `OWNER/NAME@REF`, without a path in the repository. */
function repositoryOf(uses: string): string {
  return uses.replace(/^([^/]+\/[^/@]+)[^@]*/, '$1');
}

/** Where an action is on this machine. */
function folderOf(repository: string, action: string): string {
  const [name = '', ref] = repository.split('@');
  if (name === OWN && ref === 'v1') return action;
  return join(ACTIONS, name.replace(/^actions\//, ''));
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

const [folder, registry, action] = process.argv.slice(2);
if (!folder || !registry || !action) {
  throw new Error('node script/lib/e2e-examples.ts FOLDER REGISTRY ACTION');
}
await writeRepository(folder, registry, action);
