import { spawn } from 'node:child_process';

/** Runs a Node.js program, and ends this one too if it fails: it has then said why. */
export async function runNode(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<void> {
  const code = await exitCodeOf(args, environment);
  if (code !== 0) {
    process.exit(code ?? 1);
  }
}

/** Runs a Node.js program, and returns its exit code. */
export function exitCodeOf(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...environment },
    });
    child.once('error', reject);
    child.once('exit', resolve);
  });
}
