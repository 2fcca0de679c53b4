import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tempDirs } from '../support/temp.ts';
import { baseSystem, runInMachine, type Verdict, verdictOf, whyNoMachine } from './machine.ts';
import { buildScenarioPackages } from './packages.ts';

/** bookworm always; more by DEVICE_SUITES="bookworm trixie". */
const SUITES = (process.env.DEVICE_SUITES ?? 'bookworm').split(' ');
const ENGINES = ['docker', 'podman'] as const;

const SCENARIOS = [
  'first_load',
  'nothing_to_do',
  'original',
  'pruned',
  'updated_live',
  'overruled',
  'upgrade',
  'downgrade',
  'never_ours',
  'bad_fragments',
  'killed_in_load',
  'damaged_by_power_cut',
  'damaged_and_not_recorded',
  'damage_shared_by_packages',
  'damage_outlives_list',
  'damage_outlives_purge',
  'damage_outlives_removal',
  'damage_kept_by_tag',
  'damaged_stamp',
  'tag_of_two_packages',
  'used_by_container',
  'delete_after_load',
  'read_only_usr',
  'low_disk',
  'full_disk',
  'status',
];

const reason = whyNoMachine();
if (reason !== undefined) console.warn(reason);

const temp = tempDirs();
afterAll(() => temp.remove());

const cases = SUITES.flatMap((suite) => ENGINES.map((engine) => ({ suite, engine })));

(reason === undefined ? describe : describe.skip).each(cases)(
  'the loader with $engine of $suite',
  ({ suite, engine }) => {
    let results: ReadonlyMap<string, Verdict>;

    beforeAll(async () => {
      const packages = await temp.make('device');
      await buildScenarioPackages(packages, engine);
      results = runInMachine(baseSystem(suite), packages, 'scenarios.sh', [engine, ...SCENARIOS]);
    }, 900_000);

    test.each(SCENARIOS)('%s', (scenario) => {
      expect(verdictOf(results, scenario)).toBe('ok');
    });
  },
);
