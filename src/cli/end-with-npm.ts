const checkMilliseconds = 500;

/**
 * Ends this process when the shell in which npm runs it ends: npm passes a SIGTERM on to its shell alone.
 *
 * On Windows, the ID of a parent never changes, and this has no effect.
 */
export function endWithNpm(): void {
  const shell = process.ppid;
  if (process.env.npm_lifecycle_event !== undefined) {
    setInterval(() => {
      if (process.ppid !== shell) {
        process.exit(0);
      }
    }, checkMilliseconds).unref();
  }
}
