import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type StackPlan } from '../../src/cli/deploy/stack-plans';
import { type PlanJson, readPlan } from '../../src/terraform/plan';

/** Reads a plan that terraform has made, without what no test looks at. */
export function recordedPlan(name: string): PlanJson {
  return JSON.parse(readFileSync(join(__dirname, '..', 'terraform', 'plans', `${name}.json`), 'utf8')) as PlanJson;
}

/** The recorded plan of a stack. */
export function stackPlan(
  stack: string,
  name: string,
  { after, text = 'full plan' }: Partial<StackPlan> = {},
): StackPlan {
  const synthesized = {
    name: stack,
    dependencies: [],
    annotations: [],
    file: '',
    folder: '',
    terraform: { terraform: {} },
  };
  return { stack: synthesized, plan: readPlan(recordedPlan(name)), after, hasChanges: true, text };
}
