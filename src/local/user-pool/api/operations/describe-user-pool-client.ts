import { type AppClient, unitSeconds } from '../../model';
import { findClient } from '../client';
import { type Operation } from '../operation';
import { assertUserPool } from '../user';

export const describeUserPoolClient: Operation<'DescribeUserPoolClient'> = (pool, request) => {
  assertUserPool(pool, request);
  const client = findClient(pool, request.ClientId);
  return {
    UserPoolClient: {
      UserPoolId: pool.configuration.id,
      ClientId: client.id,
      ClientName: client.name,
      ClientType: 'REGULAR',
      ...(client.secret !== undefined && { ClientSecret: client.secret }),
      CreationDate: new Date(pool.createdAt),
      LastModifiedDate: new Date(pool.modifiedAt),
      ...validities(client),
      ...(client.readAttributes && { ReadAttributes: [...client.readAttributes] }),
      ...(client.writeAttributes && { WriteAttributes: [...client.writeAttributes] }),
      ExplicitAuthFlows: [...client.explicitAuthFlows],
      SupportedIdentityProviders: [...client.identityProviders],
      CallbackURLs: [...client.callbackUrls],
      LogoutURLs: [...client.logoutUrls],
      ...(client.defaultRedirectUri !== undefined && { DefaultRedirectURI: client.defaultRedirectUri }),
      AllowedOAuthFlows: [
        ...(client.codeGrant ? (['code'] as const) : []),
        ...(client.clientCredentialsGrant ? (['client_credentials'] as const) : []),
      ],
      AllowedOAuthFlowsUserPoolClient: client.codeGrant || client.clientCredentialsGrant,
      AllowedOAuthScopes: [...client.scopes],
      PreventUserExistenceErrors: client.preventUserExistenceErrors ? 'ENABLED' : 'LEGACY',
      EnableTokenRevocation: client.tokenRevocation,
      EnablePropagateAdditionalUserContextData: false,
      AuthSessionValidity: client.authSessionValidity / 60,
      ...(client.rotationGraceSeconds !== undefined && {
        RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: client.rotationGraceSeconds },
      }),
    },
  };
};

function validities({ accessTokenValidity, idTokenValidity, refreshTokenValidity, validityUnits: units }: AppClient) {
  return {
    AccessTokenValidity: accessTokenValidity / unitSeconds[units.accessToken],
    IdTokenValidity: idTokenValidity / unitSeconds[units.idToken],
    RefreshTokenValidity: refreshTokenValidity / unitSeconds[units.refreshToken],
    TokenValidityUnits: { AccessToken: units.accessToken, IdToken: units.idToken, RefreshToken: units.refreshToken },
  };
}
