import { randomBytes, randomUUID } from 'node:crypto';

import { type Clock } from '../clock';
import { type Entry, ExpiringMap } from './expiring-map';
import { type AppClient, type Grant, type RefreshGrant, type User, type UserPoolConfiguration } from './model';
import { sha256 } from './secrets';
import { UserPoolError } from './user-pool-error';
import { type Users } from './users';

interface GrantsProps {
  readonly clock: Clock;
  readonly configuration: Pick<UserPoolConfiguration, 'clients'>;
  readonly users: Users;
  /**
   * What an earlier run has granted.
   *
   * @default - nothing
   */
  readonly kept?: KeptGrants | undefined;
  /** Called after each change. */
  readonly onChange?: (() => void) | undefined;
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
  private readonly refreshTokens = new Map<string, RefreshTokens>();
  /** Sign-ins whose access tokens were revoked, by their event ID. */
  private readonly revoked: ExpiringMap<true>;

  constructor(private readonly props: GrantsProps) {
    const { refreshTokens, revoked } = props.kept ?? { refreshTokens: {}, revoked: [] };
    for (const [id, { validity, grants }] of Object.entries(refreshTokens)) {
      this.addClient(id, validity, grants);
    }
    this.revoked = new ExpiringMap(props.clock, longestAccessTokenSeconds, revoked, props.onChange);
    this.dropRemoved();
  }

  toJSON(): object {
    return { refreshTokens: Object.fromEntries(this.refreshTokens), revoked: this.revoked };
  }

  /** Drops what clients can no longer use: a refresh token is gone with its client or its validity. */
  dropRemoved(): void {
    const { clients } = this.props.configuration;
    for (const [id, { validity }] of this.refreshTokens) {
      if (clients.get(id)?.refreshTokenValidity !== validity) {
        this.refreshTokens.delete(id);
        this.props.onChange?.();
      }
    }
    for (const { id, refreshTokenValidity } of clients.values()) {
      if (!this.refreshTokens.has(id)) {
        this.addClient(id, refreshTokenValidity);
      }
    }
  }

  /** Begins what a sign-in grants. */
  begin(grant: Omit<Grant, 'eventId' | 'originJti'>): Grant {
    return { ...grant, originJti: randomUUID(), eventId: randomUUID() };
  }

  issueRefreshToken(grant: Grant): string {
    const { validity } = this.refreshTokens.get(grant.clientId)!;
    return this.store({ grant, expiresAt: this.props.clock() + validity * 1000 });
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
    const now = this.props.clock();
    const hash = hashOf(token);
    const { grants } = this.refreshTokens.get(client.id)!;
    const found = grants.get(hash);
    const grant = found && this.current(found.grant);
    if (found?.revoked) {
      throw new UserPoolError('NotAuthorizedException', 'Refresh Token has been revoked');
    }
    if (!found || !grant || now >= found.expiresAt) {
      const isOfOther = [...this.refreshTokens.values()].some((other) => !found && other.grants.get(hash));
      throw new UserPoolError(
        'NotAuthorizedException',
        isOfOther ? 'Refresh Token has different Client' : 'Invalid Refresh Token',
      );
    }
    const refreshed = { ...grant, nonce: undefined };
    if (client.rotationGraceSeconds === undefined) {
      return { grant: refreshed };
    }
    const { expiresAt, rotatedUntil = now + client.rotationGraceSeconds * 1000 } = found;
    if (now >= rotatedUntil && found.rotatedUntil !== undefined) {
      throw new UserPoolError('RefreshTokenReuseException');
    }
    grants.set(hash, { ...found, rotatedUntil });
    return { grant: refreshed, refreshToken: this.store({ grant, expiresAt }) };
  }

  /** Returns what a refresh token of a client grants, whether or not it is still valid. */
  find(client: AppClient, token: string): Grant | undefined {
    return this.refreshTokens.get(client.id)!.grants.get(hashOf(token))?.grant;
  }

  /** Returns what can still be used of a grant, since the pool can have got another configuration. */
  current(grant: Grant): Grant | undefined {
    const client = this.props.configuration.clients.get(grant.clientId);
    const scopes =
      grant.source === 'api' ? grant.scopes : grant.scopes.filter((scope) => client?.scopes.includes(scope));
    return client && scopes.length > 0 && this.props.users.withSub(grant.sub)?.enabled
      ? { ...grant, scopes }
      : undefined;
  }

  /** Revokes a refresh token of a client. Cognito's own endpoints then reject every token of the same sign-in. */
  revoke(client: AppClient, token: string): void {
    const eventId = this.find(client, token)?.eventId;
    if (eventId !== undefined) {
      this.end((grant) => grant.eventId === eventId);
    }
  }

  /** Signs a user out everywhere. A session of the hosted login stays, as on AWS. */
  signOutEverywhere(user: User): void {
    this.props.users.record(user, { signedOutAt: this.props.clock() });
    this.end(
      (grant) => grant.sub === user.sub,
      (refreshGrant) => ({ ...refreshGrant, revoked: true }),
    );
  }

  /** Ends what was granted to a user who is deleted. */
  drop(user: User): void {
    this.end((grant) => grant.sub === user.sub);
  }

  /** Returns whether the access token of a user was revoked. */
  isRevoked(claims: { readonly event_id?: unknown; readonly iat?: number | undefined }, user: User): boolean {
    return this.revoked.get(String(claims.event_id)) === true || claims.iat! < Math.floor(user.signedOutAt / 1000);
  }

  private addClient(id: string, validity: number, kept?: Iterable<readonly [string, Entry<RefreshGrant>]>): void {
    const grants = new ExpiringMap(this.props.clock, validity, kept, this.props.onChange);
    this.refreshTokens.set(id, { validity, grants });
  }

  private store(grant: RefreshGrant): string {
    const token = generateRefreshToken();
    this.refreshTokens.get(grant.grant.clientId)!.grants.set(hashOf(token), grant);
    return token;
  }

  /** @param replace returns what takes the place of a refresh token, nothing if it is removed */
  private end(
    isEnded: (grant: Grant) => boolean,
    replace: (refreshGrant: RefreshGrant) => RefreshGrant | undefined = () => undefined,
  ): void {
    for (const { grants } of this.refreshTokens.values()) {
      grants.replaceEach((refreshGrant) => {
        if (refreshGrant.revoked || !isEnded(refreshGrant.grant)) {
          return refreshGrant;
        }
        this.revoked.set(refreshGrant.grant.eventId, true);
        return replace(refreshGrant);
      });
    }
  }
}

/** Generates a refresh token. It is opaque, and has the form of Cognito's: an encrypted JWT. */
function generateRefreshToken(): string {
  const header = Buffer.from(JSON.stringify({ cty: 'JWT', enc: 'A256GCM', alg: 'RSA-OAEP' })).toString('base64url');
  return [header, ...[256, 12, 768, 16].map((length) => randomBytes(length).toString('base64url'))].join('.');
}

/** Returns whether a string can be a refresh token. Access and ID tokens are signed JWTs, which have three parts. */
export function isRefreshToken(token: string): boolean {
  return !/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

function hashOf(token: string): string {
  return sha256(token).toString('base64url');
}
