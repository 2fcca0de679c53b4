const { default: Sequencer } = require('@jest/test-sequencer');

// Jest takes the largest files first where it has not run them before. What takes many minutes comes before them:
// machines that boot, then engines that load; else a worker waits at the end for what the other began last.
const LONG = [/\.boot\.ts$/, /\/device\/[^/]+\.itg\.ts$/, /\/demo\.itg\.ts$/, /./];

module.exports = class LongFirst extends Sequencer {
  sort(tests) {
    const inOrder = super.sort(tests);
    const rank = ({ path }) => LONG.findIndex((long) => long.test(path));
    return [...inOrder].sort((a, b) => rank(a) - rank(b));
  }
};
