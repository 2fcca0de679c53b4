import { randomFillSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { busybox } from '../support/debian.ts';
import { buildPackage, damage, fragment, layerTar, must, type Values } from './fixture.ts';

const BIG = 60 * 1024 * 1024;

/**
 * Puts the packages of scenarios.sh, the `busybox` of their images and an empty `disk.ext4` into `folder`; most are called `demo`: 1 and 2 (an upgrade), 1+original
 * (fragments as from a registry, and one of 60 MiB that gzip makes 15), 1+bad (damaged fragments), 1+big (red, and an image of 60 MiB that does not compress), 3 (green, on the same base).
 * 2+big (red has grown to that size), 1+user (for the Podman of the user kiosk).
 * Two more are called `rival`: 1 (green) and 2 (another red).
 */
export async function buildScenarioPackages(
  folder: string,
  engine: Values['engine'],
): Promise<void> {
  const program = await busybox(process.arch === 'arm64' ? 'arm64' : 'amd64');
  writeFileSync(join(folder, 'busybox'), program);
  const disk = join(folder, 'disk.ext4');
  must('truncate', ['-s', '400M', disk]);
  must('mkfs.ext4', ['-q', disk]);
  const base = await layerTar({ 'bin/busybox': program, 'bin/true': program });
  const layer = (text: string) => layerTar({ text });
  const bulk = await layerTar({ bulk: randomFillSync(Buffer.alloc(BIG)) });
  // A quarter of it is all that gzip leaves.
  const slack = await layerTar({ bulk: randomFillSync(Buffer.alloc(BIG), 0, BIG / 4) });
  const build = (
    version: string,
    images: Parameters<typeof buildPackage>[1]['images'],
    more: Partial<Values> = {},
  ) => buildPackage(folder, { name: 'demo', engine, version, images, ...more });

  const named = (name: string) => `docker.io/library/${name}:1`;
  const red = [base, await layer('red')];
  const blue = [base, await layer('blue')];
  const first = [
    fragment(named('red'), red),
    fragment(named('blue'), blue),
    fragment(named('file'), [base], { flags: 'fetch-only' }),
  ];
  build('1', first);
  build('1+user', first, { user: 'kiosk' });
  build('2', [
    fragment(named('red'), [base, await layer('red, second edition')]),
    fragment(named('blue'), [...blue, await layer('blue, second edition')]),
  ]);
  const green = [fragment(named('green'), [base, await layer('green')])];
  build('3', green);
  build('1', green, { name: 'rival' });
  build('2', [fragment(named('red'), [base, await layer("the rival's red")])], { name: 'rival' });
  build('1+original', [
    fragment(named('red'), red, { compression: 'original' }),
    fragment(named('blue'), blue, { compression: 'original' }),
    fragment(named('big'), [base, slack], { compression: 'original' }),
  ]);
  build('1+bad', [
    damage(fragment(named('truncated'), [await layer('truncated'), base]), 0, (bytes) =>
      bytes.subarray(0, bytes.length - 20),
    ),
    damage(fragment(named('wrong'), [await layer('wrong'), base]), 0, () =>
      Buffer.from('not a fragment at all'),
    ),
    without(fragment(named('lost'), [await layer('lost'), base])),
    fragment(named('blue'), blue),
  ]);
  build('1+big', [fragment(named('big'), [base, bulk]), fragment(named('red'), red)]);
  build('2+big', [fragment(named('red'), [base, bulk]), fragment(named('blue'), blue)]);
}

/** The image without the file of its first layer. */
function without(image: ReturnType<typeof fragment>): ReturnType<typeof fragment> {
  return { ...image, files: new Map([...image.files].slice(1)) };
}
