import { randomUUID } from 'node:crypto';

import { type Clock } from '../clock';
import { ExpiringMap } from './expiring-map';
import { Mailbox, type Mail } from './mailbox';
import { randomToken } from './secrets';
import { type SigningKeys } from './signing-keys';
import { refreshToken, Tokens, type Grant } from './tokens';
import { type AppClient, type UserPoolConfiguration } from './user-pool-configuration';
import { Users, type User } from './users';

export interface UserPoolProps {
  readonly configuration: UserPoolConfiguration;
  /** URL of the pool's domain, without a trailing slash. */
  readonly domainUrl: string;
  /** Issuer of the tokens. */
  readonly issuer: string;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly onMail: (mail: Mail) => void;
}

/** A user's session at the hosted login. */
export interface Session {
  readonly user: User;
  /** Time of the sign-in, in seconds since 1970. */
  readonly authTime: number;
}

/** What an authorization code grants, and what a client must send to redeem it. */
export interface CodeGrant {
  readonly grant: Grant;
  readonly redirectUri: string;
  readonly codeChallenge: string | undefined;
}

/** Cognito's hosted session lasts one hour and is not renewed. */
export const sessionSeconds = 3600;

const codeSeconds = 5 * 60;
const longestAccessTokenSeconds = 86_400;

/** A user pool at run time: its users, their sessions, and the codes and tokens that it has issued. */
export class UserPool {
  readonly domainUrl: string;
  readonly tokens: Tokens;
  readonly mailbox: Mailbox;
  readonly users: Users;
  readonly clock: Clock;
  private current: UserPoolConfiguration;
  private readonly sessions: ExpiringMap<Session>;
  private readonly codes: ExpiringMap<CodeGrant>;
  /** By client ID, so that a client cannot use the refresh tokens of another. */
  private readonly refreshGrants = new Map<string, RefreshGrants>();
  /** Sign-ins whose refresh token was revoked, by their origin_jti. */
  private readonly revokedGrants: ExpiringMap<true>;

  constructor({ configuration, domainUrl, issuer, keys, clock, onMail }: UserPoolProps) {
    this.domainUrl = domainUrl;
    this.clock = clock;
    this.tokens = new Tokens(issuer, keys, clock);
    this.mailbox = new Mailbox(clock, onMail);
    this.users = new Users(configuration, this.mailbox, clock);
    this.sessions = new ExpiringMap(clock, sessionSeconds);
    this.codes = new ExpiringMap(clock, codeSeconds);
    this.revokedGrants = new ExpiringMap(clock, longestAccessTokenSeconds);
    this.current = configuration;
    this.configure(configuration);
  }

  get configuration(): UserPoolConfiguration {
    return this.current;
  }

  /**
   * Takes another configuration of the same pool.
   *
   * Its users stay, and so does what clients still can use: a refresh token is gone with its client or its validity.
   */
  configure(configuration: UserPoolConfiguration): void {
    this.current = configuration;
    this.users.configure(configuration);
    for (const [id, { validity }] of this.refreshGrants) {
      if (configuration.clients.get(id)?.refreshTokenValidity !== validity) {
        this.refreshGrants.delete(id);
      }
    }
    for (const { id, refreshTokenValidity: validity } of configuration.clients.values()) {
      if (!this.refreshGrants.has(id)) {
        this.refreshGrants.set(id, { validity, grants: new ExpiringMap(this.clock, validity) });
      }
    }
  }

  /** Begins a session with a new ID. */
  beginSession(user: User): { readonly id: string; readonly session: Session } {
    const id = randomToken();
    const session = { user, authTime: Math.floor(this.clock() / 1000) };
    this.sessions.set(id, session);
    return { id, session };
  }

  session(id: string): Session | undefined {
    return this.sessions.get(id);
  }

  endSession(id: string): void {
    this.sessions.delete(id);
  }

  /** Issues an authorization code for the user of a session. */
  issueCode(
    { user, authTime }: Session,
    request: Pick<Grant, 'client' | 'scopes' | 'nonce'> & Omit<CodeGrant, 'grant'>,
  ): string {
    const { client, scopes, nonce, redirectUri, codeChallenge } = request;
    const code = randomUUID();
    const grant = { user, client, scopes, nonce, authTime, originJti: randomUUID(), eventId: randomUUID() };
    this.codes.set(code, { grant, redirectUri, codeChallenge });
    return code;
  }

  /** Returns what a code grants. A code works only once, even if the rest of the request turns out to be invalid. */
  takeCode(code: string): CodeGrant | undefined {
    const given = this.codes.take(code);
    const grant = given && this.asConfigured(given.grant);
    return grant && { ...given, grant };
  }

  issueRefreshToken(grant: Grant): string {
    const token = refreshToken();
    this.refreshGrants.get(grant.client.id)!.grants.set(token, grant);
    return token;
  }

  refreshGrant(client: AppClient, token: string): Grant | undefined {
    const grant = this.refreshGrants.get(client.id)!.grants.get(token);
    return grant && this.asConfigured(grant);
  }

  /** Returns what the client of a grant can still use of it, since the pool can have got another configuration. */
  private asConfigured(grant: Grant): Grant | undefined {
    const client = this.current.clients.get(grant.client.id);
    const scopes = grant.scopes.filter((scope) => client?.scopes.includes(scope));
    return client && scopes.length > 0 ? { ...grant, client, scopes } : undefined;
  }

  /** Revokes a refresh token of a client. Cognito's own endpoints then refuse every token of the same sign-in. */
  revoke(client: AppClient, token: string): void {
    const grant = this.refreshGrants.get(client.id)!.grants.take(token);
    if (grant) {
      this.revokedGrants.set(grant.originJti, true);
    }
  }

  isRevoked(originJti: string): boolean {
    return this.revokedGrants.get(originJti) === true;
  }
}

/** What the refresh tokens of a client stand for. */
interface RefreshGrants {
  /** Lifetime of the tokens, in seconds. */
  readonly validity: number;
  readonly grants: ExpiringMap<Grant>;
}
