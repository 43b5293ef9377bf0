import { randomBytes } from 'node:crypto';

import { type Clock } from '../../clock';
import { ExpiringMap } from '../expiring-map';
import { type AppClient, type Password, type User, type UserPoolConfiguration } from '../model';
import { type Passwords } from '../passwords/passwords';
import { equalSecrets, randomToken } from '../secrets';
import { SignInLock } from './sign-in-lock';
import { type SimulatedUsers } from './simulated-users';
import { type SoftwareTokens } from './software-tokens';
import { claimSignature, exchangeSrp, type SrpOwner } from '../passwords/srp';
import { type Metadata, type Triggers } from '../triggers/triggers';
import { type UserMigration } from '../triggers/user-migration';
import { UserPoolError } from '../user-pool-error';
import { type Users } from '../users/users';

interface SignInProps {
  readonly clock: Clock;
  readonly configuration: Pick<UserPoolConfiguration, 'clients' | 'mfa'>;
  readonly passwords: Passwords;
  readonly simulatedUsers: SimulatedUsers;
  readonly softwareTokens: SoftwareTokens;
  readonly triggers: Triggers;
  readonly userMigration: UserMigration;
  readonly users: Users;
}

/** What a user must do after the password was right. */
export type Challenge = 'MFA_SETUP' | 'NEW_PASSWORD_REQUIRED' | 'SOFTWARE_TOKEN_MFA';

/** The state of a sign-in: complete, or at a challenge with a session. */
export type SignInStep =
  | { readonly user: User; readonly challenge?: undefined }
  | { readonly user: User; readonly challenge: Challenge; readonly session: string };

/** A sign-in that is not complete. */
interface PendingSignIn {
  readonly user: User;
  /** The password at the first step. A change of it ends the sign-in. */
  readonly password: Password;
  readonly clientId: string;
  readonly challenge: Challenge;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
  /** Secret of the software token that is being set up. */
  readonly secret?: string | undefined;
  /** Whether a code has shown that the user's app has the secret. */
  readonly isSetUp?: boolean | undefined;
}

/** The state between the two requests of a sign-in with SRP. */
interface PendingSrp {
  /** Nothing if the user does not exist. */
  readonly user: User | undefined;
  /** The user's at the first request. */
  readonly password: Password | undefined;
  readonly clientId: string;
  readonly lockKey: string;
  readonly owner: SrpOwner;
  readonly key: Buffer;
}

/** The first response to a sign-in with SRP, with Cognito's names. */
interface SrpChallenge {
  readonly SALT: string;
  readonly SECRET_BLOCK: string;
  readonly SRP_B: string;
  readonly USERNAME: string;
  readonly USER_ID_FOR_SRP: string;
}

/** The longest `auth_session_validity` of an app client, in seconds. */
const longestSessionSeconds = 15 * 60;

/** The sign-in with a password, directly or with SRP, and with a second factor. */
export class SignIn {
  private readonly lock: SignInLock;
  private readonly sessions: ExpiringMap<PendingSignIn>;
  private readonly srpExchanges: ExpiringMap<PendingSrp>;

  constructor(private readonly props: SignInProps) {
    this.lock = new SignInLock(props.clock);
    this.sessions = new ExpiringMap(props.clock, longestSessionSeconds);
    this.srpExchanges = new ExpiringMap(props.clock, longestSessionSeconds);
  }

  /**
   * @param validationData what the client sends for the triggers
   * @throws {UserPoolError} when the password is wrong, the user cannot sign in, or there were too many attempts
   */
  async withPassword(
    client: AppClient,
    username: string,
    password: string,
    validationData?: Metadata,
  ): Promise<SignInStep> {
    const known = this.props.users.find(username);
    this.assertUnlocked(this.lockKey(known, username));
    const caller = { client, validationData };
    const user = known ?? (await this.props.userMigration.migrate(username, password, caller));
    const lockKey = this.lockKey(user, username);
    await this.props.triggers.preAuthentication(user, username, caller);
    // Others can have failed while the triggers ran.
    this.assertUnlocked(lockKey);
    assertConfirmed(user);
    return this.stepAfter(client, user, lockKey, this.props.passwords.matches(user, password));
  }

  /**
   * Starts a sign-in with SRP. For an unknown user, the response is simulated.
   *
   * @param clientValue the public value of the client, `SRP_A`
   * @throws {UserPoolError} when the value is not allowed, the user is not confirmed, or does not exist and the client
   *   may know
   */
  async startSrp(
    client: AppClient,
    username: string,
    clientValue: string,
    validationData?: Metadata,
  ): Promise<SrpChallenge> {
    const user = client.preventUserExistenceErrors ? this.props.users.find(username) : this.props.users.get(username);
    await this.props.triggers.preAuthentication(user, username, { client, validationData });
    assertConfirmed(user);
    const internalName = user?.username ?? this.props.simulatedUsers.username(username);
    const owner = this.props.passwords.ownerOf(internalName);
    const { salt, verifier } = user?.password ?? {
      salt: this.props.simulatedUsers.salt(username),
      verifier: this.props.passwords.ofUnknownUser.verifier,
    };
    const exchange = exchangeSrp(verifier, clientValue);
    if (!exchange) {
      throw new UserPoolError('InvalidParameterException', 'SRP_A is not a valid value.');
    }
    const block = randomBytes(64).toString('base64');
    this.srpExchanges.set(block, {
      user,
      password: user?.password,
      clientId: client.id,
      lockKey: this.lockKey(user, username),
      owner,
      key: exchange.key,
    });
    return {
      SALT: salt,
      SECRET_BLOCK: block,
      SRP_B: exchange.publicValue,
      USERNAME: internalName,
      USER_ID_FOR_SRP: internalName,
    };
  }

  /** @throws {UserPoolError} when the signature is wrong, the user cannot sign in, or there were too many attempts */
  finishSrp(
    client: AppClient,
    claim: {
      readonly username: string;
      readonly secretBlock: string;
      readonly timestamp: string;
      readonly signature: string;
    },
  ): SignInStep {
    const exchange = this.srpExchanges.take(claim.secretBlock);
    // Can have been deleted since the first request, or have got another password.
    const user = exchange?.user && this.props.users.withSub(exchange.user.sub);
    if (exchange?.clientId !== client.id || this.props.users.find(claim.username) !== user) {
      throw new UserPoolError('NotAuthorizedException');
    }
    const { lockKey, owner, key, password } = exchange;
    this.assertUnlocked(lockKey);
    const isRight = equalSecrets(claimSignature(key, owner, claim), claim.signature) && user?.password === password;
    return this.stepAfter(client, user, lockKey, isRight);
  }

  /** @throws {UserPoolError} when the password is wrong, or there were too many attempts */
  checkPassword(user: User, password: string): void {
    this.assertUnlocked(user.sub);
    this.count(user.sub, this.props.passwords.matches(user, password));
  }

  /** Sets the password of a user who had a temporary one. */
  withNewPassword(client: AppClient, session: string, password: string): SignInStep {
    const { user } = this.pending(client, session, 'NEW_PASSWORD_REQUIRED');
    this.props.passwords.set(user, password);
    this.sessions.delete(session);
    return this.next(client, user);
  }

  /** @throws {UserPoolError} when the code is wrong or was used before, or there were too many attempts */
  withSoftwareToken(client: AppClient, session: string, code: string): SignInStep {
    const { user } = this.pending(client, session, 'SOFTWARE_TOKEN_MFA');
    this.props.softwareTokens.check(user, code);
    this.sessions.delete(session);
    return { user };
  }

  /** Gives the sign-in a secret for the authenticator app, or the one that it has already. */
  setUpSoftwareToken(session: string): { readonly user: User; readonly secret: string } {
    const pending = this.pendingOf(session, 'MFA_SETUP');
    const secret = pending.secret ?? this.props.softwareTokens.createSecret();
    this.sessions.set(session, { ...pending, secret });
    return { user: pending.user, secret };
  }

  /** @throws {UserPoolError} when the code is wrong */
  verifySoftwareToken(session: string, code: string): void {
    const pending = this.pendingOf(session, 'MFA_SETUP');
    if (pending.secret === undefined) {
      throw new UserPoolError('SoftwareTokenMFANotFoundException');
    }
    this.props.softwareTokens.register(pending.user, pending.secret, code);
    this.sessions.set(session, { ...pending, isSetUp: true });
  }

  /** Completes a sign-in after its software token was verified. */
  withSetUp(client: AppClient, session: string): SignInStep {
    const { user, isSetUp } = this.pending(client, session, 'MFA_SETUP');
    if (!isSetUp) {
      throw new UserPoolError('InvalidParameterException', 'Software token is not verified.');
    }
    this.sessions.delete(session);
    return { user };
  }

  /**
   * Ends a complete sign-in.
   *
   * @throws {UserPoolError} when the trigger fails, or the user was deleted or disabled
   */
  async complete(client: AppClient, user: User, clientMetadata?: Metadata): Promise<void> {
    await this.props.triggers.postAuthentication(user, { client, clientMetadata });
    if (!this.props.users.isCurrent(user)) {
      throw new UserPoolError('NotAuthorizedException');
    }
  }

  /**
   * Returns the user of a sign-in at a challenge.
   *
   * @throws {UserPoolError} when the sign-in does not exist
   */
  userAt(session: string, challenge: Challenge): User {
    return this.pendingOf(session, challenge).user;
  }

  /** Returns the next step of a user whose identity is verified. */
  next(client: AppClient, user: User): SignInStep {
    this.assertCanSignIn(user);
    const challenge = this.challengeOf(user);
    if (challenge === undefined) {
      return { user };
    }
    const session = randomToken();
    const expiresAt = this.props.clock() + client.authSessionValidity * 1000;
    this.sessions.set(session, { user, password: user.password, clientId: client.id, challenge, expiresAt });
    return { user, challenge, session };
  }

  /** Returns whether the client has a sign-in at this challenge. */
  isPending(client: AppClient, session: string, challenge: Challenge): boolean {
    const pending = this.sessions.get(session);
    return (
      pending?.challenge === challenge &&
      pending.clientId === client.id &&
      this.props.users.isCurrent(pending.user) &&
      pending.user.password === pending.password &&
      pending.user.status !== 'RESET_REQUIRED' &&
      !this.isExpired(pending)
    );
  }

  /** Returns whether a session is a sign-in of this user pool. */
  has(session: string): boolean {
    return this.sessions.get(session) !== undefined;
  }

  /** Returns whether a session is a sign-in of the user with this name. */
  belongsTo(session: string, username: string): boolean {
    const user = this.sessions.get(session)?.user;
    return user !== undefined && this.props.users.find(username) === user;
  }

  /** @throws {UserPoolError} when the client has no sign-in at this challenge */
  private pending(client: AppClient, session: string, challenge: Challenge): PendingSignIn {
    const pending = this.sessions.get(session);
    if (!pending || !this.isPending(client, session, challenge)) {
      throw new UserPoolError(
        'NotAuthorizedException',
        `Invalid session for the user${pending && this.isExpired(pending) ? ', session is expired' : ''}.`,
      );
    }
    return pending;
  }

  private isExpired({ expiresAt }: PendingSignIn): boolean {
    return this.props.clock() >= expiresAt;
  }

  /** Returns the sign-in at a challenge when the request does not name its client. */
  private pendingOf(session: string, challenge: Challenge): PendingSignIn {
    const client = this.props.configuration.clients.get(this.sessions.get(session)?.clientId ?? '');
    if (!client) {
      throw new UserPoolError('NotAuthorizedException', 'Invalid session for the user.');
    }
    return this.pending(client, session, challenge);
  }

  /** Returns the step after a password, or a proof of it, that was right or wrong. */
  private stepAfter(client: AppClient, user: User | undefined, lockKey: string, isRight: boolean): SignInStep {
    if (!user) {
      this.lock.failed(lockKey);
      throw new UserPoolError(client.preventUserExistenceErrors ? 'NotAuthorizedException' : 'UserNotFoundException');
    }
    this.count(lockKey, isRight);
    return this.next(client, user);
  }

  private challengeOf(user: User): Challenge | undefined {
    if (user.status === 'FORCE_CHANGE_PASSWORD') {
      return 'NEW_PASSWORD_REQUIRED';
    }
    if (this.props.softwareTokens.isActive(user)) {
      return 'SOFTWARE_TOKEN_MFA';
    }
    return this.props.configuration.mfa === 'ON' ? 'MFA_SETUP' : undefined;
  }

  private assertCanSignIn(user: User): void {
    const { enabled, status, password } = user;
    if (!enabled) {
      throw new UserPoolError('NotAuthorizedException', 'User is disabled.');
    }
    assertConfirmed(user);
    if (status === 'RESET_REQUIRED') {
      throw new UserPoolError('PasswordResetRequiredException');
    }
    if (password.temporaryUntil !== undefined && this.props.clock() >= password.temporaryUntil) {
      throw new UserPoolError(
        'NotAuthorizedException',
        'Temporary password has expired and must be reset by an administrator.',
      );
    }
  }

  private lockKey(user: User | undefined, username: string): string {
    return user?.sub ?? this.props.users.keyOf(username);
  }

  private assertUnlocked(lockKey: string): void {
    if (this.lock.isLocked(lockKey)) {
      throw new UserPoolError('NotAuthorizedException', 'Password attempts exceeded');
    }
  }

  private count(lockKey: string, isRight: boolean): void {
    if (!isRight) {
      this.lock.failed(lockKey);
      throw new UserPoolError('NotAuthorizedException');
    }
    this.lock.succeeded(lockKey);
  }
}

/**
 * Rejects a user who is not confirmed, whatever the password.
 *
 * @see https://github.com/aws-amplify/amplify-flutter/issues/3407
 */
function assertConfirmed(user: User | undefined): void {
  if (user?.enabled && user.status === 'UNCONFIRMED') {
    throw new UserPoolError('UserNotConfirmedException');
  }
}
