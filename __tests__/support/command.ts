import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Options of `npm start` with which nothing else on the machine is in the way. */
export const anyPort: readonly string[] = ['login', 'api', 'user-pool-api', 'web'].flatMap((service) => [
  `--${service}-port`,
  '0',
]);

const root = resolve(__dirname, '..', '..');

/** Returns the arguments with which Node.js runs a program of this project from any folder, as package.json does. */
export function programOf(file: string): readonly string[] {
  return [join(root, 'src', 'cli', 'run.mjs'), join(root, file)];
}

/** Runs a program of this project to its end, with a folder for its stacks. */
export function runProgram(program: string, args: readonly string[], outdir = mkdtempSync(join(tmpdir(), 'stacks-'))) {
  return new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const env = { ...process.env, CDKTF_OUTDIR: outdir };
    const child = execFile(process.execPath, [...programOf(program), ...args], { env }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode!, stdout, stderr });
    });
  });
}

/** A command of package.json as it runs, with a folder of its own for what it synthesizes. */
export class Command {
  stdout = '';
  stderr = '';
  readonly outdir: string;
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;

  constructor(
    name: string,
    args: readonly string[],
    { outdir, env, cwd }: { outdir?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {},
  ) {
    this.outdir = outdir ?? mkdtempSync(join(tmpdir(), `${name}-`));
    this.child = spawn(process.execPath, [...programOf(join('src', 'cli', 'commands', `${name}.ts`)), ...args], {
      env: { ...process.env, ...env, CDKTF_OUTDIR: this.outdir },
      ...(cwd !== undefined && { cwd }),
    });
    this.child.stdout!.on('data', (data: Buffer) => (this.stdout += data.toString()));
    this.child.stderr!.on('data', (data: Buffer) => (this.stderr += data.toString()));
    this.ended = once(this.child, 'close');
  }

  /** Waits for a string in what the command has written. */
  async seen(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout + this.stderr);
      if (match) {
        return match;
      }
      if (this.child.exitCode !== null) {
        throw new Error(`ended without ${String(pattern)}:\n${this.stdout}${this.stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  write(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  endInput(): void {
    this.child.stdin!.end();
  }

  /** Waits for the end, and returns the exit code. */
  async end(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Ends the command at once, without anything that it could still do. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Presses Ctrl-C, and returns the exit code. */
  interrupt(): Promise<number | null> {
    this.child.kill('SIGINT');
    return this.end();
  }
}
