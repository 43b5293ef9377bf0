import { synthesizedByMain } from './support/main-stacks';
import { addresses, type Arguments, parse, resourceAt } from './support/stack-json';

type Row = readonly [address: `${string}.${string}`, wanted: Arguments];

const pool = '${aws_cognito_user_pool.user_pool.id}';
const api = '${aws_api_gateway_rest_api.rest_api.id}';
const root = '${aws_api_gateway_rest_api.rest_api.root_resource_id}';
const awesomeapi = '${aws_api_gateway_resource.awesomeapi.id}';
const poolArn =
  '${data.terraform_remote_state.cross-stack-reference-input-CognitoStack.outputs.cross-stack-output-aws_cognito_user_pool_user_pool_arn}';
const allowHeaders = "'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent'";

/** The reference, row by row, with the references between the resources. */
const cognitoRows: readonly Row[] = [
  ['aws_cognito_user_pool.user_pool', { name: 'awesome-cognito-user-pool' }],
  ['aws_cognito_user_pool.user_pool', { username_attributes: ['email'], auto_verified_attributes: ['email'] }],
  ['aws_cognito_user_pool.user_pool', { admin_create_user_config: { allow_admin_create_user_only: false } }],
  [
    'aws_cognito_user_pool.user_pool',
    {
      verification_message_template: {
        default_email_option: 'CONFIRM_WITH_CODE',
        email_subject: 'You need to verify your email',
        email_message: 'Thanks for signing up Your verification code is {####}',
      },
    },
  ],
  [
    'aws_cognito_user_pool.user_pool',
    { account_recovery_setting: { recovery_mechanism: [{ name: 'verified_email', priority: 1 }] } },
  ],
  [
    'aws_cognito_resource_server.awesomeapi-resource-server',
    { identifier: 'awesomeapi-resource-server', name: 'awesomeapi-resource-server', user_pool_id: pool },
  ],
  [
    'aws_cognito_resource_server.awesomeapi-resource-server',
    { scope: [{ scope_name: 'awesomeapi.read', scope_description: 'awesomeapi read scope' }] },
  ],
  ['aws_cognito_user_pool_client.awesome-app-client', { name: 'awesome-app-client', user_pool_id: pool }],
  [
    'aws_cognito_user_pool_client.awesome-app-client',
    {
      access_token_validity: 60,
      id_token_validity: 60,
      refresh_token_validity: 1,
      token_validity_units: [{ access_token: 'minutes', id_token: 'minutes', refresh_token: 'days' }],
    },
  ],
  ['aws_cognito_user_pool_client.awesome-app-client', { generate_secret: false }],
  [
    'aws_cognito_user_pool_client.awesome-app-client',
    { enable_token_revocation: true, prevent_user_existence_errors: 'ENABLED' },
  ],
  [
    'aws_cognito_user_pool_client.awesome-app-client',
    { explicit_auth_flows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
  ],
  [
    'aws_cognito_user_pool_client.awesome-app-client',
    { allowed_oauth_flows: ['code'], allowed_oauth_flows_user_pool_client: true },
  ],
  [
    'aws_cognito_user_pool_client.awesome-app-client',
    {
      allowed_oauth_scopes: [
        '${aws_cognito_resource_server.awesomeapi-resource-server.identifier}/awesomeapi.read',
        'openid',
      ],
    },
  ],
  ['aws_cognito_user_pool_client.awesome-app-client', { callback_urls: ['http://localhost:3000/dashboard'] }],
  ['aws_cognito_user_pool_client.awesome-app-client', { supported_identity_providers: ['COGNITO'] }],
  ['aws_cognito_user_pool_domain.domain', { domain: 'buraktas-awesome-domain', user_pool_id: pool }],
];

const apiGatewayRows: readonly Row[] = [
  ['aws_api_gateway_rest_api.rest_api', { name: 'awesome-api', endpoint_configuration: { types: ['REGIONAL'] } }],
  [
    'aws_api_gateway_authorizer.authorizer',
    { rest_api_id: api, name: 'cognito-userpool-authorizer', type: 'COGNITO_USER_POOLS' },
  ],
  [
    'aws_api_gateway_authorizer.authorizer',
    { provider_arns: [poolArn], identity_source: 'method.request.header.Authorization' },
  ],
  ['aws_api_gateway_resource.awesomeapi', { rest_api_id: api, parent_id: root, path_part: 'awesomeapi' }],
  [
    'aws_api_gateway_method.awesomeapi_GET',
    {
      rest_api_id: api,
      resource_id: awesomeapi,
      http_method: 'GET',
      authorization: 'COGNITO_USER_POOLS',
      authorizer_id: '${aws_api_gateway_authorizer.authorizer.id}',
      authorization_scopes: ['awesomeapi-resource-server/awesomeapi.read'],
    },
  ],
  [
    'aws_api_gateway_integration.awesomeapi_GET',
    {
      rest_api_id: api,
      resource_id: awesomeapi,
      http_method: '${aws_api_gateway_method.awesomeapi_GET.http_method}',
      type: 'MOCK',
      request_templates: { 'application/json': "{ 'statusCode': 200 }" },
    },
  ],
  [
    'aws_api_gateway_method_response.awesomeapi_GET_200',
    {
      rest_api_id: api,
      resource_id: awesomeapi,
      http_method: '${aws_api_gateway_method.awesomeapi_GET.http_method}',
      status_code: '200',
      response_parameters: {
        'method.response.header.Content-Type': true,
        'method.response.header.Access-Control-Allow-Origin': true,
      },
    },
  ],
  [
    'aws_api_gateway_integration_response.awesomeapi_GET_200',
    {
      rest_api_id: api,
      resource_id: awesomeapi,
      http_method: '${aws_api_gateway_integration.awesomeapi_GET.http_method}',
      status_code: '${aws_api_gateway_method_response.awesomeapi_GET_200.status_code}',
      response_parameters: {
        'method.response.header.Content-Type': "'application/json'",
        'method.response.header.Access-Control-Allow-Origin': "'*'",
      },
    },
  ],
  [
    'aws_api_gateway_integration_response.awesomeapi_GET_200',
    {
      response_templates: { 'application/json': '{"statusCode":200,"message":"Hello From Protected Resource"}' },
    },
  ],
  ...(
    [
      ['root', root],
      ['awesomeapi', awesomeapi],
    ] as const
  ).flatMap(([path, resourceId]): Row[] => [
    [
      `aws_api_gateway_method.${path}_OPTIONS`,
      { rest_api_id: api, resource_id: resourceId, http_method: 'OPTIONS', authorization: 'NONE' },
    ],
    [
      `aws_api_gateway_integration.${path}_OPTIONS`,
      {
        rest_api_id: api,
        resource_id: resourceId,
        http_method: `\${aws_api_gateway_method.${path}_OPTIONS.http_method}`,
        type: 'MOCK',
        request_templates: { 'application/json': '{ statusCode: 200 }' },
      },
    ],
    [
      `aws_api_gateway_method_response.${path}_OPTIONS_204`,
      {
        rest_api_id: api,
        resource_id: resourceId,
        http_method: `\${aws_api_gateway_method.${path}_OPTIONS.http_method}`,
        status_code: '204',
        response_parameters: {
          'method.response.header.Access-Control-Allow-Headers': true,
          'method.response.header.Access-Control-Allow-Origin': true,
          'method.response.header.Access-Control-Allow-Methods': true,
        },
      },
    ],
    [
      `aws_api_gateway_integration_response.${path}_OPTIONS_204`,
      {
        rest_api_id: api,
        resource_id: resourceId,
        http_method: `\${aws_api_gateway_integration.${path}_OPTIONS.http_method}`,
        status_code: `\${aws_api_gateway_method_response.${path}_OPTIONS_204.status_code}`,
        response_parameters: {
          'method.response.header.Access-Control-Allow-Headers': allowHeaders,
          'method.response.header.Access-Control-Allow-Origin': "'*'",
          'method.response.header.Access-Control-Allow-Methods': "'OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD'",
        },
      },
    ],
  ]),
  [
    'aws_api_gateway_deployment.deployment',
    {
      rest_api_id: api,
      triggers: {
        configuration: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        userPoolArn: poolArn,
        authorizerId: '${aws_api_gateway_authorizer.authorizer.id}',
      },
      lifecycle: { create_before_destroy: true },
      depends_on: expect.arrayContaining(['aws_api_gateway_integration_response.awesomeapi_GET_200']) as string[],
    },
  ],
  [
    'aws_api_gateway_stage.stage',
    { rest_api_id: api, deployment_id: '${aws_api_gateway_deployment.deployment.id}', stage_name: 'prod' },
  ],
];

/** What this project adds to the reference; the README says why. */
const addedRows: readonly Row[] = ['DEFAULT_4XX', 'DEFAULT_5XX'].map((type) => [
  `aws_api_gateway_gateway_response.${type}`,
  {
    rest_api_id: api,
    response_type: type,
    response_parameters: {
      'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
      'gatewayresponse.header.Access-Control-Allow-Headers': allowHeaders,
    },
  },
]);

const { cognito, apiGateway } = synthesizedByMain();

describe.each([
  ['CognitoStack', cognito, cognitoRows],
  ['ApiGatewayStack', apiGateway, [...apiGatewayRows, ...addedRows]],
])('%s is the reference', (_stack, json, rows) => {
  test.each(rows)('%s has %j', (address, wanted) => {
    const found = resourceAt(json, address);
    expect(Object.fromEntries(Object.keys(wanted).map((name) => [name, found[name]]))).toEqual(wanted);
  });

  test('and nothing else', () => {
    expect(addresses(json)).toEqual([...new Set(rows.map(([address]) => address))].sort());
    for (const address of new Set(rows.map(([each]) => each))) {
      const wanted = rows.filter(([each]) => each === address).flatMap(([, row]) => Object.keys(row));
      const found = Object.keys(resourceAt(json, address)).filter((name) => name !== '//');
      expect({ address, found: found.sort() }).toEqual({ address, found: wanted.sort() });
    }
  });
});

test('the provider has the region and nothing from the shell', () => {
  expect(parse(cognito).provider).toEqual({ aws: [{ region: 'us-east-1' }] });
  expect(parse(apiGateway).provider).toEqual({ aws: [{ region: 'us-east-1' }] });
});
