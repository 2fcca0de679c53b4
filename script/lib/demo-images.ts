import { busyboxEntries, debianTree } from '../../__tests__/support/debian.ts';
import {
  attestationOf,
  type BuiltImage,
  type BuiltIndex,
  buildImage,
  buildIndex,
  buildLayer,
  type Entry,
  entriesOfTree,
  type Format,
} from '../../__tests__/support/images.ts';

/** An image of the demonstration, with a platform for each architecture. */
export interface DemoImage {
  readonly repository: string;
  readonly tag: string;
  readonly about: string;
  readonly index: BuiltIndex;
}

type Architecture = 'amd64' | 'arm64';
export const architectures: readonly Architecture[] = ['amd64', 'arm64'];

/** What the two applications stand on: real programs of Debian's, with the libraries that they need. */
const BASE_PACKAGES = ['bash', 'coreutils', 'perl-base', 'python3-minimal'];

const APPLICATIONS = [
  {
    repository: 'demo/thermostat',
    command: ['python3', '/srv/thermostat.py'],
    file: { path: 'srv/thermostat.py', content: 'print("21.5 degrees")\n' },
  },
  {
    repository: 'demo/door',
    command: ['perl', '/srv/door.pl'],
    file: { path: 'srv/door.pl', content: 'print "closed\\n";\n' },
  },
];

/** Two applications on one base layer, and a busybox: in both manifest formats, with an attestation. */
export async function demoImages(): Promise<DemoImage[]> {
  const bases = await perArchitecture(debianBase);
  const applications = await Promise.all(
    APPLICATIONS.map(async ({ repository, command, file }) => {
      const layer = await buildLayer([{ path: 'srv/' }, file]);
      const images = bases.map(({ architecture, layer: base }) =>
        buildImage({ ...platform(architecture), layers: [base, layer], config: { Cmd: command } }),
      );
      const about = `Debian base and ${file.path}`;
      return { repository, tag: '1.0', about, index: withAttestation(images) };
    }),
  );
  return [...applications, await busyboxImage()];
}

/** An image of nothing but a busybox and a file with the image's name. */
export async function plainImage(name: string): Promise<BuiltIndex> {
  const own = await buildLayer([{ path: 'etc/image', content: `${name}\n` }]);
  const bases = await perArchitecture(busyboxLayer);
  return buildIndex(
    bases.map(({ architecture, layer }) =>
      buildImage({ ...platform(architecture), layers: [layer, own], config: { Cmd: ['sh'] } }),
    ),
  );
}

async function busyboxImage(): Promise<DemoImage> {
  const format: Format = 'docker';
  const layers = await perArchitecture(busyboxLayer);
  const images = layers.map(({ architecture, layer }) =>
    buildImage({ ...platform(architecture), layers: [layer], format, config: { Cmd: ['sh'] } }),
  );
  const about = 'static busybox';
  return { repository: 'demo/busybox', tag: '1.35', about, index: buildIndex(images, format) };
}

async function busyboxLayer(architecture: Architecture) {
  return buildLayer(await busyboxEntries(architecture));
}

async function debianBase(architecture: Architecture) {
  const tree = await debianTree(architecture, BASE_PACKAGES, { depends: true });
  return buildLayer((await entriesOfTree(tree)).filter(isOfUse));
}

/** Documentation and translations are most of the files and do nothing here. */
function isOfUse({ path }: Entry): boolean {
  return !/^usr\/share\/(?:doc|info|locale|man)\/./.test(path);
}

function withAttestation(images: readonly BuiltImage[]): BuiltIndex {
  return buildIndex([...images, ...images.map(attestationOf)]);
}

function platform(architecture: Architecture) {
  return { architecture, ...(architecture === 'arm64' && { variant: 'v8' }) };
}

async function perArchitecture<Layer>(make: (architecture: Architecture) => Promise<Layer>) {
  return Promise.all(
    architectures.map(async (architecture) => ({ architecture, layer: await make(architecture) })),
  );
}
