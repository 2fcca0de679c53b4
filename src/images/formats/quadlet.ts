import { basename, dirname, extname, join } from 'node:path';
import { usageError } from '../../errors.ts';
import { formatPlatform, platformOf } from '../platform.ts';
import { nameAndTag, parseReference } from '../reference.ts';
import { readWritten } from '../written.ts';
import type { ListContext, ListFormat, ParsedList } from './format.ts';
import { kubernetes } from './kubernetes.ts';
import type { ListFile } from './list-file.ts';
import { checkEngine, joinLists, NOTHING, remark } from './parsed-list.ts';
import { matchPieces, originOf, type Pieces, placeOf, slicePieces, textOf } from './pieces.ts';
import { type Assignment, allValues, lastValue, parseUnitFile } from './unit-file.ts';

/**
 * Podman's quadlets: units of systemd that name images. What they mean is in podman-systemd.unit(5);
 * what that leaves open is as Podman 5's generator does it.
 */
export const quadlet: ListFormat = {
  name: 'quadlet',
  looksFor: '[Container]',
  recognises: (file, text) => {
    const section = SECTIONS[extname(unitOfDropIn(file) ?? file)];
    return section !== undefined && text.split('\n').some((line) => line.trim() === `[${section}]`);
  },
  // A drop-in is read with its unit.
  parse: async (list, context) =>
    unitOfDropIn(list.file) === undefined ? readUnit(list, context) : NOTHING,
};

/** A unit and its drop-ins. */
interface Unit {
  /** `app@blue.container` */
  readonly name: string;
  readonly file: string;
  readonly assignments: readonly Assignment[];
}

type Reader = (unit: Unit, context: ListContext) => Promise<ParsedList>;

/** What is read of a unit, by the ending of its name. */
const READERS: Readonly<Record<string, Reader>> = {
  '.container': readContainer,
  '.volume': readVolume,
  '.image': readImage,
  '.kube': readKube,
  '.build': async ({ file }) =>
    remark('notice', 'what it builds on the device is not carried', { file }),
  '.artifact': async ({ file }) => remark('notice', 'OCI artifacts are not carried', { file }),
  '.pod': async () => NOTHING,
  '.network': async () => NOTHING,
};

/** By the ending of a unit's name, the section that says what it is. */
const SECTIONS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(READERS).map((ending) => [
    ending,
    `${ending.charAt(1).toUpperCase()}${ending.slice(2)}`,
  ]),
);

async function readUnit(list: ListFile, context: ListContext): Promise<ParsedList> {
  const unit = await loadUnit(list, context);
  const reader = READERS[extname(unit.name)];
  if (reader !== undefined) {
    const list = await reader(unit, context);
    const engine =
      list.images.length > 0 ? checkEngine('podman', context, { file: unit.file }) : NOTHING;
    return joinLists([list, engine]);
  }
  throw usageError(`a quadlet is called NAME${Object.keys(READERS).join(', NAME')}`, {
    origin: { file: list.file },
  });
}

async function readContainer(unit: Unit, context: ListContext): Promise<ParsedList> {
  const image = settingOf(unit, 'Image');
  const rootfs = settingOf(unit, 'Rootfs');
  if (image === undefined && rootfs === undefined) {
    checkSpelling(unit, 'Image');
    throw usageError('the container has neither Image= nor Rootfs=', {
      origin: { file: unit.file },
    });
  }
  if (image !== undefined && rootfs !== undefined) {
    throw usageError('the container has both Image= and Rootfs=', { origin: originOf(rootfs) });
  }
  const mounted = allValues(unit.assignments, 'Container', 'Mount').flatMap(mountedImage);
  const sources = image === undefined ? mounted : [image, ...mounted];
  const lists = await inOrder(sources, (source) => readSource(source, unit, context));
  const pull = settingOf(unit, 'Pull');
  const always = pull && textOf(pull) === 'always' ? warn(pull, PULL_ALWAYS) : NOTHING;
  return joinLists([...lists, always]);
}

/** The source of `Mount=type=image,source=IMAGE,destination=PATH`. */
function mountedImage(mount: Pieces): Pieces[] {
  // the quotes that systemd takes around a word, and those of CSV around a field
  const options = matchPieces(mount, /[^,"'\s]+/g);
  if (!options.some((option) => textOf(option) === 'type=image')) return [];
  return options.flatMap((option) => {
    const [key] = /^(?:source|src)=(?=.)/.exec(textOf(option)) ?? [];
    return key === undefined ? [] : [slicePieces(option, key.length, textOf(option).length)];
  });
}

const PULL_ALWAYS =
  'Pull=always: the container does not start without its registry, although the image is there; with Pull=missing it does';

async function readVolume(unit: Unit, context: ListContext): Promise<ParsedList> {
  const image = settingOf(unit, 'Image');
  const driver = settingOf(unit, 'Driver');
  if (driver === undefined || textOf(driver) !== 'image') return NOTHING;
  if (image !== undefined) return readSource(image, unit, context);
  throw usageError('Driver=image needs Image=', { origin: originOf(driver) });
}

async function readImage(unit: Unit, context: ListContext): Promise<ParsedList> {
  const image = settingOf(unit, 'Image');
  if (image === undefined) {
    checkSpelling(unit, 'Image');
    throw usageError('no Image=', { origin: { file: unit.file } });
  }
  checkPlatform(unit, context);
  const tag = settingOf(unit, 'ImageTag');
  const name = tag && nameAndTag(parseReference(textOf(tag), originOf(tag)));
  return joinLists([readReference(image, unit, name), ...deviceFindings(unit, image)]);
}

/** @throws UserError (usage) where the unit pulls for another platform than the package's */
function checkPlatform(unit: Unit, { architecture }: ListContext): void {
  if (architecture === undefined) return;
  const platform = platformOf(architecture);
  const wanted: [key: string, taken: readonly string[]][] = [
    ['OS', ['linux']],
    ['Arch', [platform.architecture, ...(UNAME[platform.architecture] ?? [])]],
    ['Variant', platform.variants],
  ];
  for (const [key, taken] of wanted) {
    const value = settingOf(unit, key);
    if (value === undefined || taken.includes(textOf(value))) continue;
    throw usageError(
      `${key}=${textOf(value)} is another platform than ${architecture} (${formatPlatform({ ...platform, variant: platform.variants[0] })})`,
      { origin: originOf(value) },
    );
  }
}

/** Podman takes the kernel's names of architectures as well. */
const UNAME: Readonly<Record<string, readonly string[]>> = {
  amd64: ['x86_64', 'x86-64'],
  arm64: ['aarch64'],
  arm: ['armhf', 'armel'],
  386: ['i386'],
};

/** What an .image unit says to Podman on the device and not to a build. */
function deviceFindings(unit: Unit, image: Pieces): ParsedList[] {
  const policy = settingOf(unit, 'Policy');
  const pulls = policy === undefined || textOf(policy) === 'always';
  const keys = Object.entries(DEVICE_KEYS).flatMap(([key, message]): ParsedList[] => {
    const value = settingOf(unit, key);
    return value === undefined ? [] : [remark('notice', `${key}=: ${message}`, originOf(value))];
  });
  return pulls && !isLocal(image) ? [warn(policy ?? image, IMAGE_POLICY), ...keys] : keys;
}

const IMAGE_POLICY =
  'Podman pulls the image of an .image unit at every start, which fails without its registry: set Policy=missing (Podman 5.6), or name the image in the .container itself';

const DEVICE_KEYS: Readonly<Record<string, string>> = {
  AllTags: 'only the one tag is carried',
  AuthFile: 'this is a file of the device; the input authfile names the logins for the build',
  CertDir: 'this is a folder of the device; the build uses its own certificates',
  Creds: 'the build does not use it; the input authfile names its logins',
  DecryptionKey: 'an encrypted image is not decrypted by the build',
  TLSVerify: 'this counts on the device; for the build there is the input tls-verify',
};

function isLocal(image: Pieces): boolean {
  return /^(?:[a-z-]+-archive|oci|dir|containers-storage|docker-daemon):/.test(textOf(image));
}

/** The manifests that a .kube unit plays. */
async function readKube(unit: Unit, context: ListContext): Promise<ParsedList> {
  const values = allValues(unit.assignments, 'Kube', 'Yaml');
  const paths = values.flatMap((value) => matchPieces(value, /[^"'\s]+/g));
  if (paths.length === 0) throw usageError('no Yaml=', { origin: { file: unit.file } });
  const lists = await inOrder(paths, async (path) => {
    const origin = originOf(path);
    const file = join(dirname(unit.file), textOf(path));
    const manifest = await context.readFile(file, origin);
    if (manifest !== undefined) return kubernetes.parse(manifest, context, []);
    throw usageError(`no such file: ${file}`, { origin });
  });
  return joinLists(lists);
}

/** The image that a value names, itself or by another unit. */
async function readSource(value: Pieces, unit: Unit, context: ListContext): Promise<ParsedList> {
  const text = textOf(value);
  if (text.endsWith('.image')) return followUnit(value, unit, context);
  if (text.endsWith('.build')) {
    return warn(value, `${text} builds the image on the device: it is not carried`);
  }
  const instances = await instancesOf(unit, context);
  return /%[ijIJ]/.test(text) && instances.length > 0
    ? remark(
        'notice',
        `a template: its images are those of ${instances.join(', ')}`,
        originOf(value),
      )
    : readReference(value, unit);
}

/** The instances of a template that lie beside it, links to it or files of their own. */
async function instancesOf({ name, file }: Unit, { readFolder }: ListContext): Promise<string[]> {
  const [prefix, instance] = name.slice(0, -extname(name).length).split(/@(.*)/s);
  if (instance !== '') return [];
  const names = await readFolder(dirname(file));
  return names.filter(
    (other) => other !== name && other.startsWith(`${prefix}@`) && extname(other) === extname(name),
  );
}

function readReference(value: Pieces, unit: Unit, name?: string): ParsedList {
  const text = textOf(value);
  const written = expandSpecifiers(text, unit);
  if (written === undefined) {
    return warn(
      value,
      `only systemd on the device knows what ${text} is: the image is not carried`,
    );
  }
  const place = placeOf(value);
  const unpinnable = unpinnableBecause(text !== written, place === undefined);
  const image = readWritten(written, {
    origin: originOf(value),
    name,
    ...(unpinnable === undefined ? { place } : { unpinnable }),
  });
  return joinLists([
    { images: [image], findings: [] },
    isShort(written) ? warn(value, shortName(written)) : NOTHING,
  ]);
}

function unpinnableBecause(expanded: boolean, parted: boolean): string | undefined {
  if (expanded) return 'it is written with specifiers: write the name out';
  return parted ? 'it is written over several lines: write it on one' : undefined;
}

/** The image of the .image unit beside this one. */
async function followUnit(value: Pieces, { file }: Unit, context: ListContext) {
  const origin = originOf(value);
  const list = await context.readFile(join(dirname(file), textOf(value)), origin);
  if (list !== undefined) return readUnit(list, context);
  throw usageError(`no unit ${textOf(value)} beside this one`, { origin });
}

/**
 * The text with the specifiers replaced that the unit's name answers: see systemd.unit(5). Undefined
 * where there are others, or variables, which systemd replaces at the start.
 */
function expandSpecifiers(text: string, { name, assignments }: Unit): string | undefined {
  const [prefix = '', given] = name.slice(0, -extname(name).length).split(/@(.*)/s);
  const defaultInstance = lastValue(assignments, 'Install', 'DefaultInstance') ?? [];
  const instance = given === '' ? textOf(defaultInstance) : given;
  const values: Readonly<Record<string, string | undefined>> = {
    '%%': '%',
    '%p': prefix,
    '%i': instance || undefined,
  };
  const specifiers = text.match(/%.?/g) ?? [];
  if (text.includes('$') || specifiers.some((specifier) => values[specifier] === undefined))
    return undefined;
  return text.replaceAll(/%./g, (specifier) => values[specifier] ?? specifier);
}

/** Podman looks a name without a host up in registries.conf(5), which a device may have changed. */
function isShort(written: string): boolean {
  return !/^(?:[^/]*[.:][^/]*|localhost)\/|^[a-z-]+:[/.]/.test(written);
}

function shortName(written: string): string {
  return `${written} has no registry: taken as ${nameAndTag(parseReference(written))}, which the device need not do; write it in full`;
}

/** The unit with its drop-ins: files of the same name replace each other, the nearer one wins. */
async function loadUnit(list: ListFile, context: ListContext): Promise<Unit> {
  const name = basename(list.file);
  const folder = dirname(list.file);
  const dropIns = new Map<string, string>();
  for (const dropInFolder of dropInFolders(name)) {
    const names = await context.readFolder(join(folder, dropInFolder));
    for (const dropIn of names.filter((name) => name.endsWith('.conf'))) {
      if (!dropIns.has(dropIn)) dropIns.set(dropIn, join(folder, dropInFolder, dropIn));
    }
  }
  const paths = [...dropIns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  const files = await inOrder(paths, (path) => context.readFile(path));
  const all = [list, ...files.filter((file) => file !== undefined)];
  return { name, file: list.file, assignments: all.flatMap(parseUnitFile) };
}

/** Where drop-ins of a unit lie, from the nearest to the widest: `a-b.container.d`, `a-.container.d`, `container.d`. */
export function dropInFolders(name: string): string[] {
  const ending = extname(name);
  const [prefix = '', instance] = name.slice(0, -ending.length).split(/@(.*)/s);
  const dashes = [...prefix.matchAll(/-/g)].map(({ index }) => prefix.slice(0, index + 1));
  const truncated = dashes.flatMap((start) =>
    instance === undefined ? [start] : [start, `${start}@`],
  );
  const template = instance ? [`${prefix}@`] : [];
  const units = [...truncated, ...template].map((start) => `${start}${ending}`);
  return [ending.slice(1), ...units, name].reverse().map((unit) => `${unit}.d`);
}

/** `app.container` for `…/app.container.d/10-image.conf`; `all.container` for `…/container.d/10.conf`. */
function unitOfDropIn(file: string): string | undefined {
  const folder = basename(dirname(file));
  if (!file.endsWith('.conf') || !folder.endsWith('.d')) return undefined;
  const unit = folder.slice(0, -'.d'.length);
  return unit.includes('.') ? unit : `all.${unit}`;
}

/** The value of a key of the unit's own section; undefined where it is not set, or set to nothing. */
function settingOf({ name, assignments }: Unit, key: string): Pieces | undefined {
  const value = lastValue(assignments, SECTIONS[extname(name)] ?? '', key);
  return value?.length ? value : undefined;
}

/** @throws UserError (usage) where the key that is missing stands there in other letters */
function checkSpelling({ assignments }: Unit, key: string): void {
  const other = assignments.find(
    (assignment) => assignment.key !== key && assignment.key.toLowerCase() === key.toLowerCase(),
  );
  if (other === undefined) return;
  throw usageError(`Podman does not know ${other.key}=`, {
    origin: other.origin,
    hint: `write ${key}=`,
  });
}

function warn(value: Pieces, message: string): ParsedList {
  return remark('warning', message, originOf(value));
}

/** One after the other: what they say comes in the order of the file. */
async function inOrder<T, R>(items: readonly T[], run: (item: T) => R | Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await run(item));
  return results;
}
