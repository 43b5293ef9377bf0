import { type PlanJson, type ResourceChange, type Values } from '../../src/terraform/plan-json';
import { findRejections } from '../../src/terraform/rejections';
import { resourceChange } from '../support/plans';

/** Says what is rejected of changes, and what to do instead. */
function rejected(...changes: readonly ResourceChange[]): string[] {
  return sentences({ resource_changes: changes });
}

function sentences(plan: PlanJson): string[] {
  return findRejections(plan).map(({ address, problem, remedy }) => `${address} ${problem}. To do: ${remedy}.`);
}

const update = (address: string, before: Values, after: Values) => resourceChange(address, 'update', before, after);

describe('a certificate', () => {
  const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/1';
  const certificate = resourceChange('aws_acm_certificate.domain_certificate', 'delete', { arn });

  test.each([
    ['aws_cognito_user_pool_domain.domain', 'certificate_arn'],
    ['aws_api_gateway_domain_name.domain', 'regional_certificate_arn'],
  ])('is not deleted while it is that of %s', (address, argument) => {
    const user = update(address, { [argument]: arn }, { [argument]: arn });
    expect(rejected(certificate, user)).toEqual([
      `aws_acm_certificate.domain_certificate is the certificate of ${address}, and would be deleted: AWS does not delete a certificate that is in use. ` +
        'To do: write hostedZone again instead of certificateArn, or the ARN of another certificate.',
    ]);
    expect(rejected(certificate, update(address, { [argument]: arn }, { [argument]: `${arn}2` }))).toEqual([]);
  });
});

describe('the records of a hosted zone', () => {
  const zone = (...records: readonly string[]): PlanJson['prior_state'] => ({
    values: {
      root_module: {
        resources: [
          dataSource('aws_route53_zone', { name: 'example.com', zone_id: 'Z1' }),
          dataSource('aws_route53_records', {
            resource_record_sets: records.map((each) => ({
              type: each.split(' ')[0],
              name: `${each.split(' ')[1]!}.`,
            })),
          }),
        ],
      },
    },
  });
  const dataSource = (type: string, values: Values) =>
    ({ address: `data.${type}.domain_zone`, mode: 'data', type, values }) as const;
  const domain = (name: string) =>
    resourceChange('aws_cognito_user_pool_domain.domain', 'create', null, { domain: name });
  const record = (name: string, before: string | null = null) =>
    resourceChange(
      'aws_route53_record.domain_alias_A',
      before === null ? 'create' : 'delete+create',
      before === null ? null : { name: before, type: 'A' },
      { name, type: 'A' },
    );
  const found = (prior_state: PlanJson['prior_state'], ...resource_changes: readonly ResourceChange[]) =>
    sentences({ ...(prior_state && { prior_state }), resource_changes });

  test('must have the one that Cognito needs for the login', () => {
    expect(found(zone('AAAA example.com'), domain('login.example.com'))).toEqual([
      'aws_cognito_user_pool_domain.domain requires an A record for example.com, which the hosted zone does not have: ' +
        'Cognito would reject login.example.com after the user pool has been created. ' +
        'To do: add an A record for example.com to the hosted zone Z1.',
    ]);
    expect(found(zone('A example.com'), domain('login.example.com'))).toEqual([]);
  });

  test('say nothing of a domain that is in another zone, or of a plan without a zone', () => {
    expect(found(zone(), domain('example.com'))).toEqual([]);
    expect(found(undefined, domain('login.example.com'), record('login.example.com'))).toEqual([]);
  });

  test('are not created where they exist', () => {
    expect(found(zone('A \\052.example.com'), record('*.example.com'))).toEqual([
      'aws_route53_record.domain_alias_A exists: the hosted zone has a record A for *.example.com, and Route 53 would reject another one. ' +
        'To do: delete it, or import it with npm run import -- --resource aws_route53_record.domain_alias_A=Z1_*.example.com_A.',
    ]);
    expect(found(zone('AAAA login.example.com'), record('login.example.com'))).toEqual([]);
    expect(found(zone('A login.example.com'), record('login.example.com', 'login.example.com'))).toEqual([]);
    expect(found(zone('A login.example.com'), record('login.example.com', 'other.example.com'))).toHaveLength(1);
  });
});

describe('a region or an account without the resources of the state', () => {
  const arn = 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc';
  const pool = resourceChange('aws_cognito_user_pool.user_pool', 'delete', { id: 'us-east-1_abc', arn });
  const created = resourceChange('aws_cognito_user_pool.user_pool', 'create', null, {});
  const inRegion = (region: string): PlanJson => ({
    configuration: {
      provider_config: { aws: { expressions: { region: { constant_value: region } } } },
      root_module: { resources: [{ address: pool.address }] },
    },
    resource_changes: [created],
    resource_drift: [pool],
  });

  test('is rejected with the region that the state has', () => {
    expect(sentences(inRegion('eu-central-1'))).toEqual([
      'aws_cognito_user_pool.user_pool is deployed in us-east-1, and the setting region is eu-central-1: ' +
        'Terraform would not find what is in us-east-1, and forget it. ' +
        'To do: set region to us-east-1 again, and write eu-central-1 to an environment of its own: ' +
        '"environments": { "eu-central-1": { "region": "eu-central-1" } }.',
    ]);
  });

  test('is rejected with the account that the state has', () => {
    expect(sentences(inRegion('us-east-1'))).toEqual([
      'aws_cognito_user_pool.user_pool is in the state, but AWS does not find the user pool us-east-1_abc of account ' +
        '123456789012 with these credentials: Terraform would forget it, and leave it in no state. ' +
        'To do: use the credentials of account 123456789012; if someone has deleted the user pool, remove it from the ' +
        'state with terraform state rm aws_cognito_user_pool.user_pool, and delete the file of the outputs.',
    ]);
  });

  test('is rejected when nothing of the state is found, as of a stack without a user pool of its own', () => {
    const client = resourceChange('aws_cognito_user_pool_client.shop', 'delete', { id: 'c1' });
    const configuration = { root_module: { resources: [{ address: client.address }] } };
    const kept = resourceChange('aws_cognito_user_group.admins', 'no-op', { id: 'g' }, { id: 'g' });
    expect(sentences({ configuration, resource_drift: [client] })).toEqual([
      expect.stringContaining('AWS does not find the resource c1 with these credentials'),
    ]);
    expect(sentences({ configuration, resource_drift: [client], resource_changes: [kept] })).toEqual([]);
  });

  test('differs from one in which someone has deleted a method', () => {
    const [method, again] = ['delete', 'create'].map((action) =>
      resourceChange('aws_api_gateway_method.orders_GET', action, { id: 'agm-api' }, { id: 'agm-api' }),
    ) as [ResourceChange, ResourceChange];
    const kept = resourceChange(pool.address, 'no-op', pool.change.before, pool.change.before);
    const changes = { resource_changes: [kept, again], resource_drift: [method] };
    expect(findRejections({ ...inRegion('us-east-1'), ...changes })).toEqual([]);
  });
});

describe('a change that the provider or AWS rejects half way', () => {
  const client = 'aws_cognito_user_pool_client.web';
  const rotation = [{ feature: 'ENABLED', retry_grace_period_seconds: 10 }];
  const off = [{ feature: 'DISABLED', retry_grace_period_seconds: 0 }];
  const pool = 'aws_cognito_user_pool.user_pool';
  const server = (name: string) => `aws_cognito_resource_server.${name}`;
  const api = 'aws_api_gateway_rest_api.rest_api';
  const closed = { disable_execute_api_endpoint: true };
  const strict = { security_policy: 'SecurityPolicy_TLS13_1_3_2025_09', endpoint_access_mode: 'STRICT' };
  const provider = (name: string) => `aws_cognito_identity_provider.${name}`;
  const issuer = (url: string) => ({ provider_name: 'Corp', provider_details: { oidc_issuer: url } });
  const key = (id: string) => ({ provider_name: 'SignInWithApple', provider_details: { key_id: id } });

  test.each<[string, readonly ResourceChange[], RegExp]>([
    [
      'a rotation that is taken away',
      [update(client, { name: 'web', refresh_token_rotation: rotation }, { refresh_token_rotation: [] })],
      /^aws_cognito_user_pool_client.web removes refresh_token_rotation, .* To do: appClients.web: write "refreshTokenRotation": false/,
    ],
    [
      'a precedence that is taken away',
      [update('aws_cognito_user_group.admins', { name: 'admins', precedence: 5 }, { precedence: null })],
      /would set 0, the highest rank .* To do: groups.admins: write "precedence": 5 again, or 2147483647/,
    ],
    [
      'a default redirect URI that is taken away, and no longer a callback URL',
      [update(client, {}, { name: 'web', default_redirect_uri: 'https://a/', callback_urls: ['https://b/'] })],
      /keeps the default redirect URI https:\/\/a\/.* To do: appClients.web: write "defaultRedirectUri": "https:\/\/b\/"/,
    ],
    [
      'another grant of a client with a secret',
      [update(client, { allowed_oauth_flows: ['code'] }, { allowed_oauth_flows: ['client_credentials'] })],
      /has another grant: .* another name in appClients/,
    ],
    [
      'a removed attribute of the schema',
      [update(pool, { schema: [{ name: 'team', attribute_data_type: 'String' }] }, { schema: [] })],
      /^aws_cognito_user_pool.user_pool removes the attribute custom:team, .* To do: userPool.attributes: write "custom:team"/,
    ],
    [
      'another type of an identity provider',
      [
        resourceChange(
          provider('Corp'),
          'create+delete',
          { provider_name: 'Corp', provider_type: 'OIDC' },
          { provider_name: 'Corp', provider_type: 'SAML' },
        ),
      ],
      /^aws_cognito_identity_provider.Corp has another type: .* To do: give the other provider another name/,
    ],
    [
      'another issuer of an identity provider',
      [update(provider('Corp'), issuer('https://a.example'), issuer('https://b.example'))],
      /has another issuer: a person with the subject of a user there would sign in as that user/,
    ],
    [
      'another key of Apple, whose private key Cognito does not return',
      [update(provider('SignInWithApple'), key('OLD'), key('NEW'))],
      /would send them without it. To do: remove SignInWithApple from identityProviders, deploy, and add it again/,
    ],
    [
      'a user pool that is replaced with its protection on',
      [resourceChange(pool, 'delete+create', { deletion_protection: 'ACTIVE' }, { deletion_protection: 'INACTIVE' })],
      /Cognito does not delete it, .* To do: set userPool.deletionProtection to false, and deploy that first/,
    ],
    [
      'a custom domain that is taken away from an API without a URL of its own',
      [
        resourceChange(api, 'no-op', closed, closed),
        resourceChange('aws_api_gateway_domain_name.domain', 'delete', { domain_name: 'api.example.com' }),
      ],
      /no client could call it. To do: write "disableExecuteApiEndpoint": false/,
    ],
    [
      'a security policy that is taken away, which API Gateway keeps',
      [resourceChange(api, 'update', strict, { ...strict, endpoint_access_mode: null })],
      /removes the endpoint access mode STRICT, .* To do: restApi: write "securityPolicy": "TLS_1_0"/,
    ],
    [
      'a resource server with another name and the same identifier',
      [
        resourceChange(server('new'), 'create', null, { identifier: 'orders' }),
        resourceChange(server('old'), 'delete', { identifier: 'orders' }),
      ],
      /^aws_cognito_resource_server.new would replace aws_cognito_resource_server.old with the same identifier, "orders"/,
    ],
  ])('is %s', (_, changes, sentence) => {
    expect(rejected(...changes)).toEqual([expect.stringMatching(sentence)]);
  });

  test.each<[string, readonly ResourceChange[]]>([
    [
      'a rotation that is turned off',
      [update(client, { refresh_token_rotation: rotation }, { refresh_token_rotation: off })],
    ],
    ['another precedence', [update('aws_cognito_user_group.admins', { precedence: 5 }, { precedence: 6 })]],
    [
      'a group without a precedence',
      [update('aws_cognito_user_group.admins', { precedence: 0 }, { precedence: null })],
    ],
    [
      'a default redirect URI that is still a callback URL',
      [update(client, {}, { default_redirect_uri: 'https://a/', callback_urls: ['https://a/'] })],
    ],
    [
      'an added attribute of the schema',
      [update(pool, { schema: [] }, { schema: [{ name: 'team', attribute_data_type: 'String' }] })],
    ],
    [
      'other attributes of Apple',
      [
        update(
          provider('SignInWithApple'),
          { ...key('K'), attribute_mapping: { email: 'email' } },
          { ...key('K'), attribute_mapping: {} },
        ),
      ],
    ],
    [
      'an identity provider of a new user pool',
      [resourceChange(provider('Corp'), 'create+delete', issuer('https://a.example'), issuer('https://a.example'))],
    ],
    ['a user pool that is protected', [update(pool, {}, { deletion_protection: 'ACTIVE' })]],
    [
      'another custom domain',
      [
        resourceChange(api, 'no-op', closed, closed),
        resourceChange(
          'aws_api_gateway_domain_name.domain',
          'delete+create',
          { domain_name: 'a' },
          { domain_name: 'b' },
        ),
      ],
    ],
    [
      'a resource server that is replaced in its place',
      [resourceChange(server('orders'), 'delete+create', { identifier: 'orders' }, { identifier: 'orders' })],
    ],
  ])('is not %s', (_, changes) => {
    expect(rejected(...changes)).toEqual([]);
  });
});

describe('a pre token generation trigger that is taken away', () => {
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:shop-preTokenGeneration';
  const pool = 'aws_cognito_user_pool.user_pool';
  const deleted = resourceChange('aws_lambda_function.user_pool_preTokenGeneration', 'delete', { arn }, null);
  const config = (pre_token_generation_config: unknown) => ({
    lambda_config: [{ pre_sign_up: 'arn:other', pre_token_generation_config }],
  });
  const kept = config([{ lambda_arn: arn, lambda_version: 'V2_0' }]);

  test.each(['update', 'no-op'])('is rejected while others stay, where the plan of the pool is %s', (action) => {
    expect(rejected(resourceChange(pool, action, kept, kept), deleted)).toEqual([
      `${pool} keeps its pre token generation trigger, which the provider cannot remove while other triggers stay: Cognito ` +
        'would invoke a deleted function, and every sign-in would fail. To do: userPool.triggers: write ' +
        '"preTokenGeneration" again with a handler that returns its event, or deploy once without any trigger.',
    ]);
  });

  test('can go with all others, or together with its pool', () => {
    expect(rejected(update(pool, kept, { lambda_config: [] }), deleted)).toEqual([]);
    expect(rejected(update(pool, kept, config([])), deleted)).toEqual([]);
    expect(rejected(resourceChange(pool, 'delete', kept, null), deleted)).toEqual([]);
  });
});
