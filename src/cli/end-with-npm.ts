import { readFileSync } from 'node:fs';

const checkMilliseconds = 500;

/**
 * Ends this process when npm ends, which runs it in a shell. npm passes a SIGTERM on to its shell alone, and a SIGKILL to
 * nothing.
 *
 * On Windows, a process does not get another parent when its parent ends, and this has no effect.
 */
export function endWithNpm(): void {
  if (process.env.npm_lifecycle_event !== undefined) {
    const started = parents();
    setInterval(() => {
      if (parents() !== started) {
        process.exit(0);
      }
    }, checkMilliseconds).unref();
  }
}

/** Identifies the parent of this process, and npm if that is the parent of a shell. Only Linux tells it. */
function parents(): string {
  const parent = process.ppid;
  try {
    // Some shells run their last command in their own process: then npm is the parent.
    const [, option] = readFileSync(`/proc/${parent}/cmdline`, 'utf8').split('\0');
    const ofShell = option === '-c' && /^PPid:.*/m.exec(readFileSync(`/proc/${parent}/status`, 'utf8'));
    return `${parent} ${String(ofShell)}`;
  } catch {
    return String(parent);
  }
}
