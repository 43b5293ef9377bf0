import { Construct } from 'constructs';

/**
 * A scope that is not part of the addresses of its constructs.
 *
 * It contains the constructs whose names come from the settings, so that they do not conflict with names in the code.
 */
export class Namespace extends Construct {}

/**
 * Joins construct IDs to the name in a Terraform address.
 *
 * Replaces characters that are not allowed instead of removing them, so that `{id}` and `id` have different addresses.
 */
export function addressOf(names: readonly string[]): string {
  const address = names.join('_').replace(/[^A-Za-z0-9_-]/g, '_');
  return /^[0-9-]/.test(address) ? `_${address}` : address;
}
