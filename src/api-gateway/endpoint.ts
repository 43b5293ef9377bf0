import type { ApiGatewayDomainName } from '@cdktf/provider-aws/lib/api-gateway-domain-name';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { z } from 'zod';

import { type Problem } from '../rules/rule';

/**
 * The security policies of an endpoint. Those that end with `_EDGE` are for edge-optimized endpoints only, and the other
 * ones that start with `SecurityPolicy_` for regional endpoints only.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRestApi.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
 */
const securityPolicies = [
  'TLS_1_0',
  'TLS_1_2',
  'SecurityPolicy_TLS13_1_3_2025_09',
  'SecurityPolicy_TLS13_1_3_FIPS_2025_09',
  'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_2021_06',
  'SecurityPolicy_TLS13_2025_EDGE',
  'SecurityPolicy_TLS12_PFS_2025_EDGE',
  'SecurityPolicy_TLS12_2018_EDGE',
] as const;

/** The settings of the endpoint of an API and of its host name: how clients connect to it. */
export const endpointSettings = {
  securityPolicy: z
    .enum(securityPolicies)
    .optional()
    .describe(
      'Versions and cipher suites of TLS that clients can use, for the URL of AWS and for `customDomain`. Without it, a new API has `TLS_1_0`, and `customDomain` has `TLS_1_2`. To undo it, set `TLS_1_0`. It requires provider 6.66.0.',
    )
    .meta({ change: 'that removes one of `SecurityPolicy_` is rejected: set `TLS_1_0` instead' }),
  endpointAccessMode: z
    .enum(['BASIC', 'STRICT'])
    .optional()
    .describe(
      'With a `securityPolicy` that starts with `SecurityPolicy_`: with `STRICT`, API Gateway rejects requests whose host differs from that of the TLS connection. Without it: `BASIC`.',
    ),
  ipAddressType: z
    .enum(['ipv4', 'dualstack'])
    .optional()
    .describe(
      'Whether clients can also connect with IPv6 (`dualstack`), to the URL of AWS and to `customDomain`. To undo it, set `ipv4`: without the setting, AWS keeps the current value.',
    ),
};

export interface EndpointProps extends Partial<z.output<z.ZodObject<typeof endpointSettings>>> {
  /** @default REGIONAL */
  readonly endpointType?: 'REGIONAL' | 'EDGE' | undefined;
}

/** Finds a security policy that the endpoint cannot have, and an access mode without one that has it. */
export function findEndpointConflicts(
  { endpointType, securityPolicy }: EndpointProps,
  given: readonly string[],
): Problem[] {
  const allowed = securityPolicies.filter(
    (policy) => isLegacy(policy) || policy.endsWith('_EDGE') === (endpointType === 'EDGE'),
  );
  return [
    ...(securityPolicy === undefined || endpointType === undefined || allowed.includes(securityPolicy)
      ? []
      : [
          {
            path: ['securityPolicy'],
            problem: `must be one for the endpoint type ${endpointType}`,
            allowed: allowed.join(', '),
          },
        ]),
    ...(given.includes('endpointAccessMode') && (isLegacy(securityPolicy) || !given.includes('securityPolicy'))
      ? [{ path: ['endpointAccessMode'], problem: 'requires a securityPolicy that starts with SecurityPolicy_' }]
      : []),
  ];
}

/** Sets the security policy of an API or a host name, which the bindings do not have. */
export function setSecurityPolicy(
  resource: ApiGatewayRestApi | ApiGatewayDomainName,
  { securityPolicy, endpointAccessMode = 'BASIC' }: EndpointProps,
): void {
  if (securityPolicy === undefined) {
    return;
  }
  resource.addOverride('security_policy', securityPolicy);
  if (!isLegacy(securityPolicy)) {
    resource.addOverride('endpoint_access_mode', endpointAccessMode);
  }
}

function isLegacy(securityPolicy: string | undefined): boolean {
  return securityPolicy?.startsWith('TLS_') === true;
}
