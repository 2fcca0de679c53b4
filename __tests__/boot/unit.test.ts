import { expect, test } from '@jest/globals';
import { STOPPED } from '../../src/boot/guest.ts';
import { parseUnitStates, reason, showUnitsArgv } from '../../src/boot/unit.ts';

test('systemd is asked for all units at once', () => {
  expect(showUnitsArgv(['a.service', 'b.target']).slice(-2)).toEqual(['a.service', 'b.target']);
});

test('a loader and the target', () => {
  const text = `Result=success
ExecMainStartTimestampMonotonic=1000000
ExecMainExitTimestampMonotonic=3500000
CPUUsageNSec=1200000000
ActiveState=active

CPUUsageNSec=[not set]
ActiveState=inactive
`;
  expect(parseUnitStates(text)).toEqual([
    { active: 'active', result: 'success', seconds: 2.5, processor: 1.2 },
    { active: 'inactive', result: '', seconds: Number.NaN, processor: Number.NaN },
  ]);
});

test.each([
  [STOPPED, 5, '', 'not done within 5 s'],
  [STOPPED, undefined, '', 'not done within 60 s'],
  // timeout(1) in a command of the user
  [124, 5, '', 'exit code 124: it said nothing'],
  [1, 5, '\nfirst\n\nsecond\nthird\nfourth\n', 'exit code 1: second | third | fourth'],
  [2, 5, ' \n', 'exit code 2: it said nothing'],
])('exit code %s', (code, seconds, said, expected) => {
  expect(reason(code, seconds, said)).toBe(expected);
});
