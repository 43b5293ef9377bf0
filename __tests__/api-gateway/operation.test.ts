import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseEnvironments, parseSettings } from '../../src/settings/environments';
import { addresses, type Arguments, parse, resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const id = '12345678-90ab-cdef-1234-567890abcdef';
const arn = (service: string, resource: string, region = 'us-east-1') =>
  `arn:aws:${service}:${region}:111122223333:${resource}/${id}`;
const stageName = '${aws_api_gateway_stage.stage.stage_name}';
const restApiId = '${aws_api_gateway_stage.stage.rest_api_id}';

function apiGateway(restApi: object, others: object = {}): string {
  return synthApp({ restApi, ...others }).apiGateway;
}

/** Lists the addresses that settings add to those of the reference. */
function added(restApi: object, others: object = {}): string[] {
  const ofReference = addresses(synthApp(others).apiGateway);
  return addresses(apiGateway(restApi, others)).filter((address) => !ofReference.includes(address));
}

function stageWith(restApi: object): Arguments {
  return resourceAt(apiGateway(restApi), 'aws_api_gateway_stage.stage');
}

describe('access logs', () => {
  const json = apiGateway({ name: 'Orders & more/v1', stageName: 'live', accessLogs: { retentionInDays: 365 } });

  test('have a log group of their own, with the names of the API and the stage', () => {
    expect(resourceAt(json, 'aws_cloudwatch_log_group.access_logs')).toMatchObject({
      name: '/aws/apigateway/Orders---more-v1/live',
      retention_in_days: 365,
    });
    expect(added({ accessLogs: {} })).toEqual(['aws_cloudwatch_log_group.access_logs']);
  });

  test('are lines of JSON with the request ID, and without what can be a secret', () => {
    const { access_log_settings } = resourceAt(json, 'aws_api_gateway_stage.stage') as Record<string, Arguments>;
    expect(access_log_settings!.destination_arn).toBe('${aws_cloudwatch_log_group.access_logs.arn}');
    const format = access_log_settings!.format as string;
    expect(Object.values(JSON.parse(format) as object)).toEqual(
      expect.arrayContaining(['$context.requestId', '$context.status', '$context.resourcePath']),
    );
    // A path of its own, the query and headers are what a client has written.
    expect(format).not.toMatch(/\$context\.(?:path|identity\.userAgent|identity\.apiKey|error\.message)/);
    expect(format).not.toContain('\n');
  });
});

test('two environments of a region do not share a log group', () => {
  const shared = { restApi: { name: 'orders', accessLogs: {} } };
  const parse = (staging: object) => () =>
    parseEnvironments({ settings: { domainPrefix: 'one', ...shared }, environments: { staging } });
  expect(parse(shared)).toThrow(
    'restApi.name: the log group "/aws/apigateway/orders/prod" in us-east-1 is already used by the default environment',
  );
  expect(parse({})).not.toThrow();
  expect(parse({ ...shared, region: 'eu-west-1' })).not.toThrow();
});

describe('the settings of methods', () => {
  const off = { logging_level: 'OFF', metrics_enabled: false, data_trace_enabled: false };
  const unlimited = { throttling_rate_limit: -1, throttling_burst_limit: -1 };

  test.each<[object, object]>([
    [{ metrics: true }, { ...off, ...unlimited, metrics_enabled: true }],
    [{ executionLogs: {} }, { ...off, ...unlimited, logging_level: 'ERROR' }],
    [{ executionLogs: { level: 'info' } }, { ...off, ...unlimited, logging_level: 'INFO' }],
    [
      { throttling: { rateLimit: 100.5, burstLimit: 50 } },
      { ...off, throttling_rate_limit: 100.5, throttling_burst_limit: 50 },
    ],
  ])('are explicit, with nothing of a body in a log: %j', (restApi, settings) => {
    expect(resourceAt(apiGateway(restApi), 'aws_api_gateway_method_settings.stage')).toMatchObject({
      rest_api_id: restApiId,
      stage_name: stageName,
      method_path: '*/*',
      settings,
    });
  });

  test('of a route repeat those of the stage, which they replace', () => {
    const route = (throttling?: object) => ({ public: true, response: { body: 1 }, throttling });
    const json = apiGateway(
      { metrics: true, throttling: { rateLimit: 100, burstLimit: 50 } },
      {
        routes: {
          'GET /': route({ rateLimit: 1, burstLimit: 2 }),
          'GET /orders': route(),
          'POST /orders/{id}/lines/{line+}': route({ rateLimit: 3, burstLimit: 4 }),
        },
      },
    );
    const of = (limits: object) => ({ settings: { ...off, metrics_enabled: true, ...limits } });
    expect(resourceAt(json, 'aws_api_gateway_method_settings.stage_root_GET')).toMatchObject({
      method_path: '~1/GET',
      depends_on: ['aws_api_gateway_method_settings.stage'],
      ...of({ throttling_rate_limit: 1, throttling_burst_limit: 2 }),
    });
    expect(resourceAt(json, 'aws_api_gateway_method_settings.stage_orders__id__lines__line___POST')).toMatchObject({
      method_path: '~1orders~1{id}~1lines~1{line+}/POST',
      depends_on: ['aws_api_gateway_method_settings.stage_root_GET'],
      ...of({ throttling_rate_limit: 3, throttling_burst_limit: 4 }),
    });
    expect(Object.keys(parse(json).resource.aws_api_gateway_method_settings!)).toHaveLength(3);
  });

  test('are rejected for the method ANY, for which API Gateway has none', () => {
    const any = { public: true, response: { body: 1 }, throttling: { rateLimit: 1, burstLimit: 2 } };
    expect(() => parseSettings({ routes: { 'ANY /a': any } })).toThrow(
      'routes["ANY /a"].throttling: API Gateway cannot throttle ANY; allowed: a route for each HTTP method',
    );
  });

  test('do not change the snapshot of the API', () => {
    const { triggers } = resourceAt(
      apiGateway({ metrics: true, tracing: true, accessLogs: {}, throttling: { rateLimit: 1, burstLimit: 1 } }),
      'aws_api_gateway_deployment.deployment',
    );
    expect(triggers).toEqual(resourceAt(apiGateway({}), 'aws_api_gateway_deployment.deployment').triggers);
  });
});

test('execution logs go to a log group that exists before the first of them', () => {
  const json = apiGateway({ executionLogs: { retentionInDays: 14 } });
  expect(resourceAt(json, 'aws_cloudwatch_log_group.stage_execution_logs')).toMatchObject({
    name: `API-Gateway-Execution-Logs_${restApiId}/${stageName}`,
    retention_in_days: 14,
  });
  expect(resourceAt(json, 'aws_api_gateway_method_settings.stage').depends_on).toEqual([
    'aws_cloudwatch_log_group.stage_execution_logs',
  ]);
});

test('tracing is an argument of the stage', () => {
  expect(stageWith({ tracing: true }).xray_tracing_enabled).toBe(true);
  expect(stageWith({})).not.toHaveProperty('xray_tracing_enabled');
});

test('one key encrypts all logs', () => {
  const root = process.cwd();
  process.chdir(mkdtempSync(join(tmpdir(), 'operation-')));
  mkdirSync('src');
  writeFileSync('src/orders.ts', 'export const handler = () => Promise.resolve({});\n');
  const { aws_cloudwatch_log_group: groups } = parse(
    apiGateway(
      { logKmsKeyArn: arn('kms', 'key'), accessLogs: {}, executionLogs: {} },
      { routes: { 'GET /orders': { public: true, lambda: 'src/orders.ts' } } },
    ),
  ).resource;
  process.chdir(root);
  expect(Object.values(groups!).map(({ kms_key_id }) => kms_key_id)).toEqual(Array(3).fill(arn('kms', 'key')));
});

describe('the role with which API Gateway writes logs', () => {
  const restApi = { accessLogs: {}, executionLogs: {} };

  test('is the account’s, unless the stack manages it', () => {
    expect(added(restApi).sort()).toEqual([
      'aws_api_gateway_method_settings.stage',
      'aws_cloudwatch_log_group.access_logs',
      'aws_cloudwatch_log_group.stage_execution_logs',
    ]);
  });

  test('is set before the stage has logs, and may only write logs', () => {
    const json = apiGateway({ ...restApi, manageAccountLogging: true });
    expect(resourceAt(json, 'aws_api_gateway_account.account_logging')).toMatchObject({
      cloudwatch_role_arn: '${aws_iam_role.account_logging_role.arn}',
      depends_on: ['aws_iam_role_policy_attachment.account_logging_role'],
    });
    expect(resourceAt(json, 'aws_iam_role.account_logging_role')).toMatchObject({
      path: '/rest-api/',
      assume_role_policy: expect.stringContaining('"Service":"apigateway.amazonaws.com"') as string,
    });
    expect(resourceAt(json, 'aws_iam_role_policy_attachment.account_logging_role').policy_arn).toBe(
      'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs',
    );
    for (const address of ['aws_api_gateway_stage.stage', 'aws_api_gateway_method_settings.stage'] as const) {
      expect(resourceAt(json, address).depends_on).toContain('aws_api_gateway_account.account_logging');
    }
  });

  test('is managed with a warning, since it is that of all APIs', () => {
    expect(synthApp({ restApi: { manageAccountLogging: true } }).warnings.join()).toContain(
      'manageAccountLogging sets the CloudWatch role of API Gateway for all APIs of the account in us-east-1',
    );
  });
});

test('log groups are deleted after the stage has stopped to write to them', () => {
  const json = apiGateway({ accessLogs: {}, executionLogs: {} });
  for (const name of ['access_logs', 'stage_execution_logs'] as const) {
    expect(resourceAt(json, `aws_cloudwatch_log_group.${name}`)).toMatchObject({
      lifecycle: { create_before_destroy: true },
    });
  }
});

describe('a custom domain', () => {
  const customDomain = { name: 'api.example.com', certificateArn: arn('acm', 'certificate') };
  const outputs = (json: string) =>
    Object.fromEntries(Object.entries(parse(json).output).map(([name, { value }]) => [name, value]));
  const host = '${aws_api_gateway_base_path_mapping.domain.domain_name}';

  test('leads to the stage, with a certificate of the region and TLS 1.2', () => {
    const json = apiGateway({ customDomain });
    expect(resourceAt(json, 'aws_api_gateway_domain_name.domain')).toMatchObject({
      domain_name: 'api.example.com',
      regional_certificate_arn: customDomain.certificateArn,
      security_policy: 'TLS_1_2',
      endpoint_configuration: { types: ['REGIONAL'] },
    });
    expect(resourceAt(json, 'aws_api_gateway_base_path_mapping.domain')).toMatchObject({
      domain_name: '${aws_api_gateway_domain_name.domain.domain_name}',
      api_id: restApiId,
      stage_name: stageName,
    });
    expect(resourceAt(json, 'aws_api_gateway_base_path_mapping.domain')).not.toHaveProperty('base_path');
    expect(outputs(json)).toEqual({
      ApiEndpoint: `https://${host}`,
      ProtectedResourceUrl: `https://${host}/awesomeapi`,
      ApiDomainTarget: '${aws_api_gateway_domain_name.domain.regional_domain_name}',
      ApiDomainTargetZoneID: '${aws_api_gateway_domain_name.domain.regional_zone_id}',
    });
  });

  test('can have a base path', () => {
    const json = apiGateway({ customDomain: { ...customDomain, basePath: 'v1' } });
    expect(resourceAt(json, 'aws_api_gateway_base_path_mapping.domain').base_path).toBe('v1');
    expect(outputs(json).ProtectedResourceUrl).toBe(`https://${host}/v1/awesomeapi`);
  });

  test('moves to another stage before the old one is deleted, and is replaced for another type of endpoint', () => {
    const json = apiGateway({ customDomain });
    expect(resourceAt(json, 'aws_api_gateway_stage.stage')).toMatchObject({
      lifecycle: { create_before_destroy: true },
    });
    const triggers = ['domain_name', 'base_path_mapping'].map(
      (type) => resourceAt(json, `aws_api_gateway_${type}.domain`).lifecycle,
    );
    expect(triggers).toEqual([
      { replace_triggered_by: ['aws_api_gateway_rest_api.rest_api.endpoint_configuration[0].types'] },
      { replace_triggered_by: ['aws_api_gateway_domain_name.domain.endpoint_configuration[0].types'] },
    ]);
    expect(resourceAt(apiGateway({}), 'aws_api_gateway_stage.stage')).not.toHaveProperty('lifecycle');
  });

  test('of an edge-optimized API leads to CloudFront, whose certificates are in us-east-1', () => {
    const restApi = { customDomain, endpointType: 'EDGE' };
    const json = apiGateway(restApi, { region: 'eu-central-1' });
    expect(resourceAt(json, 'aws_api_gateway_domain_name.domain')).toMatchObject({
      certificate_arn: customDomain.certificateArn,
      security_policy: 'TLS_1_2',
      endpoint_configuration: { types: ['EDGE'] },
    });
    expect(outputs(json)).toMatchObject({
      ApiDomainTarget: '${aws_api_gateway_domain_name.domain.cloudfront_domain_name}',
      ApiDomainTargetZoneID: '${aws_api_gateway_domain_name.domain.cloudfront_zone_id}',
    });
  });

  test('can be the only URL, and the snapshot is taken again for it', () => {
    const disabled = apiGateway({ customDomain, disableExecuteApiEndpoint: true });
    expect(resourceAt(disabled, 'aws_api_gateway_rest_api.rest_api').disable_execute_api_endpoint).toBe(true);
    const { triggers } = resourceAt(disabled, 'aws_api_gateway_deployment.deployment');
    expect(triggers).not.toEqual(
      resourceAt(apiGateway({ customDomain }), 'aws_api_gateway_deployment.deployment').triggers,
    );
  });

  test('belongs to one environment of a region', () => {
    const restApi = { customDomain };
    expect(() =>
      parseEnvironments({ settings: { domainPrefix: 'one', restApi }, environments: { staging: {} } }),
    ).toThrow(
      'restApi.customDomain.name: the host name "api.example.com" in us-east-1 is already used by the default environment',
    );
  });
});

describe('between settings,', () => {
  test.each<[object, string]>([
    [
      { restApi: { disableExecuteApiEndpoint: true } },
      'restApi.disableExecuteApiEndpoint: requires customDomain, because the API would have no URL',
    ],
    [
      {
        customDomain: { name: 'a.example.com', certificateArn: arn('acm', 'certificate') },
        restApi: { customDomain: { name: 'a.example.com', certificateArn: arn('acm', 'certificate') } },
      },
      'restApi.customDomain.name: must differ from customDomain.name, because a DNS record has one target, got "a.example.com"',
    ],
    [
      { region: 'eu-west-1', restApi: { customDomain: { name: 'a.b', certificateArn: arn('acm', 'certificate') } } },
      'restApi.customDomain.certificateArn: must be in eu-west-1',
    ],
    [
      {
        restApi: {
          endpointType: 'EDGE',
          customDomain: { name: 'a.b', certificateArn: arn('acm', 'certificate', 'eu-west-1') },
        },
      },
      'restApi.customDomain.certificateArn: must be in us-east-1',
    ],
    [
      { restApi: { webAclArn: arn('wafv2', 'regional/webacl/a', 'eu-west-1') } },
      'restApi.webAclArn: must be in us-east-1, got "arn:aws:wafv2:eu-west-1',
    ],
    [
      { userPool: { webAclArn: arn('wafv2', 'regional/webacl/a', 'eu-west-1') } },
      'userPool.webAclArn: must be in us-east-1',
    ],
    [{ restApi: { logKmsKeyArn: arn('kms', 'key', 'eu-west-1') } }, 'restApi.logKmsKeyArn: must be in us-east-1'],
    [{ userPool: { logKmsKeyArn: arn('kms', 'key', 'eu-west-1') } }, 'userPool.logKmsKeyArn: must be in us-east-1'],
  ])('%j is rejected', (settings, message) => {
    expect(() => parseSettings(settings)).toThrow(message);
  });
});

describe('binary media types', () => {
  test('are those of the API, and a change deploys it again', () => {
    const json = apiGateway({ binaryMediaTypes: ['image/png', 'application/pdf'] });
    expect(resourceAt(json, 'aws_api_gateway_rest_api.rest_api')).toMatchObject({
      binary_media_types: ['image/png', 'application/pdf'],
    });
    const triggers = (text: string) => resourceAt(text, 'aws_api_gateway_deployment.deployment').triggers;
    expect(triggers(json)).not.toEqual(triggers(apiGateway({})));
  });

  test.each(['*/*', 'application/json', 'image', 'image/*', 'Image/PNG', ''])('do not include %j', (type) => {
    expect(() => parseSettings({ restApi: { binaryMediaTypes: [type] } })).toThrow(
      'restApi.binaryMediaTypes[0]: must ',
    );
  });
});

describe('a web ACL', () => {
  const webAclArn = arn('wafv2', 'regional/webacl/login');

  test('protects the stage, by the ARN that the stage has', () => {
    expect(resourceAt(apiGateway({ webAclArn }), 'aws_wafv2_web_acl_association.stage_web_acl')).toEqual({
      resource_arn: '${aws_api_gateway_stage.stage.arn}',
      web_acl_arn: webAclArn,
    });
  });

  test('protects the user pool', () => {
    const { cognito } = synthApp({ userPool: { webAclArn } });
    expect(resourceAt(cognito, 'aws_wafv2_web_acl_association.user_pool_web_acl')).toEqual({
      resource_arn: '${aws_cognito_user_pool.user_pool.arn}',
      web_acl_arn: webAclArn,
    });
  });
});

test.each([
  [269, []],
  [270, [expect.stringContaining('The API has 271 resources')]],
])('an API with %d paths below the root is near the quota of 300: %j', (count, warnings) => {
  const routes = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`GET /r${index}`, { public: true, response: { body: 1 } }]),
  );
  expect(synthApp({ domainPrefix: 'mine', routes }).warnings).toEqual(warnings);
});
