import { type SynthesizedStack } from '../../terraform/synthesized-stacks';

/**
 * Runs a task for each stack, once those that have to be before it are through.
 *
 * A failed task starts no other, and ends nothing: those that run come to their end.
 *
 * @param before names of the stacks that have to be before a stack
 * @param parallelism how many run at a time
 * @throws the first error of a task
 */
export async function inOrder(
  stacks: readonly SynthesizedStack[],
  before: (stack: SynthesizedStack) => readonly string[],
  parallelism: number,
  task: (stack: SynthesizedStack) => Promise<void>,
): Promise<void> {
  const left = new Set(stacks);
  const running = new Map<SynthesizedStack, Promise<void>>();
  const errors: unknown[] = [];
  for (;;) {
    const unfinished = new Set([...left, ...running.keys()].map(({ name }) => name));
    const ready = [...left].filter((stack) => before(stack).every((name) => !unfinished.has(name)));
    for (const stack of errors.length > 0 ? [] : ready.slice(0, parallelism - running.size)) {
      left.delete(stack);
      running.set(
        stack,
        task(stack)
          .catch((error: unknown) => void errors.push(error))
          .finally(() => running.delete(stack)),
      );
    }
    if (running.size === 0) {
      break;
    }
    await Promise.race(running.values());
  }
  if (errors.length > 0) {
    throw errors[0];
  }
}
