import type { ScenarioName, Step } from '../boot/types.ts';
import type { BootWatch } from '../boot-test.ts';
import type { Screen } from './progress.ts';
import { formatAcceleration, formatCase } from './verdict.ts';

/** Milliseconds between two lines, where nothing else is said: of what is live, and of a log. */
const LIVE_MS = 1000;
const LOG_MS = 30_000;

/** Shows how a boot test goes on. `stop` must be called when it has ended. */
export function showBoot(screen: Screen): BootWatch & { stop(): void } {
  let open = false;
  /** What is done before the first scenario. */
  let preparation: Doing | undefined;
  const scenarios = new Map<ScenarioName, Doing>();
  const show = () => {
    const doing = [...(preparation ? [preparation] : []), ...scenarios.values()];
    if (doing.length > 0) (screen.live ?? screen.print)(doing.map(formatDoing).join('; '));
  };
  const timer = setInterval(show, screen.live ? LIVE_MS : LOG_MS).unref();
  const print = (line: string) => {
    screen.print(line);
    timer.refresh();
  };
  const prepare = (what: string) => {
    preparation = { what, since: Date.now(), deadline: undefined };
  };
  const endPart = () => {
    if (open) screen.endGroup();
    open = false;
  };
  return {
    part(title) {
      endPart();
      screen.startGroup(title);
      open = true;
      prepare(title);
    },
    note(text) {
      print(text);
      if (preparation) prepare(text);
    },
    warning: screen.warning,
    acceleration: (found) => print(`the machine runs by ${formatAcceleration(found)}`),
    case: (found) => print(formatCase(found)),
    step(scenario, step) {
      preparation = undefined;
      if (step) scenarios.set(scenario, doingOf(scenario, step));
      else scenarios.delete(scenario);
    },
    stop() {
      clearInterval(timer);
      screen.live?.('');
      endPart();
    },
  };
}

interface Doing {
  readonly what: string;
  /** Milliseconds since 1970, as `deadline`. */
  readonly since: number;
  readonly deadline: number | undefined;
}

function doingOf(scenario: ScenarioName, { check, subject, deadline }: Step): Doing {
  const what = [scenario, subject, check].filter(Boolean).join(': ');
  return { what, since: Date.now(), deadline };
}

/** `fresh: app:1: runs: for 30 s, 1500 s to the deadline` */
function formatDoing({ what, since, deadline }: Doing): string {
  const seconds = (milliseconds: number) => Math.max(0, Math.round(milliseconds / 1000));
  const left =
    deadline === undefined ? '' : `, ${seconds(deadline - Date.now())} s to the deadline`;
  return `${what}: for ${seconds(Date.now() - since)} s${left}`;
}
