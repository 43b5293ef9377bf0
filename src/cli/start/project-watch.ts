import { basename, dirname, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { type FSWatcher, watch } from 'chokidar';

/** How long nothing must change before a change counts as complete, in milliseconds: an editor writes in steps. */
const quietMilliseconds = 20;

/** Folders and files of the project's own folder that commands write, and the tests. */
const notSources = /^(?:coverage|dist|__tests__|outputs(?:\..*)?\.json|terraform\..*|.*\.tfplan)$/;

/** Watches the files of the project, from before they are read. */
export class ProjectWatch {
  private changes = 0;
  private onEvent: () => void = () => undefined;

  private constructor(watcher: FSWatcher, onUnwatched: (reason: string) => void) {
    watcher.once('error', (error) => {
      onUnwatched((error as Error).message);
      // One is enough: all others have the same reason.
      watcher.on('error', () => undefined);
    });
    watcher.on('all', () => {
      this.changes++;
      this.onEvent();
    });
  }

  /**
   * Returns when changes are seen.
   *
   * @param others folders of the project that hold no source: those to which the stacks and the users are written
   * @param onUnwatched called once if the operating system does not allow to watch a file
   */
  static async open(others: readonly string[], onUnwatched: (reason: string) => void): Promise<ProjectWatch> {
    const root = process.cwd();
    const ignoredFolders = others.map((folder) => resolve(folder));
    const watcher = watch('.', {
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
    });
    const projectWatch = new ProjectWatch(watcher, onUnwatched);
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    return projectWatch;
  }

  /**
   * Calls for each change since the start of the watch, one call after the other.
   *
   * @param onChange called at once, with what lasts until the change has been dealt with
   * @param handle deals with the change, and can ask whether there has been another one since
   */
  handle(onChange: (handled: Promise<void>) => void, handle: (hasChangedAgain: () => boolean) => Promise<void>): void {
    let handling: Promise<void> | undefined;
    const handleAll = async () => {
      for (let handled = 0; handled < this.changes;) {
        for (let seen = -1; seen !== this.changes;) {
          seen = this.changes;
          await setTimeout(quietMilliseconds);
        }
        const current = (handled = this.changes);
        await handle(() => this.changes !== current);
      }
      handling = undefined;
    };
    this.onEvent = () => {
      if (handling === undefined) {
        handling = handleAll();
        onChange(handling);
      }
    };
    if (this.changes > 0) {
      this.onEvent();
    }
  }
}
