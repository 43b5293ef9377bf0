// `npm run destroy`: shows what it deletes, and destroys the stacks of one environment.
import { rmSync } from 'node:fs';

import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { readOptions } from '../command-line';
import { askFor, assertTerminal } from '../deploy/approval';
import { assertStateIsMoved } from '../deploy/unmoved-state';
import { assertNoRejections, lossesOf, lossLines, rejectionLines, rejectionsOf } from '../deploy/plan-report';
import { inOrder } from '../deploy/stack-order';
import { planFile, planStacks } from '../deploy/stack-plans';
import { applyTerraform, runCommand, TerraformError } from '../deploy/terraform';
import {
  applyArguments,
  planArguments,
  readParallelism,
  terraformOptions,
  terraformUsage,
} from '../deploy/terraform-options';
import { environmentOption, SelectedEnvironment } from '../environment';
import { synthesize } from '../synthesize';

const usage = `
npm run destroy -- [options]: destroys the stacks of an environment, with all users

  --environment NAME  an environment of cdktf.json (default: the default environment)
  --auto-approve      asks nothing
  --parallelism N     destroys at most N stacks at a time (default: -1, all that can be)
${terraformUsage}`;

const options = readOptions(usage, {
  ...environmentOption,
  ...terraformOptions,
  'auto-approve': { type: 'boolean', default: false },
  parallelism: { type: 'string' },
});

runCommand(async () => {
  const parallelism = readParallelism(options);
  const environment = SelectedEnvironment.read(options);
  if (!options['auto-approve']) {
    assertTerminal(`npm run destroy${environment.scriptOption}`);
  }
  const stacks = await synthesize(environment);
  assertStateIsMoved(stacks, environment);
  const { title, outputsFile } = environment;
  const plans = await planStacks(stacks, { args: planArguments(options), purpose: 'destroy', outputsFile });
  const rejections = rejectionsOf(plans);
  const planned = plans.filter(({ hasChanges }) => hasChanges);
  if (planned.length === 0 && rejections.length === 0) {
    console.log(`Nothing is deployed in ${title}.`);
    return;
  }
  console.log(
    [
      '',
      ...rejectionLines(rejections, 'destroyed'),
      ...lossLines(lossesOf(plans)),
      `Destroy ${title}:`,
      ...plans.map(({ stack, plan }) => `  ${stack.name}: ${plan!.changes.length} to delete`),
      '',
    ].join('\n'),
  );
  assertNoRejections(plans, `Nothing was destroyed in ${title}`);
  if (!options['auto-approve']) {
    await askFor('yes', `Destroy ${title}?`);
  }
  // A destroy that fails leaves a part of the stacks. The outputs of the rest would stop the next destroy.
  rmSync(outputsFile, { force: true });
  const dependents = ({ name }: SynthesizedStack) =>
    stacks.filter(({ dependencies }) => dependencies.includes(name)).map((stack) => stack.name);
  await inOrder(
    planned.map(({ stack }) => stack),
    dependents,
    parallelism,
    destroy,
  );
  console.log(`\n${capitalize(title)} is destroyed.`);
});

async function destroy(stack: SynthesizedStack): Promise<void> {
  console.log(`\n${stack.name}: terraform destroy`);
  const print = (line: string) => console.log(`${stack.name}  ${line}`);
  if (!(await applyTerraform(stack.folder, [...applyArguments(options), planFile], print))) {
    throw new TerraformError(`\n${stack.name} is not destroyed completely: correct the cause and destroy it again.`);
  }
}

function capitalize(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
