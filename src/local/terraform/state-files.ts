import { reasonOf } from '../../rules/system-error';
import { readSynthesizedStacks } from '../../terraform/synthesized-stacks';
import { PredictedState } from './predicted-state';
import { combineStates, type TerraformState } from './terraform-state';

/** Files of other projects that can be served. A path is relative to the folder of this process. */
export interface StateFilePaths {
  /** Folders of synthesized stacks: `cdktf.out`. */
  readonly stacks: readonly string[];
}

/** Files that cannot be read. The message says why. */
export class StateFileError extends Error {}

/** Files that are served together. */
export class StateFiles {
  private last: { readonly text: string; readonly state: TerraformState } | undefined;

  constructor(private readonly paths: StateFilePaths) {}

  /**
   * Reads the files. Returns the same object as before when nothing has changed.
   *
   * @throws {StateFileError} when one of them cannot be read
   */
  read(): TerraformState {
    const stacks = this.paths.stacks.map(readStacks);
    const text = JSON.stringify(stacks);
    if (this.last?.text !== text) {
      this.last = { text, state: combineStates(stacks.map((each) => new PredictedState(each))) };
    }
    return this.last.state;
  }
}

function readStacks(folder: string) {
  try {
    return readSynthesizedStacks(folder);
  } catch (error) {
    throw new StateFileError(
      `${folder} has no synthesized stacks that can be read: ${reasonOf(error)}. It must be the folder that cdktf synth writes, which has manifest.json.`,
    );
  }
}
