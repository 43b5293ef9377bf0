import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { type Acceptance, startAcceptance } from '../support/acceptance';
import { plannedChanges } from '../support/acceptance-project';

let acceptance: Acceptance;

beforeAll(async () => {
  acceptance = await startAcceptance();
});

afterAll(() => acceptance.end());

interface Ids {
  readonly CognitoUserPoolID: string;
  readonly CognitoUserPoolAppClientID: string;
}

/** Runs a command, and lists what it has changed at AWS. */
async function run(line: string) {
  const { project, proxy } = acceptance;
  const before = proxy.operations.length;
  const { status, output } = await project.run(line);
  const changes = proxy.operations.slice(before).filter((operation) => /^(?:Create|Update|Delete|Put)/.test(operation));
  return { status, output, changes };
}

test('another region in running stacks is rejected, and nothing is created there', async () => {
  const { project } = acceptance;
  expect((await project.deploy().finished).status).toBe(0);
  project.set({ region: 'eu-central-1' });
  const outputs = project.read('outputs.json');
  for (const command of ['deploy', 'destroy']) {
    const { status, output, changes } = await run(`npm run ${command} -- --auto-approve`);
    expect({ status, changes }).toEqual({ status: 1, changes: [] });
    expect(output).toContain('is deployed in us-east-1, and the setting region is eu-central-1');
  }
  expect(project.read('outputs.json')).toBe(outputs);
  project.set({});
});

describe('a deleted state', () => {
  test('stops a plan, a deploy, which would create a second user pool, and a destroy, which would leave the first', async () => {
    for (const file of ['terraform.CognitoStack.tfstate', 'terraform.CognitoStack.tfstate.backup']) {
      rmSync(join(acceptance.project.folder, file), { force: true });
    }
    for (const command of ['plan', 'deploy -- --auto-approve', 'destroy -- --auto-approve']) {
      const { status, output, changes } = await run(`npm run ${command}`);
      expect({ status, changes }).toEqual({ status: 1, changes: [] });
      expect(output).toMatch(/is not in the state, and outputs.json names a user pool, us-east-1_\w+: a deploy would/);
      expect(output).toContain('put terraform.CognitoStack.tfstate back, or import the resources with npm run import');
    }
  });

  test('is rebuilt by an import, which replaces nothing: the app client keeps its ID', async () => {
    const { project, account } = acceptance;
    const [before] = await account.userPools();
    const { CognitoStack } = project.outputs() as { readonly CognitoStack: Ids };
    const pool = CognitoStack.CognitoUserPoolID;
    const resources = {
      'aws_cognito_user_pool.user_pool': pool,
      'aws_cognito_resource_server.awesomeapi-resource-server': `${pool}|awesomeapi-resource-server`,
      'aws_cognito_user_pool_client.awesome-app-client': `${pool}/${CognitoStack.CognitoUserPoolAppClientID}`,
      'aws_cognito_user_pool_domain.domain': 'buraktas-awesome-domain',
    };
    const named = Object.entries(resources).map(([address, id]) => ` --resource ${address}=${id}`);
    expect(await run(`npm run import --${named.join('')}`)).toMatchObject({ status: 0, changes: [] });
    const { status, output } = await run('npm run deploy -- --auto-approve');
    expect({ status, changes: plannedChanges(output) }).toEqual({ status: 0, changes: {} });
    expect(project.outputs()).toMatchObject({ CognitoStack });
    expect(await account.userPools()).toEqual([before]);
  });
});
