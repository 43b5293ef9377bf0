import { randomUUID } from 'node:crypto';

import { type Clock } from '../clock';
import { type DataFile } from '../host/data-folder';
import { ExpiringMap } from './expiring-map';
import { Grants } from './grants';
import { Groups } from './groups';
import { type KeptUserPool } from './kept-user-pool';
import { type Mail, Mailbox } from './mailbox';
import { PasswordRecovery } from './password-recovery';
import { Passwords } from './passwords';
import { randomToken } from './secrets';
import { SignIn } from './sign-in';
import { SignUp } from './sign-up';
import { type SigningKeys } from './signing-keys';
import { SoftwareTokens } from './software-tokens';
import { type SrpOwner } from './srp';
import { type Grant, Tokens } from './tokens';
import { UserAttributes } from './user-attributes';
import { type AppClient, type UserPoolConfiguration } from './user-pool-configuration';
import { type User, Users } from './users';

export interface UserPoolProps {
  readonly configuration: UserPoolConfiguration;
  /** URL of the pool's domain, without a trailing slash. */
  readonly domainUrl: string;
  /** Issuer of the tokens. */
  readonly issuer: string;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly onMail: (mail: Mail) => void;
  /**
   * Keeps the users and their tokens, with those that it has already. Mails, codes, sessions and sign-ins that are not
   * complete are of one run.
   *
   * @default - all of it is of one run
   */
  readonly file?: DataFile<KeptUserPool> | undefined;
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

/**
 * A user pool at run time. Its domain (the hosted login and the OAuth 2.0 endpoints) and Cognito's API are two faces of
 * it: what an operation does is here, and how it is asked for is there.
 */
export class UserPool {
  readonly domainUrl: string;
  readonly clock: Clock;
  readonly mailbox: Mailbox;
  readonly users: Users;
  readonly groups: Groups;
  readonly signUp: SignUp;
  readonly passwords: Passwords;
  readonly signIn: SignIn;
  readonly softwareTokens: SoftwareTokens;
  readonly passwordRecovery: PasswordRecovery;
  readonly userAttributes: UserAttributes;
  readonly grants: Grants;
  readonly tokens: Tokens;
  private current: UserPoolConfiguration;
  private readonly file: DataFile<KeptUserPool> | undefined;
  private readonly sessions: ExpiringMap<Session>;
  private readonly codes: ExpiringMap<CodeGrant>;

  constructor({ configuration, domainUrl, issuer, keys, clock, onMail, file }: UserPoolProps) {
    this.domainUrl = domainUrl;
    this.clock = clock;
    this.current = configuration;
    this.file = file;
    this.mailbox = new Mailbox(clock, onMail);
    this.users = new Users(this, file?.content?.users);
    this.groups = new Groups(this);
    this.signUp = new SignUp(this);
    this.passwords = new Passwords(this);
    this.signIn = new SignIn(this);
    this.softwareTokens = new SoftwareTokens(this);
    this.passwordRecovery = new PasswordRecovery(this);
    this.userAttributes = new UserAttributes(this);
    this.grants = new Grants(this, file?.content?.grants);
    this.tokens = new Tokens(this, issuer, keys);
    this.sessions = new ExpiringMap(clock, sessionSeconds);
    this.codes = new ExpiringMap(clock, codeSeconds);
    this.configure(configuration);
  }

  /** Whether the users are those of an earlier run. */
  get isRestored(): boolean {
    return this.file?.content !== undefined;
  }

  get configuration(): UserPoolConfiguration {
    return this.current;
  }

  /** Takes another configuration of the same pool. Its users stay, and so does what clients still can use. */
  configure(configuration: UserPoolConfiguration): void {
    this.current = configuration;
    this.groups.configure(configuration);
    this.grants.configure(configuration);
  }

  /**
   * Returns when all that the pool keeps is in its file.
   *
   * @throws {DataFolderError} when it cannot be written
   */
  async save(): Promise<void> {
    await this.file?.write(() => ({ users: this.users, grants: this.grants }));
  }

  /**
   * Does something, and returns its result, or throws its error, after the file has what it has changed.
   *
   * @throws {DataFolderError} when the file cannot be written. The change stays, and is in the file with the next one.
   */
  async keep<Result>(action: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await action();
    } finally {
      await this.save();
    }
  }

  /** Whose password it is, as SRP hashes it. */
  srpOwner(sub: string): SrpOwner {
    return { poolName: this.current.id.split('_')[1]!, username: sub };
  }

  /** Lets a user sign in, or ends what the user has and lets nothing begin. */
  setEnabled(user: User, enabled: boolean): void {
    user.enabled = enabled;
    user.modifiedAt = this.clock();
    if (!enabled) {
      this.grants.signOutEverywhere(user);
    }
  }

  deleteUser(user: User): void {
    this.grants.signOutEverywhere(user);
    this.users.delete(user);
  }

  /** Begins a session of the hosted login, with a new ID. */
  beginSession(user: User): { readonly id: string; readonly session: Session } {
    const id = randomToken();
    const session = { user, authTime: Math.floor(this.clock() / 1000) };
    this.sessions.set(id, session);
    return { id, session };
  }

  session(id: string): Session | undefined {
    const session = this.sessions.get(id);
    return session && this.users.isCurrent(session.user) ? session : undefined;
  }

  endSession(id: string): void {
    this.sessions.delete(id);
  }

  /** Issues an authorization code for the user of a session. */
  issueCode(
    { user, authTime }: Session,
    request: { readonly client: AppClient } & Pick<Grant, 'scopes' | 'nonce'> & Omit<CodeGrant, 'grant'>,
  ): string {
    const { client, scopes, nonce, redirectUri, codeChallenge } = request;
    const code = randomUUID();
    const grant = this.grants.begin({
      source: 'domain',
      sub: user.sub,
      clientId: client.id,
      scopes,
      nonce,
      authTime,
    });
    this.codes.set(code, { grant, redirectUri, codeChallenge });
    return code;
  }

  /** Returns what a code grants. A code works only once, even if the rest of the request turns out to be invalid. */
  takeCode(code: string): CodeGrant | undefined {
    const given = this.codes.take(code);
    const grant = given && this.grants.current(given.grant);
    return grant && { ...given, grant };
  }
}
