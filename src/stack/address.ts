import { Construct } from 'constructs';

import { type Problem } from '../rules/rule';

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

/** Returns the ID of a construct with a name from the settings, in which a slash would separate two IDs. */
export function constructId(name: string): string {
  return name.replaceAll('/', '_');
}

/** Something that has a Terraform address: where it is defined, and the names that are joined to the address. */
export interface Addressed {
  readonly path: readonly string[];
  /** What a report calls it. */
  readonly label: string;
  readonly names: readonly string[];
}

/** Finds names in a map that have the same Terraform address, or that a construct cannot have. */
export function findSharedNames(map: object): Problem[] {
  return findSharedAddresses(
    Object.keys(map).map((name) => ({ path: [name], label: JSON.stringify(name), names: [name] })),
  );
}

/** Finds elements that have the same Terraform address, or a name that a construct cannot have. */
export function findSharedAddresses(elements: readonly Addressed[]): Problem[] {
  const owners = new Map<string, Addressed>();
  return elements.flatMap((element) => {
    const { path, names } = element;
    // The construct tree looks names up in an object, which inherits these.
    const reserved = names.find((name) => name in Object.prototype);
    if (reserved !== undefined) {
      return [{ path, problem: `the name "${reserved}" is reserved` }];
    }
    const address = addressOf(names);
    const owner = owners.get(address);
    owners.set(address, owner ?? element);
    return owner
      ? [
          {
            path,
            problem: `has the same Terraform address as ${owner.label} (${address})`,
            allowed: 'names that differ in letters, digits, _ and -',
          },
        ]
      : [];
  });
}
