// `npm run destroy`: says what goes, and destroys the stacks of one environment.
import { findProtections, readDeletions, type StateJson } from '../../terraform/deployed-state';
import { findLosses } from '../../terraform/losses';
import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { askFor, assertTerminal } from '../deploy/approval';
import { runCdktf } from '../deploy/cdktf';
import { cdktfArguments, cdktfOptions, cdktfUsage } from '../deploy/cdktf-options';
import { fail, readOptions } from '../command-line';
import { environmentOption, SelectedEnvironment } from '../environment';
import { refuseLeftBehindState } from '../deploy/left-behind-state';
import { lossLines } from '../deploy/plan-report';
import { synthesize } from '../synthesize';
import { initialize, runTerraform } from '../deploy/terraform';

const usage = `
npm run destroy -- [options]: destroys the stacks of an environment, with all users

  --environment NAME  an environment of cdktf.json (default: the default environment)
  --auto-approve      asks nothing
  --parallelism N
${cdktfUsage}`;

const options = readOptions(usage, {
  ...environmentOption,
  ...cdktfOptions,
  'auto-approve': { type: 'boolean', default: false },
  parallelism: { type: 'string' },
});

void main();

async function main(): Promise<void> {
  const environment = SelectedEnvironment.read(options);
  if (!options['auto-approve']) {
    assertTerminal(`npm run destroy${environment.scriptOption}`);
  }
  const stacks = await synthesize(environment);
  refuseLeftBehindState(stacks, environment);
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
  runCdktf([
    'destroy',
    ...stacks.map(({ name }) => name),
    '--skip-synth',
    ...cdktfArguments({ ...options, 'auto-approve': true }),
  ]);
}

async function readDeployed({ name, folder }: SynthesizedStack) {
  console.error(`${name}: terraform init`);
  await initialize(folder);
  const { status, stdout, output } = await runTerraform(folder, ['state', 'pull']);
  if (status !== 0) {
    fail(output);
  }
  return stdout.trim() === '' ? [] : readDeletions(JSON.parse(stdout) as StateJson);
}

function capitalize(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
