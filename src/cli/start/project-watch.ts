import { basename, resolve } from 'node:path';

import { watch } from 'chokidar';

/** How long nothing must change before a change counts as complete, in milliseconds: an editor writes in steps. */
const quietMilliseconds = 20;

/** Names of folders that hold nothing that the stacks are made from. */
const ignoredNames = ['node_modules', 'coverage', 'dist', '__tests__'];

/** A file that the stacks, or the code of a function, can be made from. */
const sourceFile = /\.(?:[cm]?[jt]sx?|json)$/;

/**
 * Calls for each change of a file of the project, one call after the other.
 *
 * @param others folders of the project that hold no source: those to which the stacks and the users are written
 * @param onChange called at once, with what lasts until the change has been dealt with
 * @param handle deals with the change
 */
export function watchProject(
  others: readonly string[],
  onChange: (handled: Promise<void>) => void,
  handle: () => Promise<void>,
): void {
  const root = process.cwd();
  const ignoredFolders = others.map((folder) => resolve(folder));
  let changes = 0;
  let handling: Promise<void> | undefined;

  const handleAll = async () => {
    for (let handled = 0; handled < changes;) {
      for (let seen = -1; seen !== changes;) {
        seen = changes;
        await new Promise((passed) => setTimeout(passed, quietMilliseconds));
      }
      handled = changes;
      await handle();
    }
    handling = undefined;
  };

  watch('.', {
    cwd: root,
    ignoreInitial: true,
    ignored: (path, stats) => {
      const name = basename(path);
      return (
        ignoredFolders.includes(resolve(root, path)) ||
        (name !== '.' && name.startsWith('.')) ||
        ignoredNames.includes(name) ||
        (stats?.isFile() === true && (!sourceFile.test(name) || name.startsWith('outputs.')))
      );
    },
  }).on('all', () => {
    changes++;
    if (handling === undefined) {
      handling = handleAll();
      onChange(handling);
    }
  });
}
