import { randomUUID } from 'node:crypto';
import * as core from '@actions/core';
import { type Origin, printable } from '../errors.ts';
import type { Screen } from './progress.ts';
import { findingText } from './text.ts';

const annotate = { notice: core.notice, warning: core.warning, error: core.error };

/** The log of a GitHub Actions job: groups, annotations, and lines that stay. */
export function actionScreen(): Screen {
  return {
    print: (line) => core.info(printable(line)),
    live: undefined,
    finding(finding) {
      const { level, origin, endColumn } = finding;
      annotate[level](printable(findingText(finding)), annotationOf(origin, endColumn));
    },
    warning: (text) => core.warning(printable(text)),
    startGroup: core.startGroup,
    endGroup: core.endGroup,
  };
}

/** Where GitHub shows a message. An input has no file, so its line is said in words. */
export function annotationOf(
  origin: Origin | undefined,
  endColumn?: number,
): core.AnnotationProperties {
  if (origin?.line === undefined || origin.file === 'images') return {};
  return {
    file: origin.file,
    startLine: origin.line,
    ...(origin.column === undefined ? {} : { startColumn: origin.column }),
    ...(endColumn === undefined ? {} : { endColumn }),
  };
}

/** Text that others wrote, line for line: what looks like a command to the runner is none. */
export function printVerbatim(title: string, text: string): void {
  const token = randomUUID();
  core.startGroup(printable(title));
  process.stdout.write(`::stop-commands::${token}\n`);
  core.info(text.replaceAll(/[^\P{Cc}\n\t]/gu, ''));
  process.stdout.write(`::${token}::\n`);
  core.endGroup();
}
