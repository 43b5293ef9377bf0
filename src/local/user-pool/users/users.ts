import { randomUUID } from 'node:crypto';

import { type Clock } from '../../clock';
import { type User, type UserPoolConfiguration } from '../model';
import { UserPoolError } from '../user-pool-error';

interface UsersProps {
  readonly clock: Clock;
  readonly configuration: Pick<UserPoolConfiguration, 'caseSensitive' | 'signIn'>;
  /**
   * The users of an earlier run.
   *
   * @default - none
   */
  readonly kept?: Iterable<readonly [string, User]> | undefined;
  /** Called after each change of a user, with nothing if the user is deleted. */
  readonly onChange?: ((sub: string, user: User | undefined) => void) | undefined;
}

/** The names of a new user, and the attributes. */
export type NewAccount = Pick<User, 'attributes' | 'sub' | 'username'>;

type NewUser = NewAccount & Pick<User, 'password' | 'status'>;

/** In characters. */
const longestAddress = 254;

/** In characters. */
const longestUsername = 128;

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html */
const usernamePattern = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u;

/** Printable ASCII, with a dot after the `@`. No part can contain the character that ends it: matching is linear. */
const addressPattern = /^[!-?A-~]+@(?:[!-\-/-?A-~]+\.)+[!-\-/-?A-~]+$/;

/** The users of a user pool. */
export class Users {
  /** By what they sign in with. */
  private readonly byName = new Map<string, User>();
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

  /** Returns the user who signs in with this email address or user name, or has this `sub`. */
  find(username: string): User | undefined {
    return this.byName.get(this.keyOf(username)) ?? this.bySub.get(username);
  }

  /** @throws {UserPoolError} when the user does not exist */
  get(username: string): User {
    const user = this.find(username);
    if (!user) {
      throw new UserPoolError('UserNotFoundException');
    }
    return user;
  }

  /** @throws {UserPoolError} when an account with this name exists, with the message if it is a user name */
  add(details: NewUser, message = 'User already exists'): User {
    if (this.find(this.nameOf(details))) {
      throw new UserPoolError('UsernameExistsException', this.signsInWithEmail ? undefined : message);
    }
    // Later than all others, because lists are in this order.
    const now = Math.max(this.props.clock(), this.lastAddedAt + 1);
    const user: User = {
      createdAt: now,
      modifiedAt: now,
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
    this.assertAvailable(changes.attributes?.get('email'), user);
    this.byName.delete(this.keyOf(this.nameOf(user)));
    this.byName.set(this.keyOf(this.nameOf({ ...user, ...changes })), user);
    this.assign(user, { ...changes, modifiedAt: this.props.clock() });
  }

  /** Changes members that do not count as a modification of the user. */
  record(user: User, changes: Partial<Pick<User, 'groups' | 'signedOutAt' | 'softwareToken'>>): void {
    this.assign(user, changes);
  }

  delete(user: User): void {
    this.byName.delete(this.keyOf(this.nameOf(user)));
    this.bySub.delete(user.sub);
    this.props.onChange?.(user.sub, undefined);
  }

  /** @throws {UserPoolError} when another user signs in with the address */
  assertAvailable(email: string | undefined, user: User): void {
    const isName = email !== undefined && this.signsInWithEmail && !isFederated(user);
    if (isName && (this.byName.get(this.keyOf(email)) ?? user) !== user) {
      throw new UserPoolError('AliasExistsException');
    }
  }

  /**
   * Checks what a new user signs in with.
   *
   * @throws {UserPoolError} when it is not an email address, with the message, or not a user name
   */
  assertName(name: string, message?: string): void {
    if (this.signsInWithEmail) {
      assertAddress(name, message);
    } else {
      assertUsername(name);
    }
  }

  /** Returns an account for a name. The attributes have the address if it is what the user signs in with. */
  newAccount(name: string, attributes: ReadonlyMap<string, string>): NewAccount {
    const sub = randomUUID();
    return this.signsInWithEmail
      ? { sub, username: sub, attributes: new Map([['email', name], ...attributes]) }
      : { sub, username: name, attributes };
  }

  /** Returns what a user signs in with. The address of a user of an identity provider is not a name of that user. */
  nameOf(user: NewAccount): string {
    return this.signsInWithEmail && !isFederated(user) ? emailOf(user)! : user.username;
  }

  /** Returns the map key of a name. Names that are too long for an account share one key, to save memory. */
  keyOf(name: string): string {
    if (name.length > longestAddress) {
      return '';
    }
    return this.props.configuration.caseSensitive ? name : name.toLowerCase();
  }

  get signsInWithEmail(): boolean {
    return this.props.configuration.signIn === 'email';
  }

  /** Changes the object itself, which other parts refer to. */
  private assign(user: User, changes: Partial<User>): void {
    Object.assign(user, changes);
    this.props.onChange?.(user.sub, user);
  }

  private insert(user: User): void {
    this.byName.set(this.keyOf(this.nameOf(user)), user);
    this.bySub.set(user.sub, user);
    this.lastAddedAt = Math.max(this.lastAddedAt, user.createdAt);
  }
}

/** Returns whether a user of a pool whose users sign in with their email address is one of an identity provider. */
function isFederated({ sub, username }: Pick<User, 'sub' | 'username'>): boolean {
  return username !== sub;
}

/** Returns the address of a user. One who does not sign in with it can be without. */
export function emailOf({ attributes }: Pick<User, 'attributes'>): string | undefined {
  return attributes.get('email');
}

export function isEmailVerified({ attributes }: Pick<User, 'attributes'>): boolean {
  return attributes.has('email') && attributes.get('email_verified') === 'true';
}

/** @throws {UserPoolError} when the string is not a user name */
export function assertUsername(name: string): void {
  if (name.length > longestUsername || !usernamePattern.test(name)) {
    throw new UserPoolError(
      'InvalidParameterException',
      `1 validation error detected: Value at 'username' failed to satisfy constraint: Member must have 1 to ${longestUsername} characters and no white space`,
    );
  }
}

/** @throws {UserPoolError} with the message when the string is not an email address */
export function assertAddress(email: string, message = 'Invalid email address format.'): void {
  if (email.length > longestAddress || !addressPattern.test(email)) {
    throw new UserPoolError('InvalidParameterException', message);
  }
}
