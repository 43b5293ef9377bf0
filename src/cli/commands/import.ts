// `npm run import`: puts resources that AWS has into the state, as after the state was lost.
import { withGeneratedSecrets } from '../../terraform/deployed-state';
import { type ResourceChange } from '../../terraform/plan-json';
import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { fail, readOptions } from '../command-line';
import { assertStateIsMoved } from '../deploy/unmoved-state';
import { readDeployed, StateLocation } from '../deploy/state-location';
import { initialize, runCommand, runTerraform, TerraformError } from '../deploy/terraform';
import { environmentOption, SelectedEnvironment } from '../environment';
import { synthesize } from '../synthesize';

const usage = `
npm run import -- --resource ADDRESS=ID [options]: imports resources that AWS has into the state

  --resource ADDRESS=ID
                      address of the resource in the plan, and its ID to import; repeatable
  --environment NAME  an environment of cdktf.json (default: the default environment)
  --help              shows this help

src/cli/README.md has the form of the IDs. Nothing is changed at AWS.
`;

const options = readOptions(usage, {
  ...environmentOption,
  resource: { type: 'string', multiple: true, default: [] },
});

runCommand(async () => {
  const environment = SelectedEnvironment.read(options);
  const stacks = await synthesize(environment);
  assertStateIsMoved(stacks, environment);
  // All are checked before the first is imported.
  const imports = options.resource.map((resource) => {
    const [, address = '', type = '', name = '', id = ''] = /^((\w+)\.([\w-]+))=(.+)$/.exec(resource) ?? [];
    const stack = stacks.find(({ terraform }) => terraform.resource?.[type]?.[name]);
    return stack
      ? { stack, address, id }
      : fail(
          `--resource must be ADDRESS=ID with an address of ${environment.title}, got ${JSON.stringify(resource)}; ` +
            'npm run plan shows the addresses.',
        );
  });
  if (imports.length === 0) {
    fail('--resource is required; allowed: ADDRESS=ID, such as aws_cognito_user_pool.user_pool=us-east-1_EXAMPLE.');
  }
  const targets = [...new Set(imports.map((each) => each.stack))];
  const states = new Map<SynthesizedStack, readonly ResourceChange[]>();
  for (const stack of targets) {
    await initialize(stack.folder);
    states.set(stack, await readDeployed(stack));
  }
  const isImported = ({ stack, address, id }: (typeof imports)[number]): boolean => {
    const found = states.get(stack)!.find((resource) => resource.address === address);
    const known = found && String(found.change.before?.id);
    // The state has the last part of some IDs only.
    return known === undefined || known.includes(id.split('/').at(-1)!)
      ? known !== undefined
      : fail(
          `${address} is in the state already, with the ID ${known}, got ${JSON.stringify(id)}. Nothing was imported. ` +
            `To import the other one, first run terraform -chdir=${stack.folder} state rm ${address}.`,
        );
  };
  const open = imports.filter((each) => !isImported(each));
  for (const stack of targets) {
    try {
      for (const { address, id } of open.filter((each) => each.stack === stack)) {
        const { status, output } = await runTerraform(stack.folder, [
          'import',
          '-input=false',
          '-no-color',
          address,
          id,
        ]);
        if (status !== 0) {
          throw new TerraformError(`${output}\n${address} was not imported.`);
        }
        console.log(`${stack.name}: ${address} is imported.`);
      }
    } finally {
      await completeAppClients(stack);
    }
  }
  for (const { stack, address } of imports.filter((each) => !open.includes(each))) {
    console.log(`${stack.name}: ${address} was in the state already.`);
  }
  console.log(`\nNext: npm run plan${environment.scriptOption}. It must not replace or delete what is imported.`);
});

/** Writes the argument that an import of an app client does not read to the state, also after an import that failed. */
async function completeAppClients(stack: SynthesizedStack): Promise<void> {
  const location = StateLocation.of(stack);
  const state = await location.read();
  const completed = state && withGeneratedSecrets(state.text);
  if (completed !== undefined) {
    await location.write({ ...state!, text: completed });
  }
}
