import { type Case, failedOf, type Verdict } from '../boot/types.ts';

/** A verdict in the form that CI systems show: a suite a scenario, a case a check and image. */
export function junitReport(verdict: Verdict): string {
  const name = `boot ${verdict.suite} ${verdict.architecture} ${verdict.engine}`;
  const scenarios = [...new Set(verdict.cases.map(({ scenario }) => scenario))];
  const suites = scenarios.map((scenario) =>
    suite(
      `${name} ${scenario}`,
      verdict.cases.filter((found) => found.scenario === scenario),
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(
    'testsuites',
    { name, ...counts(verdict.cases) },
    suites,
  )}\n`;
}

function suite(name: string, cases: readonly Case[]): string {
  return element(
    'testsuite',
    { name, ...counts(cases) },
    cases.map((found) => testCase(name, found)),
  );
}

function testCase(suiteName: string, { check, subject, ok, detail, seconds }: Case): string {
  const name = [subject, check].filter(Boolean).join(': ');
  return element('testcase', { classname: suiteName, name, time: seconds.toFixed(3) }, [
    ok
      ? `<system-out>${escapeXml(detail)}</system-out>`
      : element('failure', { message: detail }, []),
  ]);
}

function counts(cases: readonly Case[]) {
  return {
    tests: cases.length,
    failures: failedOf(cases).length,
    time: cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
  };
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[],
): string {
  const given = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeXml(String(value))}"`,
  );
  const start = `<${name}${given.join('')}`;
  return children.length === 0 ? `${start}/>` : `${start}>\n${children.join('\n')}\n</${name}>`;
}

/** XML 1.0 has no way to write most control characters: they become what shows that they were there. */
function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot carry
      .replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll('\n', '&#10;')
  );
}
