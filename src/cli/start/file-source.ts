import { StateFileError, type StateFilePaths, StateFiles } from '../../local/terraform/state-files';
import { SourceError, type StackSource } from './serve';
import { SourceWatch } from './source-watch';

/** Returns the stacks in files of other projects, which are read again when they change. */
export function fileSource(paths: StateFilePaths): StackSource {
  const files = new StateFiles(paths);
  let watch: SourceWatch | undefined;
  return {
    read: () => {
      try {
        const state = files.read();
        watch?.add(files.packages);
        return state;
      } catch (error) {
        throw error instanceof StateFileError ? new SourceError(error.message) : error;
      }
    },
    watch: async (onUnwatched) => {
      const shown = [...(paths.plan ?? []), ...(paths.state ?? [])];
      watch = await SourceWatch.ofFiles(shown, paths.stacks ?? [], onUnwatched);
      return watch;
    },
    outputsFile: undefined,
    correction: 'Change it in the Terraform of the project, and make the file again.',
  };
}
