import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { tempDirs } from '../support/temp.ts';
import { layersOf, Model, modelImage } from './model.ts';

/** More steps than a load and a repair of two images have. */
const MANY = 200;

const temp = tempDirs();
afterAll(() => temp.remove());

const old = modelImage('red', ['base', 'red, first edition'], { edition: 'first' });
const images = [modelImage('red', ['base', 'red']), modelImage('blue', ['top', 'blue', 'base'])];

/**
 * The power goes at every step of the model in turn, and goes again at the same step of the load
 * after it; the third load must leave every image whole. `kept`: everything that was written is there after the
 * cut, but layers are damaged; `lost`: what was not synced is gone as well.
 */
test.each([
  { way: 'kept', deletes: 'no' },
  { way: 'lost', deletes: 'no' },
  { way: 'lost', deletes: 'yes' },
])(
  'power cuts at every instant ($way, delete_after_load=$deletes)',
  async ({ way, deletes }) => {
    const root = join(await temp.make('device'), 'model');
    let at = 0;
    let cut = true;
    while (cut) {
      at++;
      expect(at).toBeLessThan(MANY);
      const model = upgradedMachine(root);
      model.write('etc/container-preload/demo.conf', `delete_after_load=${deletes}\n`);
      cut = loadAndCut(model, way, at);
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
        state: images.map((image) => model.stampFile(image)).sort(),
      });
    }
    // Fewer would mean that the model lost its steps.
    expect(at).toBeGreaterThan(20);
  },
  300_000,
);

/** An older red is loaded, noted and on the disk; the package has a newer red, and blue. */
function upgradedMachine(root: string): Model {
  const model = new Model(root);
  model.install(images);
  model.has(old, old.config);
  model.stamped(old, old.config, 'overlay2', 'demo', layersOf(old));
  return model;
}

/** Whether the power was cut before the load had ended. */
function loadAndCut(model: Model, way: string, at: number): boolean {
  model.write('cut', `${way} ${at}\n`);
  const { code } = model.load();
  model.run(['rm', '-f', join(model.root, 'cut')]);
  return code !== 0;
}
