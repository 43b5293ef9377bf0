import { basename, dirname, resolve, sep } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { type FSWatcher, watch } from 'chokidar';

/** Time without a change after which a change is complete, in milliseconds: an editor writes in steps. */
const quietMilliseconds = 20;

/** Folders and files in the project folder that commands write, and the tests. */
const notSources = /^(?:coverage|dist|__tests__|outputs(?:\..*)?\.json|terraform\..*|.*\.tfplan)$/;

/** Watches the files from which the stacks come, from before they are read. */
export class SourceWatch {
  private changes = 0;
  private onEvent: () => void = () => undefined;

  /** @param files those that are watched, if not all of a folder are */
  private constructor(
    private readonly watcher: FSWatcher,
    onUnwatched: (reason: string) => void,
    private readonly files: Set<string>,
  ) {
    watcher.once('error', (error) => {
      onUnwatched((error as Error).message);
      // Reports only the first error: all others have the same reason.
      watcher.on('error', () => undefined);
    });
    watcher.on('all', () => {
      this.changes++;
      this.onEvent();
    });
  }

  /**
   * Starts to watch the project in this folder. Returns when the watch is ready.
   *
   * @param others further folders without sources: those of the stacks and of the users
   * @param onUnwatched called once if the operating system does not allow to watch a file
   */
  static async ofProject(others: readonly string[], onUnwatched: (reason: string) => void): Promise<SourceWatch> {
    const root = process.cwd();
    const ignoredFolders = others.map((folder) => resolve(folder));
    const isIgnored = (path: string) => {
      const [file, name] = [resolve(root, path), basename(path)];
      return (
        file !== root &&
        (ignoredFolders.includes(file) ||
          name.startsWith('.') ||
          name === 'node_modules' ||
          (dirname(file) === root && notSources.test(name)))
      );
    };
    const watcher = watch('.', { cwd: root, ignoreInitial: true, ignored: isIgnored });
    return new SourceWatch(watcher, onUnwatched, new Set()).ready();
  }

  /**
   * Starts to watch files, and folders with all that is in them. Returns when the watch is ready.
   *
   * @param onUnwatched called once if the operating system does not allow to watch a file
   */
  static ofFiles(
    files: readonly string[],
    folders: readonly string[],
    onUnwatched: (reason: string) => void,
  ): Promise<SourceWatch> {
    const wantedFiles = new Set(files.map((file) => resolve(file)));
    const wantedFolders = folders.map((folder) => resolve(folder));
    const isIgnored = (path: string) => {
      const file = resolve(path);
      const isIn = wantedFolders.some((folder) => file === folder || file.startsWith(folder + sep));
      return basename(file) === '.terraform' || !(isIn || wantedFiles.has(file) || around(wantedFiles).includes(file));
    };
    const watcher = watch([...around(wantedFiles), ...wantedFolders], { ignoreInitial: true, ignored: isIgnored });
    return new SourceWatch(watcher, onUnwatched, wantedFiles).ready();
  }

  private async ready(): Promise<this> {
    await new Promise<void>((resolve) => this.watcher.once('ready', resolve));
    return this;
  }

  /** Watches further files. */
  add(files: readonly string[]): void {
    const added = files.filter((file) => !this.files.has(file));
    for (const file of added) {
      this.files.add(file);
    }
    this.watcher.add([...around(added), ...added]);
  }

  /**
   * Calls for each change since the start of the watch, one call after the other.
   *
   * @param onChange called at once, with a promise that ends when the change is handled
   * @param handle handles the change, and can ask whether there is a newer one
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

/** Returns the folders of files: a program can replace a file by another one, which only its folder shows. */
function around(files: Iterable<string>): string[] {
  return Array.from(files, (file) => dirname(file));
}
