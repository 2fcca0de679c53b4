import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { FetchTask } from '../../src/registry/fetch.ts';
import { type Screen, showProgress } from '../../src/report/progress.ts';
import { consoleScreen } from '../../src/report/screen.ts';
import { image } from './sample.ts';

const task = {} as FetchTask;
const finding = {
  level: 'warning',
  message: 'alpine has no digest',
  hint: 'alpine@sha256:abc',
  origin: { file: 'images.txt', line: 7 },
} as const;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** What was shown, in order: `+` begins and `-` ends a group, `~` is live. */
function fakeScreen({ live = false } = {}): { screen: Screen; shown: string[] } {
  const shown: string[] = [];
  return {
    shown,
    screen: {
      print: (line) => void shown.push(line),
      live: live ? (line) => void shown.push(`~${line}`) : undefined,
      finding: ({ message }) => void shown.push(`! ${message}`),
      warning: (text) => void shown.push(`! ${text}`),
      startGroup: (title) => void shown.push(`+${title}`),
      endGroup: () => void shown.push('-'),
    },
  };
}

describe('in a log', () => {
  test('a whole build: groups, and a line every ten seconds at most', () => {
    const { screen, shown } = fakeScreen();
    const watch = showProgress(screen);
    watch.stage('resolve');
    jest.advanceTimersByTime(30_000);
    watch.finding(finding);
    watch.stage('layers');
    watch.planned(2, 8_000_000);
    for (let second = 1; second <= 20; second += 1) {
      watch.downloaded(task, second * 400_000);
      watch.packed(1_000_000);
      jest.advanceTimersByTime(1000);
    }
    watch.layerDone();
    watch.layerDone();
    watch.stage('package');
    watch.written(1_000_000, 2_000_000);
    jest.advanceTimersByTime(10_000);
    watch.written(2_000_000, 2_000_000);
    watch.stop();
    expect(shown).toEqual([
      '+Resolving references',
      '! alpine has no digest',
      '-',
      '+Fetching and compressing layers',
      '0 of 2 layers done, 4.0 MB of 8.0 MB fetched, 10.0 MB read at 1.0 MB/s',
      '0 of 2 layers done, 8.0 MB of 8.0 MB fetched, 20.0 MB read at 1.0 MB/s',
      '2 of 2 layers done, 8.0 MB of 8.0 MB fetched, 20.0 MB read at 1.0 MB/s',
      '-',
      '+Writing the package',
      '1.0 MB of 2.0 MB written',
      '2.0 MB of 2.0 MB written',
      '-',
    ]);
  });

  test('nothing to do says nothing', () => {
    const { screen, shown } = fakeScreen();
    const watch = showProgress(screen);
    watch.stage('layers');
    jest.advanceTimersByTime(60_000);
    watch.stop();
    expect(shown).toEqual(['+Fetching and compressing layers', '-']);
  });

  test('a download that starts again counts what it has now', () => {
    const { screen, shown } = fakeScreen();
    const watch = showProgress(screen);
    watch.stage('layers');
    watch.planned(1, 1000);
    watch.downloaded(task, 900);
    watch.downloaded(task, 100);
    watch.downloaded({} as FetchTask, 50);
    watch.stop();
    expect(shown[1]).toMatch(/, 150 B of 1\.0 kB fetched,/);
  });

  test('a retry is told with its reason and when it comes', () => {
    const { screen, shown } = fakeScreen();
    const watch = showProgress(screen);
    const { written } = image();
    watch.retry({ image: written, why: 'it broke', attempt: 2, tries: 5, delayMs: 1500 });
    watch.note('a note');
    watch.stop();
    expect(shown).toEqual([
      'alpine:3.20: it broke; try 2 of 5 failed, the next one in 1.5 s',
      'a note',
    ]);
  });

  test('stopping twice, in the middle, closes the group once and ends the timer', () => {
    const { screen, shown } = fakeScreen();
    const watch = showProgress(screen);
    watch.stage('layers');
    watch.planned(1, 10);
    watch.stop();
    watch.stop();
    jest.advanceTimersByTime(60_000);
    expect(shown.filter((line) => line === '-')).toHaveLength(1);
    expect(shown).toHaveLength(3);
    expect(jest.getTimerCount()).toBe(0);
  });
});

test('on a terminal a line is drawn five times a second, and the last one stays', () => {
  const { screen, shown } = fakeScreen({ live: true });
  const watch = showProgress(screen);
  watch.stage('layers');
  watch.planned(1, 1000);
  jest.advanceTimersByTime(1000);
  watch.downloaded(task, 1000);
  watch.layerDone();
  watch.stop();
  expect(shown.filter((line) => line.startsWith('~0 of 1 layer done'))).toHaveLength(5);
  expect(shown.at(-2)).toMatch(/^1 of 1 layer done, 1\.0 kB of 1\.0 kB fetched/);
  expect(shown.at(-1)).toBe('-');
});

describe('the console', () => {
  function stream({ isTTY, columns = 20 }: { isTTY: boolean; columns?: number }) {
    const written: string[] = [];
    const fake = { isTTY, columns, write: (text: string) => written.push(text) };
    return { written, stream: fake as unknown as NodeJS.WriteStream };
  }

  test('a log gets whole lines and no control characters', () => {
    const { stream: log, written } = stream({ isTTY: false });
    const screen = consoleScreen(log);
    screen.startGroup('Title');
    screen.finding(finding);
    screen.print('a line');
    screen.print('of\x1b[2J\ntwo');
    screen.endGroup();
    expect(screen.live).toBeUndefined();
    expect(written).toEqual([
      'Title\n',
      'warning: images.txt:7: alpine has no digest; write: alpine@sha256:abc\n',
      'a line\n',
      'of[2J two\n',
    ]);
  });

  test('a terminal gets a live line that fits and is replaced', () => {
    const { stream: terminal, written } = stream({ isTTY: true });
    const screen = consoleScreen(terminal);
    screen.live?.('12345678901234567890123');
    screen.print('done');
    expect(written).toEqual(['\r\x1b[K1234567890123456789', '\r\x1b[Kdone\n']);
  });

  test('a terminal that knows no width gets 79 characters', () => {
    const { stream: terminal, written } = stream({ isTTY: true, columns: 0 });
    consoleScreen(terminal).live?.('x'.repeat(200));
    expect(written).toEqual([`\r\x1b[K${'x'.repeat(79)}`]);
  });
});
