import { randomInt, randomUUID } from 'node:crypto';

import { assertPolicy } from './password-policy';
import { createSrpVerifier, isVerifierOf, type SrpVerifier } from './srp';
import { type UserPool } from './user-pool';
import { UserPoolError } from './user-pool-error';
import { type User } from './users';

/**
 * A stored password: a salt and an SRP verifier, which do not contain it.
 *
 * The verifier is calculated in milliseconds, so that whoever has it can try many passwords. A slower hash beside it
 * would not change that.
 */
export interface Password extends SrpVerifier {
  /** Until when a temporary password can be used, in milliseconds since 1970. Nothing for a permanent one. */
  readonly temporaryUntil?: number | undefined;
}

/** A temporary password is valid for this long where the policy does not say. */
const temporaryPasswordDays = 7;

const dayMilliseconds = 86_400_000;

/** The passwords of a user pool's users: what the policy allows, and how they change. */
export class Passwords {
  /** In the place of an unknown user's, so that the response takes as long as for a known one. */
  readonly ofNobody: Password;
  private readonly nobody = randomUUID();

  constructor(private readonly pool: UserPool) {
    this.ofNobody = this.create(this.nobody, randomUUID());
  }

  /** @throws {UserPoolError} when the policy does not allow the password */
  assertAllowed(password: string): void {
    assertPolicy(this.pool.configuration.passwordPolicy, password);
  }

  /** @param sub the user's */
  create(sub: string, password: string, { temporary = false } = {}): Password {
    const days = this.pool.configuration.passwordPolicy.temporary_password_validity_days || temporaryPasswordDays;
    return {
      ...createSrpVerifier(this.pool.srpOwner(sub), password),
      ...(temporary && { temporaryUntil: this.pool.clock() + days * dayMilliseconds }),
    };
  }

  /**
   * Returns whether a user has this password. An unknown user has none, which takes as long to find.
   *
   * @param stored one of the user's passwords, the present one unless given
   */
  matches(user: User | undefined, password: string, stored = user?.password ?? this.ofNobody): boolean {
    return isVerifierOf(this.pool.srpOwner(user?.sub ?? this.nobody), password, stored);
  }

  /**
   * Gives a user another password.
   *
   * @throws {UserPoolError} when the policy does not allow the password, or the user had it before
   */
  set(user: User, password: string, options: { readonly temporary?: boolean } = {}): void {
    this.assertAllowed(password);
    const { password_history_size: historySize } = this.pool.configuration.passwordPolicy;
    const earlier = [user.password, ...user.earlierPasswords].slice(0, historySize);
    if (earlier.some((each) => this.matches(user, password, each))) {
      throw new UserPoolError('PasswordHistoryPolicyViolationException');
    }
    user.password = this.create(user.sub, password, options);
    user.earlierPasswords = earlier;
    user.status = options.temporary ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED';
    user.modifiedAt = this.pool.clock();
  }

  /**
   * Gives a user another temporary password, which can be the present one.
   *
   * @throws {UserPoolError} when the policy does not allow the password
   */
  renewTemporary(user: User, password: string): void {
    this.assertAllowed(password);
    user.password = this.create(user.sub, password, { temporary: true });
    user.modifiedAt = this.pool.clock();
  }

  /**
   * Changes the password of a user who knows the present one.
   *
   * @throws {UserPoolError} when the present password is wrong, or the other one is not allowed
   */
  change(user: User, present: string, proposed: string): void {
    this.pool.signIn.checkPassword(user, present);
    this.set(user, proposed);
  }

  /** Makes up a temporary password, which meets every policy. */
  makeUp(): string {
    const { minimum_length } = this.pool.configuration.passwordPolicy;
    const characters = Array.from({ length: Math.max(4, minimum_length - 4) }, () => pick(letters));
    return `${characters.join('')}${pick('ABCDEFGH')}${pick('abcdefgh')}${pick('23456789')}${pick('!#$%&*-=?')}`;
  }
}

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

function pick(characters: string): string {
  return characters[randomInt(characters.length)]!;
}
