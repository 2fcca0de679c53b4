import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { push } from '../__tests__/support/push.ts';
import { type Registry, startRegistry } from '../__tests__/support/registry.ts';
import { withTempDir } from '../__tests__/support/temp.ts';
import { type ListedImage, parseImageList } from '../src/deb/list.ts';
import { failure, formatError, UserError } from '../src/errors.ts';
import { ended, mustRun, start } from '../src/exec.ts';
import { architectures, type DemoImage, demoImages } from './lib/demo-images.ts';
import { type PodmanStore, podmanStore, type Way } from './lib/podman-store.ts';

const ROOT = join(import.meta.dirname, '..');
const OUTPUT = join(ROOT, 'build/demo');
const PACKAGE = 'demo-images';
/** What the images are called on the device, wherever they came from. */
const DEVICE_REGISTRY = 'registry.example.org';

type Debs = Readonly<Record<(typeof architectures)[number], string>>;

async function demo(work: string, signal: AbortSignal): Promise<void> {
  step(1, 'A registry on loopback, with images that have amd64 and arm64');
  const images = await demoImages();
  const debs = await withRegistry(async (registry) => {
    await fill(registry, images, signal);
    step(2, 'A loader package for each architecture: node dist/cli.js build');
    return build(registry, images, join(work, 'cache'), signal);
  });

  step(3, 'The proof: cat LAYERS IMAGE | zstd -dc | podman load, of the amd64 package');
  const store = await podmanStore(join(work, 'podman'), signal);
  try {
    const ways = await prove(debs.amd64, join(work, 'unpacked'), store);
    step(4, 'A machine that installs it, offline, and boots again: node dist/cli.js boot');
    await boot(debs.amd64, signal);
    step(5, 'Proved');
    conclude(images, ways, debs);
  } finally {
    await store.close();
  }
}

async function fill(registry: Registry, images: readonly DemoImage[], signal: AbortSignal) {
  for (const { repository, tag, about, index } of images) {
    signal.throwIfAborted();
    await push(registry, repository, tag, index);
    say(`${registry.host}/${repository}:${tag}`, about);
  }
}

/** Both packages come from the same references; what the two have in common is in the cache. */
async function build(
  registry: Registry,
  images: readonly DemoImage[],
  cache: string,
  signal: AbortSignal,
): Promise<Debs> {
  const references = images.map(
    ({ repository, tag, index }) =>
      `${registry.host}/${repository}:${tag}@${index.digest} as ${deviceName(repository, tag)}`,
  );
  const debs: Record<string, string> = {};
  for (const architecture of architectures) {
    const began = Date.now();
    const argv = buildArgv(architecture, references, cache);
    const { stdout } = await mustRun(argv, { cwd: ROOT, signal });
    const { deb } = JSON.parse(stdout.toString());
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    await mustRun([process.execPath, 'dist/cli.js', 'inspect', deb], { cwd: ROOT, signal });
    debs[architecture] = deb;
    const size = megabytes((await stat(deb)).size);
    say(relative(ROOT, deb), `${size} in ${seconds} s, every digest in it is right`);
  }
  return debs as Debs;
}

function buildArgv(architecture: string, references: readonly string[], cache: string): string[] {
  return [
    ...[process.execPath, 'dist/cli.js', 'build', '--json'],
    ...['--images', references.join('\n'), '--arch', architecture, '--engine', 'podman'],
    ...['--package', PACKAGE, '--version', '1.0.0', '--maintainer', 'Demo <demo@example.org>'],
    ...['--output-dir', relative(ROOT, OUTPUT), '--cache-dir', cache, '--tls-verify=false'],
  ];
}

/** Unpacks the package, loads every image of its list and runs `true` in it. */
async function prove(deb: string, unpacked: string, store: PodmanStore): Promise<Way[]> {
  await mustRun(['dpkg-deb', '-x', deb, unpacked]);
  const share = join(unpacked, 'usr/share', PACKAGE);
  const listed = parseImageList(await readFile(join(share, 'image.list'), 'utf8'));
  const ways: Way[] = [];
  for (const image of listed) {
    ways.push(await proveImage(image, share, store));
    say(image.reference, `${image.config.slice(0, 19)}… is its ID, true runs`);
  }
  return ways;
}

async function proveImage(image: ListedImage, share: string, store: PodmanStore): Promise<Way> {
  const layers = new Set(image.layers.map(({ fragment }) => fragment));
  await store.load([...layers, image.image].map((fragment) => join(share, fragment)));
  const id = await store.imageId(image.reference);
  if (id !== image.config) {
    throw new Error(
      `${image.reference} has the ID ${id} in Podman, and ${image.config} in the list`,
    );
  }
  return store.runTrue(image.reference);
}

/** Shows what the command says of the boot test, line by line: it takes minutes where there is no KVM. */
async function boot(deb: string, signal: AbortSignal): Promise<void> {
  const argv = bootArgv(deb);
  const child = start(argv, { cwd: ROOT, signal });
  if (!child.stderr) throw new Error('a command without its streams');
  createInterface(child.stderr).on('line', (line) => say(line));
  const code = await ended(child, argv);
  signal.throwIfAborted();
  if (code !== 0) throw failure('the machine did not prove the package: its own words are above');
}

/** The base system is kept where the tests have it. */
function bootArgv(deb: string): string[] {
  return [
    ...[process.execPath, 'dist/cli.js', 'boot', deb, '--scenario', 'fresh,reboot'],
    ...['--cache-dir', '.tools/boot', '--log-dir', relative(ROOT, join(OUTPUT, 'boot-logs'))],
  ];
}

function conclude(images: readonly DemoImage[], ways: readonly Way[], debs: Debs): void {
  if (ways.length !== images.length) {
    throw new Error(`the package has ${ways.length} images, the registry ${images.length}`);
  }
  const chroot = ways.find((way) => way.by === 'chroot');
  const packages = Object.values(debs).map((deb) => relative(ROOT, deb));
  say(`${ways.length} images came out of the package into an empty Podman, with the listed IDs.`);
  say(
    chroot === undefined
      ? 'true ran in each, by podman run --network=none.'
      : `true ran in each, in a chroot of podman image mount; podman run can not here: ${chroot.because}`,
  );
  say(
    'A machine with nothing but Debian and Podman loaded and ran them, and needed no load after that.',
  );
  say(`The packages are ${packages.join(' and ')}.`);
}

async function withRegistry<T>(use: (registry: Registry) => Promise<T>): Promise<T> {
  const registry = await startRegistry();
  try {
    return await use(registry);
  } finally {
    await registry.stop();
  }
}

function deviceName(repository: string, tag: string): string {
  return `${DEVICE_REGISTRY}/${repository}:${tag}`;
}

function step(number: number, text: string): void {
  console.log(`${number}. ${text}`);
}

function say(what: string, about = ''): void {
  console.log(`   ${about === '' ? what : `${what.padEnd(42)} ${about}`}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The exit code: 130 when a signal ended it, with all that it started and stored gone. */
async function main(): Promise<number> {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => controller.abort());
  }
  await rm(OUTPUT, { recursive: true, force: true });
  await mkdir(OUTPUT, { recursive: true });
  try {
    await withTempDir((work) => demo(work, controller.signal));
    return 0;
  } catch (error) {
    if (controller.signal.aborted) return 130;
    console.error(error instanceof UserError ? `demo: ${formatError(error)}` : error);
    return 1;
  }
}

process.exitCode = await main();
