import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/** A Python environment of its own for a list of requirements. */
export class PythonEnvironment {
  private readonly folder: string;

  /** @param requirements file that pins every package; another content is another environment */
  constructor(private readonly requirements: string) {
    const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
    this.folder = resolve('node_modules/.cache', `${basename(requirements, '.requirements.txt')}-${hash}`);
  }

  /** The Python program, which runs a package of the environment with `-m`. */
  get python(): string {
    return join(this.folder, 'bin/python');
  }

  /** Makes the environment unless it is there. */
  async install(): Promise<void> {
    if (existsSync(this.folder)) {
      return;
    }
    // Filled under another name, so that one which was interrupted is not taken for a whole one.
    const unfinished = `${this.folder}.${process.pid}`;
    const run = async (command: string, ...args: string[]) => {
      const [status] = (await once(spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }), 'close')) as [
        number,
      ];
      if (status !== 0) {
        throw new Error(`${command} failed`);
      }
    };
    try {
      await run('python3', '-m', 'venv', unfinished);
      // Compiled at the first use: most of it is never used.
      await run(
        join(unfinished, 'bin/python'),
        '-m',
        'pip',
        'install',
        '--quiet',
        '--no-compile',
        '-r',
        this.requirements,
      );
      renameSync(unfinished, this.folder);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      throw new Error(`${basename(this.requirements)} needs Python 3.11 or later with venv and pip`, { cause: error });
    }
  }
}
