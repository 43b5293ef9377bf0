import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Terraform's name of the file that pins the version of a provider and the hashes of its packages. In the folder of the
 * project, it pins the AWS provider of all stacks.
 *
 * @see https://developer.hashicorp.com/terraform/language/files/dependency-lock
 */
export const lockFile = '.terraform.lock.hcl';

/** Gives the folder of a stack the lock file of the project. Returns false when the project has none. */
export function pinProvider(folder: string): boolean {
  if (!existsSync(lockFile)) {
    return false;
  }
  copyFileSync(lockFile, join(folder, lockFile));
  return true;
}
