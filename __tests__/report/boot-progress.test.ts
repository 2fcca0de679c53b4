import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { showBoot } from '../../src/report/boot-progress.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** What was shown, in order: `+` begins and `-` ends a group, `~` is live. */
function show({ live = false } = {}) {
  const shown: string[] = [];
  const watch = showBoot({
    print: (line) => void shown.push(line),
    live: live ? (line) => void shown.push(`~${line}`) : undefined,
    warning: (text) => void shown.push(`! ${text}`),
    finding: () => undefined,
    startGroup: (title) => void shown.push(`+${title}`),
    endGroup: () => void shown.push('-'),
  });
  return { shown, watch };
}

const BOOTS = {
  scenario: 'fresh',
  check: 'boots',
  subject: '',
  ok: true,
  detail: 'up',
  seconds: 1,
} as const;

test('parts are groups, and the last one ends once', () => {
  const { shown, watch } = show();
  watch.part('base');
  watch.note('suite: trixie');
  watch.warning('the cache is full');
  watch.part('boot');
  watch.acceleration({ by: 'kvm' });
  watch.case(BOOTS);
  watch.stop();
  watch.stop();
  expect(shown).toEqual([
    ...['+base', 'suite: trixie', '! the cache is full', '-'],
    ...['+boot', 'the machine runs by KVM', 'ok   fresh: boots: up (1.0 s)', '-'],
  ]);
});

test('a log gets a line after thirty silent seconds: what is done, for how long, and the deadline', () => {
  const { shown, watch } = show();
  watch.part('base');
  jest.advanceTimersByTime(20_000);
  watch.note('downloading');
  jest.advanceTimersByTime(60_000);
  watch.step('fresh', { check: '', subject: '', deadline: undefined });
  watch.step('fresh', { check: 'boots', subject: '', deadline: Date.now() + 1_800_000 });
  jest.advanceTimersByTime(29_000);
  watch.case(BOOTS);
  watch.step('fresh', { check: 'runs', subject: 'app:1', deadline: Date.now() + 1_771_000 });
  watch.step('upgrade', { check: 'boots', subject: '', deadline: Date.now() + 1_800_000 });
  jest.advanceTimersByTime(30_000);
  watch.step('fresh', undefined);
  watch.step('upgrade', undefined);
  watch.note('a root shell');
  jest.advanceTimersByTime(60_000);
  watch.stop();
  expect(shown).toEqual([
    ...['+base', 'downloading', 'downloading: for 30 s', 'downloading: for 60 s'],
    'ok   fresh: boots: up (1.0 s)',
    'fresh: app:1: runs: for 30 s, 1741 s to the deadline; upgrade: boots: for 30 s, 1770 s to the deadline',
    ...['a root shell', '-'],
  ]);
});

test('a terminal gets a live line, which is gone at the end', () => {
  const { shown, watch } = show({ live: true });
  watch.step('reboot', { check: 'boots', subject: '', deadline: Date.now() + 60_000 });
  jest.advanceTimersByTime(2000);
  watch.stop();
  jest.advanceTimersByTime(2000);
  expect(shown).toEqual([
    '~reboot: boots: for 1 s, 59 s to the deadline',
    '~reboot: boots: for 2 s, 58 s to the deadline',
    '~',
  ]);
});
