import type { BootWatch } from '../boot-test.ts';
import type { Screen } from './progress.ts';
import { formatAcceleration, formatCase } from './verdict.ts';

/** Shows how a boot test goes on. `stop` must be called when it has ended. */
export function showBoot(screen: Screen): BootWatch & { stop(): void } {
  let open = false;
  const stop = () => {
    if (open) screen.endGroup();
    open = false;
  };
  return {
    part(title) {
      stop();
      screen.startGroup(title);
      open = true;
    },
    note: screen.print,
    warning: screen.warning,
    acceleration: (found) => screen.print(`the machine runs by ${formatAcceleration(found)}`),
    case: (found) => screen.print(formatCase(found)),
    stop,
  };
}
