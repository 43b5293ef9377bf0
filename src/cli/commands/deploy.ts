// `npm run deploy`: plans the stacks, asks, and applies these plans and no others.
import { resolve } from 'node:path';

import { addressesToName, askFor, assertTerminal } from '../deploy/approval';
import { runCdktf } from '../deploy/cdktf';
import { cdktfArguments, cdktfOptions, cdktfUsage, planArguments } from '../deploy/cdktf-options';
import { fail, readOptions } from '../command-line';
import { environmentOption, SelectedEnvironment } from '../environment';
import { refuseLeftBehindState } from '../deploy/left-behind-state';
import { lossesOf, showPlans } from '../deploy/plan-report';
import { planFile, planStacks, planStackSync } from '../deploy/stack-plans';
import { synthesize } from '../synthesize';

const usage = `
npm run deploy -- [options]: deploys the stacks

  --environment NAME  an environment of cdktf.json (default: the default environment)
  --auto-approve      asks nothing
  --allow-loss ADDRESS
                      allows to replace or delete this resource, although that cannot be
                      undone; repeatable
  --outputs-file FILE file for the outputs (default: outputs.json, or outputs.NAME.json)
  --outputs-file-include-sensitive-outputs, --parallelism N, --refresh-only
${cdktfUsage}`;

const options = readOptions(usage, {
  ...environmentOption,
  ...cdktfOptions,
  'auto-approve': { type: 'boolean', default: false },
  'allow-loss': { type: 'string', multiple: true, default: [] },
  'outputs-file': { type: 'string' },
  'outputs-file-include-sensitive-outputs': { type: 'boolean' },
  parallelism: { type: 'string' },
  'refresh-only': { type: 'boolean', default: false },
});

void main();

async function main(): Promise<void> {
  const environment = SelectedEnvironment.read(options);
  if (!options['auto-approve']) {
    assertTerminal(`npm run deploy${environment.scriptOption}`);
  }
  const stacks = await synthesize(environment);
  refuseLeftBehindState(stacks, environment);
  const plans = await planStacks(stacks, { args: planArguments(options), refreshOnly: options['refresh-only'] });
  showPlans(environment.title, plans);

  const losses = lossesOf(plans);
  const unknown = options['allow-loss'].filter((address) => losses.every((loss) => loss.address !== address));
  if (unknown.length > 0) {
    console.error(`\n--allow-loss names what these plans do not lose: ${unknown.join(', ')}.`);
  }
  const toName = addressesToName(losses, options['allow-loss']);
  if (options['auto-approve']) {
    refuse(toName, `Nothing was changed in ${environment.title}`);
  } else {
    for (const address of toName) {
      await askFor(address, `\nThis cannot be undone: ${address} and everything in it.`);
    }
    if (toName.length === 0 && plans.some(({ hasChanges }) => hasChanges)) {
      await askFor('yes', `\nDeploy ${environment.title}?`);
    }
  }

  const allowed = [...options['allow-loss'], ...toName];
  runCdktf(
    [
      'deploy',
      ...stacks.map(({ name }) => name),
      '--skip-synth',
      ...cdktfArguments({ ...options, 'outputs-file': options['outputs-file'] ?? environment.outputsFile }),
    ],
    (folder, args) => {
      const planned = plans.find(({ stack }) => resolve(stack.folder) === resolve(folder))!;
      const savedPlan = ['apply', ...args.filter((argument) => /^-(?:no-color|parallelism)/.test(argument)), planFile];
      if (planned.plan && planned.after === undefined) {
        // An apply that does nothing takes as long as a plan.
        return planned.hasChanges
          ? { args: savedPlan, said: '' }
          : { args: ['output', '-no-color'], said: 'No changes.\n' };
      }
      // The stacks before it have changed what this plan was made from.
      const { plan, text } = planStackSync(
        planned.stack,
        args.filter((argument) => argument !== 'apply' && argument !== '-auto-approve'),
      );
      refuse(addressesToName(plan.losses, allowed), `${planned.stack.name} was not changed`);
      return options['auto-approve'] ? { args: savedPlan, said: text } : { args, said: '' };
    },
  );

  function refuse(addresses: readonly string[], outcome: string): void {
    if (addresses.length > 0) {
      const allow = addresses.map((address) => ` --allow-loss ${quote(address)}`).join('');
      const approve = options['auto-approve'] ? ' --auto-approve' : '';
      fail(
        `\n${outcome}: a deploy must name what it permanently deletes. To allow it:\n` +
          `  npm run deploy${environment.scriptOption || ' --'}${approve}${allow}`,
      );
    }
  }
}

/** An address with an index, `aws_x.y["key"]`, needs quotes in a shell. */
function quote(address: string): string {
  return /^[\w.-]+$/.test(address) ? address : `'${address}'`;
}
