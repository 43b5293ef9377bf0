import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type StackPlan } from '../../src/cli/deploy/stack-plans';
import { readPlan } from '../../src/terraform/plan';
import { type PlanJson, type ResourceChange, type Values } from '../../src/terraform/plan-json';

/** Reads a plan that terraform has made, without what no test looks at. */
export function recordedPlan(name: string): PlanJson {
  return JSON.parse(readFileSync(join(__dirname, '..', 'terraform', 'plans', `${name}.json`), 'utf8')) as PlanJson;
}

/** A change of a resource, with the arguments that a test is about. */
export function resourceChange(
  address: string,
  actions: string,
  before: Values | null,
  after: Values | null = null,
): ResourceChange {
  const type = address.split('.')[0]!;
  return { address, mode: 'managed', type, change: { actions: actions.split('+'), before, after } };
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
  const json = recordedPlan(name);
  return {
    stack: synthesized,
    plan: readPlan(json),
    after,
    hasChanges: true,
    resourceChanges: json.resource_changes ?? [],
    outputs: {},
    text,
  };
}
