// Verifies the tokens of a sign-in with aws-jwt-verify, which only knows AWS's issuer.
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { type Jwks } from 'aws-jwt-verify/jwk';

import { apiScope, OAuthClient } from '../oauth-client';
import { type Client } from './client';

export const run: Client = async (services) => {
  const client = new OAuthClient(services);
  const { userPoolApiUrl, userPoolId } = client.services;
  const tokens = await client.tokens();
  const jwks = (await (await fetch(`${userPoolApiUrl}/${userPoolId}/.well-known/jwks.json`)).json()) as Jwks;
  const common = { userPoolId, clientId: client.clientId };
  const accessVerifier = CognitoJwtVerifier.create({ ...common, tokenUse: 'access', scope: apiScope });
  const idVerifier = CognitoJwtVerifier.create({ ...common, tokenUse: 'id' });
  accessVerifier.cacheJwks(jwks);
  idVerifier.cacheJwks(jwks);
  const [access, id] = await Promise.all([
    accessVerifier.verify(tokens.access_token),
    idVerifier.verify(tokens.id_token),
  ]);
  const rejected = await Promise.allSettled([
    accessVerifier.verify(tokens.id_token),
    accessVerifier.verify(tokens.access_token, { scope: 'other' }),
  ]);
  return { scope: access.scope, email: id.email, rejected: rejected.map(({ status }) => status) };
};
