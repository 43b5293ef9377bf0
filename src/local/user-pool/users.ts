import { type Password } from './passwords';
import { type UserPool } from './user-pool';
import { UserPoolError } from './user-pool-error';

export type UserStatus = 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD' | 'UNCONFIRMED';

/** A secret that the user's authenticator app also has. */
export interface SoftwareToken {
  /** Base32. */
  readonly secret: string;
  /** Whether the user wants to be asked for a code at each sign-in. A pool that requires MFA does not ask. */
  enabled: boolean;
  /** Counter of the last code that was accepted. A code works only once. */
  lastCounter: number;
}

export interface User {
  /** UUID. It is also the user name, because users sign in with their e-mail address. */
  readonly sub: string;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
  modifiedAt: number;
  /** Without `sub`. */
  readonly attributes: Map<string, string>;
  /** Names of the groups that the user is in. */
  readonly groups: Set<string>;
  status: UserStatus;
  enabled: boolean;
  password: Password;
  /** Earlier passwords, newest first, as far as the pool's policy looks back. */
  earlierPasswords: readonly Password[];
  softwareToken?: SoftwareToken | undefined;
  /** Time of the last global sign-out, in milliseconds since 1970. */
  signedOutAt: number;
}

/** Attributes besides `sub` and `email`. */
interface Attributes {
  readonly attributes: ReadonlyMap<string, string>;
}

/** In characters. */
const longestAddress = 254;

/** Printable ASCII, with a dot after the `@`. No part can contain the character that ends it: matching is linear. */
const addressPattern = /^[!-?A-~]+@(?:[!-\-/-?A-~]+\.)+[!-\-/-?A-~]+$/;

/** The users of a user pool. */
export class Users {
  private readonly byEmail = new Map<string, User>();
  private readonly bySub = new Map<string, User>();

  constructor(
    private readonly pool: UserPool,
    kept: readonly User[] = [],
  ) {
    kept.forEach((user) => this.insert(user));
  }

  toJSON(): object[] {
    return [...this.all].map((user) => ({
      ...user,
      attributes: Object.fromEntries(user.attributes),
      groups: [...user.groups],
    }));
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

  /** Returns the user with this e-mail address or user name. */
  find(username: string): User | undefined {
    return this.byEmail.get(this.keyOf(username)) ?? this.bySub.get(username);
  }

  /** @throws {UserPoolError} when there is no such user */
  get(username: string): User {
    const user = this.find(username);
    if (!user) {
      throw new UserPoolError('UserNotFoundException');
    }
    return user;
  }

  /** @throws {UserPoolError} when an account with this address exists */
  add(email: string, { attributes, ...details }: Pick<User, 'sub' | 'password' | 'status'> & Attributes): User {
    if (this.byEmail.has(this.keyOf(email))) {
      throw new UserPoolError('UsernameExistsException');
    }
    const now = this.pool.clock();
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
    return user;
  }

  /** @throws {UserPoolError} when an account with this address exists */
  changeEmail(user: User, email: string): void {
    const owner = this.byEmail.get(this.keyOf(email));
    if (owner && owner !== user) {
      throw new UserPoolError('AliasExistsException');
    }
    this.byEmail.delete(this.keyOf(emailOf(user)));
    this.byEmail.set(this.keyOf(email), user);
    user.attributes.set('email', email);
  }

  delete(user: User): void {
    this.byEmail.delete(this.keyOf(emailOf(user)));
    this.bySub.delete(user.sub);
  }

  private insert(user: User): void {
    this.byEmail.set(this.keyOf(emailOf(user)), user);
    this.bySub.set(user.sub, user);
  }

  /** Returns the map key of an address. Addresses that are too long for an account share one key, to save memory. */
  keyOf(email: string): string {
    if (email.length > longestAddress) {
      return '';
    }
    return this.pool.configuration.caseSensitive ? email : email.toLowerCase();
  }
}

export function emailOf(user: User): string {
  return user.attributes.get('email')!;
}

export function isEmailVerified(user: User): boolean {
  return user.attributes.get('email_verified') === 'true';
}

/** @throws {UserPoolError} when the text is not an e-mail address */
export function assertAddress(email: string): void {
  if (email.length > longestAddress || !addressPattern.test(email)) {
    throw new UserPoolError('InvalidParameterException');
  }
}
