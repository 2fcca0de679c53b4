import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tempDirs } from '../support/temp.ts';
import { baseSystem, runInMachine, type Verdict, verdictOf, whyNoMachine } from './machine.ts';
import { buildScenarioPackages } from './packages.ts';

/** More by DEVICE_SUITES="bookworm trixie": every store of each. */
const { DEVICE_SUITES = '' } = process.env;
const STORES = ['docker', 'podman', 'docker --containerd'] as const;

const CASES = [
  { suite: 'bookworm', store: 'docker' },
  { suite: 'bookworm', store: 'podman' },
  { suite: 'trixie', store: 'docker --containerd' },
  ...DEVICE_SUITES.split(' ')
    .filter((suite) => suite !== '')
    .flatMap((suite) => STORES.map((store) => ({ suite, store }))),
];

const SCENARIOS = [
  'first_load',
  'image_by_image',
  'nothing_to_do',
  'idle',
  'shared_base',
  'upgrade_streams_what_is_new',
  'refused',
  'refused_together',
  'replaced',
  'replaced_but_tagged',
  'replaced_but_named_by_digest',
  'replaced_is_kept',
  'dropped',
  'dropped_but_not_ours',
  'dropped_but_named_by_digest',
  'replaced_but_there_before',
  'replaced_by_a_cut_upgrade',
  'verified',
  'original',
  'pruned',
  'updated_live',
  'overruled',
  'upgrade',
  'downgrade',
  'never_ours',
  'bad_fragments',
  'killed_in_load',
  'killed_in_one_stream',
  'damaged_by_power_cut',
  'damaged_and_not_recorded',
  'damage_shared_by_packages',
  'damage_outlives_list',
  'damage_outlives_purge',
  'damage_outlives_removal',
  'damage_kept_by_tag',
  'damage_kept_by_neighbour',
  'damage_of_another_kept',
  'damaged_and_not_named',
  'damaged_stamp',
  'tag_of_two_packages',
  'tag_that_two_would_take_back',
  'used_by_container',
  'use_unknown',
  'delete_after_load',
  'read_only_usr',
  'low_disk',
  'original_fits',
  'full_disk',
  'full_disk_in_one_stream',
  'failed_upgrade',
  'full_disk_in_upgrade',
  'status',
];

/** Only files that this store does not have can be damaged so. */
const NOT_IN_CONTAINERD = [
  'damaged_and_not_recorded',
  'damaged_and_not_named',
  // There every image has such a name, and an old one vanishes with its tag.
  'dropped_but_named_by_digest',
  'replaced_but_there_before',
  'replaced_by_a_cut_upgrade',
];

const FOR_PODMAN = [
  'half_recorded',
  'for_user',
  'user_beside_root',
  'user_and_back',
  'state_in_memory',
];

/** What Podman spools lies beside the state, so it tells nothing at all where that is full. */
const FOR_DOCKER = ['state_full'];

const reason = whyNoMachine();
if (reason !== undefined) console.warn(reason);

const temp = tempDirs();
afterAll(() => temp.remove());

(reason === undefined ? describe : describe.skip).each(CASES)(
  'the loader with $store of $suite',
  ({ suite, store }) => {
    const [engine = '', ...options] = store.split(' ');
    const scenarios = [
      ...SCENARIOS.filter((name) => options.length === 0 || !NOT_IN_CONTAINERD.includes(name)),
      ...(engine === 'podman' ? FOR_PODMAN : FOR_DOCKER),
    ];
    let results: ReadonlyMap<string, Verdict>;

    beforeAll(async () => {
      const packages = await temp.make('device');
      await buildScenarioPackages(packages, engine as 'docker' | 'podman');
      const argv = [engine, ...options, ...scenarios];
      results = runInMachine(baseSystem(suite), packages, 'scenarios.sh', argv);
    }, 900_000);

    test.each(scenarios)('%s', (scenario) => {
      expect(verdictOf(results, scenario)).toBe('ok');
    });
  },
);
