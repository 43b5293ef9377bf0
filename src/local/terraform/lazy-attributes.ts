import { TerraformStateError } from './terraform-state';

/** Returns a member of an object, but not one that it inherits, such as `constructor`. */
export function own<Value>(object: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return object && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Defines a member whose value is evaluated at the first read. */
export function defineLazily(object: object, name: string, place: string, evaluate: () => unknown): void {
  let isEvaluating = false;
  Object.defineProperty(object, name, {
    enumerable: true,
    configurable: true,
    get: () => {
      if (isEvaluating) {
        throw new TerraformStateError(`${place}: ${name} refers to itself through other values`);
      }
      isEvaluating = true;
      try {
        const value = evaluate();
        Object.defineProperty(object, name, { enumerable: true, value });
        return value;
      } finally {
        isEvaluating = false;
      }
    },
  });
}
