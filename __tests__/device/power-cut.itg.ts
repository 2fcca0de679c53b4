import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { tempDirs } from '../support/temp.ts';
import { type LoaderRun, layersOf, Model, type ModelImage, modelImage } from './model.ts';

/** More steps than a load and a repair of the images have. */
const MANY = 200;

const temp = tempDirs();
afterAll(() => temp.remove());

const old = modelImage('red', ['base', 'red, first edition'], { edition: 'first' });
const red = modelImage('red', ['base', 'red']);
const blue = modelImage('blue', ['top', 'blue', 'base']);
const green = modelImage('green', ['base', 'green']);
const white = modelImage('white', ['base', 'white']);

/**
 * The power goes at every step of the model in turn, and goes again at the same step of the load
 * after it; the third load must leave every image whole. `kept`: everything that was written is there after the
 * cut, but layers are damaged; `lost`: what was not synced is gone as well. Red is loaded for itself, since it replaces
 * an older one; what else is more than one comes in one stream, which the engine may refuse.
 */
test.each([
  { way: 'kept', images: [red, blue], deletes: 'no', refuses: false },
  { way: 'lost', images: [red, blue], deletes: 'yes', refuses: false },
  { way: 'kept', images: [green, white], deletes: 'no', refuses: false },
  { way: 'lost', images: [red, blue, green], deletes: 'yes', refuses: false },
  { way: 'lost', images: [old, green, white], deletes: 'no', refuses: true },
  { way: 'lost', images: [red, blue], deletes: 'no', refuses: true },
])(
  'power cuts at every instant ($way, $images.length images, delete_after_load=$deletes, refused: $refuses)',
  async ({ way, images, deletes, refuses }) => {
    const root = join(await temp.make('device'), 'model');
    let at = 0;
    let cut = true;
    let together = 0;
    while (cut) {
      at++;
      expect(at).toBeLessThan(MANY);
      const model = upgradedMachine(root, images);
      model.write('etc/container-preload/demo.conf', `delete_after_load=${deletes}\n`);
      if (refuses) model.write('engine/refuses', '');
      const first = loadAndCut(model, way, at);
      cut = first.code !== 0;
      if (first.output.includes('in one stream')) together++;
      loadAndCut(model, way, at);
      const { code, output } = model.load();
      expect({
        at,
        output,
        code,
        ids: images.map((image) => model.idOf(image)),
        conditions: [...new Set(model.layerConditions())],
        state: model.stateFiles(),
      }).toEqual({
        at,
        output,
        code: 0,
        ids: images.map(({ config }) => config),
        conditions: ['whole'],
        state: stamps(model, images),
      });
    }
    // One stream for two images takes 20; far fewer would mean that the model lost its steps.
    expect(at).toBeGreaterThan(15);
    expect(together > 10).toBe(images.length > 2 || !images.includes(red));
  },
  600_000,
);

/** An older red is loaded, noted and on the disk; the package has all `images`. */
function upgradedMachine(root: string, images: readonly ModelImage[]): Model {
  const model = new Model(root);
  model.install(images);
  model.has(old, old.config);
  model.stamped(old, old.config, 'overlay2', 'demo', layersOf(old));
  return model;
}

/** Of all images, and of the older red where no newer one has come. */
function stamps(model: Model, images: readonly ModelImage[]): string[] {
  return [...new Set([old, ...images].map((image) => model.stampFile(image)))].sort();
}

/** A load that may be cut before it has ended. */
function loadAndCut(model: Model, way: string, at: number): LoaderRun {
  model.write('cut', `${way} ${at}\n`);
  const run = model.load();
  model.run(['rm', '-f', join(model.root, 'cut')]);
  return run;
}
