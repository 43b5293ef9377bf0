import { adminScope } from '../grants';
import { type AppClient, type User } from '../model';
import { type UserPool } from '../user-pool';

/** Issues the tokens of a sign-in through this API. They have the scope of this API and no other. */
export async function tokensOfSignIn({ clock, grants, tokens }: UserPool, client: AppClient, user: User) {
  const grant = grants.begin({
    source: 'api',
    sub: user.sub,
    clientId: client.id,
    scopes: [adminScope],
    authTime: Math.floor(clock() / 1000),
  });
  return resultOf(client, await tokens.of(grant), grants.issueRefreshToken(grant));
}

/** Issues the tokens that a refresh token grants. */
export async function refreshedTokens({ grants, tokens }: UserPool, client: AppClient, token: string) {
  const { grant, refreshToken } = grants.refresh(client, token);
  return resultOf(client, await tokens.of(grant), refreshToken);
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
