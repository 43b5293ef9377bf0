import { createHash } from 'node:crypto';

import { changedValues } from './plan';
import { type ResourceChange } from './plan-json';

/** A plan of a stack, as far as its digest goes. */
interface PlannedStack {
  readonly stack: { readonly name: string };
  /** Stack after whose deploy this one is planned again. */
  readonly after: string | undefined;
  readonly resourceChanges: readonly ResourceChange[];
  /** What a plan that only refreshes writes to the state. */
  readonly drift?: readonly ResourceChange[];
}

/**
 * Returns a digest of plans: the same for plans that change the same resources from the same values to the same values.
 *
 * It does not reveal the values, which can be secret.
 */
export function digestOf(plans: readonly PlannedStack[]): string {
  const changes = plans.map(({ stack, after, resourceChanges, drift = [] }) => [
    stack.name,
    after ?? null,
    [...resourceChanges, ...drift]
      .filter(({ change }) => !['no-op', 'read'].includes(change.actions.join()))
      .map((resource) => {
        const { address, deposed, change } = resource;
        return JSON.stringify([
          address,
          deposed ?? null,
          change.actions,
          changedValues(resource),
          change.after_unknown,
        ]);
      })
      .sort(),
  ]);
  return createHash('sha256').update(JSON.stringify(changes)).digest('hex');
}
