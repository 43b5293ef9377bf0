import { type Clock } from '../clock';
import { type User, type UserPoolConfiguration } from './model';
import { UserPoolError } from './user-pool-error';

interface UsersProps {
  readonly clock: Clock;
  readonly configuration: Pick<UserPoolConfiguration, 'caseSensitive'>;
  /**
   * The users of an earlier run.
   *
   * @default - none
   */
  readonly kept?: Iterable<readonly [string, User]> | undefined;
  /** Called after each change of a user, with nothing if the user is deleted. */
  readonly onChange?: ((sub: string, user: User | undefined) => void) | undefined;
}

type NewUser = Pick<User, 'attributes' | 'password' | 'status' | 'sub'>;

/** In characters. */
const longestAddress = 254;

/** Printable ASCII, with a dot after the `@`. No part can contain the character that ends it: matching is linear. */
const addressPattern = /^[!-?A-~]+@(?:[!-\-/-?A-~]+\.)+[!-\-/-?A-~]+$/;

/** The users of a user pool. */
export class Users {
  private readonly byEmail = new Map<string, User>();
  private readonly bySub = new Map<string, User>();
  /** When the last user was added. */
  private lastAddedAt = 0;

  constructor(private readonly props: UsersProps) {
    for (const [, user] of props.kept ?? []) {
      this.insert(user);
    }
  }

  [Symbol.iterator](): IterableIterator<[string, User]> {
    return this.bySub[Symbol.iterator]();
  }

  /** In the order in which they were added. */
  get all(): IterableIterator<User> {
    return this.bySub.values();
  }

  get count(): number {
    return this.bySub.size;
  }

  withSub(sub: string): User | undefined {
    return this.bySub.get(sub);
  }

  /** Returns whether a user who signed in earlier still exists and is enabled. */
  isCurrent(user: User): boolean {
    return user.enabled && this.bySub.get(user.sub) === user;
  }

  /** Returns the user with this email address or user name. */
  find(username: string): User | undefined {
    return this.byEmail.get(this.keyOf(username)) ?? this.bySub.get(username);
  }

  /** @throws {UserPoolError} when the user does not exist */
  get(username: string): User {
    const user = this.find(username);
    if (!user) {
      throw new UserPoolError('UserNotFoundException');
    }
    return user;
  }

  /** @throws {UserPoolError} when an account with this address exists */
  add(email: string, { attributes, ...details }: NewUser): User {
    if (this.byEmail.has(this.keyOf(email))) {
      throw new UserPoolError('UsernameExistsException');
    }
    // Later than all others, because lists are in this order.
    const now = Math.max(this.props.clock(), this.lastAddedAt + 1);
    const user: User = {
      createdAt: now,
      modifiedAt: now,
      attributes: new Map([['email', email], ...attributes]),
      groups: new Set(),
      enabled: true,
      earlierPasswords: [],
      signedOutAt: 0,
      ...details,
    };
    this.insert(user);
    this.props.onChange?.(user.sub, user);
    return user;
  }

  /**
   * Changes a user, and the date of the last modification.
   *
   * @throws {UserPoolError} when another account has the new address
   */
  update(user: User, changes: Partial<Omit<User, 'createdAt' | 'modifiedAt' | 'sub'>>): void {
    const email = changes.attributes?.get('email');
    if (email !== undefined) {
      this.assertAvailable(email, user);
      this.byEmail.delete(this.keyOf(emailOf(user)));
      this.byEmail.set(this.keyOf(email), user);
    }
    this.assign(user, { ...changes, modifiedAt: this.props.clock() });
  }

  /** Changes members that do not count as a modification of the user. */
  record(user: User, changes: Partial<Pick<User, 'groups' | 'signedOutAt' | 'softwareToken'>>): void {
    this.assign(user, changes);
  }

  delete(user: User): void {
    this.byEmail.delete(this.keyOf(emailOf(user)));
    this.bySub.delete(user.sub);
    this.props.onChange?.(user.sub, undefined);
  }

  /** @throws {UserPoolError} when an account of someone else has the address */
  assertAvailable(email: string, user: User): void {
    if ((this.byEmail.get(this.keyOf(email)) ?? user) !== user) {
      throw new UserPoolError('AliasExistsException');
    }
  }

  /**
   * Checks the name of a new account, which is its address.
   *
   * @throws {UserPoolError} when the attributes have another address
   */
  assertIsEmail(username: string, attributes: ReadonlyMap<string, string>): void {
    if (this.keyOf(attributes.get('email') ?? username) !== this.keyOf(username)) {
      throw new UserPoolError(
        'InvalidParameterException',
        'User email should be empty or same as username, since username attribute is email',
      );
    }
  }

  /** Returns the map key of an address. Addresses that are too long for an account share one key, to save memory. */
  keyOf(email: string): string {
    if (email.length > longestAddress) {
      return '';
    }
    return this.props.configuration.caseSensitive ? email : email.toLowerCase();
  }

  /** Changes the object itself, which other parts refer to. */
  private assign(user: User, changes: Partial<User>): void {
    Object.assign(user, changes);
    this.props.onChange?.(user.sub, user);
  }

  private insert(user: User): void {
    this.byEmail.set(this.keyOf(emailOf(user)), user);
    this.bySub.set(user.sub, user);
    this.lastAddedAt = Math.max(this.lastAddedAt, user.createdAt);
  }
}

export function emailOf({ attributes }: Pick<User, 'attributes'>): string {
  return attributes.get('email')!;
}

export function isEmailVerified({ attributes }: Pick<User, 'attributes'>): boolean {
  return attributes.get('email_verified') === 'true';
}

/** @throws {UserPoolError} with the message when the string is not an email address */
export function assertAddress(email: string, message = 'Invalid email address format.'): void {
  if (email.length > longestAddress || !addressPattern.test(email)) {
    throw new UserPoolError('InvalidParameterException', message);
  }
}
