import { parseSettings } from '../../src/settings/environments';
import { certificateArn } from '../support/every-setting';
import { resourceAt } from '../support/stack-json';
import { synthApp } from '../support/synth';

const providerVersion = '>= 6.66.0, < 7.0.0';
const securityPolicy = 'SecurityPolicy_TLS13_1_3_2025_09';
const customDomain = { name: 'api.example.com', certificateArn };

function endpointsOf(restApi: object) {
  const { apiGateway } = synthApp({ providerVersion, restApi: { customDomain, ...restApi } });
  return [
    resourceAt(apiGateway, 'aws_api_gateway_rest_api.rest_api'),
    resourceAt(apiGateway, 'aws_api_gateway_domain_name.domain'),
  ];
}

describe('a security policy', () => {
  test('is that of the API and of its host name, with an access mode', () => {
    const basic = { security_policy: securityPolicy, endpoint_access_mode: 'BASIC' };
    expect(endpointsOf({ securityPolicy })).toMatchObject([basic, basic]);
    const strict = { ...basic, endpoint_access_mode: 'STRICT' };
    expect(endpointsOf({ securityPolicy, endpointAccessMode: 'STRICT' })).toMatchObject([strict, strict]);
  });

  test('of a new API leaves a host name with TLS 1.2', () => {
    const [api, domain] = endpointsOf({ securityPolicy: 'TLS_1_0' });
    expect([api!.security_policy, domain!.security_policy]).toEqual(['TLS_1_0', 'TLS_1_2']);
    expect(api).not.toHaveProperty('endpoint_access_mode');
  });

  test.each<[object, string]>([
    [
      { securityPolicy, endpointType: 'EDGE' },
      `restApi.securityPolicy: must be one for the endpoint type EDGE, got "${securityPolicy}"; allowed: TLS_1_0, TLS_1_2, SecurityPolicy_TLS13_2025_EDGE`,
    ],
    [
      { securityPolicy: 'SecurityPolicy_TLS13_2025_EDGE' },
      'restApi.securityPolicy: must be one for the endpoint type REGIONAL',
    ],
    [
      { securityPolicy: 'TLS_1_2', endpointAccessMode: 'STRICT' },
      'restApi.endpointAccessMode: requires a securityPolicy that starts with SecurityPolicy_',
    ],
  ])('cannot be that of %j', (restApi, message) => {
    expect(() => parseSettings({ providerVersion, restApi })).toThrow(message);
  });

  test('that does not exist is the only problem of its access mode', () => {
    const restApi = { securityPolicy: 'TLS_1_3', endpointAccessMode: 'STRICT' };
    expect(() => parseSettings({ providerVersion, restApi })).toThrow(/^(?!.*requires a securityPolicy)/s);
  });

  test('requires a version of the provider that has it', () => {
    expect(() => parseSettings({ restApi: { securityPolicy } })).toThrow(
      'providerVersion: must exclude versions before 6.66.0, which do not have restApi.securityPolicy',
    );
  });
});

test('the type of IP addresses is that of the API and of its host name', () => {
  const dualstack = { endpoint_configuration: { types: ['REGIONAL'], ip_address_type: 'dualstack' } };
  expect(endpointsOf({ ipAddressType: 'dualstack' })).toMatchObject([dualstack, dualstack]);
});
