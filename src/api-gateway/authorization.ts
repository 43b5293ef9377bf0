import type { ApiGatewayAuthorizer } from '@cdktf/provider-aws/lib/api-gateway-authorizer';

/** Allows callers that send an access token of a user pool with one of the scopes. */
export interface CognitoAuthorization {
  readonly authorizer: ApiGatewayAuthorizer;
  /** At least one: without scopes, API Gateway requires an ID token and rejects every access token. */
  readonly scopes: readonly [string, ...string[]];
}

/** Who can call a method: `NONE` is everyone. */
export type Authorization = CognitoAuthorization | 'NONE';

/** Returns the arguments with which a method says who can call it. */
export function authorizationArguments(authorization: Authorization) {
  return authorization === 'NONE'
    ? { authorization }
    : {
        authorization: 'COGNITO_USER_POOLS',
        authorizerId: authorization.authorizer.id,
        // A set in Terraform. It is sorted, so that another order in the settings does not change the JSON.
        authorizationScopes: [...new Set(authorization.scopes)].sort(),
      };
}
