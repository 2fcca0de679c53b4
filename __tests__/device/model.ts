import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { LOADER_PARTS } from '../../src/deb/template.ts';
import { hexOf, sha256 } from '../../src/images/digest.ts';
import { render, type Values } from './fixture.ts';

/** An image of the model: what the list says of it, and its line in image.list. */
export interface ModelImage {
  readonly reference: string;
  readonly key: string;
  readonly config: string;
  readonly manifest: string;
  readonly layers: readonly string[];
  readonly line: string;
}

export interface LoaderRun {
  readonly code: number | null;
  /** standard output and standard error */
  readonly output: string;
  readonly stdout: string;
  /** every call of a program of the model, in order */
  readonly calls: readonly string[];
}

/** A made-up image; `edition` tells two contents of one reference apart. */
export function modelImage(
  name: string,
  layers: readonly string[] = [name],
  options: { readonly edition?: string; readonly flags?: string } = {},
): ModelImage {
  const reference = `docker.io/library/${name}:1`;
  const config = sha256(`config ${name} ${options.edition}`);
  const manifest = sha256(`manifest ${name} ${options.edition}`);
  const digests = layers.map((layer) => hexOf(sha256(layer)));
  const key = hexOf(sha256(reference)).slice(0, 32);
  return {
    reference,
    key,
    config,
    manifest,
    layers: digests,
    line: [
      reference,
      key,
      config,
      manifest,
      1000 * digests.length,
      options.flags ?? '-',
      `images/${hexOf(config as `sha256:${string}`)}.tar`,
      digests.map((digest) => `layers/${digest}.tar`).join(',') || '-',
      digests.map((digest) => `${digest}:1000`).join(',') || '-',
    ].join(' '),
  };
}

/** The layers of an image as the loader notes them. */
export function layersOf({ layers }: ModelImage): string {
  return layers.map((layer) => `layers/${layer}.tar`).join(',');
}

/** A machine of the model under `root`: the loader's files, and engine-model.sh for its programs. */
export class Model {
  readonly root: string;
  readonly engine: Values['engine'];

  constructor(root: string, engine: Values['engine'] = 'docker') {
    this.root = root;
    this.engine = engine;
    rmSync(root, { recursive: true, force: true });
    for (const folder of [
      'bin',
      'run/lock',
      'etc/container-preload',
      'var/lib/demo',
      'usr/share/demo/layers',
      'usr/share/demo/images',
      'usr/lib/demo',
      'engine/images',
      'engine/layers',
      'var/lib/container-preload/intents',
      'disk/demo',
      'disk/intents',
      'disk/images',
    ]) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    this.write('disk/inodes', '');
    this.write('engine/driver', 'overlay2\n');
    const model = readFileSync(join(import.meta.dirname, 'engine-model.sh'), 'utf8');
    for (const program of ['id', 'sync', 'tar', engine]) {
      this.write(`bin/${program}`, model.replace('@ROOT@', root));
      chmodSync(join(root, 'bin', program), 0o755);
    }
    for (const part of LOADER_PARTS) {
      this.write(`usr/lib/demo/${basename(part)}`, render(part, { name: 'demo', engine }));
    }
    this.write('load', withRoot(render('load', { name: 'demo', engine }), root));
  }

  /** Installs a package of these images. */
  install(images: readonly ModelImage[]): void {
    const lines = ['# container-preload image list 2', ...images.map(({ line }) => line), ''];
    this.write('usr/share/demo/image.list', lines.join('\n'));
    const fragments = new Map(images.flatMap(fragmentsOf));
    for (const [name, text] of fragments) this.write(`usr/share/demo/${name}`, text);
    const sums = [...fragments].map(([name, text]) => `${hexOf(sha256(text))}  ${name}\n`);
    this.write('usr/share/demo/sha256sums', sums.join(''));
  }

  /** The engine has `id` under the reference of the image, on the disk. */
  has(image: ModelImage, id: string): void {
    this.write(this.#imageFile(image), `${[id, ...image.layers].join(' ')}\n`);
    for (const layer of image.layers) this.write(`engine/layers/${layer}`, 'whole\n');
    this.run(['sync', '-f', 'engine']);
  }

  /** The stamp of a finished load of the image, on the disk. */
  stamped(image: ModelImage, id: string, driver = 'overlay2', name = 'demo', layers = '-'): void {
    mkdirSync(join(this.root, 'var/lib', name), { recursive: true });
    this.#note(`var/lib/${name}`, this.stampFile(image, driver), image, driver, [
      `id=${id}`,
      `layers=${layers}`,
    ]);
  }

  /** The intent of a load of the image that brings all of it, on the disk. */
  begun(image: ModelImage, driver = 'overlay2', name = 'demo'): void {
    const brings = [image.config.slice(7), image.manifest.slice(7), ...image.layers].join(' ');
    this.#note('var/lib/container-preload/intents', this.intentOf(image, driver), image, driver, [
      `package=${name}`,
      `brings=${brings} `,
    ]);
  }

  /** The name of the image's stamp in the store of a driver, which is the engine's own where none is given. */
  stampFile(image: ModelImage, driver = this.#driver): string {
    return `${this.engine}-${driver}-${image.key}.stamp`;
  }

  /** The name of the image's intent in the store of a driver, which is the engine's own where none is given. */
  intentOf(image: ModelImage, driver = this.#driver): string {
    return `${this.engine}-${driver}-${image.key}-${image.config.slice(7)}`;
  }

  /** So many KiB are free, wherever it is asked. */
  free(kibibytes: number): void {
    this.write('bin/df', `#!/bin/sh\necho head\necho disk 0 0 ${kibibytes}\n`);
    chmodSync(join(this.root, 'bin/df'), 0o755);
  }

  get #driver(): string {
    return readFileSync(join(this.root, 'engine/driver'), 'utf8').trim();
  }

  /** What the image's intent says that its load brings, sorted. */
  broughtBy(image: ModelImage): string | undefined {
    const file = join(this.root, 'var/lib/container-preload/intents', this.intentOf(image));
    return /^brings=(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.split(' ').sort().join(' ');
  }

  #note(
    folder: string,
    file: string,
    image: ModelImage,
    driver: string,
    more: readonly string[],
  ): void {
    const { reference, config, manifest } = image;
    const lines = [
      `engine=${this.engine}`,
      `driver=${driver}`,
      `reference=${reference}`,
      `config=${config}`,
      `manifest=${manifest}`,
      ...more,
    ];
    this.write(join(folder, file), `${lines.join('\n')}\n`);
    this.run(['sync', join(this.root, folder, file)]);
    this.run(['sync', join(this.root, folder)]);
  }

  load(shell: readonly string[] = ['dash'], args: readonly string[] = []): LoaderRun {
    rmSync(join(this.root, 'calls'), { force: true });
    return this.run([...shell, join(this.root, 'load'), ...args]);
  }

  run(argv: readonly string[]): LoaderRun {
    const [program = '', ...args] = argv;
    const inModel = join(this.root, 'bin', program);
    // A process group of its own: the model's power cut kills all of it.
    const result = spawnSync(
      'setsid',
      ['--wait', existsSync(inModel) ? inModel : program, ...args],
      {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin' },
      },
    );
    const calls = join(this.root, 'calls');
    return {
      code: result.status,
      output: result.stdout + result.stderr,
      stdout: result.stdout,
      calls: existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : [],
    };
  }

  /** The ID that the engine has under the reference. */
  idOf(image: ModelImage): string | undefined {
    const file = join(this.root, this.#imageFile(image));
    return existsSync(file) ? readFileSync(file, 'utf8').split(/\s/)[0] : undefined;
  }

  /** The ID in the image's stamp in the store of a driver, which is the engine's own where none is given. */
  stampOf(image: ModelImage, driver = this.#driver): string | undefined {
    const file = join(this.root, 'var/lib/demo', this.stampFile(image, driver));
    return existsSync(file) ? /^id=(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  }

  stateFiles(): string[] {
    return [
      ...readdirSync(join(this.root, 'var/lib/demo')),
      ...readdirSync(join(this.root, 'var/lib/container-preload/intents')),
    ].sort();
  }

  /** How each layer of the engine is: `whole`, `fresh` or `damaged`. */
  layerConditions(): string[] {
    const folder = join(this.root, 'engine/layers');
    return readdirSync(folder).map((layer) => readFileSync(join(folder, layer), 'utf8').trim());
  }

  write(path: string, content: string): void {
    writeFileSync(join(this.root, path), content);
  }

  #imageFile(image: ModelImage): string {
    return `engine/images/${image.reference.replaceAll(/[/:]/g, '_')}`;
  }
}

/** Names below /usr/share/demo, and the texts that stand for tar entries. */
function fragmentsOf({ reference, config, manifest, layers }: ModelImage): [string, string][] {
  return [
    ...layers.map((layer): [string, string] => [`layers/${layer}.tar`, `layer ${layer}\n`]),
    [
      `images/${config.slice(7)}.tar`,
      `image ${reference} ${config} ${manifest} ${layers.join(' ')}\n`,
    ],
  ];
}

/** The loader with its absolute paths moved under `root`, and the model's programs first. */
function withRoot(script: string, root: string): string {
  return script
    .replace('PATH=/usr/sbin:', `PATH=${root}/bin:/usr/sbin:`)
    .replace('ENGINE_PATIENCE=180', 'ENGINE_PATIENCE=2')
    .replaceAll(/=(\/usr\/(?:lib|share)\/\$NAME|\/etc\/|\/var\/lib\/|\/run\/)/g, `=${root}$1`);
}
