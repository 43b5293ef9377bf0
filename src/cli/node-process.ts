import { spawn } from 'node:child_process';

/** Runs a Node.js program, and ends this one too if it fails: it has then said why. */
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
