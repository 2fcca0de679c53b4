import pLimit from 'p-limit';
import { together } from './concurrency.ts';
import { failure, type UserError } from './errors.ts';
import type { Finding } from './images/finding.ts';
import { ImageError } from './registry/failure.ts';

/** Enough to hide a registry's latency, few enough not to be slowed down by it. */
const REFERENCES_AT_ONCE = 4;

/**
 * Asks for references, some at once. What is wrong with single images keeps nobody from hearing of the
 * others: each is told, and then this fails. Anything else, such as a registry that does not answer, ends
 * it at once.
 *
 * @param tell is told of the images that are wrong, where they are several; of one the error speaks
 * @throws UserError
 */
export async function askForAll<T, Answer>(
  items: readonly T[],
  ask: (item: T, signal: AbortSignal) => Promise<Answer>,
  signal: AbortSignal,
  tell: (finding: Finding) => void,
): Promise<Answer[]> {
  const limit = pLimit(REFERENCES_AT_ONCE);
  const faults: ImageError[] = [];
  const answers = await together(signal, (until) =>
    items.map((item, index) =>
      limit(async () => {
        until.throwIfAborted();
        try {
          return [await ask(item, until)];
        } catch (error) {
          if (!(error instanceof ImageError)) throw error;
          faults[index] = error;
          return [];
        }
      }),
    ),
  );
  // In the order of the items, and each once: several can share an answer.
  const told = new Set(faults.filter((fault) => fault !== undefined));
  const [first, ...others] = told;
  if (first === undefined) return answers.flat(1) as Answer[];
  if (others.length === 0) throw first;
  for (const fault of told) tell(findingOf(fault));
  throw failure(`${told.size} images cannot be had`, { hint: 'for each it is said above why' });
}

function findingOf({ message, hint, origin }: UserError): Finding {
  return {
    level: 'error',
    message: hint === undefined ? message : `${message} (${hint})`,
    origin: origin ?? { file: 'images' },
  };
}
