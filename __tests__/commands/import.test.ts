import { Command } from '../support/command';
import { callsOf, stubTerraform } from '../support/stub-terraform';

const pool = 'aws_cognito_user_pool.user_pool';
const client = 'aws_cognito_user_pool_client.awesome-app-client';
const domain = 'aws_cognito_user_pool_domain.domain';

function resource(address: string, attributes: object) {
  const [type, name] = address.split('.');
  return { mode: 'managed', type, name, instances: [{ attributes }] };
}

const state = {
  version: 4,
  lineage: 'lineage',
  serial: 7,
  resources: [resource(pool, { id: 'us-east-1_a' }), resource(client, { id: 'c', client_secret: '' })],
};

async function importing(...resources: readonly string[]) {
  const stub = stubTerraform({
    'state pull': { stdout: state },
    'import .* wrong': { status: 1, stderr: 'Error: Cannot import non-existent remote object' },
  });
  const command = new Command(
    'import',
    resources.flatMap((each) => ['--resource', each]),
    { env: { TERRAFORM_BINARY_NAME: stub } },
  );
  const status = await command.end();
  const calls = callsOf(stub).filter((call) => / (?:import|state push) /.test(call));
  return { status, output: command.stdout + command.stderr, calls };
}

describe('npm run import', () => {
  test('completes what is imported when a later import fails, and continues from there the next time', async () => {
    const { status, output, calls } = await importing(
      `${pool}=us-east-1_a`,
      `${client}=us-east-1_a/c`,
      `${domain}=wrong`,
    );
    expect({ status, output }).toEqual({
      status: 1,
      output: expect.stringMatching(/non-existent remote object[^]*\n.*domain was not imported\.$/m) as string,
    });
    expect(calls).toEqual([
      `CognitoStack import -input=false -no-color ${domain} wrong`,
      expect.stringMatching(/ state push moved\.tfstate/),
    ]);
  });

  test('rejects another ID than that of the state, before it imports anything', async () => {
    const { status, output, calls } = await importing(`${domain}=login`, `${pool}=us-east-1_b`);
    expect({ status, calls }).toEqual({ status: 1, calls: [] });
    expect(output).toContain(`${pool} is in the state already, with the ID us-east-1_a, got "us-east-1_b".`);
  });
});
