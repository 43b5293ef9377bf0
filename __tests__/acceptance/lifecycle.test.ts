import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { restApiResources } from '../../src/local/rest-api/from-terraform';
import { StateFiles } from '../../src/local/terraform/state-files';
import { findUnserved } from '../../src/local/terraform/unserved';
import { userPoolResources } from '../../src/local/user-pool/from-terraform';
import { type Acceptance, startAcceptance } from '../support/acceptance';
import { awsCalls } from '../support/aws-calls';
import { plannedChanges, terraform } from '../support/acceptance-project';

let acceptance: Acceptance;

beforeAll(async () => {
  acceptance = await startAcceptance();
});

afterAll(() => acceptance.end());

const route = {
  scopes: ['awesomeapi-resource-server/awesomeapi.read'],
  response: { body: { statusCode: 200, message: 'Hello From Protected Resource' } },
};
const changedRoute = { ...route, response: { body: { message: 'Hello Again' } } };

/** What every change of the API brings along. */
const deployedAgain = {
  'aws_api_gateway_deployment.deployment': 'replaced',
  'aws_api_gateway_stage.stage': 'updated',
};

/** The stage moves to the new deployment before the old one goes, so that it is never without. */
const movedStage = ['CreateDeployment', 'UpdateStage', 'DeleteDeployment'];

/** Deploys, and says what that planned, and which calls of AWS changed a deployment or a stage. */
async function deploy(command = 'npm run deploy -- --auto-approve') {
  const { project, proxy } = acceptance;
  const before = proxy.operations.length;
  const { status, output } = await project.run(command);
  expect(status === 0 ? '' : output).toBe('');
  return {
    output,
    changes: plannedChanges(output),
    stageCalls: proxy.operations.slice(before).filter(isOfStage),
  };
}

/** Whether a call changes a deployment or a stage. */
function isOfStage(operation: string): boolean {
  return /^(?!Get).*(?:Deployment|Stage)$/.test(operation);
}

async function readUserPool() {
  const pools = await acceptance.account.userPools();
  expect(pools).toHaveLength(1);
  return pools[0]!;
}

async function readApi() {
  const apis = await acceptance.account.restApis();
  expect(apis).toHaveLength(1);
  return apis[0]!;
}

describe('the first deploy', () => {
  test('makes 23 resources, those of the API once the user pool is there', async () => {
    const { output, changes } = await deploy();
    expect(output).toContain('ApiGatewayStack: is planned once CognitoStack is deployed, whose outputs it reads');
    expect(Object.keys(changes)).toHaveLength(23);
    expect(new Set(Object.values(changes))).toEqual(new Set(['created']));
    expect(acceptance.project.census()).toEqual(await acceptance.account.census());
  });

  test('writes the outputs', async () => {
    const { userPool, clients } = await readUserPool();
    const { restApi } = await readApi();
    const id = clients[0]!.ClientId!;
    const domain = 'https://buraktas-awesome-domain.auth.us-east-1.amazoncognito.com';
    const endpoint = `https://${restApi.id!}.execute-api.us-east-1.amazonaws.com/prod`;
    expect(acceptance.project.outputs()).toEqual({
      CognitoStack: {
        CognitoUserPoolID: userPool.Id,
        CognitoUserPoolAppClientID: id,
        Issuer: `https://cognito-idp.us-east-1.amazonaws.com/${userPool.Id!}`,
        HostedDomainUrl: domain,
        HostedLoginUrl: `${domain}/oauth2/authorize?client_id=${id}&response_type=code&scope=awesomeapi-resource-server%2Fawesomeapi.read+openid&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fdashboard`,
        CallbackUrl: 'http://localhost:3000/dashboard',
        Scopes: 'awesomeapi-resource-server/awesomeapi.read openid',
      },
      ApiGatewayStack: { ApiEndpoint: endpoint, ProtectedResourceUrl: `${endpoint}/awesomeapi` },
    });
  });

  test('leaves a state of which the local services serve everything', () => {
    const folder = mkdtempSync(join(tmpdir(), 'state-'));
    const state = ['CognitoStack', 'ApiGatewayStack'].map((stack) => {
      const file = join(folder, `${stack}.json`);
      const cwd = join(acceptance.project.folder, 'cdktf.out', 'stacks', stack);
      writeFileSync(file, execFileSync(terraform, ['show', '-json'], { cwd, encoding: 'utf8' }));
      return file;
    });
    expect(findUnserved(new StateFiles({ state }).read(), { ...userPoolResources, ...restApiResources })).toEqual([]);
  });

  test("makes the reference's user pool", async () => {
    const { userPool } = await readUserPool();
    expect(userPool).toMatchObject({
      Name: 'awesome-cognito-user-pool',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      // The emulator leaves out what is false: an administrator is not the only one to make users.
      AdminCreateUserConfig: {},
      VerificationMessageTemplate: {
        DefaultEmailOption: 'CONFIRM_WITH_CODE',
        EmailSubject: 'You need to verify your email',
        EmailMessage: 'Thanks for signing up Your verification code is {####}',
      },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
      DeletionProtection: 'INACTIVE',
      Domain: 'buraktas-awesome-domain',
    });
    expect(userPool.AdminCreateUserConfig).toEqual({});
  });

  test("makes the reference's resource server", async () => {
    const { resourceServers } = await readUserPool();
    expect(resourceServers).toEqual([
      expect.objectContaining({
        Identifier: 'awesomeapi-resource-server',
        Name: 'awesomeapi-resource-server',
        Scopes: [{ ScopeName: 'awesomeapi.read', ScopeDescription: 'awesomeapi read scope' }],
      }),
    ]);
  });

  test("makes the reference's app client", async () => {
    const { clients } = await readUserPool();
    expect(clients).toHaveLength(1);
    expect(clients[0]).toMatchObject({
      ClientName: 'awesome-app-client',
      AccessTokenValidity: 60,
      IdTokenValidity: 60,
      RefreshTokenValidity: 1,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' },
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: 'ENABLED',
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      CallbackURLs: ['http://localhost:3000/dashboard'],
      SupportedIdentityProviders: ['COGNITO'],
    });
    expect(clients[0]!.ClientSecret).toBeUndefined();
    expect(clients[0]!.LogoutURLs).toBeUndefined();
    expect(new Set(clients[0]!.ExplicitAuthFlows)).toEqual(
      new Set(['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']),
    );
    expect(new Set(clients[0]!.AllowedOAuthScopes)).toEqual(
      new Set(['awesomeapi-resource-server/awesomeapi.read', 'openid']),
    );
  });

  test("makes the reference's REST API, its paths and methods", async () => {
    const { restApi, paths, methods } = await readApi();
    expect(restApi).toMatchObject({ name: 'awesome-api', endpointConfiguration: { types: ['REGIONAL'] } });
    expect(paths).toEqual(['/', '/awesomeapi']);
    expect([...methods.keys()].sort()).toEqual(['GET /awesomeapi', 'OPTIONS /', 'OPTIONS /awesomeapi']);
  });

  test('makes the authorizer of that user pool', async () => {
    const { userPool } = await readUserPool();
    const { authorizers } = await readApi();
    expect(authorizers).toEqual([
      expect.objectContaining({
        name: 'cognito-userpool-authorizer',
        type: 'COGNITO_USER_POOLS',
        providerARNs: [userPool.Arn],
        identitySource: 'method.request.header.Authorization',
      }),
    ]);
  });

  test('makes the protected method', async () => {
    const { authorizers, methods } = await readApi();
    expect(methods.get('GET /awesomeapi')).toMatchObject({
      authorizationType: 'COGNITO_USER_POOLS',
      authorizerId: authorizers[0]!.id,
      authorizationScopes: ['awesomeapi-resource-server/awesomeapi.read'],
      methodResponses: {
        200: {
          responseParameters: {
            'method.response.header.Content-Type': true,
            'method.response.header.Access-Control-Allow-Origin': true,
          },
        },
      },
      methodIntegration: {
        type: 'MOCK',
        requestTemplates: { 'application/json': "{ 'statusCode': 200 }" },
        integrationResponses: {
          200: {
            responseParameters: {
              'method.response.header.Content-Type': "'application/json'",
              'method.response.header.Access-Control-Allow-Origin': "'*'",
            },
            responseTemplates: {
              'application/json': '{"statusCode":200,"message":"Hello From Protected Resource"}',
            },
          },
        },
      },
    });
  });

  test.each(['OPTIONS /', 'OPTIONS /awesomeapi'])('makes the preflight %s, open to all', async (name) => {
    const { methods } = await readApi();
    const { authorizationType, authorizerId, methodResponses, methodIntegration } = methods.get(name)!;
    expect({ authorizationType, authorizerId }).toEqual({ authorizationType: 'NONE', authorizerId: undefined });
    expect(methodIntegration).toMatchObject({
      type: 'MOCK',
      requestTemplates: { 'application/json': '{ statusCode: 200 }' },
    });
    expect(methodResponses).toEqual({
      204: {
        statusCode: '204',
        responseParameters: {
          'method.response.header.Access-Control-Allow-Headers': true,
          'method.response.header.Access-Control-Allow-Origin': true,
          'method.response.header.Access-Control-Allow-Methods': true,
        },
      },
    });
    expect(methodIntegration!.integrationResponses).toEqual({
      204: {
        statusCode: '204',
        responseParameters: {
          'method.response.header.Access-Control-Allow-Headers':
            "'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent'",
          'method.response.header.Access-Control-Allow-Origin': "'*'",
          'method.response.header.Access-Control-Allow-Methods': "'OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD'",
        },
        responseTemplates: {},
      },
    });
  });

  test('gives the CORS headers to the responses that API Gateway itself creates', async () => {
    const { gatewayResponses } = await readApi();
    const responseParameters = {
      'gatewayresponse.header.Access-Control-Allow-Headers':
        "'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent'",
      'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
    };
    expect(gatewayResponses).toEqual([
      expect.objectContaining({ responseType: 'DEFAULT_4XX', responseParameters }),
      expect.objectContaining({ responseType: 'DEFAULT_5XX', responseParameters }),
    ]);
  });

  test('makes a stage that serves the deployment', async () => {
    const { deployments, stages } = await readApi();
    expect(deployments).toHaveLength(1);
    expect(stages).toEqual([expect.objectContaining({ stageName: 'prod', deploymentId: deployments[0]!.id })]);
  });
});

describe('without a change', () => {
  test('a second deploy changes nothing', async () => {
    const before = await readApi();
    const { output, changes } = await deploy();
    expect(changes).toEqual({});
    expect(output.match(/Stack: no changes$/gm)).toHaveLength(2);
    expect((await readApi()).deployments).toEqual(before.deployments);
  });

  test('the plan lists what somebody has changed by hand', async () => {
    const { project, account } = acceptance;
    await account.describeStage((await readApi()).restApi.id!, 'changed by hand');
    const { status, output } = await project.run('npm run plan -- --refresh-only');
    expect(status).toBe(2);
    expect(output).toContain(
      [
        'Drift in the default environment:',
        '  CognitoStack: no changes',
        '  ApiGatewayStack: 1 changed without terraform',
        '    updated   aws_api_gateway_stage.stage: description',
      ].join('\n'),
    );
  });
});

describe('a changed message', () => {
  test('changes the integration response, the deployment and the pointer of the stage, after a yes on a terminal', async () => {
    const before = await readApi();
    const { project, proxy } = acceptance;
    project.set({ routes: { 'GET /awesomeapi': changedRoute } });
    const calls = proxy.operations.length;
    const output = await project.answerInTerminal('npm run deploy', { 'Deploy the default environment?': 'yes' });
    const changes = plannedChanges(output);
    const stageCalls = proxy.operations.slice(calls).filter(isOfStage);
    expect(changes).toEqual({
      'aws_api_gateway_integration_response.awesomeapi_GET_200': 'updated',
      ...deployedAgain,
    });
    expect(stageCalls).toEqual(movedStage);
    const { deployments, stages, methods } = await readApi();
    expect(deployments).toHaveLength(1);
    expect(deployments[0]!.id).not.toBe(before.deployments[0]!.id);
    expect(stages[0]!.deploymentId).toBe(deployments[0]!.id);
    expect(methods.get('GET /awesomeapi')!.methodIntegration!.integrationResponses![200]!.responseTemplates).toEqual({
      'application/json': '{"message":"Hello Again"}',
    });
  });
});

const addedAddresses = [
  'aws_api_gateway_resource.orders',
  ...['orders_GET', 'orders_OPTIONS'].flatMap((name) => [
    `aws_api_gateway_method.${name}`,
    `aws_api_gateway_integration.${name}`,
  ]),
  ...['orders_GET_200', 'orders_OPTIONS_204'].flatMap((name) => [
    `aws_api_gateway_method_response.${name}`,
    `aws_api_gateway_integration_response.${name}`,
  ]),
];

const routes = { 'GET /awesomeapi': changedRoute, 'GET /orders': route };

describe('an added route', () => {
  test('brings its own resources and a deployment', async () => {
    acceptance.project.set({ routes });
    const { changes, stageCalls } = await deploy();
    expect(changes).toEqual({
      ...Object.fromEntries(addedAddresses.map((address) => [address, 'created'])),
      ...deployedAgain,
    });
    expect(stageCalls).toEqual(movedStage);
    expect((await readApi()).paths).toEqual(['/', '/awesomeapi', '/orders']);
  });
});

const attributes = {
  'custom:tenant': { maxLength: 20 },
  'custom:any': { type: 'number', minValue: 0 },
  given_name: { required: true },
};
const settings = { userPool: { name: 'another-user-pool', attributes }, routes };

describe('a replaced user pool', () => {
  const address = 'aws_cognito_user_pool.user_pool';

  test('is what a plan says first, as text for a reviewer and as JSON', async () => {
    const { project } = acceptance;
    project.set(settings);
    const { status, output } = await project.run('npm run --silent plan -- --json --markdown plan.md');
    expect(status).toBe(2);
    expect(JSON.parse(/^\{.*$/m.exec(output)![0])).toMatchObject({
      environment: null,
      hasChanges: true,
      losses: expect.arrayContaining([
        { address, effect: 'permanently deletes all users' },
        expect.objectContaining({ address: 'aws_cognito_user_pool_client.awesome-app-client', within: address }),
      ]) as unknown,
      stacks: [
        { name: 'CognitoStack', after: null },
        { name: 'ApiGatewayStack', after: 'CognitoStack', plan: { changes: [] } },
      ],
    });
    const markdown = project.read('plan.md');
    expect(markdown).toContain(`> - \`${address}\`: permanently deletes all users`);
    expect(markdown).toContain(`# ${address} must be replaced`);
  });

  test('is rejected on a terminal without its address', async () => {
    const { project, account } = acceptance;
    const before = await account.userPools();
    const shown = await project.answerInTerminal('npm run deploy', { [`Type ${address}`]: 'yes' });
    expect(shown).toContain(`The answer is not ${address}. Nothing was changed.`);
    expect(await account.userPools()).toEqual(before);
  });

  test('changes the authorizer, and deploys the API again', async () => {
    const before = { ...(await readUserPool()), ...(await readApi()) };
    const command = 'npm run deploy -- --auto-approve --allow-loss aws_cognito_user_pool.user_pool';
    const { output, changes, stageCalls } = await deploy(
      `${command} --allow-loss aws_cognito_resource_server.awesomeapi`,
    );
    expect(output).toContain(
      '--allow-loss has no effect for resources that these plans keep: aws_cognito_resource_server.awesomeapi.',
    );
    expect(changes).toEqual({
      'aws_cognito_user_pool.user_pool': 'replaced',
      'aws_cognito_resource_server.awesomeapi-resource-server': 'replaced',
      'aws_cognito_user_pool_client.awesome-app-client': 'replaced',
      'aws_cognito_user_pool_domain.domain': 'replaced',
      'aws_api_gateway_authorizer.authorizer': 'updated',
      ...deployedAgain,
    });
    expect(stageCalls).toEqual(movedStage);
    const { userPool } = await readUserPool();
    const { authorizers, deployments, stages } = await readApi();
    expect(userPool.Id).not.toBe(before.userPool.Id);
    expect(authorizers[0]!.providerARNs).toEqual([userPool.Arn]);
    expect(deployments).toHaveLength(1);
    expect(deployments[0]!.id).not.toBe(before.deployments[0]!.id);
    expect(stages[0]!.deploymentId).toBe(deployments[0]!.id);
  });
});

describe('the attributes of users', () => {
  const poolWith = (changed: object) => ({ ...settings, userPool: { ...settings.userPool, attributes: changed } });

  async function readAttributes() {
    const { userPool } = await readUserPool();
    const names = ['custom:tenant', 'custom:any', 'custom:since', 'given_name'];
    return (userPool.SchemaAttributes ?? []).filter(({ Name }) => names.includes(Name!));
  }

  test('are those of the settings, and another deploy changes nothing', async () => {
    expect(await readAttributes()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          Name: 'custom:tenant',
          Mutable: true,
          Required: false,
          StringAttributeConstraints: { MinLength: '0', MaxLength: '20' },
        }),
        expect.objectContaining({ Name: 'custom:any', AttributeDataType: 'Number' }),
        expect.objectContaining({ Name: 'given_name', Required: true }),
      ]),
    );
    expect((await deploy()).changes).toEqual({});
  });

  test('get another one in place, and then nothing changes', async () => {
    const { project, proxy } = acceptance;
    project.set(poolWith({ ...attributes, 'custom:since': { maxLength: 10 } }));
    expect((await deploy()).changes).toEqual({ 'aws_cognito_user_pool.user_pool': 'updated' });
    expect(proxy.operations).toContain('AddCustomAttributes');
    expect(await readAttributes()).toHaveLength(4);
    expect((await deploy()).changes).toEqual({});
  });

  test('keep one that the settings no longer have: the plan is rejected before anything changes', async () => {
    const { project, account } = acceptance;
    const before = await account.userPools();
    project.set(
      poolWith({ 'custom:since': { maxLength: 10 }, 'custom:any': { type: 'number', minValue: 0, maxValue: 5 } }),
    );
    const { status, output } = await project.run('npm run deploy -- --auto-approve');
    expect(status).toBe(1);
    for (const line of [
      'removes the attribute custom:tenant',
      '"custom:tenant": { "type": "string", "mutable": true, "minLength": 0, "maxLength": 20 }',
      'changes the attribute custom:any',
      'removes the attribute given_name',
    ]) {
      expect(output).toContain(line);
    }
    expect(await account.userPools()).toEqual(before);
    project.set(settings);
  });
});

describe('destroy', () => {
  test('leaves nothing, in AWS and in the states, after a person approves it', async () => {
    const output = await acceptance.project.answerInTerminal('npm run destroy', {
      'Destroy the default environment?': 'yes',
    });
    expect(output).toContain('over: 0');
    expect(await acceptance.account.census()).toEqual({});
    expect(acceptance.project.census()).toEqual({});
  });
});

test('no call has left this machine, and each is one that the deploy policy is tested with', () => {
  const { project, proxy } = acceptance;
  expect([...proxy.strayCalls, ...project.strayLookups()]).toEqual([]);
  expect([...new Set(proxy.operations)].filter((operation) => !awsCalls.includes(operation))).toEqual([]);
});
