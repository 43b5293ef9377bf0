import { basename, dirname, resolve } from 'node:path';

import { watch } from 'chokidar';

/** How long nothing must change before a change counts as complete, in milliseconds: an editor writes in steps. */
const quietMilliseconds = 20;

/** Folders and files of the project's own folder that commands write, and the tests. */
const notSources = /^(?:coverage|dist|__tests__|outputs(?:\..*)?\.json|terraform\..*|.*\.tfplan)$/;

/**
 * Calls for each change of a file of the project, one call after the other.
 *
 * @param others folders of the project that hold no source: those to which the stacks and the users are written
 * @param onChange called at once, with what lasts until the change has been dealt with
 * @param handle deals with the change, and can ask whether there has been another one since
 */
export function watchProject(
  others: readonly string[],
  onChange: (handled: Promise<void>) => void,
  handle: (hasChangedAgain: () => boolean) => Promise<void>,
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
      const current = (handled = changes);
      await handle(() => changes !== current);
    }
    handling = undefined;
  };

  watch('.', {
    cwd: root,
    ignoreInitial: true,
    ignored: (path) => {
      const [file, name] = [resolve(root, path), basename(path)];
      return (
        file !== root &&
        (ignoredFolders.includes(file) ||
          name.startsWith('.') ||
          name === 'node_modules' ||
          (dirname(file) === root && notSources.test(name)))
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
