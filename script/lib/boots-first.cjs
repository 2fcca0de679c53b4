const { default: Sequencer } = require('@jest/test-sequencer');

// Jest takes the largest files first where it has not run them before. A machine that boots keeps one of
// the workers busy for a quarter of an hour: whatever can run beside it should.
module.exports = class BootsFirst extends Sequencer {
  sort(tests) {
    const inOrder = super.sort(tests);
    const boots = inOrder.filter(({ path }) => path.endsWith('.boot.ts'));
    return [...boots, ...inOrder.filter((test) => !boots.includes(test))];
  }
};
