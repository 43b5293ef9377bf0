import { StateFileError, type StateFilePaths, StateFiles } from '../../local/terraform/state-files';
import { SourceError, type StackSource } from './serve';
import { SourceWatch } from './source-watch';

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
    watch: (onUnwatched) =>
      SourceWatch.ofFiles([...(paths.plan ?? []), ...(paths.state ?? [])], paths.stacks ?? [], onUnwatched),
    outputsFile: undefined,
    correction: 'Change it in the Terraform of the project, and make the file again.',
  };
}
