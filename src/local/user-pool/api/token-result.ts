import { adminScope } from '../tokens/grants';
import { type AppClient, type User } from '../model';
import { type Metadata, type TokenSource } from '../triggers/triggers';
import { type UserPool } from '../user-pool';

/** Issues the tokens of a sign-in through this API. They have the scope of this API and no other. */
export async function tokensOfSignIn(
  pool: UserPool,
  client: AppClient,
  user: User,
  source: TokenSource,
  clientMetadata?: Metadata,
) {
  const { clock, grants, tokens } = pool;
  const grant = grants.begin({
    source: 'api',
    sub: user.sub,
    clientId: client.id,
    scopes: [adminScope],
    authTime: Math.floor(clock() / 1000),
  });
  const overrides = await pool.overridesOf(source, grant, clientMetadata);
  return resultOf(client, await tokens.of(grant, overrides), grants.issueRefreshToken(grant));
}

/** Issues the tokens that a refresh token grants. */
export async function refreshedTokens(pool: UserPool, client: AppClient, token: string, clientMetadata?: Metadata) {
  const { grants, tokens } = pool;
  // A trigger that fails leaves the refresh token valid.
  const overrides = await pool.overridesOf('TokenGeneration_RefreshTokens', grants.of(client, token), clientMetadata);
  const { grant, refreshToken } = grants.refresh(client, token);
  return resultOf(client, await tokens.of(grant, overrides), refreshToken);
}

function resultOf(
  { accessTokenValidity }: AppClient,
  { accessToken, idToken }: { readonly accessToken: string; readonly idToken: string | undefined },
  refreshToken: string | undefined,
) {
  return {
    AccessToken: accessToken,
    ExpiresIn: accessTokenValidity,
    ...(idToken !== undefined && { IdToken: idToken }),
    ...(refreshToken !== undefined && { RefreshToken: refreshToken }),
    TokenType: 'Bearer',
  };
}
