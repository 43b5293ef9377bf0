import { randomUUID } from 'node:crypto';

import { type Clock } from '../../clock';
import { ExpiringMap } from '../expiring-map';
import { type Grants } from '../tokens/grants';
import { type AppClient, type CodeGrant, type Grant, type Session, type User } from '../model';
import { randomToken } from '../secrets';
import { type TokenOverrides } from '../tokens/token-overrides';
import { type Users } from '../users/users';

interface SessionsProps {
  readonly clock: Clock;
  readonly grants: Grants;
  readonly users: Users;
}

/** The parts of an authorization request that a code depends on. */
export interface CodeRequest extends Pick<Grant, 'nonce' | 'scopes'>, Omit<CodeGrant, 'grant' | 'overrides'> {
  readonly client: AppClient;
}

/** Cognito's hosted session lasts one hour and is not renewed. */
export const sessionSeconds = 3600;

export const confirmationSeconds = 3600;

const codeSeconds = 5 * 60;

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-oidc-flow.html */
const providerSeconds = 5 * 60;

/** A sign-in of a browser that is at an identity provider. */
export interface ProviderSignIn {
  /** Query string of the authorization request. */
  readonly query: string;
  /** Value of the XSRF-TOKEN cookie of the browser. */
  readonly csrfToken: string;
  /** What the ID token of the provider must repeat. */
  readonly nonce: string;
}

/** The sessions of browsers at the hosted login, and the authorization codes. */
export class Sessions {
  private readonly sessions: ExpiringMap<Session>;
  private readonly confirmations: ExpiringMap<User>;
  private readonly codes: ExpiringMap<CodeGrant>;
  private readonly providerSignIns: ExpiringMap<ProviderSignIn>;

  constructor(private readonly props: SessionsProps) {
    this.sessions = new ExpiringMap(props.clock, sessionSeconds);
    this.confirmations = new ExpiringMap(props.clock, confirmationSeconds);
    this.codes = new ExpiringMap(props.clock, codeSeconds);
    this.providerSignIns = new ExpiringMap(props.clock, providerSeconds);
  }

  /** Begins a session, with a new ID. */
  begin(user: User, identityProvider: string): { readonly id: string; readonly session: Session } {
    const id = randomToken();
    const session = { user, identityProvider, authTime: Math.floor(this.props.clock() / 1000) };
    this.sessions.set(id, session);
    return { id, session };
  }

  get(id: string): Session | undefined {
    const session = this.sessions.get(id);
    return session && this.props.users.isCurrent(session.user) ? session : undefined;
  }

  end(id: string): void {
    this.sessions.delete(id);
  }

  /** Lets a browser confirm a user, because it has just signed up. */
  beginConfirmation(user: User): string {
    const id = randomToken();
    this.confirmations.set(id, user);
    return id;
  }

  /** Returns the user whom a browser can confirm. */
  userToConfirm(id: string): User | undefined {
    return this.confirmations.get(id);
  }

  endConfirmation(id: string): void {
    this.confirmations.delete(id);
  }

  /** Returns the `state` with which the browser comes back from an identity provider. */
  beginAtProvider(signIn: ProviderSignIn): string {
    const state = randomToken();
    this.providerSignIns.set(state, signIn);
    return state;
  }

  /** Returns the sign-in of a `state`. */
  atProvider(state: string): ProviderSignIn | undefined {
    return this.providerSignIns.get(state);
  }

  endAtProvider(state: string): void {
    this.providerSignIns.delete(state);
  }

  /**
   * Issues an authorization code for the user of a session.
   *
   * @param overrides what a trigger changes in the tokens
   */
  issueCode(
    { user, authTime }: Session,
    { client, scopes, nonce, redirectUri, codeChallenge }: CodeRequest,
    overrides?: TokenOverrides,
  ): string {
    const code = randomUUID();
    const grant = this.props.grants.begin({
      source: 'domain',
      sub: user.sub,
      clientId: client.id,
      scopes,
      nonce,
      authTime,
    });
    this.codes.set(code, { grant, overrides, redirectUri, codeChallenge });
    return code;
  }

  /** Returns what a code grants. A code works only once, even if the rest of the request turns out to be invalid. */
  takeCode(code: string): CodeGrant | undefined {
    const given = this.codes.take(code);
    const grant = given && this.props.grants.current(given.grant);
    return grant && { ...given, grant };
  }
}
