import { UserError, usageError } from '../../../errors.ts';
import type { Finding } from '../../finding.ts';
import type { Image } from '../../image.ts';
import { type DebianArchitecture, formatPlatform, platformOf } from '../../platform.ts';
import { quote } from '../../quote.ts';
import { readWritten } from '../../written.ts';
import type { ListContext, ListFormat, ParsedList } from '../format.ts';
import type { ListFile } from '../list-file.ts';
import { hasTopLevelKey } from '../yaml.ts';
import { loadProject, type Project } from './load.ts';
import { type Text, textReader } from './text.ts';
import { entryOf, type Tree } from './tree.ts';

/**
 * Compose files: the images that `docker compose config --images` names, with profiles, `extends`,
 * `include`, anchors, variables and `.env`. Only what an image depends on is read: a variable of a
 * service's environment may be missing here.
 */
export const compose: ListFormat = {
  name: 'compose',
  looksFor: 'services:',
  recognises: (_file, text) => hasTopLevelKey(text, ['services', 'include']),
  takesOverrides: true,
  async parse(list, context, overrides) {
    const findings: Finding[] = [];
    const report = (finding: Finding) => void findings.push(finding);
    const read = await readImages([list, ...overrides], context, report);
    return { ...read, findings };
  },
};

async function readImages(
  files: readonly [ListFile, ...ListFile[]],
  context: ListContext,
  report: (finding: Finding) => void,
): Promise<Pick<ParsedList, 'images' | 'profiles'>> {
  const project = await loadProject(files, context, textReader(report));
  const profiles = chosenProfiles(project, context);
  const known = new Set<string>();
  const chosen = new Map<string, Tree>();
  for (const [name, service] of project.services) {
    if (service.tag === 'reset') continue;
    const wanted = project.read.items(entryOf(service, 'profiles')).map(project.read.text);
    for (const profile of wanted) known.add(profile);
    const isWanted = (profile: string) => profiles.includes(profile);
    if (wanted.length === 0 || isWanted('*') || wanted.some(isWanted)) chosen.set(name, service);
    else {
      const why = `it needs profile ${wanted.join(' or ')}`;
      report(notice(service, `service ${quote(name)} is left out: ${why}`));
    }
  }
  const images = [...chosen].flatMap(([name, service]) => {
    checkDependencies(name, service, project, chosen);
    return serviceImages(name, service, project, context, report);
  });
  return { images, profiles: [...known] };
}

/** Those that were asked for; else those of COMPOSE_PROFILES. */
function chosenProfiles({ lookup }: Project, { profiles }: ListContext): readonly string[] {
  if (profiles.length > 0) return profiles;
  return (lookup('COMPOSE_PROFILES')?.value ?? '').split(',').map((profile) => profile.trim());
}

/** The service's own image and those of its `pre_start` hooks. */
function serviceImages(
  name: string,
  service: Tree,
  { read }: Project,
  { architecture }: ListContext,
  report: (finding: Finding) => void,
): Image[] {
  const hooks = read.items(entryOf(service, 'pre_start'));
  const texts = [service, ...hooks].map((tree) => {
    const image = entryOf(tree, 'image');
    return image && read.read(image);
  });
  if (!texts[0]?.value) reportMissing(name, service, texts[0], report);
  const platform = entryOf(service, 'platform');
  if (architecture !== undefined && platform !== undefined && texts[0]?.value) {
    checkPlatform(name, read.read(platform), architecture);
  }
  return texts.flatMap((text) => (text?.value ? readImage(text) : []));
}

/** @throws UserError (usage) that names the variable, where the text is no image for want of its value */
function readImage(text: Text): Image {
  try {
    return readWritten(text.value, text);
  } catch (error) {
    if (!(error instanceof UserError) || text.unset === undefined) throw error;
    throw unsetError(text.unset, `${quote(text.value)} is no image: ${error.message}`);
  }
}

function unsetError({ name, origin }: NonNullable<Text['unset']>, what: string): UserError {
  return usageError(`the variable ${name} is not set, and without it ${what}`, {
    origin,
    hint: `set ${name} in the environment or in .env, or write a default: \${${name}:-…}`,
  });
}

/** A service without an image is made from its `build`, or no container at all. */
function reportMissing(
  name: string,
  service: Tree,
  empty: Text | undefined,
  report: (finding: Finding) => void,
): void {
  const who = `service ${quote(name)}`;
  if (entryOf(service, 'build') !== undefined) {
    const what = `${who} is left out: it has no image, only a build`;
    report(
      notice(service, `${what}; build it before and name it as oci-archive: or docker-daemon:`),
    );
  } else if (entryOf(service, 'provider') !== undefined) {
    report(notice(service, `${who} is left out: a provider runs it, not a container`));
  } else if (empty?.unset !== undefined) {
    throw unsetError(empty.unset, `the image of ${who} is empty`);
  } else if (empty !== undefined) {
    throw usageError(`the image of ${who} is empty`, {
      origin: empty.origin,
      hint: 'set its variables in the environment or in .env',
    });
  } else {
    throw usageError(`${who} has neither an image nor a build`, {
      origin: service.origin,
      hint: 'is a key misspelt? A file that overrides another one is given together with it: compose:BASE:OVERRIDE',
    });
  }
}

function checkDependencies(
  name: string,
  service: Tree,
  { services }: Project,
  chosen: ReadonlyMap<string, Tree>,
): void {
  for (const [other, tree] of dependencies(service)) {
    if (chosen.has(other)) continue;
    const required = entryOf(tree, 'required');
    if (required?.kind === 'leaf' && required.scalar.value === false) continue;
    const why = services.has(other) ? 'which no chosen profile has' : 'which is not there';
    throw usageError(`service ${quote(name)} depends on ${quote(other)}, ${why}`, {
      origin: tree.origin,
      hint: services.has(other) ? 'choose it by the input profile' : undefined,
    });
  }
}

function dependencies(service: Tree): (readonly [string, Tree])[] {
  const tree = entryOf(service, 'depends_on');
  if (tree?.kind === 'mapping') return [...tree.entries];
  if (tree?.kind !== 'sequence') return [];
  return tree.items.flatMap((item) =>
    item.kind === 'leaf' ? [[String(item.scalar.value), item] as const] : [],
  );
}

function checkPlatform(
  name: string,
  { value, origin }: { value: string; origin: Tree['origin'] },
  architecture: DebianArchitecture,
): void {
  const wanted = platformOf(architecture);
  const [variant] = wanted.variants;
  const allowed = [wanted.os, formatPlatform(wanted), formatPlatform({ ...wanted, variant })];
  if (value === '' || allowed.includes(normalisePlatform(value))) return;
  throw usageError(
    `service ${quote(name)} is for ${value}, and the package for ${architecture} (${allowed.at(-1)})`,
    { origin, hint: 'remove platform:, or build a package for that architecture' },
  );
}

/** As containerd's platforms are read: names of kernels and of Debian stand for those of Go. */
function normalisePlatform(text: string): string {
  const [first = '', ...rest] = text.toLowerCase().split('/');
  const [os, name = '', ...variant] =
    rest.length === 0 && first !== 'linux' ? ['linux', first] : [first, ...rest];
  return [os, ALIASES[name] ?? name, ...variant].filter((part) => part !== '').join('/');
}

const ALIASES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  armhf: 'arm/v7',
  armel: 'arm/v6',
  i386: '386',
};

function notice({ origin }: Tree, message: string): Finding {
  return { level: 'notice', message, origin };
}
