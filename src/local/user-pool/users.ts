import { randomInt, randomUUID } from 'node:crypto';

import { type Clock } from '../clock';
import { AttemptLimit } from './attempt-limit';
import { ExpiringMap } from './expiring-map';
import { type Mailbox } from './mailbox';
import { requirements } from './password-policy';
import { SignInLock } from './sign-in-lock';
import { equalSecrets, PasswordHash } from './secrets';
import { type UserPoolConfiguration } from './user-pool-configuration';

export interface User {
  /** UUID. It is also the user name, because users sign in with their e-mail address. */
  readonly sub: string;
  readonly email: string;
  emailVerified: boolean;
  confirmed: boolean;
  password: PasswordHash;
}

/** A request that Cognito refuses, with the error code and the message that the hosted login shows. */
export class UserPoolError extends Error {
  constructor(
    readonly code: keyof typeof messages,
    message: string = messages[code],
  ) {
    super(message);
  }
}

const messages = {
  CodeMismatchException: 'Invalid verification code provided, please try again.',
  ExpiredCodeException: 'Invalid code provided, please request a code again.',
  InvalidParameterException: 'Invalid email address format.',
  InvalidPasswordException: 'Password does not conform to policy.',
  LimitExceededException: 'Attempt limit exceeded, please try after some time.',
  NotAuthorizedException: 'Incorrect username or password.',
  UsernameExistsException: 'An account with the given email already exists.',
  UserNotFoundException: 'User does not exist.',
} as const;

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html */
const limits = {
  verificationCodeSeconds: 24 * 3600,
  recoveryCodeSeconds: 3600,
  confirmationsPerHour: 15,
  resendsPerHour: 5,
  recoveriesPerHour: 5,
  recoveryTriesPerHour: 20,
} as const;

/** In characters. */
const longestAddress = 254;

/** Printable ASCII, with a dot after the `@`. No part can contain the character that ends it: matching is linear. */
const addressPattern = /^[!-?A-~]+@(?:[!-\-/-?A-~]+\.)+[!-\-/-?A-~]+$/;

/** The users of a user pool, in memory. */
export class Users {
  private readonly byEmail = new Map<string, User>();
  private readonly bySub = new Map<string, User>();
  private readonly verificationCodes: ExpiringMap<string>;
  private readonly recoveryCodes: ExpiringMap<string>;
  private readonly confirmations: AttemptLimit;
  private readonly resends: AttemptLimit;
  private readonly recoveries: AttemptLimit;
  private readonly recoveryTries: AttemptLimit;
  private readonly lock: SignInLock;
  /** Compared with the password of an unknown user, so that the response takes as long as for a known one. */
  private readonly dummyHash = PasswordHash.of(randomUUID());

  constructor(
    private pool: UserPoolConfiguration,
    private readonly mailbox: Mailbox,
    clock: Clock,
  ) {
    this.verificationCodes = new ExpiringMap(clock, limits.verificationCodeSeconds);
    this.recoveryCodes = new ExpiringMap(clock, limits.recoveryCodeSeconds);
    this.confirmations = new AttemptLimit(clock, limits.confirmationsPerHour);
    this.resends = new AttemptLimit(clock, limits.resendsPerHour);
    this.recoveries = new AttemptLimit(clock, limits.recoveriesPerHour);
    this.recoveryTries = new AttemptLimit(clock, limits.recoveryTriesPerHour);
    this.lock = new SignInLock(clock);
  }

  /** Takes another configuration of the pool; everyone stays as they are. */
  configure(pool: UserPoolConfiguration): void {
    this.pool = pool;
  }

  withSub(sub: string): User | undefined {
    return this.bySub.get(sub);
  }

  withEmail(email: string): User | undefined {
    return this.byEmail.get(this.key(email));
  }

  /** Adds a user with a verified e-mail address. */
  async addConfirmed(email: string, password: string): Promise<User> {
    return this.add({ email, password: await PasswordHash.of(password), confirmed: true, emailVerified: true });
  }

  /** @throws {UserPoolError} when the address or the password is not allowed */
  async signUp(email: string, password: string): Promise<User> {
    if (email.length > longestAddress || !addressPattern.test(email)) {
      throw new UserPoolError('InvalidParameterException');
    }
    this.assertPolicy(password);
    const hash = await PasswordHash.of(password);
    if (this.withEmail(email)) {
      throw new UserPoolError('UsernameExistsException');
    }
    const user = this.add({ email, password: hash, confirmed: false, emailVerified: false });
    this.sendVerificationCode(user);
    return user;
  }

  /**
   * Returns the user with this address and password, confirmed or not.
   *
   * @throws {UserPoolError} when the password is wrong, the user does not exist, or there were too many attempts
   */
  async signIn(email: string, password: string): Promise<User> {
    const key = this.key(email);
    if (this.lock.isLocked(key)) {
      throw new UserPoolError('NotAuthorizedException', 'Password attempts exceeded');
    }
    const user = this.withEmail(email);
    const matches = await (user?.password ?? (await this.dummyHash)).matches(password);
    if (!user || !matches) {
      this.lock.failed(key);
      throw new UserPoolError(user ? 'NotAuthorizedException' : 'UserNotFoundException');
    }
    this.lock.succeeded(key);
    return user;
  }

  /** @throws {UserPoolError} when the code is not the last one sent */
  confirm(user: User, code: string): void {
    if (!this.confirmations.allows(user.sub)) {
      throw new UserPoolError('LimitExceededException');
    }
    takeCode(this.verificationCodes, user, code);
    user.confirmed = true;
    user.emailVerified = true;
  }

  /** @throws {UserPoolError} when there were too many requests */
  resendVerificationCode(user: User): void {
    if (!this.resends.allows(user.sub)) {
      throw new UserPoolError('LimitExceededException');
    }
    this.sendVerificationCode(user);
  }

  /**
   * Sends a code that resets the password.
   *
   * @throws {UserPoolError} when no user has this verified address, or there were too many requests
   */
  forgotPassword(email: string): void {
    if (!this.recoveries.allows(this.key(email))) {
      throw new UserPoolError('LimitExceededException');
    }
    const user = this.recoverable(email);
    const code = generateCode();
    this.recoveryCodes.set(user.sub, code);
    this.mailbox.send({
      to: user.email,
      subject: 'Your verification code',
      text: `Your password reset code is ${code}`,
    });
  }

  /**
   * Resets the password. Checks it before the user, so that the error does not reveal whether the user exists.
   *
   * @throws {UserPoolError} when the password is not allowed, no user has this verified address, or the code is not the
   * last one sent
   */
  async resetPassword(email: string, code: string, password: string): Promise<User> {
    if (!this.recoveryTries.allows(this.key(email))) {
      throw new UserPoolError('LimitExceededException');
    }
    this.assertPolicy(password);
    const hash = await PasswordHash.of(password);
    const user = this.recoverable(email);
    takeCode(this.recoveryCodes, user, code);
    user.password = hash;
    return user;
  }

  /** Returns the user who can receive a recovery code: the one with this verified address. */
  private recoverable(email: string): User {
    const user = this.withEmail(email);
    if (!user?.emailVerified) {
      throw new UserPoolError('UserNotFoundException', 'Username/client id combination not found.');
    }
    return user;
  }

  private add(details: Omit<User, 'sub'>): User {
    const user = { sub: randomUUID(), ...details };
    this.byEmail.set(this.key(user.email), user);
    this.bySub.set(user.sub, user);
    return user;
  }

  private assertPolicy(password: string): void {
    const unmet = requirements(this.pool.passwordPolicy).filter(({ isMet }) => !isMet(password));
    if (unmet.length > 0) {
      throw new UserPoolError('InvalidPasswordException', unmet.map(({ text }) => text).join('\n'));
    }
  }

  private sendVerificationCode(user: User): void {
    const code = generateCode();
    this.verificationCodes.set(user.sub, code);
    const { subject, message } = this.pool.verificationEmail;
    this.mailbox.send({ to: user.email, subject, text: message.replaceAll('{####}', code) });
  }

  /** Returns the map key of an address. Addresses that are too long for an account share one key, to save memory. */
  private key(email: string): string {
    if (email.length > longestAddress) {
      return '';
    }
    return this.pool.caseSensitive ? email : email.toLowerCase();
  }
}

function takeCode(codes: ExpiringMap<string>, user: User, given: string): void {
  const sent = codes.get(user.sub);
  if (sent === undefined) {
    throw new UserPoolError('ExpiredCodeException');
  }
  if (!equalSecrets(sent, given)) {
    throw new UserPoolError('CodeMismatchException');
  }
  codes.delete(user.sub);
}

function generateCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}
