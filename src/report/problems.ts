import { explainSystemError, formatError, formatOrigin, printable, UserError } from '../errors.ts';
import type { Finding } from '../images/finding.ts';
import type { Screen } from './progress.ts';
import { markdownTable, plural } from './text.ts';

/** GitHub shows that many annotations of a step and level; the others are only in the log. */
export const MOST_ANNOTATIONS = 10;

/** GitHub takes 1 MiB from a step, and shows nothing of more. */
const MOST_ROWS = 500;

/** A screen that also notes what it shows. */
export function notingFindings(screen: Screen): { screen: Screen; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const finding = (found: Finding) => {
    findings.push(found);
    screen.finding(found);
  };
  return { screen: { ...screen, finding }, findings };
}

/**
 * All warnings and errors in Markdown, with what to write instead; undefined where annotations show
 * them all.
 *
 * @param annotations how many are shown at most; none where there is no GitHub
 */
export function problemSummary(
  findings: readonly Finding[],
  annotations: number,
): string | undefined {
  const problems = findings.filter(({ level }) => level !== 'notice');
  if (problems.length <= annotations) return undefined;
  const rows = problems
    .slice(0, MOST_ROWS)
    .map(({ level, origin, message, hint }) => [
      level,
      formatOrigin(origin),
      printable(message),
      hint === undefined ? '' : `\`${printable(hint)}\``,
    ]);
  const head = ['', 'where', 'what', 'write'];
  const others = problems.length - rows.length;
  return [
    `### ${plural(problems.length, 'problem')}`,
    '',
    markdownTable([head, ...rows], new Set()),
    ...(others > 0 ? ['', `and ${others} more, which are in the log`] : []),
  ].join('\n');
}

/** Why a build failed, in Markdown; undefined for a bug. */
export function failureSummary(thrown: unknown): string | undefined {
  const error = explainSystemError(thrown);
  // Indented, nothing in it is Markdown.
  return error instanceof UserError
    ? `### container-preload failed\n\n    ${formatError(error)}`
    : undefined;
}
