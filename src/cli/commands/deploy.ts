// `npm run deploy`: plans the stacks, asks, and applies these plans and no others.
import { type Outputs } from '../../terraform/plan-json';
import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { readOptions } from '../command-line';
import { applyPlan } from '../deploy/apply-plan';
import { Approval, assertTerminal } from '../deploy/approval';
import { assertStateIsMoved } from '../deploy/unmoved-state';
import { outputLines, readOutputs, writeOutputs } from '../deploy/outputs';
import { showPlans } from '../deploy/plan-report';
import { inOrder } from '../deploy/stack-order';
import { type PlanOptions, planStack, planStacks, type StackPlan } from '../deploy/stack-plans';
import { runCommand } from '../deploy/terraform';
import {
  applyArguments,
  planArguments,
  readParallelism,
  terraformOptions,
  terraformUsage,
} from '../deploy/terraform-options';
import { environmentOption, SelectedEnvironment } from '../environment';
import { synthesize } from '../synthesize';
import { unconfirmedEmails } from '../../terraform/unconfirmed-emails';
import { assertWritable } from '../write-file';

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
  const outputsFile = options['outputs-file'] ?? environment.outputsFile;
  assertWritable(outputsFile);
  if (!autoApprove) {
    assertTerminal(`npm run deploy${environment.scriptOption}`);
  }
  const stacks = await synthesize(environment);
  assertStateIsMoved(stacks, environment);
  const approval = new Approval(environment, {
    autoApprove,
    allowLoss: options['allow-loss'],
    approvedPlan: options['approved-plan'],
  });
  const planOptions: PlanOptions = {
    args: planArguments(options),
    purpose: options['refresh-only'] ? 'refresh' : 'deploy',
    outputsFile,
  };
  // Without a terminal, nobody can read the full plan before it is applied.
  const show = { isShort: autoApprove && !process.stdout.isTTY };
  const plans = await planStacks(stacks, planOptions);
  showPlans(environment.title, plans, show);
  await approval.ofAll(plans);

  const unconfirmed: string[] = [];
  const deploy = async (shown: StackPlan): Promise<Outputs> => {
    const { stack } = shown;
    let stackPlan = shown;
    if (!shown.plan || shown.after !== undefined) {
      // The stacks before it have changed what this plan was made from.
      stackPlan = await planStack(stack, planOptions);
      showPlans(environment.title, [stackPlan], show);
      await approval.ofStack(stackPlan, shown);
    }
    unconfirmed.push(...unconfirmedEmails(stackPlan.resourceChanges));
    if (!stackPlan.hasChanges) {
      return stackPlan.outputs;
    }
    await applyPlan(stackPlan, { planOptions, applyArguments: applyArguments(options), approval });
    return readOutputs(stack);
  };
  const outputs = new Map<SynthesizedStack, Outputs>();
  await inOrder(
    stacks,
    ({ dependencies }) => dependencies,
    // A stack that is planned at its turn can ask: then one after the other.
    autoApprove ? parallelism : 1,
    async (stack) => void outputs.set(stack, await deploy(plans.find((each) => each.stack === stack)!)),
  );
  console.log(outputLines(outputs).join('\n'));
  writeOutputs(outputsFile, outputs, options['outputs-file-include-sensitive-outputs']);
  console.log(
    [
      '',
      `The outputs are in ${outputsFile}.`,
      ...unconfirmed.map((address) => `Nobody gets alarms until the email of AWS to ${address} is confirmed.`),
      `Next: npm run web${environment.scriptOption}, which opens the login in a browser; ` +
        `npm run check -- --outputs ${outputsFile}, which checks each step of it.`,
    ].join('\n'),
  );
});
