/**
 * What pam-auth-update writes on a new installation: the templates of libpam-runtime with the modules
 * of every profile that is on by default. Formats: pam-auth-update(8).
 */
export function pamFiles(
  templates: ReadonlyMap<string, string>,
  profiles: readonly string[],
): Map<string, string> {
  const chosen = profiles
    .map(parseProfile)
    .filter((profile) => profile.get('default') === 'yes')
    .toSorted((a, b) => Number(b.get('priority')) - Number(a.get('priority')));
  return new Map(
    [...templates].map(([name, template]) => [name, fill(template, name, chosen)] as const),
  );
}

type Profile = ReadonlyMap<string, string>;

/** `Key: value` with modules on lines of their own, which begin with white space. */
function parseProfile(text: string): Profile {
  const fields = new Map<string, string>();
  for (const block of text.split(/\n(?=\S)/)) {
    const match = /^([\w-]+):\s*(.*)$/s.exec(block);
    if (match !== null) fields.set((match[1] ?? '').toLowerCase(), (match[2] ?? '').trim());
  }
  return fields;
}

function fill(template: string, file: string, profiles: readonly Profile[]): string {
  const type = file.replace(/^common-/, '').replace(/-noninteractive$/, '');
  const usable = profiles.filter(
    (profile) =>
      !(file.endsWith('-noninteractive') && profile.get('session-interactive-only') === 'yes'),
  );
  return template.replaceAll(/^\$\w+_(primary|additional)\n/gm, (_, kind: string) =>
    kind === 'primary' ? primary(type, usable) : additional(type, usable),
  );
}

function primary(type: string, profiles: readonly Profile[]): string {
  const modules = modulesOf(type, 'primary', profiles);
  // An empty stack of modules must still jump over the refusal that follows it.
  if (modules.length === 0) return `${type}\t[default=1]\t\t\tpam_permit.so\n`;
  return modules
    .map((module, index) => `${type}\t${module.replaceAll('=end', `=${modules.length - index}`)}\n`)
    .join('');
}

function additional(type: string, profiles: readonly Profile[]): string {
  return modulesOf(type, 'additional', profiles)
    .map((module) => `${type}\t${module}\n`)
    .join('');
}

/** The first module of a stack takes its `-Initial` form: nobody has asked for a password before it. */
function modulesOf(type: string, kind: string, profiles: readonly Profile[]): string[] {
  return profiles
    .filter((profile) => profile.get(`${type}-type`)?.toLowerCase() === kind)
    .flatMap((profile, index) => {
      const initial = index === 0 ? profile.get(`${type}-initial`) : undefined;
      return (initial ?? profile.get(type) ?? '').split('\n').map((line) => line.trim());
    })
    .filter((line) => line !== '');
}
