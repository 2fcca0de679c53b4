/** The inputs and outputs of an action.yml. */
export interface ActionFile {
  readonly inputs: Readonly<Record<string, InputEntry>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

interface InputEntry {
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string;
}

/** Where more is said of an input. */
const PAGES: Readonly<Record<string, string>> = {
  images: 'docs/references.md',
  'image-list': 'docs/lists.md',
  version: 'docs/references.md#digests',
  files: 'docs/device.md#what-it-installs',
  compression: 'docs/archive.md#the-two-forms',
  level: 'docs/benchmarks.md#size-against-time',
  'digest-policy': 'docs/references.md#digests',
  'delete-after-load': 'docs/device.md#settings',
  'remove-replaced': 'docs/device.md#settings',
  conflict: 'docs/device.md#settings',
  user: 'docs/device.md#podman-of-a-user',
  cache: 'docs/caching.md',
  shard: 'docs/scale.md',
  'boot-test': 'docs/boot.md',
  'boot-scenario': 'docs/boot.md#scenarios',
  'boot-rootfs': 'docs/boot.md#your-own-system',
};

/**
 * The README with the tables of inputs and outputs as action.yml has them, each between two comments.
 *
 * @throws Error where the README has no such place
 */
export function withTables(readme: string, { inputs, outputs }: ActionFile): string {
  const inputRows = Object.entries(inputs).map(([name, input]) => [
    `\`${name}\``,
    meaning(input.description, PAGES[name]),
    fallback(input),
  ]);
  const outputRows = Object.entries(outputs).map(([name, { description }]) => [
    `\`${name}\``,
    meaning(description),
  ]);
  const withInputs = between(readme, 'inputs', [['input', 'meaning', 'default'], ...inputRows]);
  return between(withInputs, 'outputs', [['output', 'meaning'], ...outputRows]);
}

/** The README with a job summary in its place, as a quotation. @throws Error where it has no such place */
export function withSummary(readme: string, summary: string): string {
  const lines = summary.trimEnd().split('\n');
  return replaced(
    readme,
    'a summary',
    lines.map((line) => `> ${line}`.trimEnd()),
  );
}

function meaning(description: string, page?: string): string {
  // What looks like a tag would not be shown.
  const text = description.replaceAll(/[|<]/g, '\\$&');
  return page === undefined ? text : `${text} ([more](${page}))`;
}

function fallback({ required, default: text }: InputEntry): string {
  if (required) return 'required';
  return text === undefined ? '' : `\`${text}\``;
}

function between(readme: string, name: string, rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const lines = [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`);
  return replaced(readme, `${name} of action.yml`, lines);
}

/** What stands between two comments, of which the first has this name. */
function replaced(readme: string, name: string, lines: readonly string[]): string {
  const place = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end -->)`);
  if (!place.test(readme)) throw new Error(`the README has no place for ${name}`);
  return readme.replace(place, (_, start: string, end: string) =>
    [start, ...lines, '', end].join('\n'),
  );
}
