// `npm run deploy`: plans the stacks, asks, and applies these plans and no others.
import { type Change } from '../../terraform/plan';
import { type Outputs } from '../../terraform/plan-json';
import { digestOf } from '../../terraform/plan-digest';
import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { readOptions } from '../command-line';
import { applyPlan } from '../deploy/apply-plan';
import { addressesToName, askFor, assertTerminal } from '../deploy/approval';
import { assertStateIsMoved } from '../deploy/unmoved-state';
import { outputLines, readOutputs, writeOutputs } from '../deploy/outputs';
import { withLostState } from '../deploy/lost-state';
import { describeChange, lossesOf, rejectionsOf, showPlans } from '../deploy/plan-report';
import { inOrder } from '../deploy/stack-order';
import { compareWithAws, planStack, planStacks, type StackPlan } from '../deploy/stack-plans';
import { runCommand, TerraformError } from '../deploy/terraform';
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
npm run deploy -- [options]: deploys the stacks

  --environment NAME  an environment of cdktf.json (default: the default environment)
  --auto-approve      asks nothing
  --allow-loss ADDRESS
                      allows to replace or delete this resource, although that cannot be
                      undone; repeatable
  --approved-plan DIGEST
                      deploys only the plan that was approved: the digest of npm run plan -- --json
  --outputs-file FILE file for the outputs (default: outputs.json, or outputs.NAME.json)
  --outputs-file-include-sensitive-outputs
                      also writes outputs that are secret
  --parallelism N     deploys at most N stacks at a time (default: -1, all that can be)
  --refresh-only      writes to the state what was changed without terraform
${terraformUsage}`;

const options = readOptions(usage, {
  ...environmentOption,
  ...terraformOptions,
  'auto-approve': { type: 'boolean', default: false },
  'allow-loss': { type: 'string', multiple: true, default: [] },
  'approved-plan': { type: 'string' },
  'outputs-file': { type: 'string' },
  'outputs-file-include-sensitive-outputs': { type: 'boolean', default: false },
  parallelism: { type: 'string' },
  'refresh-only': { type: 'boolean', default: false },
});
const autoApprove = options['auto-approve'];

runCommand(async () => {
  const parallelism = readParallelism(options);
  const environment = SelectedEnvironment.read(options);
  if (!autoApprove) {
    assertTerminal(`npm run deploy${environment.scriptOption}`);
  }
  const stacks = await synthesize(environment);
  assertStateIsMoved(stacks, environment);
  const outputsFile = options['outputs-file'] ?? environment.outputsFile;
  const planned = await planStacks(stacks, { args: planArguments(options), refreshOnly: options['refresh-only'] });
  const plans = await withLostState(planned, outputsFile);
  showPlans(environment.title, plans);
  assertDeployable(plans, `Nothing was changed in ${environment.title}`);
  if (options['approved-plan'] !== undefined && options['approved-plan'] !== digestOf(plans)) {
    throw new TerraformError(
      `\nNothing was changed in ${environment.title}: this is not the plan that was approved. ` +
        'Something has changed since then. Approve the plan above.',
    );
  }

  const losses = lossesOf(plans);
  const unknown = options['allow-loss'].filter((address) => losses.every((loss) => loss.address !== address));
  if (unknown.length > 0) {
    console.error(`\n--allow-loss has no effect for resources that these plans keep: ${unknown.join(', ')}.`);
  }
  const toName = addressesToName(losses, options['allow-loss']);
  if (autoApprove) {
    assertAllowed(toName, `Nothing was changed in ${environment.title}`);
  } else {
    for (const address of toName) {
      await askFor(address, `\nThis cannot be undone: ${address} and everything in it.`);
    }
    if (toName.length === 0 && plans.some(({ hasChanges }) => hasChanges)) {
      await askFor('yes', `\nDeploy ${environment.title}?`);
    }
  }

  const allowed = [...options['allow-loss'], ...toName];
  const outputs = new Map<SynthesizedStack, Outputs>();
  // A stack that is planned at its turn can ask: then one after the other.
  await inOrder(
    stacks,
    ({ dependencies }) => dependencies,
    autoApprove ? parallelism : 1,
    async (stack) => void outputs.set(stack, await deploy(stack)),
  );
  writeOutputs(outputsFile, outputs, options['outputs-file-include-sensitive-outputs']);
  console.log(
    [
      ...outputLines(outputs),
      '',
      `The outputs are in ${outputsFile}.`,
      `Next: npm run web${environment.scriptOption}, which opens the login in a browser; ` +
        `npm run check -- --outputs ${outputsFile}, which checks each step of it.`,
    ].join('\n'),
  );

  async function deploy(stack: SynthesizedStack): Promise<Outputs> {
    const args = planArguments(options);
    let stackPlan = plans.find((planned) => planned.stack === stack)!;
    if (!stackPlan.plan || stackPlan.after !== undefined) {
      // The stacks before it have changed what this plan was made from.
      const planned = await compareWithAws(await planStack(stack, args), { args });
      [stackPlan] = (await withLostState([planned], outputsFile)) as [StackPlan];
      showPlans(environment.title, [stackPlan]);
      assertDeployable([stackPlan], `${stack.name} was not changed`);
      assertAllowed(addressesToName(lossesOf([stackPlan]), allowed), `${stack.name} was not changed`);
      if (stackPlan.hasChanges && !autoApprove) {
        await askFor('yes', `\nDeploy ${stack.name}?`, `${stack.name} was not changed.`);
      }
    }
    if (!stackPlan.hasChanges) {
      return stackPlan.outputs;
    }
    await applyPlan(stackPlan, { planArguments: args, applyArguments: applyArguments(options), approve });
    return readOutputs(stack);
  }

  /** Approves a step of a deploy with changes that no plan has shown. */
  async function approve(stackPlan: StackPlan, unseen: readonly Change[]): Promise<void> {
    const { name } = stackPlan.stack;
    console.log([`\n${name} has changed since the plan. New changes:`, ...unseen.map(describeChange), ''].join('\n'));
    const outcome = `${name} is deployed in part: npm run deploy${environment.scriptOption} plans the rest.`;
    assertDeployable([stackPlan], outcome);
    assertAllowed(addressesToName(lossesOf([stackPlan]), allowed), outcome);
    if (autoApprove) {
      throw new TerraformError(outcome);
    }
    await askFor('yes', `Deploy these as well?`, outcome);
  }

  function assertAllowed(addresses: readonly string[], outcome: string): void {
    if (addresses.length > 0) {
      const allow = addresses.map((address) => ` --allow-loss ${quote(address)}`).join('');
      const approve = autoApprove ? ' --auto-approve' : '';
      throw new TerraformError(
        `\n${outcome}: a deploy must name what it permanently deletes. To allow it:\n` +
          `  npm run deploy${environment.scriptOption || ' --'}${approve}${allow}`,
      );
    }
  }
});

/** @throws {TerraformError} when AWS would reject one of the plans */
function assertDeployable(plans: readonly StackPlan[], outcome: string): void {
  const addresses = rejectionsOf(plans).map(({ address }) => address);
  if (addresses.length > 0) {
    throw new TerraformError(`\n${outcome}: ${addresses.join(', ')} cannot be deployed as the plan above says.`);
  }
}

/** An address with an index, `aws_x.y["key"]`, needs quotes in a shell. */
function quote(address: string): string {
  return /^[\w.-]+$/.test(address) ? address : `'${address}'`;
}
