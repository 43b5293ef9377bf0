import { PredictedState } from '../../local/terraform/predicted-state';
import { SettingsError } from '../../settings/cdktf-json';
import { SelectedEnvironment } from '../environment';
import { SynthesisError, synthesizeInChild } from './child-synthesis';
import { SourceError, type StackSource } from './serve';
import { SourceWatch } from './source-watch';

/**
 * Returns the stacks of one environment of this project, which main.ts synthesizes at each change.
 *
 * Ends the program if cdktf.json does not have the environment.
 */
export function synthesizedSource(options: {
  readonly environment?: string | undefined;
  readonly data?: string | undefined;
}): StackSource {
  const { localOutputsFile } = SelectedEnvironment.read(options);
  let last: { readonly text: string; readonly state: PredictedState } | undefined;
  return {
    read: async () => {
      try {
        const stacks = await synthesizeInChild(SelectedEnvironment.find(options));
        const text = JSON.stringify(stacks);
        last = last?.text === text ? last : { text, state: new PredictedState(stacks) };
        return last.state;
      } catch (error) {
        throw error instanceof SynthesisError || error instanceof SettingsError
          ? new SourceError(error.message)
          : error;
      }
    },
    watch: (onUnwatched) =>
      SourceWatch.ofProject(
        [process.env.CDKTF_OUTDIR ?? 'cdktf.out', ...(options.data === undefined ? [] : [options.data])],
        onUnwatched,
      ),
    outputsFile: localOutputsFile,
    correction: 'Change it in cdktf.json, context.settings, or in the code of the stack.',
  };
}
