import TestSequencer from '@jest/test-sequencer';

/** Small test files that take long. At the end of a run, one of them would keep the other core waiting. */
const slowest = /__tests__\/(acceptance\/(edge|signals)|commands\/(your-code|seed|data))\.test\.ts$/;

/** Starts the test files that take longest. Where no run has measured them, jest goes by their sizes. */
export default class extends TestSequencer {
  sort(tests) {
    const rank = ({ path }) => (slowest.test(path.replaceAll('\\', '/')) ? 0 : 1);
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
}
