import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { defaultSettings } from '../../src/settings/settings';
import { type Acceptance, startAcceptance } from '../support/acceptance';
import { type Finished, plannedChanges } from '../support/acceptance-project';
import { alarmCalls, awsCalls, edgeCalls, identityProviderCalls, productionCalls } from '../support/aws-calls';
import { IamPolicy } from '../support/iam-policy';
import { productionWith, withoutVersion6 } from '../support/production-settings';
import { PythonEnvironment } from '../support/python-environment';

const checkov = new PythonEnvironment(join(__dirname, '..', 'support', 'checkov.requirements.txt'));

let acceptance: Acceptance;
let zoneId: string;

const policies = ['', '-production', '-identity-providers', '-edge', '-alarms'];
const policy = (kind: 'plan' | 'deploy') =>
  IamPolicy.read(
    policies.map((suffix) => `${kind}-policy${suffix}`),
    { 'HOSTED-ZONE': zoneId },
  );

beforeAll(async () => {
  [acceptance] = await Promise.all([startAcceptance({ policies: ['deploy-policy'] }), checkov.install()]);
  zoneId = await acceptance.account.createHostedZone('example.com');
  await acceptance.account.changeRecord(zoneId, 'CREATE', 'example.com');
  acceptance.proxy.policy = policy('deploy');
  const { parameter, secret } = await acceptance.account.createSecrets('awesome-api/identity-providers/a', 'hunter2');
  identityProviders = {
    Corp: { ...corp, clientSecret: parameter },
    SignInWithApple: { ...apple, privateKey: secret },
  };
  settings = production({ identityProviders });
  // The first run on a machine downloads checkov.
}, 600_000);

afterAll(() => acceptance.end());

/** Runs a command line with checkov on the path. Neither program asks for a newer version of itself. */
function run(line: string): Promise<Finished> {
  const environment = ['CHECKPOINT_DISABLE=1', 'CKV_SKIP_PACKAGE_UPDATE_CHECK=true'];
  const script = `checkov() { ${checkov.python} -m checkov.main "$@"; }\n${line}`;
  return acceptance.project.start('env', ...environment, 'bash', '-c', script).finished;
}

const corp = {
  type: 'oidc',
  issuer: 'https://idp.example.com',
  clientId: 'shop',
  scopes: ['openid', 'email'],
  idpIdentifiers: ['example.com'],
  attributes: { email: 'email', email_verified: 'email_verified' },
};
const apple = { type: 'apple', clientId: 'com.example.shop', teamId: 'T', keyId: 'K', attributes: { email: 'email' } };
let identityProviders: Readonly<Record<'Corp' | 'SignInWithApple', object>>;
let settings: Readonly<Record<string, object>>;

/** What moto has not, besides what provider 5.100 has not. */
const withoutMoto = { userPool: { riskConfiguration: null } };

/** The policies of web ACLs have the name of the user pool. */
const named = { userPool: { name: 'awesome-api' } };

/** With what else an operator turns on, in the only API of its account. */
const turnedOn = {
  ...named,
  groups: { admins: { precedence: 1 } },
  appClients: { 'awesome-app-client': { identityProviders: ['COGNITO', 'Corp', 'SignInWithApple'] } },
  restApi: { manageAccountLogging: true },
  routes: { 'GET /awesomeapi': { throttling: { rateLimit: 10.5, burstLimit: 20 } } },
};

function production(...changes: readonly object[]) {
  return productionWith(withoutVersion6, withoutMoto, turnedOn, ...changes);
}

const hostNames = ['aws_cognito_user_pool_domain.domain', 'aws_api_gateway_domain_name.domain'];

const created = [
  'aws_cognito_user_group.admins',
  'aws_cognito_identity_provider.Corp',
  'aws_cognito_identity_provider.SignInWithApple',
  'aws_api_gateway_account.account_logging',
  'aws_api_gateway_method_settings.stage',
  'aws_api_gateway_method_settings.stage_awesomeapi_GET',
  'aws_cloudwatch_log_group.access_logs',
  'aws_cloudwatch_log_group.stage_execution_logs',
  'aws_cloudwatch_log_group.user_pool_web_acl_logs',
  'aws_cloudwatch_log_group.web_acl_logs',
  'aws_api_gateway_domain_name.domain',
  'aws_api_gateway_base_path_mapping.domain',
  ...['', '_validation'].map((part) => `aws_acm_certificate${part}.domain_certificate`),
  ...['domain_certificate_validation', 'domain_alias_A', 'domain_alias_AAAA'].map(
    (name) => `aws_route53_record.${name}`,
  ),
  ...['user_pool_web_acl', 'web_acl'].flatMap((name) => [
    `aws_wafv2_web_acl.${name}`,
    `aws_wafv2_web_acl_logging_configuration.${name}`,
  ]),
  ...['user_pool_web_acl', 'stage_web_acl'].map((name) => `aws_wafv2_web_acl_association.${name}`),
  ...['server_errors', 'latency', 'failed_sign_ins', 'throttled_sign_ins', 'login_certificate', 'api_certificate'].map(
    (name) => `aws_cloudwatch_metric_alarm.alarms_${name}`,
  ),
  'aws_cloudwatch_dashboard.alarms_dashboard',
  'aws_sns_topic.alarms_topic',
  'aws_sns_topic_subscription.alarms_topic_email',
  'aws_iam_role.account_logging_role',
  'aws_iam_role_policy_attachment.account_logging_role',
];

describe('turned on in running stacks, the production settings', () => {
  test('replace nothing but the deployment and the URL of the login', async () => {
    const { project } = acceptance;
    project.set(named);
    await project.deploy().finished;
    project.set(settings);
    // It would fail for any other loss.
    const { status, output } = await project.run(`npm run deploy -- --auto-approve --allow-loss ${hostNames[0]!}`);
    expect(status === 0 ? '' : output).toBe('');
    expect(plannedChanges(output)).toEqual({
      'aws_cognito_user_pool.user_pool': 'updated',
      'aws_cognito_user_pool_client.awesome-app-client': 'updated',
      'aws_cognito_user_pool_domain.domain': 'replaced',
      'aws_api_gateway_rest_api.rest_api': 'updated',
      'aws_api_gateway_deployment.deployment': 'replaced',
      'aws_api_gateway_gateway_response.DEFAULT_4XX': 'updated',
      'aws_api_gateway_gateway_response.DEFAULT_5XX': 'updated',
      'aws_api_gateway_integration_response.awesomeapi_GET_200': 'updated',
      'aws_api_gateway_integration_response.awesomeapi_OPTIONS_204': 'updated',
      'aws_api_gateway_integration_response.root_OPTIONS_204': 'updated',
      'aws_api_gateway_method_response.awesomeapi_GET_200': 'updated',
      'aws_api_gateway_method_response.awesomeapi_OPTIONS_204': 'updated',
      'aws_api_gateway_method_response.root_OPTIONS_204': 'updated',
      'aws_api_gateway_stage.stage': 'updated',
      ...Object.fromEntries(created.map((address) => [address, 'created'])),
    });
  });

  test('leave an empty second plan that only reads', async () => {
    const { project, proxy } = acceptance;
    const deployPolicy = proxy.policy;
    proxy.policy = policy('plan');
    const { status, output } = await project.run('npm run plan');
    proxy.policy = deployPolicy;
    expect({ status, changes: plannedChanges(output) }).toEqual({ status: 0, changes: {} });
  });

  test('are what Cognito has', async () => {
    const [pool] = await acceptance.account.userPools();
    expect(pool!.userPool).toMatchObject({
      DeletionProtection: 'ACTIVE',
      UsernameAttributes: ['email'],
      UserPoolTier: 'PLUS',
      UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
      Policies: {
        PasswordPolicy: {
          MinimumLength: 14,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
          RequireUppercase: true,
          PasswordHistorySize: 5,
        },
      },
    });
    expect(pool!.mfa).toMatchObject({ MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } });
    expect(pool!.clients[0]).toMatchObject({
      CallbackURLs: ['https://app.example.com/dashboard'],
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
    });
  });

  test('are the identity providers, each with the secret that the settings name', async () => {
    const [pool] = await acceptance.account.userPools();
    expect(pool!.clients[0]!.SupportedIdentityProviders).toEqual(['COGNITO', 'Corp', 'SignInWithApple']);
    expect(pool!.identityProviders).toEqual([
      expect.objectContaining({
        ProviderName: 'Corp',
        ProviderType: 'OIDC',
        ProviderDetails: {
          attributes_request_method: 'GET',
          attributes_url_add_attributes: 'false',
          authorize_scopes: 'openid email',
          client_id: 'shop',
          client_secret: 'hunter2',
          oidc_issuer: 'https://idp.example.com',
        },
        AttributeMapping: { username: 'sub', email: 'email', email_verified: 'email_verified' },
        IdpIdentifiers: ['example.com'],
      }),
      expect.objectContaining({
        ProviderType: 'SignInWithApple',
        ProviderDetails: expect.objectContaining({
          client_id: 'com.example.shop',
          team_id: 'T',
          key_id: 'K',
        }) as object,
      }),
    ]);
  });

  test('are what API Gateway and CloudWatch Logs have', async () => {
    const [api] = await acceptance.account.restApis();
    const [stage] = api!.stages;
    expect(api!.restApi).toMatchObject({
      disableExecuteApiEndpoint: true,
      endpointConfiguration: { ipAddressType: 'dualstack' },
    });
    expect(stage).toMatchObject({
      tracingEnabled: true,
      accessLogSettings: {
        destinationArn: expect.stringContaining(':log-group:/aws/apigateway/awesome-api/prod') as string,
        format: expect.stringContaining('$context.requestId') as string,
      },
      methodSettings: {
        '*/*': {
          loggingLevel: 'ERROR',
          dataTraceEnabled: false,
          metricsEnabled: true,
          throttlingRateLimit: 50,
          throttlingBurstLimit: 100,
        },
        '~1awesomeapi/GET': {
          loggingLevel: 'ERROR',
          dataTraceEnabled: false,
          metricsEnabled: true,
          throttlingRateLimit: 10.5,
          throttlingBurstLimit: 20,
        },
      },
    });
    const retentions = (await acceptance.account.logGroups()).map(({ logGroupName, retentionInDays }) => [
      logGroupName,
      retentionInDays,
    ]);
    expect(Object.fromEntries(retentions)).toEqual({
      '/aws/apigateway/awesome-api/prod': 365,
      'aws-waf-logs-awesome-api-api': 365,
      'aws-waf-logs-awesome-api-login': 365,
      [`API-Gateway-Execution-Logs_${api!.restApi.id!}/prod`]: 365,
    });
  });
});

describe('an identity provider', () => {
  const withCorp = (changes: object) =>
    production({ identityProviders: { ...identityProviders, Corp: { ...identityProviders.Corp, ...changes } } });

  test('gets other scopes and attributes in place, and loses its identifiers', async () => {
    const { project, account } = acceptance;
    project.set(withCorp({ scopes: ['openid'], attributes: { email: 'mail' }, idpIdentifiers: undefined }));
    const { status, output } = await project.deploy().finished;
    expect({ status, changes: plannedChanges(output) }).toEqual({
      status: 0,
      changes: { 'aws_cognito_identity_provider.Corp': 'updated' },
    });
    const [pool] = await account.userPools();
    const { ProviderDetails, AttributeMapping, IdpIdentifiers } = pool!.identityProviders[0]!;
    expect(ProviderDetails).toMatchObject({ authorize_scopes: 'openid', client_secret: 'hunter2' });
    expect({ AttributeMapping, IdpIdentifiers }).toEqual({
      AttributeMapping: { username: 'sub', email: 'mail' },
      IdpIdentifiers: [],
    });
  });

  test('does not get another issuer, and its secret is not in the plan', async () => {
    const { project } = acceptance;
    project.set(withCorp({ issuer: 'https://other.example.com' }));
    const { status, output } = await project.run('npm run plan -- --markdown plan.md');
    expect(status).toBe(1);
    expect(output).toContain('aws_cognito_identity_provider.Corp: has another issuer');
    expect(output + project.read('plan.md')).not.toContain('hunter2');
  });
});

describe('checkov', () => {
  const file = '.config/checkov.yaml';
  const accepted = [...readFileSync(file, 'utf8').matchAll(/^ {2}- (\w+) # \w.*$/gm)].map(([, check]) => check!);

  interface Report {
    readonly summary: { readonly passed: number; readonly parsing_errors: number };
    readonly results: { readonly failed_checks: readonly { readonly check_id: string }[] };
  }

  test('finds in the plans what is accepted, at most ten checks with a reason each, and nothing else', async () => {
    const reports = [];
    for (const command of [
      'terraform -chdir=cdktf.out/stacks/CognitoStack show -json plan > plan.json',
      'terraform -chdir=cdktf.out/stacks/ApiGatewayStack show -json plan > plan.json',
    ]) {
      expect(await run(command)).toEqual({ status: 0, output: '' });
      const { status, output: found } = await run('checkov --config-file .config/checkov.yaml --file plan.json');
      expect(status === 0 ? '' : found).toBe('');
      const { output } = await run(
        'checkov --framework terraform_plan --skip-download --compact --file plan.json -o json',
      );
      reports.push(JSON.parse(output) as Report);
    }
    expect(reports.map(({ summary }) => summary)).toEqual([
      expect.objectContaining({ parsing_errors: 0 }),
      expect.objectContaining({ parsing_errors: 0 }),
    ]);
    expect(Math.min(...reports.map(({ summary }) => summary.passed))).toBeGreaterThan(0);
    const found = reports.flatMap(({ results }) => results.failed_checks.map(({ check_id }) => check_id));
    expect([...new Set(found)].sort()).toEqual(accepted);
    expect(accepted.length).toBeLessThanOrEqual(10);
  });
});

describe('a setting that replaces', () => {
  test('does not replace a protected user pool', async () => {
    const { project, account } = acceptance;
    project.set(production({ identityProviders, userPool: { caseSensitive: false } }));
    const { status, output } = await project.run('npm run deploy -- --auto-approve');
    expect(status).toBe(1);
    expect(output).toContain('was not changed');
    expect(await account.userPools()).toHaveLength(1);
  });
});

describe('turned off again', () => {
  test('they leave nothing, and replace nothing but the deployment and the URL of the login', async () => {
    const { project, account } = acceptance;
    project.set(settings);
    expect((await project.destroy().finished).status).toBe(1);
    // Without the setting, the provider fails, because Cognito keeps the rotation.
    const { appClients } = defaultSettings;
    project.set({
      ...named,
      appClients: { 'awesome-app-client': { ...appClients['awesome-app-client'], refreshTokenRotation: false } },
      restApi: { disableExecuteApiEndpoint: false },
    });
    const lost = [
      ...hostNames,
      'aws_cloudwatch_log_group.user_pool_web_acl_logs',
      'aws_cloudwatch_log_group.web_acl_logs',
      'aws_cognito_user_group.admins',
      'aws_cognito_identity_provider.Corp',
      'aws_cognito_identity_provider.SignInWithApple',
      'aws_api_gateway_account.account_logging',
      'aws_cloudwatch_log_group.access_logs',
      'aws_cloudwatch_log_group.stage_execution_logs',
    ];
    const before = acceptance.proxy.operations.length;
    const { status, output } = await project.run(
      `npm run deploy -- --auto-approve${lost.map((address) => ` --allow-loss ${address}`).join('')}`,
    );
    // A group that is deleted before the stage stops writing to it comes back. The one of the login is deleted first.
    const calls = acceptance.proxy.operations.slice(before);
    const moved = calls.indexOf('UpdateStage', calls.indexOf('CreateDeployment'));
    expect(calls.slice(0, moved).filter((call) => call === 'DeleteLogGroup')).toHaveLength(1);
    // The app client lets go of its identity providers first.
    expect(calls.indexOf('UpdateUserPoolClient')).toBeLessThan(calls.indexOf('DeleteIdentityProvider'));
    const changes = Object.entries(plannedChanges(output));
    expect(status).toBe(0);
    expect(changes).toEqual(expect.arrayContaining(created.map((address) => [address, 'deleted'])));
    expect(changes.filter(([, change]) => change === 'replaced')).toEqual([
      ['aws_cognito_user_pool_domain.domain', 'replaced'],
      ['aws_api_gateway_deployment.deployment', 'replaced'],
    ]);
    const [api] = await account.restApis();
    expect(api!.stages[0]).toMatchObject({ tracingEnabled: false, methodSettings: {} });
    expect(api!.stages[0]!.accessLogSettings ?? undefined).toBeUndefined();
    expect(await account.lambdaCensus()).toMatchObject({ roles: 0, logGroups: 0 });
  });

  test('the stacks are no longer protected, and can be destroyed', async () => {
    expect((await acceptance.project.destroy().finished).status).toBe(0);
    expect(await acceptance.account.census()).toEqual({});
  });
});

test('with what the AWS API of this machine does not have, the settings are valid for terraform', async () => {
  const { project } = acceptance;
  project.set(productionWith(withoutVersion6));
  expect(await project.run('npm run synth')).toMatchObject({ status: 0 });
  for (const stack of ['CognitoStack', 'ApiGatewayStack']) {
    await project.terraform(stack, 'init', '-backend=false').finished;
    expect(await project.terraform(stack, 'validate').finished).toMatchObject({ status: 0 });
  }
});

test('no call has left this machine, and each is one that the policies allow, and are tested with', () => {
  const { project, proxy } = acceptance;
  expect(proxy.rejectedRequests).toEqual([]);
  const known = [...awsCalls, ...productionCalls, ...identityProviderCalls, ...edgeCalls, ...alarmCalls];
  expect([...proxy.strayCalls, ...project.strayLookups()]).toEqual([]);
  expect([...new Set(proxy.operations)].filter((operation) => !known.includes(operation))).toEqual([]);
});
