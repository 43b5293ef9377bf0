import { findKeptArguments } from '../../src/terraform/kept-arguments';
import { type Values } from '../../src/terraform/plan-json';
import { recordedPlan, resourceChange } from '../support/plans';

/** Lists what is kept of a resource whose configuration has only these arguments, and what to write. */
function kept(address: string, values: Values, expressions: Values = {}): string[] {
  return findKeptArguments({
    configuration: { root_module: { resources: [{ address, expressions }] } },
    resource_changes: [resourceChange(address, 'no-op', values, values)],
  }).map(({ argument, remedy }) => `${argument}: ${remedy}`);
}

const client = 'aws_cognito_user_pool_client.web';
const logoutUrls = { name: 'web', logout_urls: ['https://app.example.com/'] };
const password = { minimum_length: 8, require_lowercase: true, require_uppercase: true, require_numbers: true };
const dualstack = { endpoint_configuration: [{ types: ['REGIONAL'], ip_address_type: 'dualstack' }] };
const policy = { ...password, require_symbols: true, temporary_password_validity_days: 7, password_history_size: 0 };

describe('an argument that AWS keeps', () => {
  test('is named with the line to write, although the plan has no change', () => {
    expect(kept(client, logoutUrls)).toEqual(['logout_urls: appClients.web: "logoutUrls": []']);
    expect(kept('aws_cognito_user_pool.user_pool', { password_policy: [{ ...policy, minimum_length: 14 }] })).toEqual([
      'password_policy: userPool: "passwordPolicy": {}, which is what Cognito gives a new pool',
    ]);
    expect(kept('aws_api_gateway_rest_api.api', dualstack, { endpoint_configuration: [{ types: {} }] })).toEqual([
      'endpoint_configuration.ip_address_type: restApi: "ipAddressType": "ipv4", which is what a new API has',
    ]);
  });

  test.each<[string, string, Values, Values]>([
    [
      'the settings have it in a block',
      'aws_api_gateway_rest_api.api',
      dualstack,
      { endpoint_configuration: [{ ip_address_type: { constant_value: 'dualstack' } }] },
    ],
    ['the settings have it', client, logoutUrls, { logout_urls: { constant_value: [] } }],
    [
      'it is what a new client has',
      client,
      { auth_session_validity: 3, logout_urls: [], default_redirect_uri: '' },
      {},
    ],
    [
      'it is what a new user pool has',
      'aws_cognito_user_pool.p',
      { password_policy: [policy], user_pool_tier: 'ESSENTIALS' },
      {},
    ],
    ['it is what a new domain has', 'aws_cognito_user_pool_domain.d', { managed_login_version: 1 }, {}],
  ])('is not named when %s', (_, address, values, expressions) => {
    expect(kept(address, values, expressions)).toEqual([]);
  });

  test('is not named of a resource that is not there yet', () => {
    expect(findKeptArguments(recordedPlan('replaced-user-pool'))).toEqual([]);
  });
});
