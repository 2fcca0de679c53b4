import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives a function that collects garbage. By itself V8 does that when its own heap grows; the buffers that
 * hang on it weigh far more here, and a hundred megabytes of them may wait.
 */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
