import { getSystemErrorMap } from 'node:util';

/** Says why the operating system does not read or write a file: `permission denied`. For other errors, returns their message. */
export function reasonOf(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return getSystemErrorMap().get(errno ?? 0)?.[1] ?? message;
}

/** Describes an error of the operating system, with the file if it is known: `cdktf.out: permission denied`. */
export function systemErrorOf(error: unknown): string | undefined {
  const { path, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined ? undefined : [path, reasonOf(error)].filter((part) => part !== undefined).join(': ');
}
