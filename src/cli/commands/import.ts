// `npm run import`: puts resources that AWS has into the state, as after the state was lost.
import { withGeneratedSecrets } from '../../terraform/deployed-state';
import { fail, readOptions } from '../command-line';
import { assertStateIsMoved } from '../deploy/unmoved-state';
import { StateLocation } from '../deploy/state-location';
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
  for (const stack of new Set(imports.map((each) => each.stack))) {
    await initialize(stack.folder);
    for (const { address, id } of imports.filter((each) => each.stack === stack)) {
      const { status, output } = await runTerraform(stack.folder, ['import', '-input=false', '-no-color', address, id]);
      if (status !== 0) {
        throw new TerraformError(`${output}\n${address} was not imported.`);
      }
      console.log(`${stack.name}: ${address} is imported.`);
    }
    const location = StateLocation.of(stack);
    const state = await location.read();
    const repaired = state && withGeneratedSecrets(state.text);
    if (repaired !== undefined) {
      await location.write({ ...state!, text: repaired });
    }
  }
  console.log(`\nNext: npm run plan${environment.scriptOption}. It must not replace or delete what is imported.`);
});
