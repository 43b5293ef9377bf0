import { type OutputName } from '../../stack/outputs';
import { PredictedState } from '../terraform/predicted-state';
import { type TerraformState } from '../terraform/terraform-state';

const callbackUrl = 'http://localhost:3000/dashboard';

/**
 * Returns the ARN of the existing user pool of the authorizers, which no stack defines, or undefined.
 */
export function existingUserPoolArn(state: TerraformState): string | undefined {
  const arns = state
    .resources('aws_api_gateway_authorizer')
    .flatMap(({ attributes }) => (attributes.provider_arns ?? []) as readonly string[]);
  return state.resources('aws_cognito_user_pool').length === 0 && new Set(arns).size === 1 ? arns[0] : undefined;
}

/**
 * Returns the state of a local user pool that replaces an existing one.
 *
 * Its app client can request every scope that a method requires. The outputs are those by which a client signs in.
 */
export function standInUserPool(arn: string, state: TerraformState): TerraformState {
  const [, , , region = '', , resource = ''] = arn.split(':');
  const id = resource.replace('userpool/', '');
  const required = state
    .resources('aws_api_gateway_method')
    .flatMap(({ attributes }) => (attributes.authorization_scopes ?? []) as readonly string[]);
  const scopes = [...new Set([...required, 'openid'])].sort();
  const domain = id.replace(/\W|_/g, '-').toLowerCase();
  const domainUrl = `https://${domain}.auth.${region}.amazoncognito.com`;
  const clientId = '${aws_cognito_user_pool_client.client.id}';
  const query = new URLSearchParams({ response_type: 'code', scope: scopes.join(' '), redirect_uri: callbackUrl });
  return new PredictedState([
    {
      name: 'LocalUserPool',
      terraform: {
        provider: { aws: [{ region }] },
        resource: {
          aws_cognito_user_pool: {
            pool: {
              name: 'local',
              // The authorizer compares the issuer and the key of a token with those of this pool.
              id,
              arn,
              endpoint: `cognito-idp.${region}.amazonaws.com/${id}`,
              username_attributes: ['email'],
              auto_verified_attributes: ['email'],
            },
          },
          aws_cognito_user_pool_client: {
            client: {
              name: 'local',
              user_pool_id: id,
              allowed_oauth_flows: ['code'],
              allowed_oauth_flows_user_pool_client: true,
              allowed_oauth_scopes: scopes,
              supported_identity_providers: ['COGNITO'],
              callback_urls: [callbackUrl],
              prevent_user_existence_errors: 'ENABLED',
            },
          },
          aws_cognito_user_pool_domain: { domain: { user_pool_id: id, domain } },
        },
        output: {
          CognitoUserPoolAppClientID: { value: clientId },
          HostedDomainUrl: { value: domainUrl },
          HostedLoginUrl: { value: `${domainUrl}/oauth2/authorize?client_id=${clientId}&${query.toString()}` },
          CallbackUrl: { value: callbackUrl },
          Scopes: { value: scopes.join(' ') },
        } satisfies Partial<Record<OutputName, unknown>>,
        terraform: {},
      },
    },
  ]);
}
