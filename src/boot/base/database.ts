import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { field, type UnpackedPackage } from './control.ts';

/**
 * Writes dpkg's database as if dpkg had unpacked and configured these packages.
 * Format: dpkg's `lib/dpkg/` and `/var/lib/dpkg` of any installation.
 */
export async function writeDatabase(
  root: string,
  packages: readonly UnpackedPackage[],
): Promise<void> {
  const database = join(root, 'var/lib/dpkg');
  for (const name of ['info', 'updates', 'triggers', 'alternatives', 'parts']) {
    await mkdir(join(database, name), { recursive: true });
  }
  for (const unpacked of packages) await writeInfo(join(database, 'info'), unpacked);
  const stanzas = await Promise.all(
    packages.map(async (unpacked) => statusStanza(unpacked, await conffileSums(root, unpacked))),
  );
  const files: Readonly<Record<string, string>> = {
    status: stanzas.join(''),
    available: '',
    diversions: '',
    statoverride: '',
    lock: '',
    'info/format': '1\n',
    'triggers/Lock': '',
    'triggers/Unincorp': '',
    ...triggerIndex(packages),
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(database, name), text, 'latin1');
  }
}

/** `Status` right after `Package` and `Conffiles` at the end, as dpkg reads them. */
export function statusStanza(
  { control }: Pick<UnpackedPackage, 'control'>,
  conffiles: readonly (readonly [path: string, md5: string])[],
): string {
  const lines = control.split('\n').filter((line) => line.trim() !== '');
  const first = lines.findIndex((line) => /^Package:/i.test(line));
  const sums = conffiles.map(([path, md5]) => ` ${path} ${md5}`);
  return [
    ...lines.slice(0, first + 1),
    'Status: install ok installed',
    ...lines.slice(first + 1),
    ...(sums.length > 0 ? ['Conffiles:', ...sums] : []),
    '',
    '',
  ].join('\n');
}

/**
 * The paths of a package in dpkg's spelling, with those that were left out of the unpacking: a package
 * that seems to own nothing but folders of others is "completely replaced" by the next one, and dropped.
 */
export function fileList(listing: readonly string[], md5sums: string): string[] {
  const unpacked = listing.map((path) => path.replace(/^\.?\/?/, '/').replace(/(.)\/$/, '$1'));
  const owned = md5sums
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `/${line.replace(/^[0-9a-f]+ +/, '')}`);
  const paths = [...new Set([...unpacked, ...owned])];
  return paths.map((path) => (path === '/' ? '/.' : path));
}

/** Who is interested in which trigger, by file name under dpkg's folder. */
export function triggerIndex(packages: readonly UnpackedPackage[]): Record<string, string> {
  const index: Record<string, string> = { 'triggers/File': '' };
  for (const unpacked of packages) {
    for (const { trigger, suffix } of interests(unpacked.files.get('triggers') ?? '')) {
      const who = `${infoName(unpacked)}${suffix}\n`;
      const isPath = trigger.startsWith('/');
      const file = isPath ? 'triggers/File' : `triggers/${trigger}`;
      index[file] = `${index[file] ?? ''}${isPath ? `${trigger} ${who}` : who}`;
    }
  }
  return index;
}

function interests(triggers: string): { trigger: string; suffix: string }[] {
  return triggers.split('\n').flatMap((line) => {
    const [directive = '', trigger = ''] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (!/^interest(-await|-noawait)?$/.test(directive)) return [];
    return [{ trigger, suffix: directive === 'interest-noawait' ? '/noawait' : '' }];
  });
}

/** Packages that can be there for several architectures carry theirs in the names of their files. */
function infoName({ name, control }: Pick<UnpackedPackage, 'name' | 'control'>): string {
  const same = field(control, 'Multi-Arch') === 'same';
  return same ? `${name}:${field(control, 'Architecture')}` : name;
}

async function writeInfo(folder: string, unpacked: UnpackedPackage): Promise<void> {
  const base = join(folder, infoName(unpacked));
  const list = fileList(unpacked.listing, unpacked.files.get('md5sums') ?? '');
  await writeFile(`${base}.list`, `${list.join('\n')}\n`, 'latin1');
  for (const [name, text] of unpacked.files) {
    await writeFile(`${base}.${name}`, text, 'latin1');
    if (SCRIPTS.has(name)) await chmod(`${base}.${name}`, 0o755);
  }
}

const SCRIPTS = new Set(['preinst', 'postinst', 'prerm', 'postrm', 'config']);

async function conffileSums(root: string, { files }: UnpackedPackage) {
  const paths = (files.get('conffiles') ?? '').split('\n').filter((line) => line.startsWith('/'));
  return Promise.all(
    paths.map(async (path) => {
      const content = await readFile(join(root, path));
      return [path, createHash('md5').update(content).digest('hex')] as const;
    }),
  );
}
