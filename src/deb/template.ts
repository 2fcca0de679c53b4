import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsOf } from './settings.ts';
import type { PackageSpec } from './types.ts';

/** What device/load consists of beside itself; in /usr/lib/NAME. */
export const LOADER_PARTS = [
  'lib/list.sh',
  'lib/engine.sh',
  'lib/state.sh',
  'lib/plan.sh',
  'lib/space.sh',
  'lib/repair.sh',
  'lib/stream.sh',
  'lib/together.sh',
  'lib/afterwards.sh',
  'lib/report.sh',
] as const;

const TEMPLATES = [
  'load',
  ...LOADER_PARTS,
  'service',
  'target',
  'conffile',
  'postinst',
  'prerm',
  'postrm',
  'README.Debian',
] as const;

/** The text of every file of device/, before or after its places are filled. */
export type Templates = Readonly<Record<(typeof TEMPLATES)[number], string>>;

/** @param deviceDir the folder device/ of this program */
export async function readTemplates(deviceDir: string): Promise<Templates> {
  const texts = await Promise.all(
    TEMPLATES.map(async (name) => [name, await readFile(join(deviceDir, name), 'utf8')] as const),
  );
  return Object.fromEntries(texts) as unknown as Templates;
}

/** Fills `@NAME@` and the like. @throws Error for a place that nobody fills */
export function renderTemplates(templates: Templates, spec: PackageSpec): Templates {
  const settings = settingsOf(spec);
  // All of these were checked before: none holds a character that a shell or systemd would take.
  const values = {
    NAME: spec.name,
    ENGINE: spec.engine,
    USER: spec.user ?? '',
    STORE: spec.engine + (spec.user === undefined ? '' : ` of the user ${spec.user}`),
    SUFFIX: spec.compression === 'zstd' ? 'zst' : 'tar',
    UNPACK: spec.compression === 'zstd' ? 'zstd -dc | ' : '',
    DELETE_AFTER_LOAD: settings.delete_after_load,
    CONFLICT: settings.conflict,
    REMOVE_REPLACED: settings.remove_replaced,
  };
  return Object.fromEntries(
    TEMPLATES.map((name) => [name, render(name, templates[name], values)]),
  ) as unknown as Templates;
}

function render(template: string, text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/@([A-Z_]+)@/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`device/${template}: nothing to put into ${place}`);
    return value;
  });
}
