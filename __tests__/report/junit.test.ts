import { expect, test } from '@jest/globals';
import type { Case, Verdict } from '../../src/boot/types.ts';
import { junitReport } from '../../src/report/junit.ts';

const CASE: Case = {
  scenario: 'fresh',
  check: 'runs',
  subject: 'a:1',
  ok: true,
  detail: 'its own true',
  seconds: 1.25,
};

const VERDICT: Verdict = {
  ok: false,
  cases: [
    CASE,
    { ...CASE, check: 'ID', ok: false, detail: 'is <x> & "y"\nnot z\x07', seconds: 0 },
    { ...CASE, scenario: 'reboot', check: 'boots', subject: '' },
  ],
  acceleration: { by: 'kvm' },
  architecture: 'amd64',
  suite: 'bookworm',
  engine: 'podman',
  logs: [],
  disks: [],
  seconds: 2.5,
};

test('a suite a scenario, a case a check, and nothing that XML cannot carry', () => {
  expect(junitReport(VERDICT)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="boot bookworm amd64 podman" tests="3" failures="1" time="2.500">
<testsuite name="boot bookworm amd64 podman fresh" tests="2" failures="1" time="1.250">
<testcase classname="boot bookworm amd64 podman fresh" name="a:1: runs" time="1.250">
<system-out>its own true</system-out>
</testcase>
<testcase classname="boot bookworm amd64 podman fresh" name="a:1: ID" time="0.000">
<failure message="is &lt;x&gt; &amp; &quot;y&quot;&#10;not z\ufffd"/>
</testcase>
</testsuite>
<testsuite name="boot bookworm amd64 podman reboot" tests="1" failures="0" time="1.250">
<testcase classname="boot bookworm amd64 podman reboot" name="boots" time="1.250">
<system-out>its own true</system-out>
</testcase>
</testsuite>
</testsuites>
`);
});
