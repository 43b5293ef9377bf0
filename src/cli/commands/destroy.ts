// `npm run destroy`: shows what it deletes, and destroys the stacks of one environment.
import { rmSync } from 'node:fs';

import { findProtections } from '../../terraform/deployed-state';
import { findLosses } from '../../terraform/losses';
import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { fail, readOptions } from '../command-line';
import { askFor, assertTerminal } from '../deploy/approval';
import { assertStateIsMoved } from '../deploy/unmoved-state';
import { lossLines } from '../deploy/plan-report';
import { inOrder } from '../deploy/stack-order';
import { readDeployed } from '../deploy/state-location';
import { planFile, runPlan } from '../deploy/stack-plans';
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
  const deployed = [];
  for (const stack of stacks) {
    deployed.push({ stack, deletions: await readDeployed(stack) });
  }
  if (deployed.every(({ deletions }) => deletions.length === 0)) {
    console.log(`Nothing is deployed in ${environment.title}.`);
    return;
  }
  const lines = deployed.map(({ stack, deletions }) => `  ${stack.name}: ${deletions.length} to delete`);
  const losses = deployed.flatMap(({ deletions }) => findLosses(deletions));
  console.log(['', ...lossLines(losses), `Destroy ${environment.title}:`, ...lines, ''].join('\n'));
  const protections = deployed.flatMap(({ stack, deletions }) => findProtections(deletions, stack.terraform));
  if (protections.length > 0) {
    fail(
      `${capitalize(environment.title)} is protected, and nothing was destroyed.\n${protections.map((line) => `  ${line}`).join('\n')}`,
    );
  }
  if (!options['auto-approve']) {
    await askFor('yes', `Destroy ${environment.title}?`);
  }
  const dependents = ({ name }: SynthesizedStack) =>
    stacks.filter(({ dependencies }) => dependencies.includes(name)).map((stack) => stack.name);
  await inOrder(
    deployed.filter(({ deletions }) => deletions.length > 0).map(({ stack }) => stack),
    dependents,
    parallelism,
    destroy,
  );
  // Other commands must not use the outputs of stacks that are destroyed.
  rmSync(environment.outputsFile, { force: true });
  console.log(`\n${capitalize(environment.title)} is destroyed.`);
});

async function destroy(stack: SynthesizedStack): Promise<void> {
  console.log(`\n${stack.name}: terraform destroy`);
  await runPlan(stack, [...planArguments(options), '-destroy']);
  const print = (line: string) => console.log(`${stack.name}  ${line}`);
  if (!(await applyTerraform(stack.folder, [...applyArguments(options), planFile], print))) {
    throw new TerraformError(`\n${stack.name} is not destroyed completely: correct the cause and destroy it again.`);
  }
}

function capitalize(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
