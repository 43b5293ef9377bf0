import { randomInt, randomUUID } from 'node:crypto';

import { Password } from './password';
import { assertPolicy } from './password-policy';
import { type UserPool } from './user-pool';
import { UserPoolError } from './user-pool-error';
import { type User } from './users';

/** A temporary password is valid for this long where the policy does not say. */
const temporaryPasswordDays = 7;

const dayMilliseconds = 86_400_000;

/** The passwords of a user pool's users: what the policy allows, and how they change. */
export class Passwords {
  /** Compared with the password of an unknown user, so that the response takes as long as for a known one. */
  readonly ofNobody: Promise<Password>;

  constructor(private readonly pool: UserPool) {
    this.ofNobody = this.create(randomUUID(), randomUUID());
  }

  /** @throws {UserPoolError} when the policy does not allow the password */
  assertAllowed(password: string): void {
    assertPolicy(this.pool.configuration.passwordPolicy, password);
  }

  /** @param sub the user's */
  create(sub: string, password: string, { temporary = false } = {}): Promise<Password> {
    const days = this.pool.configuration.passwordPolicy.temporary_password_validity_days || temporaryPasswordDays;
    return Password.of(
      this.pool.srpOwner(sub),
      password,
      temporary ? this.pool.clock() + days * dayMilliseconds : undefined,
    );
  }

  /**
   * Gives a user another password.
   *
   * @throws {UserPoolError} when the policy does not allow the password, or the user had it before
   */
  async set(user: User, password: string, options: { readonly temporary?: boolean } = {}): Promise<void> {
    this.assertAllowed(password);
    const { password_history_size: historySize } = this.pool.configuration.passwordPolicy;
    const earlier = [user.password, ...user.earlierPasswords].slice(0, historySize);
    const matches = await Promise.all(earlier.map((each) => each.matches(password)));
    if (matches.includes(true)) {
      throw new UserPoolError('PasswordHistoryPolicyViolationException');
    }
    user.password = await this.create(user.sub, password, options);
    user.earlierPasswords = earlier;
    user.status = options.temporary ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED';
    user.modifiedAt = this.pool.clock();
  }

  /**
   * Gives a user another temporary password, which can be the present one.
   *
   * @throws {UserPoolError} when the policy does not allow the password
   */
  async renewTemporary(user: User, password: string): Promise<void> {
    this.assertAllowed(password);
    user.password = await this.create(user.sub, password, { temporary: true });
    user.modifiedAt = this.pool.clock();
  }

  /**
   * Changes the password of a user who knows the present one.
   *
   * @throws {UserPoolError} when the present password is wrong, or the other one is not allowed
   */
  async change(user: User, present: string, proposed: string): Promise<void> {
    await this.pool.signIn.checkPassword(user, present);
    await this.set(user, proposed);
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
