import { expect, test } from '@jest/globals';
import { showBoot } from '../../src/report/boot-progress.ts';

test('parts are groups, and the last one ends once', () => {
  const shown: string[] = [];
  const watch = showBoot({
    print: (line) => void shown.push(line),
    live: undefined,
    warning: (text) => void shown.push(`! ${text}`),
    finding: () => undefined,
    startGroup: (title) => void shown.push(`+${title}`),
    endGroup: () => void shown.push('-'),
  });
  watch.part('base');
  watch.note('suite: trixie');
  watch.warning('the cache is full');
  watch.part('boot');
  watch.acceleration({ by: 'kvm' });
  watch.case({
    scenario: 'fresh',
    check: 'boots',
    subject: '',
    ok: true,
    detail: 'up',
    seconds: 1,
  });
  watch.stop();
  watch.stop();
  expect(shown).toEqual([
    ...['+base', 'suite: trixie', '! the cache is full', '-'],
    ...['+boot', 'the machine runs by KVM', 'ok   fresh: boots: up (1.0 s)', '-'],
  ]);
});
