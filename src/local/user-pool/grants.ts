import { randomUUID } from 'node:crypto';

import { type JWTPayload } from 'jose';

import { type Entry, ExpiringMap } from './expiring-map';
import { sha256 } from './secrets';
import { type Grant, refreshToken } from './tokens';
import { type UserPool } from './user-pool';
import { type AppClient, type UserPoolConfiguration } from './user-pool-configuration';
import { UserPoolError } from './user-pool-error';
import { type User } from './users';

/** What a refresh token stands for. */
export interface RefreshGrant {
  readonly grant: Grant;
  /** End of the token's validity, which a rotation does not extend. In milliseconds since 1970, as all times here. */
  readonly expiresAt: number;
  /** Until when the token can be used again after another one has replaced it. */
  readonly rotatedUntil?: number | undefined;
}

/** The refresh tokens of a client. */
interface RefreshTokens {
  /** In seconds. */
  readonly validity: number;
  /** By the hash of the token: whoever reads them has no token. */
  readonly grants: ExpiringMap<RefreshGrant>;
}

/** What is kept between one run and the next. */
export interface KeptGrants {
  readonly refreshTokens: Readonly<
    Record<string, { readonly validity: number; readonly grants: readonly [string, Entry<RefreshGrant>][] }>
  >;
  readonly revoked: readonly [string, Entry<true>][];
}

/** The scope that tokens of Cognito's API have. Its operations for signed-in users need it. */
export const adminScope = 'aws.cognito.signin.user.admin';

const longestAccessTokenSeconds = 86_400;

/** What sign-ins have granted to clients, and how a client or a user ends it. */
export class Grants {
  /** By client ID, so that a client cannot use the refresh tokens of another. */
  private readonly refreshTokens: Map<string, RefreshTokens>;
  /** Sign-ins whose access tokens were revoked, by their event ID. */
  private readonly revoked: ExpiringMap<true>;

  constructor(
    private readonly pool: UserPool,
    { refreshTokens, revoked }: KeptGrants = { refreshTokens: {}, revoked: [] },
  ) {
    this.refreshTokens = new Map(
      Object.entries(refreshTokens).map(([id, { validity, grants }]) => [
        id,
        { validity, grants: new ExpiringMap(pool.clock, validity, grants) },
      ]),
    );
    this.revoked = new ExpiringMap(pool.clock, longestAccessTokenSeconds, revoked);
  }

  toJSON(): object {
    return { refreshTokens: Object.fromEntries(this.refreshTokens), revoked: this.revoked };
  }

  /** Keeps what clients still can use: a refresh token is gone with its client or its validity. */
  configure({ clients }: UserPoolConfiguration): void {
    for (const [id, { validity }] of this.refreshTokens) {
      if (clients.get(id)?.refreshTokenValidity !== validity) {
        this.refreshTokens.delete(id);
      }
    }
    for (const { id, refreshTokenValidity: validity } of clients.values()) {
      if (!this.refreshTokens.has(id)) {
        this.refreshTokens.set(id, { validity, grants: new ExpiringMap(this.pool.clock, validity) });
      }
    }
  }

  /** Begins what a sign-in grants. */
  begin(grant: Omit<Grant, 'eventId' | 'originJti'>): Grant {
    return { ...grant, originJti: randomUUID(), eventId: randomUUID() };
  }

  issueRefreshToken(grant: Grant): string {
    const { validity } = this.refreshTokens.get(grant.clientId)!;
    return this.store({ grant, expiresAt: this.pool.clock() + validity * 1000 });
  }

  /** Returns whether a client can refresh tokens. With token rotation, it can without the flow. */
  canRefresh({ authFlows, rotationGraceSeconds }: AppClient): boolean {
    return authFlows.has('ALLOW_REFRESH_TOKEN_AUTH') || rotationGraceSeconds !== undefined;
  }

  /**
   * Returns what a refresh token grants, and the token that replaces it if the client has token rotation.
   *
   * @throws {UserPoolError} when the token is not valid, or was replaced
   */
  refresh(client: AppClient, token: string): { readonly grant: Grant; readonly refreshToken?: string } {
    const now = this.pool.clock();
    const { grants } = this.refreshTokens.get(client.id)!;
    const found = grants.get(hashOf(token));
    const grant = found && this.current(found.grant);
    if (!found || !grant || now >= found.expiresAt) {
      throw new UserPoolError('NotAuthorizedException', 'Invalid Refresh Token');
    }
    const refreshed = { ...grant, nonce: undefined };
    if (client.rotationGraceSeconds === undefined) {
      return { grant: refreshed };
    }
    const { expiresAt, rotatedUntil = now + client.rotationGraceSeconds * 1000 } = found;
    if (now >= rotatedUntil && found.rotatedUntil !== undefined) {
      throw new UserPoolError('RefreshTokenReuseException');
    }
    grants.set(hashOf(token), { ...found, rotatedUntil });
    return { grant: refreshed, refreshToken: this.store({ grant, expiresAt }) };
  }

  /** Returns what a refresh token of a client grants, whether or not it is still valid. */
  find(client: AppClient, token: string): Grant | undefined {
    return this.refreshTokens.get(client.id)!.grants.get(hashOf(token))?.grant;
  }

  /** Returns what can still be used of a grant, since the pool can have got another configuration. */
  current(grant: Grant): Grant | undefined {
    const client = this.pool.configuration.clients.get(grant.clientId);
    const scopes =
      grant.source === 'api' ? grant.scopes : grant.scopes.filter((scope) => client?.scopes.includes(scope));
    return client && scopes.length > 0 && this.pool.users.withSub(grant.sub)?.enabled
      ? { ...grant, scopes }
      : undefined;
  }

  /** Revokes a refresh token of a client. Cognito's own endpoints then refuse every token of the same sign-in. */
  revoke(client: AppClient, token: string): void {
    const eventId = this.find(client, token)?.eventId;
    if (eventId !== undefined) {
      this.revokeWhere((grant) => grant.eventId === eventId);
    }
  }

  /** Signs a user out everywhere. A session of the hosted login stays, as on AWS. */
  signOutEverywhere(user: User): void {
    user.signedOutAt = this.pool.clock();
    this.revokeWhere((grant) => grant.sub === user.sub);
  }

  /** Returns whether the access token of a user was revoked. */
  isRevoked({ event_id, iat }: JWTPayload, user: User): boolean {
    return this.revoked.get(String(event_id)) === true || iat! < Math.floor(user.signedOutAt / 1000);
  }

  private store(grant: RefreshGrant): string {
    const token = refreshToken();
    this.refreshTokens.get(grant.grant.clientId)!.grants.set(hashOf(token), grant);
    return token;
  }

  private revokeWhere(condition: (grant: Grant) => boolean): void {
    for (const { grants } of this.refreshTokens.values()) {
      for (const { grant } of grants.takeWhere(({ grant }) => condition(grant))) {
        this.revoked.set(grant.eventId, true);
      }
    }
  }
}

function hashOf(token: string): string {
  return sha256(token).toString('base64url');
}
