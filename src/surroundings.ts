import type { Finding } from './images/finding.ts';
import type { LayerWatch } from './layers.ts';
import type { Retry } from './registry/types.ts';
import type { Stage } from './stats.ts';
import type { ActionsCacheOptions } from './store/actions-cache.ts';

/** Where a build runs, as far as it matters to it. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The folder device/ of this program. */
  readonly deviceDir: string;
  readonly signal: AbortSignal;
  readonly now: Date;
  readonly watch: Watch;
  /** How the Actions cache is reached; a command has none. */
  readonly actionsCache?: Pick<ActionsCacheOptions, 'client' | 'patience'>;
}

/** Is told of a build as it goes on. */
export interface Watch extends LayerWatch {
  stage(name: Stage): void;
  finding(finding: Finding): void;
  retry(retry: Retry): void;
  note(text: string): void;
  warning(text: string): void;
  /** Bytes of the .deb that are written, of all. */
  written(bytes: number, total: number): void;
}
