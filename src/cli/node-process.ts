import { spawn } from 'node:child_process';

/** Writes the Terraform JSON of all stacks, in a separate process that frees CDKTF's memory when it ends. */
export function synthesize(): Promise<void> {
  return runNode(['--import', 'tsx', 'main.ts']);
}

/** Runs a Node.js program. If it fails, it has printed the reason, and this program ends with the same exit code. */
export function runNode(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...environment },
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code !== 0) {
        process.exit(code ?? 1);
      }
      resolve();
    });
  });
}
