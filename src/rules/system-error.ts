import { getSystemErrorMap } from 'node:util';

/** Says why the operating system does not read or write a file: `permission denied`. For other errors, returns their message. */
export function reasonOf(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return getSystemErrorMap().get(errno ?? 0)?.[1] ?? message;
}
