import { randomUUID } from 'node:crypto';
import * as core from '@actions/core';
import { type Origin, printable } from '../errors.ts';
import type { Screen } from './progress.ts';

/** The log of a GitHub Actions job: groups, annotations, and lines that stay. */
export function actionScreen(): Screen {
  return {
    print: (line) => core.info(printable(line)),
    live: undefined,
    finding({ level, message, hint, origin }) {
      const text = printable(`${message}; write: ${hint}`);
      if (level === 'error') core.error(text, annotationOf(origin));
      else core.warning(text, annotationOf(origin));
    },
    warning: (text) => core.warning(printable(text)),
    startGroup: core.startGroup,
    endGroup: core.endGroup,
  };
}

/** Where GitHub shows a message. An input has no file, so its line is said in words. */
export function annotationOf(origin: Origin | undefined): core.AnnotationProperties {
  if (origin?.line === undefined || origin.file === 'images') return {};
  return {
    file: origin.file,
    startLine: origin.line,
    ...(origin.column === undefined ? {} : { startColumn: origin.column }),
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
