import console from 'node:console';
import process from 'node:process';

/** Prints each test file that starts, in CI only: when a run hangs, the last lines show where. */
export default class StartedTestsReporter {
  onTestFileStart({ path }) {
    if (process.env.CI) {
      console.log(`RUNS ${path.slice(process.cwd().length + 1)}`);
    }
  }
}
