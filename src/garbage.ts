import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives a function that is told of bytes that have become garbage, and collects it when `limit` bytes
 * are. By itself V8 does that when its own heap grows; the buffers that hang on it weigh far more here,
 * and a hundred megabytes of them may wait.
 */
export function garbageCollector(limit: number): (bytes: number) => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let garbage = 0;
  return (bytes) => {
    garbage += bytes;
    if (garbage < limit) return;
    garbage = 0;
    // Later, since whoever tells may still hold some of it.
    setImmediate(collect);
  };
}
