import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tempDirs } from '../support/temp.ts';
import { buildPackage } from './fixture.ts';
import { baseSystem, runInMachine, type Verdict, verdictOf, whyNoMachine } from './machine.ts';

const SCENARIOS = [
  'removed_in_every_order',
  'upgraded_in_every_order',
  'removed_together',
  'settings_survive',
  'purge_removes_state',
  'nothing_runs_without_systemd',
  'policy_is_respected',
  'units_are_right',
];

/** With systemd as the first process. */
const WITH_SYSTEMD = ['reload_that_fails'];

const reason = whyNoMachine();
if (reason !== undefined) console.warn(reason);

const temp = tempDirs();
afterAll(() => temp.remove());

(reason === undefined ? describe : describe.skip)('two loader packages', () => {
  let results: ReadonlyMap<string, Verdict>;

  beforeAll(async () => {
    const packages = await temp.make('device');
    for (const [name, engine] of [
      ['one', 'docker'],
      ['two', 'podman'],
    ] as const) {
      for (const version of ['1', '2']) {
        buildPackage(packages, { name, engine, version, images: [] });
      }
    }
    results = new Map([
      ...runInMachine(baseSystem('bookworm'), packages, 'dpkg.sh', SCENARIOS),
      ...runInMachine(baseSystem('bookworm'), packages, 'units.sh', WITH_SYSTEMD),
    ]);
  }, 600_000);

  test.each([...SCENARIOS, ...WITH_SYSTEMD])('%s', (scenario) => {
    expect(verdictOf(results, scenario)).toBe('ok');
  });
});
