import type { Watch } from '../surroundings.ts';
import { failureSummary, notingFindings, problemSummary } from './problems.ts';
import { type Screen, showProgress } from './progress.ts';

/** Where work is shown. */
export interface Audience {
  readonly screen: Screen;
  /** Adds Markdown to the summary, where there is one; nothing for undefined. */
  summarize?(markdown: string | undefined): Promise<void>;
  /** How many findings the screen shows at most; the summary has them all where there are more. */
  readonly mostFindings?: number;
}

/**
 * Shows how some work goes on, tells its result when nothing moves on the screen any more, and puts
 * into the summary why it failed, and its problems.
 *
 * @throws what `work` and `tell` throw
 */
export async function watched<Result>(
  { screen, summarize = async () => undefined, mostFindings = 0 }: Audience,
  work: (watch: Watch) => Promise<Result>,
  tell: (result: Result) => Promise<void>,
): Promise<Result> {
  const noting = notingFindings(screen);
  const watch = showProgress(noting.screen);
  try {
    const result = await work(watch);
    watch.stop();
    await tell(result);
    return result;
  } catch (error) {
    await summarize(failureSummary(error));
    throw error;
  } finally {
    watch.stop();
    await summarize(problemSummary(noting.findings, mostFindings));
  }
}
