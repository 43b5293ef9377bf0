import { Secret, TOTP } from 'otpauth';

import { type Clock } from '../../clock';
import { ExpiringMap } from '../expiring-map';
import { type User, type UserPoolConfiguration } from '../model';
import { SignInLock } from './sign-in-lock';
import { UserPoolError } from '../user-pool-error';
import { type Users } from '../users/users';

interface SoftwareTokensProps {
  readonly clock: Clock;
  readonly configuration: Pick<UserPoolConfiguration, 'mfa' | 'name'>;
  readonly users: Users;
}

/** In bytes; 52 characters in base32. */
const secretSize = 32;

const stepSeconds = 30;

/** Codes of the step before and of the next one are accepted, because clocks differ. */
const acceptedSteps = 1;

/** Time for the first code of a secret. */
const associationSeconds = 3600;

/** The second factor: codes from an authenticator app (TOTP). */
export class SoftwareTokens {
  private readonly lock: SignInLock;
  /** Secrets that no code has verified yet, by user. */
  private readonly associated: ExpiringMap<string>;

  constructor(private readonly props: SoftwareTokensProps) {
    this.lock = new SignInLock(props.clock);
    this.associated = new ExpiringMap(props.clock, associationSeconds);
  }

  /** Returns whether a sign-in of this user needs a code. */
  isActive({ softwareToken }: User): boolean {
    return softwareToken !== undefined && (softwareToken.enabled || this.props.configuration.mfa === 'ON');
  }

  /** @throws {UserPoolError} when the pool has no MFA */
  createSecret(): string {
    if (this.props.configuration.mfa === 'OFF') {
      throw new UserPoolError('SoftwareTokenMFANotFoundException');
    }
    return new Secret({ size: secretSize }).base32;
  }

  /**
   * Gives a signed-in user a secret. It replaces an earlier one after a code has verified it.
   *
   * @throws {UserPoolError} when the pool has no MFA
   */
  associate(user: User): string {
    const secret = this.createSecret();
    this.associated.set(user.sub, secret);
    return secret;
  }

  /** @throws {UserPoolError} when the code is wrong, or the user has no new secret */
  verify(user: User, code: string): void {
    const secret = this.associated.get(user.sub);
    if (secret === undefined) {
      throw new UserPoolError('SoftwareTokenMFANotFoundException', 'Software Token MFA has not been associated.');
    }
    this.register(user, secret, code);
    this.associated.delete(user.sub);
  }

  /** The URL that an authenticator app reads from a QR code. */
  setupUrl(user: User, secret: string): string {
    return new TOTP({ issuer: this.props.configuration.name, label: this.props.users.nameOf(user), secret }).toString();
  }

  /**
   * Registers a secret after a code has shown that the user's app has it. It replaces an earlier one.
   *
   * @throws {UserPoolError} when the code is wrong
   */
  register(user: User, secret: string, code: string): void {
    const lastCounter = this.counterOf(secret, code);
    if (lastCounter === undefined) {
      throw new UserPoolError('EnableSoftwareTokenMFAException');
    }
    const { enabled = false, preferred = false } = user.softwareToken ?? {};
    this.props.users.update(user, { softwareToken: { secret, enabled, preferred, lastCounter } });
  }

  /** @throws {UserPoolError} when the code is wrong or was used before, or there were too many attempts */
  check(user: User, code: string): void {
    const { softwareToken } = user;
    if (!softwareToken) {
      throw new UserPoolError('SoftwareTokenMFANotFoundException');
    }
    if (this.lock.isLocked(user.sub)) {
      throw new UserPoolError('NotAuthorizedException', 'Password attempts exceeded');
    }
    const lastCounter = this.counterOf(softwareToken.secret, code);
    if (lastCounter === undefined) {
      this.lock.failed(user.sub);
      throw new UserPoolError('CodeMismatchException', 'Invalid code received for user');
    }
    if (lastCounter <= softwareToken.lastCounter) {
      throw new UserPoolError('ExpiredCodeException', 'Your software token has already been used once.');
    }
    this.props.users.record(user, { softwareToken: { ...softwareToken, lastCounter } });
    this.lock.succeeded(user.sub);
  }

  /**
   * Turns the second factor of a user on or off. A pool that requires MFA still asks for a code.
   *
   * @throws {UserPoolError} when the user has no software token
   */
  prefer(user: User, { enabled, preferred }: { readonly enabled: boolean; readonly preferred: boolean }): void {
    if (enabled && !user.softwareToken) {
      throw new UserPoolError('InvalidParameterException', 'User has not verified software token mfa');
    }
    if (user.softwareToken) {
      const softwareToken = { ...user.softwareToken, enabled, preferred: enabled && preferred };
      this.props.users.update(user, { softwareToken });
    }
  }

  /** Returns the number of the time step to which a code belongs. */
  private counterOf(secret: string, code: string): number | undefined {
    const timestamp = this.props.clock();
    const offset = new TOTP({ secret }).validate({ token: code, timestamp, window: acceptedSteps });
    return offset === null ? undefined : Math.floor(timestamp / 1000 / stepSeconds) + offset;
  }
}
