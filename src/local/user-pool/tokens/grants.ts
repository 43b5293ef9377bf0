import { randomBytes, randomUUID } from 'node:crypto';

import { type Clock } from '../../clock';
import { type Entry, ExpiringMap } from '../expiring-map';
import { type AppClient, type Grant, type RefreshGrant, type User, type UserPoolConfiguration } from '../model';
import { sha256 } from '../secrets';
import { UserPoolError } from '../user-pool-error';
import { type Users } from '../users/users';

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
  /** Called after each change of an entry that is kept, with nothing if it is removed. */
  readonly onChange?: ((kind: keyof KeptGrants, key: string, entry: Entry<unknown> | undefined) => void) | undefined;
}

/** The grants that the next run restores. */
export interface KeptGrants {
  /** By the hash of the token, so that the file does not contain tokens. */
  readonly refreshTokens: Iterable<readonly [string, Entry<RefreshGrant>]>;
  /** Sign-ins whose access tokens were revoked, by their event ID. */
  readonly revoked: Iterable<readonly [string, Entry<true>]>;
}

/** The scope that tokens of Cognito's API have. Its operations for signed-in users need it. */
export const adminScope = 'aws.cognito.signin.user.admin';

const longestAccessTokenSeconds = 86_400;

/** The grants of sign-ins to clients, and their revocation. */
export class Grants implements KeptGrants {
  readonly refreshTokens: ExpiringMap<RefreshGrant>;
  readonly revoked: ExpiringMap<true>;
  /** The hashes of the refresh tokens of each user and of each sign-in, by `sub` and by event ID. */
  private readonly hashes = new Map<string, Set<string>>();

  constructor(private readonly props: GrantsProps) {
    const { clock, onChange, kept = { refreshTokens: [], revoked: [] } } = props;
    this.refreshTokens = new ExpiringMap(clock, 0, kept.refreshTokens, (hash, entry, earlier) => {
      if (!entry || !earlier) {
        this.index(hash, (entry ?? earlier)!.value, entry !== undefined);
      }
      onChange?.('refreshTokens', hash, entry);
    });
    for (const [hash, { value }] of this.refreshTokens) {
      this.index(hash, value, true);
    }
    this.revoked = new ExpiringMap(clock, longestAccessTokenSeconds, kept.revoked, (eventId, entry) =>
      onChange?.('revoked', eventId, entry),
    );
    this.dropRemoved();
  }

  /** Removes refresh tokens whose client was removed or has another validity. */
  dropRemoved(): void {
    const { clients } = this.props.configuration;
    for (const [hash, { value }] of this.refreshTokens) {
      if (clients.get(value.grant.clientId)?.refreshTokenValidity !== value.validity) {
        this.refreshTokens.delete(hash);
      }
    }
  }

  /** Begins what a sign-in grants. */
  begin(grant: Omit<Grant, 'eventId' | 'originJti'>): Grant {
    return { ...grant, originJti: randomUUID(), eventId: randomUUID() };
  }

  issueRefreshToken(grant: Grant): string {
    const validity = this.props.configuration.clients.get(grant.clientId)!.refreshTokenValidity;
    return this.store({ grant, validity, expiresAt: this.props.clock() + validity * 1000 });
  }

  /** Returns whether a client can refresh tokens. With token rotation, it can without the flow. */
  canRefresh({ authFlows, rotationGraceSeconds }: AppClient): boolean {
    return authFlows.has('ALLOW_REFRESH_TOKEN_AUTH') || rotationGraceSeconds !== undefined;
  }

  /**
   * Returns what a refresh token grants.
   *
   * @throws {UserPoolError} when the token is not valid, or was replaced
   */
  of(client: AppClient, token: string): Grant {
    return { ...this.redeemable(client, token).grant, nonce: undefined };
  }

  /**
   * Returns what a refresh token grants, and the token that replaces it if the client has token rotation.
   *
   * @throws {UserPoolError} when the token is not valid, or was replaced
   */
  refresh(client: AppClient, token: string): { readonly grant: Grant; readonly refreshToken?: string } {
    const { grant, validity, expiresAt, rotatedUntil } = this.redeemable(client, token);
    const refreshed = { ...grant, nonce: undefined };
    if (rotatedUntil === undefined) {
      return { grant: refreshed };
    }
    const hash = hashOf(token);
    this.refreshTokens.set(hash, { ...this.refreshTokens.get(hash)!, rotatedUntil }, validity);
    return { grant: refreshed, refreshToken: this.store({ grant, validity, expiresAt }) };
  }

  /** Returns the grant of a refresh token, and until when the token can be used if another one replaces it. */
  private redeemable(client: AppClient, token: string): RefreshGrant {
    const now = this.props.clock();
    const hash = hashOf(token);
    const found = this.refreshTokens.get(hash);
    const grant = found && this.current(found.grant);
    if (found && found.grant.clientId !== client.id) {
      throw new UserPoolError('NotAuthorizedException', 'Refresh Token has different Client');
    }
    if (found?.revoked) {
      throw new UserPoolError('NotAuthorizedException', 'Refresh Token has been revoked');
    }
    if (!found || !grant || now >= found.expiresAt) {
      throw new UserPoolError('NotAuthorizedException', 'Invalid Refresh Token.');
    }
    const { expiresAt, validity } = found;
    if (client.rotationGraceSeconds === undefined) {
      return { grant, validity, expiresAt };
    }
    const { rotatedUntil = now + client.rotationGraceSeconds * 1000 } = found;
    if (now >= rotatedUntil && found.rotatedUntil !== undefined) {
      throw new UserPoolError('RefreshTokenReuseException');
    }
    return { grant, validity, expiresAt, rotatedUntil };
  }

  /** Returns what a refresh token of a client grants, whether or not it is still valid. */
  find(client: AppClient, token: string): Grant | undefined {
    const grant = this.refreshTokens.get(hashOf(token))?.grant;
    return grant?.clientId === client.id ? grant : undefined;
  }

  /** Returns the part of a grant that the current configuration allows. */
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
      this.end(eventId);
    }
  }

  /** Signs a user out everywhere. A session of the hosted login stays, as on AWS. */
  signOutEverywhere(user: User): void {
    this.props.users.record(user, { signedOutAt: this.props.clock() });
    this.end(user.sub, (refreshGrant) => ({ ...refreshGrant, revoked: true }));
  }

  /** Ends the grants of a user who is deleted. */
  drop(user: User): void {
    this.end(user.sub);
  }

  /** Returns whether the access token of a user was revoked. */
  isRevoked(claims: { readonly event_id?: unknown; readonly iat?: number | undefined }, user: User): boolean {
    return this.revoked.get(String(claims.event_id)) === true || claims.iat! < Math.floor(user.signedOutAt / 1000);
  }

  private store(grant: RefreshGrant): string {
    const token = generateRefreshToken();
    this.refreshTokens.set(hashOf(token), grant, grant.validity);
    return token;
  }

  private index(hash: string, { grant: { sub, eventId } }: RefreshGrant, isThere: boolean): void {
    for (const id of [sub, eventId]) {
      const hashes = this.hashes.get(id) ?? new Set();
      if (isThere) {
        this.hashes.set(id, hashes.add(hash));
      } else if (hashes.delete(hash) && hashes.size === 0) {
        this.hashes.delete(id);
      }
    }
  }

  /**
   * Ends the grants of a user or of a sign-in.
   *
   * @param id `sub` or event ID
   * @param replace returns the new entry of a refresh token; without it, the token is removed
   */
  private end(id: string, replace?: (refreshGrant: RefreshGrant) => RefreshGrant): void {
    for (const hash of [...(this.hashes.get(id) ?? [])]) {
      const refreshGrant = this.refreshTokens.get(hash);
      if (!refreshGrant || refreshGrant.revoked) {
        continue;
      }
      this.revoked.set(refreshGrant.grant.eventId, true);
      if (replace) {
        this.refreshTokens.replace(hash, replace(refreshGrant));
      } else {
        this.refreshTokens.delete(hash);
      }
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
