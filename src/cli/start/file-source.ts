import { StateFileError, type StateFilePaths, StateFiles } from '../../local/terraform/state-files';
import { SourceError, type StackSource } from './serve';
import { SourceWatch } from './source-watch';

/** The options that name files of other projects. */
export const fileOptions = {
  stacks: { type: 'string', multiple: true, default: [] as string[] },
} as const;

/** How `--help` describes {@link fileOptions}. */
export const fileUsage = `  --stacks DIR        stacks that CDKTF has synthesized, such as cdktf.out. Repeatable`;

/** Returns the stacks in files of other projects, which are read again when they change. */
export function fileSource(paths: StateFilePaths): StackSource {
  const files = new StateFiles(paths);
  return {
    read: () => {
      try {
        return files.read();
      } catch (error) {
        throw error instanceof StateFileError ? new SourceError(error.message) : error;
      }
    },
    watch: (onUnwatched) => SourceWatch.ofFiles(paths.stacks, onUnwatched),
    outputsFile: undefined,
    correction: 'Change it in the Terraform of the project.',
  };
}
