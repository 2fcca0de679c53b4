import { failure } from '../../errors.ts';
import {
  checkActive,
  checkImages,
  INTENTS,
  installAtRest,
  loadedImages,
  names,
  shell,
  unitOf,
} from '../device.ts';
import type { Lab } from '../lab.ts';
import type { Machine } from '../machine.ts';

/**
 * The power goes in the middle of the first load. The next boot undoes that load and loads again,
 * and the power goes once more right after it is done; at the boot after that every image runs.
 */
export async function powerCut(lab: Lab): Promise<void> {
  await cutInLoad(lab, await lab.machine());
  await cutAfterLoad(lab, await lab.boot({ early: true }));
  const machine = await lab.boot();
  for (const pkg of lab.packages) {
    await checkActive(lab, machine, pkg);
    await checkImages(lab, machine, pkg);
  }
}

async function cutInLoad(lab: Lab, machine: Machine): Promise<void> {
  await lab.check('dpkg installs', names(lab.packages), async () => {
    await installAtRest(machine, lab.packages);
    return 'nothing is loaded yet';
  });
  await lab.check('cut in the middle of a load', '', async () => {
    const largest = Math.max(
      ...lab.packages.flatMap(loadedImages).map(({ unpackedSize }) => unpackedSize),
    );
    const instant = await shell(
      machine,
      WAIT_FOR_LOAD,
      INTENTS,
      String(Math.floor(largest / 3072)),
      ...lab.packages.map(unitOf),
    );
    await machine.cut();
    return instant.trim();
  });
}

/**
 * INTENTS KIB UNIT…: starts the units, and ends when a load is written down as begun and so much
 * was written to the disk since the first; says when that was. Loads that end before it are a failure.
 */
const WAIT_FOR_LOAD = `
intents=$1 wanted=$2
shift 2
written() { df --output=used -k / | tail -n 1; }
uptime() { cut -d ' ' -f 1 /proc/uptime; }
begun() { find "$intents" -type f ! -name '*.new' 2>/dev/null; }
fail() { echo "$1" >&2; exit 1; }
goes_on() {
  ! systemctl is-failed --quiet "$@" || fail 'a unit has failed'
  for unit; do
    systemctl is-active --quiet "$unit" || return 0
  done
  fail 'the load has ended before it could be cut'
}
systemctl start --no-block "$@"
until [ -n "$(begun)" ]; do goes_on "$@"; done
first=$(uptime) before=$(written)
until [ $(($(written) - before)) -ge "$wanted" ] && [ -n "$(begun)" ]; do goes_on "$@"; done
echo "$(uptime) s after power on, with $(($(written) - before)) KiB written since the load began" \\
  "at $first s, while loading $(begun | xargs sed -n 's/^reference=//p' | tr '\\n' ' ')"
`;

async function cutAfterLoad(lab: Lab, machine: Machine): Promise<void> {
  // All in one question: every further one would give the engine time to write.
  const said = await shell(machine, WAIT_FOR_UNITS, ...lab.packages.map(unitOf));
  await machine.cut();
  await lab.check('cut load is undone', '', async () => {
    const undone = /^.*interrupted.*$/m.exec(said)?.[0];
    if (undone === undefined) throw failure('the journal of the next boot does not say so');
    return undone;
  });
  await lab.check('cut right after the load', '', async () => {
    const [now = Number.NaN, ...ends] = [...said.matchAll(/^(?:uptime|\w+Monotonic)=(\d+)/gm)].map(
      ([, micros]) => Number(micros) / 1e6,
    );
    const after = now - Math.max(...ends);
    if (after < WRITTEN_BACK_SECONDS) return `${after.toFixed(1)} s after the unit's end`;
    throw failure(`only ${after.toFixed(1)} s after the unit's end`);
  });
}

/** A kernel writes back by itself what is older (vm.dirty_expire_centisecs). */
const WRITTEN_BACK_SECONDS = 30;

/** UNIT…: waits until all are active; says when that was and what they wrote into the journal. */
const WAIT_FOR_UNITS = `
for unit; do
  until systemctl is-active --quiet "$unit"; do
    ! systemctl is-failed --quiet "$unit" || { journalctl --boot --unit="$unit" >&2; exit 1; }
    sleep 0.5
  done
done
ends=$(systemctl show --property=ExecMainExitTimestampMonotonic "$@")
journal=$(for unit; do journalctl --boot --no-pager --output=cat --unit="$unit"; done)
echo "uptime=$(tr -d . </proc/uptime | cut -d ' ' -f 1)0000"
printf '%s\\n' "$ends" "$journal"
`;
