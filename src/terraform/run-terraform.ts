import { spawn } from 'node:child_process';

/** How a run of terraform ended. */
export interface TerraformRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs terraform, or the program that TERRAFORM_BINARY_NAME names, in a folder. */
export function runTerraform(folder: string, args: readonly string[]): Promise<TerraformRun> {
  const program = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve({
        status: null,
        stdout,
        stderr: error.code === 'ENOENT' ? `${program} is not installed.` : error.message,
      });
    });
    child.once('close', (status) => {
      resolve({ status, stdout, stderr });
    });
  });
}
