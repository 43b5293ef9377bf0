import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Runs a Node.js program. Returns whether it succeeded, and its standard error. */
export async function runNode(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ readonly succeeded: boolean; readonly messages: string }> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const [messages, [code]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[code: number | null]>,
  ]);
  return { succeeded: code === 0, messages: messages.trimEnd() };
}
