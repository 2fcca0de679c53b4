import { type Acceleration, type Case, failedOf, type Verdict } from '../boot/types.ts';
import { failure, type UserError } from '../errors.ts';
import { formatTable, markdownTable, plural } from './text.ts';

/** A verdict for a terminal or a log. */
export function textVerdict(verdict: Verdict): string {
  return [formatTable(rows(verdict), SECONDS_COLUMN), '', ...totals(verdict)].join('\n');
}

/** The same for the job summary. */
export function markdownVerdict(verdict: Verdict): string {
  const [first, ...others] = totals(verdict);
  const table = markdownTable(rows(verdict), SECONDS_COLUMN);
  return [`### ${first}`, '', table, '', ...others, ''].join('\n');
}

/** One case as a line, while the test goes on. */
export function formatCase(found: Case): string {
  return `${found.ok ? 'ok  ' : 'FAIL'} ${describe(found)} (${found.seconds.toFixed(1)} s)`;
}

/** `fresh: app:1: runs: exit code 3` */
export function describe({ scenario, subject, check, detail }: Case): string {
  return [scenario, subject, check, oneLine(detail)].filter(Boolean).join(': ');
}

/** What ends a command or an action whose boot test failed. */
export function verdictError(verdict: Verdict, logDir: string): UserError {
  const failed = failedOf(verdict.cases);
  const [first] = failed;
  const what = first ? `the first: ${describe(first)}` : 'no check was made';
  return failure(`${failed.length} of ${plural(verdict.cases.length, 'check')} failed, ${what}`, {
    hint: `see ${first?.log ?? logDir}`,
  });
}

/** `KVM`, or that there is none and why. */
export function formatAcceleration(acceleration: Acceleration): string {
  return acceleration.by === 'kvm' ? 'KVM' : `emulation (no KVM: ${acceleration.because})`;
}

const SECONDS_COLUMN = new Set([4]);

/** A row for each scenario and subject: its checks together, and the first that failed in words. */
function rows({ cases }: Verdict): string[][] {
  const keys = [...new Set(cases.map(keyOf))];
  const body = keys.map((key) => {
    const own = cases.filter((found) => keyOf(found) === key);
    const failed = failedOf(own);
    const [first] = own;
    return [
      first?.scenario ?? '',
      first?.subject || 'the machine',
      failed.length === 0
        ? own.map(({ check }) => check).join(', ')
        : failed.map(explain).join('; '),
      failed.length === 0 ? 'passed' : 'FAILED',
      own.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1),
    ];
  });
  return [['scenario', 'subject', 'checks', 'verdict', 'seconds'], ...body];
}

function keyOf({ scenario, subject }: Case): string {
  return `${scenario} ${subject}`;
}

function explain({ check, detail }: Case): string {
  return `${check}: ${oneLine(detail)}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' | ');
}

function totals(verdict: Verdict): string[] {
  const { cases, acceleration, logs, disks } = verdict;
  const failed = failedOf(cases).length;
  const where = `${verdict.suite} ${verdict.architecture} with ${verdict.engine}`;
  const outcome =
    failed === 0
      ? `${plural(cases.length, 'check')} passed`
      : `${failed} of ${plural(cases.length, 'check')} FAILED`;
  return [
    `Boot test on ${where}: ${outcome}`,
    `${verdict.seconds} s, by ${formatAcceleration(acceleration)}`,
    ...(logs.length > 0 ? [`logs: ${logs.join(' ')}`] : []),
    ...(disks.length > 0 ? [`disks: ${disks.join(' ')}`] : []),
  ];
}
