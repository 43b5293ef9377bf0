import { randomUUID } from 'node:crypto';

import { decodeJwt, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';

import { type Clock } from '../../clock';
import { isCompactJws } from '../../compact-jws';
import { type Groups } from '../users/groups';
import { type AppClient, type Grant, type User, type UserPoolConfiguration } from '../model';
import { sha256 } from '../secrets';
import { type SigningKeys, type UserPoolKeys } from './signing-keys';
import {
  type GroupClaims,
  overrideAccessToken,
  overrideIdToken,
  overrideScopes,
  type TokenOverrides,
} from './token-overrides';
import { identitiesClaim } from '../sign-in/federation';
import { canRead } from '../users/user-attributes';
import { type Users } from '../users/users';

interface TokensProps {
  readonly clock: Clock;
  readonly configuration: Pick<UserPoolConfiguration, 'clients'>;
  readonly groups: Groups;
  readonly issuer: string;
  readonly keys: Pick<UserPoolKeys, 'signing'>;
  readonly users: Users;
}

/** Signs and verifies the tokens of a user pool. */
export class Tokens {
  /** Changes with the region of the pool. */
  issuer: string;

  constructor(private readonly props: TokensProps) {
    this.issuer = props.issuer;
  }

  /** The JSON Web Key Set with the public keys. */
  async jwks() {
    const { idToken, accessToken } = await this.props.keys.signing();
    return { keys: [idToken.jwk, accessToken.jwk] };
  }

  /**
   * Signs the tokens of a grant whose user and client exist. A sign-in at the domain gives an ID token if it was asked
   * for.
   *
   * @param overrides what a trigger changes
   */
  async of(
    grant: Grant,
    overrides?: TokenOverrides,
  ): Promise<{ readonly accessToken: string; readonly idToken: string | undefined }> {
    const user = this.props.users.withSub(grant.sub)!;
    const client = this.props.configuration.clients.get(grant.clientId)!;
    const accessToken = await this.accessToken(grant, user, client, overrides);
    const hasIdToken = grant.source === 'api' || grant.scopes.includes('openid');
    return {
      accessToken,
      idToken: hasIdToken ? await this.idToken(grant, user, client, accessToken, overrides) : undefined,
    };
  }

  private accessToken(grant: Grant, user: User, client: AppClient, overrides?: TokenOverrides): Promise<string> {
    const claims = {
      sub: user.sub,
      ...groupClaims(this.groupsOf(user, overrides)),
      iss: this.issuer,
      ...(grant.source === 'domain' && { version: 2 }),
      client_id: client.id,
      ...revocable(client, { origin_jti: grant.originJti }),
      event_id: grant.eventId,
      token_use: 'access',
      scope: overrideScopes(grant.scopes, overrides).join(' '),
      auth_time: grant.authTime,
      ...this.validity(client.accessTokenValidity),
      ...revocable(client, { jti: randomUUID() }),
      username: user.username,
    };
    return this.sign('accessToken', overrideAccessToken(claims, overrides));
  }

  private groupsOf(user: User, overrides: TokenOverrides | undefined): GroupClaims {
    return overrides?.groups ?? this.props.groups.claimsOf(user);
  }

  /** Signs the access token of a client that acts for no user: the client is its subject. */
  clientAccessToken(client: AppClient, scopes: readonly string[], overrides?: TokenOverrides): Promise<string> {
    const validity = this.validity(client.accessTokenValidity);
    const claims = {
      sub: client.id,
      token_use: 'access',
      scope: overrideScopes(scopes, overrides).join(' '),
      auth_time: validity.iat,
      iss: this.issuer,
      ...validity,
      version: 2,
      jti: randomUUID(),
      client_id: client.id,
    };
    return this.sign('accessToken', overrideAccessToken(claims, overrides));
  }

  /** Signs the ID token that goes with an access token. */
  private idToken(
    grant: Grant,
    user: User,
    client: AppClient,
    accessToken: string,
    overrides?: TokenOverrides,
  ): Promise<string> {
    const { email, email_verified, ...others } = visibleAttributes(user, client, grant.scopes);
    const identities = identitiesClaim(user);
    const groups = this.groupsOf(user, overrides);
    const claims = {
      ...(grant.source === 'domain' && { at_hash: sha256(accessToken).subarray(0, 16).toString('base64url') }),
      sub: user.sub,
      ...groupClaims(groups),
      ...roleClaims(groups),
      ...(email_verified !== undefined && { email_verified: email_verified === 'true' }),
      iss: this.issuer,
      'cognito:username': user.username,
      ...(grant.nonce !== undefined && { nonce: grant.nonce }),
      ...revocable(client, { origin_jti: grant.originJti }),
      aud: client.id,
      event_id: grant.eventId,
      token_use: 'id',
      auth_time: grant.authTime,
      ...this.validity(client.idTokenValidity),
      ...revocable(client, { jti: randomUUID() }),
      ...others,
      // A list here, but a string in the attributes.
      ...(identities.length > 0 && { identities }),
      ...(email !== undefined && { email }),
    };
    return this.sign('idToken', overrideIdToken(claims, overrides));
  }

  /**
   * Returns the claims of an access token, or nothing if it is not a valid access token of this pool.
   *
   * @param onExpired called when that is only because it has expired
   */
  async verifyAccessToken(token: string, onExpired?: () => void): Promise<JWTPayload | undefined> {
    if (!isCompactJws(token)) {
      return undefined;
    }
    try {
      const { payload } = await jwtVerify(token, async () => (await this.props.keys.signing()).accessToken.publicKey, {
        issuer: this.issuer,
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
        currentDate: new Date(this.props.clock()),
      });
      return payload.token_use === 'access' ? payload : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) {
        if (error instanceof errors.JWTExpired && error.payload.token_use === 'access') {
          onExpired?.();
        }
        return undefined;
      }
      throw error;
    }
  }

  /** Returns whether a token names this pool as its issuer. Its signature is not verified. */
  isIssuerOf(token: string): boolean {
    try {
      return isCompactJws(token) && decodeJwt(token).iss === this.issuer;
    } catch {
      return false;
    }
  }

  private validity(seconds: number) {
    const iat = Math.floor(this.props.clock() / 1000);
    return { exp: iat + seconds, iat };
  }

  private async sign(token: keyof SigningKeys, claims: JWTPayload): Promise<string> {
    const { kid, privateKey } = (await this.props.keys.signing())[token];
    return new SignJWT(claims).setProtectedHeader({ kid, alg: 'RS256' }).sign(privateKey);
  }
}

/**
 * Returns the attributes of the user that the client can see.
 *
 * With `openid` alone, these are all attributes that the client can read. `email`, `phone` and `profile` restrict them.
 */
export function visibleAttributes(
  user: User,
  client: AppClient,
  scopes: readonly string[],
): Readonly<Record<string, string>> {
  const isRestricted = ['email', 'phone', 'profile'].some((scope) => scopes.includes(scope));
  return Object.fromEntries(
    [...user.attributes].filter(([name]) => canRead(client, name) && (!isRestricted || scopes.includes(scopeOf(name)))),
  );
}

/** Returns the scope that makes an attribute visible. */
function scopeOf(attribute: string): string {
  return /^(email|phone)(?:_|$)/.exec(attribute)?.[1] ?? 'profile';
}

/** Returns the claim that only the tokens of users in a group have. */
function groupClaims({ groups }: GroupClaims): JWTPayload {
  return groups.length > 0 ? { 'cognito:groups': groups } : {};
}

/** Returns the claims for identity pools. */
function roleClaims({ roles, preferredRole }: GroupClaims): JWTPayload {
  return {
    ...(roles.length > 0 && { 'cognito:roles': roles }),
    ...(preferredRole !== undefined && { 'cognito:preferred_role': preferredRole }),
  };
}

/** Returns claims that only the tokens of clients with token revocation have. */
function revocable<Claims extends object>({ tokenRevocation }: AppClient, claims: Claims): Claims | undefined {
  return tokenRevocation ? claims : undefined;
}
