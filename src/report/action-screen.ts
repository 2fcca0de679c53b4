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
