import type { Finding } from '../images/finding.ts';
import type { Stage } from '../stats.ts';
import type { Watch } from '../surroundings.ts';
import { formatBytes, plural } from './text.ts';

/** Where progress is shown. */
export interface Screen {
  /** A line that stays. */
  print(line: string): void;
  /** A line that the next one replaces; undefined where only lines that stay can be shown. */
  readonly live: ((line: string) => void) | undefined;
  finding(finding: Finding): void;
  warning(text: string): void;
  /** The beginning and the end of what belongs together. */
  startGroup(title: string): void;
  endGroup(): void;
}

/** Milliseconds between two lines: what is live is drawn often, a log gets few. */
const LIVE_MS = 200;
const LOG_MS = 10_000;

const TITLES: Readonly<Record<Stage, string>> = {
  resolve: 'Resolving references',
  cache: 'Using the Actions cache',
  layers: 'Fetching and compressing layers',
  package: 'Writing the package',
};

/** Shows how a build goes on. `stop` must be called when it has ended. */
export function showProgress(screen: Screen): Watch & { stop(): void } {
  const state = {
    stage: undefined as Stage | undefined,
    layers: 0,
    done: 0,
    expected: 0,
    packed: 0,
  };
  const downloads = new Map<unknown, number>();
  let packageBytes: { written: number; total: number } | undefined;
  let since = Date.now();

  const rate = (bytes: number) =>
    `${formatBytes((bytes * 1000) / Math.max(1, Date.now() - since))}/s`;
  const status = (): string | undefined => {
    if (state.stage === 'package' && packageBytes) {
      const { written, total } = packageBytes;
      return `${formatBytes(written)} of ${formatBytes(total)} written`;
    }
    if (state.stage !== 'layers' || state.layers === 0) return undefined;
    const received = [...downloads.values()].reduce((sum, bytes) => sum + bytes, 0);
    return [
      `${state.done} of ${plural(state.layers, 'layer')} done`,
      `${formatBytes(received)} of ${formatBytes(state.expected)} fetched`,
      `${formatBytes(state.packed)} read at ${rate(state.packed)}`,
    ].join(', ');
  };
  const show = () => {
    const line = status();
    if (line) (screen.live ?? screen.print)(line);
  };
  const timer = setInterval(show, screen.live ? LIVE_MS : LOG_MS).unref();
  const leave = () => {
    if (state.stage === undefined) return;
    const line = status();
    if (line) screen.print(line);
    screen.endGroup();
    state.stage = undefined;
  };

  return {
    stage(stage) {
      leave();
      since = Date.now();
      screen.startGroup(TITLES[stage]);
      state.stage = stage;
    },
    planned(layers, bytes) {
      state.layers = layers;
      state.expected = bytes;
    },
    downloaded: (task, bytes) => void downloads.set(task, bytes),
    packed(bytes) {
      state.packed += bytes;
    },
    layerDone() {
      state.done += 1;
    },
    written(written, total) {
      packageBytes = { written, total };
    },
    finding: screen.finding,
    note: screen.print,
    warning: screen.warning,
    retry({ image, why, attempt, tries, delayMs }) {
      const wait = `${(delayMs / 1000).toFixed(1)} s`;
      screen.print(`${image}: ${why}; try ${attempt} of ${tries} failed, the next one in ${wait}`);
    },
    stop() {
      clearInterval(timer);
      leave();
    },
  };
}
