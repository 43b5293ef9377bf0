import { randomBytes, randomInt, randomUUID } from 'node:crypto';

import { type Clock } from '../../clock';
import { type Password, type User, type UserPoolConfiguration } from '../model';
import { assertPolicy, type PasswordOperation } from './password-policy';
import { createSrpVerifier, isVerifierOf, type SrpOwner } from './srp';
import { UserPoolError } from '../user-pool-error';
import { type Users } from '../users/users';

interface PasswordsProps {
  readonly clock: Clock;
  readonly configuration: Pick<UserPoolConfiguration, 'id' | 'passwordPolicy'>;
  readonly users: Users;
}

const dayMilliseconds = 86_400_000;

/** The passwords of a user pool's users: what the policy allows, and how they change. */
export class Passwords {
  /**
   * For an unknown user, so that the response takes as long as for a known one. The verifier is a random number, of one byte
   * less than SRP's modulus: nobody has its password.
   */
  readonly ofUnknownUser: Password = {
    salt: randomBytes(16).toString('hex'),
    verifier: randomBytes(383).toString('hex'),
  };
  private readonly unknownUser = randomUUID();

  constructor(private readonly props: PasswordsProps) {}

  /** @throws {PasswordPolicyError} when the policy does not allow the password */
  assertAllowed(password: string, operation: PasswordOperation = 'other'): void {
    assertPolicy(this.props.configuration.passwordPolicy, password, operation);
  }

  /** @param username the user's */
  create(username: string, password: string, { temporary = false } = {}): Password {
    const { temporaryPasswordDays } = this.props.configuration.passwordPolicy;
    return {
      ...createSrpVerifier(this.ownerOf(username), password),
      ...(temporary && { temporaryUntil: this.props.clock() + temporaryPasswordDays * dayMilliseconds }),
    };
  }

  /** Whose password it is, as SRP hashes it. */
  ownerOf(username: string): SrpOwner {
    return { poolName: this.props.configuration.id.split('_')[1]!, username };
  }

  /**
   * Returns whether a user has this password. An unknown user has no password, and the check takes as long.
   *
   * @param stored one of the user's passwords, the present one unless given
   */
  matches(user: User | undefined, password: string, stored = user?.password ?? this.ofUnknownUser): boolean {
    return isVerifierOf(this.ownerOf(user?.username ?? this.unknownUser), password, stored);
  }

  /**
   * Gives a user another password.
   *
   * @throws {UserPoolError} when the policy does not allow the password, or the user had it before
   */
  set(user: User, password: string, options: { readonly temporary?: boolean } = {}): void {
    this.assertAllowed(password);
    const { historySize } = this.props.configuration.passwordPolicy;
    const earlierPasswords = [user.password, ...user.earlierPasswords].slice(0, historySize);
    if (earlierPasswords.some((each) => this.matches(user, password, each))) {
      throw new UserPoolError('PasswordHistoryPolicyViolationException');
    }
    this.props.users.update(user, {
      password: this.create(user.username, password, options),
      earlierPasswords,
      status: options.temporary ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED',
    });
  }

  /**
   * Gives a user another temporary password, which can be the present one.
   *
   * @throws {PasswordPolicyError} when the policy does not allow the password
   */
  renewTemporary(user: User, password: string): void {
    this.assertAllowed(password, 'AdminCreateUser');
    this.props.users.update(user, { password: this.create(user.username, password, { temporary: true }) });
  }

  /** Generates a temporary password, which meets every policy. */
  generateTemporary(): string {
    const length = Math.max(4, this.props.configuration.passwordPolicy.minimumLength - 4);
    const characters = Array.from({ length }, () => pick(letters));
    return `${characters.join('')}${pick('ABCDEFGH')}${pick('abcdefgh')}${pick('23456789')}${pick('!#$%&*-=?')}`;
  }
}

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

function pick(characters: string): string {
  return characters[randomInt(characters.length)]!;
}
