import { lossByType, findLosses } from '../../src/terraform/losses';
import { triggerSettings } from '../../src/cognito/trigger-settings';
import { parseEnvironments } from '../../src/settings/environments';
import { listSettings } from '../../src/settings/settings-list';
import { everySetting, everySettingOfVersion6, files, alarms, webAcls } from '../support/every-setting';
import { resourceChange } from '../support/plans';
import { addresses } from '../support/stack-json';
import { synthApp } from '../support/synth';

const domain = (version: number) =>
  resourceChange('aws_cognito_user_pool_domain.domain', 'update', {}, { managed_login_version: version });
const style = (actions: string) =>
  resourceChange('aws_cognito_managed_login_branding.web', actions, { client_id: 'web' });
const client = resourceChange('aws_cognito_user_pool_client.web', 'delete', { id: 'web' });

const triggers = Object.fromEntries(Object.keys(triggerSettings.shape).map((name) => [name, files.handler]));
const variants = [{}, everySetting(), everySettingOfVersion6(), { userPool: { triggers } }, alarms, webAcls];

test('only settings that create no resource are missing in the stacks of these tests', () => {
  const settings = variants.flatMap((given) =>
    listSettings(parseEnvironments({ settings: given })[0]!, { settings: given }, {}),
  );
  const nameOf = ({ setting }: { readonly setting: string }) =>
    setting.replace(
      /^(appClients|identityProviders|resourceServers|routes|userPool\.attributes)(?:\.[\w-]+|\["[^"]*"\])/,
      '$1.*',
    );
  const used = new Set(settings.filter(({ value }) => value !== undefined).map(nameOf));
  const missing = new Set(
    settings.map(nameOf).filter((name) => !used.has(name) && ![...used].some((each) => each.startsWith(`${name}.`))),
  );
  expect([...missing].sort()).toEqual([
    'cors.exposeHeaders',
    'cors.maxAge',
    'permissionsBoundary',
    'routes.*.response.bodyTemplate',
    'userPool.arn',
    'userPool.attributes.*.minLength',
  ]);
});

test('every type of resource that the stacks can have says what people lose with it', () => {
  const types = variants
    .map(synthApp)
    .flatMap(({ cognito, apiGateway }) =>
      [...addresses(cognito), ...addresses(apiGateway)].map((address) => address.split('.')[0]!),
    );
  expect(Object.keys(lossByType).sort()).toEqual([...new Set(types)].sort());
});

test.each(['delete', 'delete+create'])('a resource of a type that nobody has described is lost by %s', (actions) => {
  expect(findLosses([resourceChange('aws_dynamodb_table.orders', actions, { id: 'orders' })])).toEqual([
    { address: 'aws_dynamodb_table.orders', effect: expect.stringContaining('what is lost is not known') as string },
  ]);
});

test('the users of a group are lost with it, and with the user pool', () => {
  const group = resourceChange('aws_cognito_user_group.admins', 'delete', { id: 'pool/admins', user_pool_id: 'pool' });
  const pool = resourceChange('aws_cognito_user_pool.user_pool', 'delete', { id: 'pool' });
  const loss = { address: 'aws_cognito_user_group.admins', effect: 'removes all users from the group' };
  expect(findLosses([group])).toEqual([loss]);
  expect(findLosses([group, pool])[1]).toEqual({ ...loss, within: 'aws_cognito_user_pool.user_pool' });
});

describe('logs', () => {
  const logs = (address: string, name: string) =>
    resourceChange(`aws_cloudwatch_log_group.${address}`, 'delete+create', { id: name, name });
  const groups = [
    logs('access_logs', '/aws/apigateway/api/prod'),
    logs('stage_execution_logs', 'API-Gateway-Execution-Logs_api/prod'),
    logs('orders_GET_logs', '/aws/lambda/api-orders_GET'),
  ];

  test('are lost with each of their groups', () => {
    expect(findLosses(groups)).toEqual(
      groups.map(({ address }) => ({ address, effect: 'permanently deletes its logs' })),
    );
  });

  test('go with the stage, the API and the function that write them', () => {
    const api = resourceChange('aws_api_gateway_rest_api.rest_api', 'delete', { id: 'api' });
    const stage = resourceChange('aws_api_gateway_stage.stage', 'delete', {
      id: 'ags-api-prod',
      rest_api_id: 'api',
      stage_name: 'prod',
      access_log_settings: [
        { destination_arn: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/apigateway/api/prod' },
      ],
    });
    const lambda = resourceChange('aws_lambda_function.orders_GET', 'delete+create', {
      id: 'api-orders_GET',
      function_name: 'api-orders_GET',
    });
    const losses = findLosses([...groups, stage, lambda, api]);
    expect(losses.map((loss) => [loss.address, loss.within])).toEqual([
      [lambda.address, undefined],
      [groups[2]!.address, lambda.address],
      [api.address, undefined],
      [groups[0]!.address, api.address],
      [groups[1]!.address, api.address],
      [stage.address, api.address],
    ]);
  });
});

describe('the URLs of the API under its host name', () => {
  const mapping = (actions: string, path: string | null) =>
    resourceChange(
      'aws_api_gateway_base_path_mapping.domain',
      actions,
      { id: 'api.example.com/v1', domain_name: 'api.example.com', api_id: 'api', base_path: 'v1', stage_name: 'prod' },
      { base_path: path, stage_name: 'v2' },
    );

  test('are lost with the host name', () => {
    const domain = resourceChange('aws_api_gateway_domain_name.domain', 'delete+create', {
      id: 'api.example.com',
      domain_name: 'api.example.com',
    });
    expect(findLosses([mapping('delete+create', 'v1'), domain])).toEqual([
      {
        address: domain.address,
        effect: 'takes down the host name of the API, until its DNS record leads to the new target',
      },
      {
        address: 'aws_api_gateway_base_path_mapping.domain',
        effect: 'takes down every URL of the API under its host name',
        within: domain.address,
      },
    ]);
  });

  test('are lost with another base path, and not with another stage', () => {
    expect(findLosses([mapping('update', null)])).toEqual([
      {
        address: 'aws_api_gateway_base_path_mapping.domain',
        effect: 'takes down every URL of the API under /v1: callers need /',
      },
    ]);
    expect(findLosses([mapping('update', 'v1')])).toEqual([]);
  });
});

describe('the DNS records of a host name', () => {
  const record = (type: string, actions = 'delete') =>
    resourceChange(`aws_route53_record.domain_alias_${type}`, actions, { id: type, name: 'login.example.com', type });

  test('are lost once for IPv4 and IPv6, and not with a certificate that they validate', () => {
    const effect = 'takes down the host name, until another DNS record leads to it';
    const changes = [record('A'), record('AAAA'), record('CNAME')];
    expect(findLosses(changes)).toEqual([{ address: 'aws_route53_record.domain_alias_A', effect }]);
    expect(findLosses([record('A', 'update')])).toEqual([]);
  });

  test.each(['aws_cognito_user_pool_domain', 'aws_api_gateway_domain_name'])('go with %s', (type) => {
    const argument = type === 'aws_api_gateway_domain_name' ? 'domain_name' : 'domain';
    const host = resourceChange(`${type}.domain`, 'delete', { id: 'login', [argument]: 'login.example.com' });
    expect(findLosses([record('A'), host]).map(({ within }) => within)).toEqual([undefined, `${type}.domain`]);
  });
});

describe('the style of a managed login', () => {
  test('is lost when it is deleted, and the domain still has the managed login', () => {
    expect(findLosses([domain(2), style('delete')])).toEqual([
      {
        address: 'aws_cognito_managed_login_branding.web',
        effect: 'deletes the style of the managed login, which then shows an error page',
      },
    ]);
  });

  test.each([
    ['the domain goes back to the classic login', [domain(1), style('delete')]],
    ['another style takes its place', [domain(2), style('delete+create')]],
    ['everything is destroyed', [resourceChange('aws_cognito_user_pool_domain.other', 'no-op', {}), style('delete')]],
  ])('is not lost when %s', (_, changes) => {
    expect(findLosses(changes)).toEqual([]);
  });

  test('is lost with its app client', () => {
    expect(findLosses([domain(2), client, style('delete')]).map(({ within }) => within)).toEqual([
      undefined,
      'aws_cognito_user_pool_client.web',
    ]);
  });
});
