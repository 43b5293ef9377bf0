import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Terraform's name of the file that pins the version of a provider and the hashes of its packages. In the folder of the
 * project, it pins the AWS provider of all stacks.
 *
 * @see https://developer.hashicorp.com/terraform/language/files/dependency-lock
 */
export const lockFile = '.terraform.lock.hcl';

/** Whether the project has a lock file. */
export function isProviderPinned(): boolean {
  return existsSync(lockFile);
}

/** Copies the lock file of the project to the folder of a stack, where every program that runs Terraform finds it. */
export function pinProvider(folder: string): void {
  if (isProviderPinned()) {
    copyFileSync(lockFile, join(folder, lockFile));
  }
}
