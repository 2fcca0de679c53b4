import { formatOrigin, printable } from '../errors.ts';
import type { Finding } from '../images/finding.ts';
import type { Screen } from './progress.ts';
import { findingText } from './text.ts';

/** A terminal, or a log, on standard error: standard output belongs to results. */
export function consoleScreen(stream: NodeJS.WriteStream): Screen {
  // Back to the start of the line, and erase what was there.
  const clear = stream.isTTY ? '\r\x1b[K' : '';
  const print = (line: string) => void stream.write(`${clear}${printable(line)}\n`);
  return {
    print,
    live: stream.isTTY
      ? (line) => void stream.write(`${clear}${printable(line).slice(0, widthOf(stream) - 1)}`)
      : undefined,
    finding: (finding) => print(formatFinding(finding)),
    warning: (text) => print(`warning: ${text}`),
    startGroup: (title) => print(title),
    endGroup: () => undefined,
  };
}

/** A terminal that does not know its width, as over a serial line, says that it has none. */
function widthOf({ columns }: NodeJS.WriteStream): number {
  return columns || 80;
}

/** `warning: FILE:LINE: what; write: LINE` */
function formatFinding(finding: Finding): string {
  return `${finding.level}: ${formatOrigin(finding.origin)}: ${findingText(finding)}`;
}
